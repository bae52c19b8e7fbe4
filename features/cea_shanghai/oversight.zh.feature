# language: zh-CN
功能: 信息发布与监督
  交易机构公布行情并监督交易；对异常或有风险的行为可采取处理措施。

  背景:
    假如 2021-07-16 交易机构启用规则包 "cea_shanghai"
    并且 CEA 的 CEA 在 cea 上市，基准价 48.00 元
    并且 以下交易账户
      | 账户   | 资金     | CEA |
      | 甲公司 | 10000.00 | 500 |
      | 乙公司 | 10000.00 | 0   |
    并且 cea 开市后时间到了 09:30

  规则: 交易信息由交易机构发布

    @CEA-5-a
    场景大纲: 各方都能看到行情
      当 <谁> 查询 "core.quotes"
      那么 查询结果包含
        | instrument | reference | lower | upper |
        | CEA        | 48.00     | 43.20 | 52.80 |

      例子:
        | 谁        |
        | 甲公司    |
        | 乙公司    |
        | registry  |
        | regulator |
        | admin     |

    @CEA-5-a
    场景: 收市后发布每日行情
      当 CEA 依次挂牌成交
        | 买方   | 卖方   | 吨 | 价格  |
        | 乙公司 | 甲公司 | 10 | 48.00 |
        | 乙公司 | 甲公司 | 10 | 49.00 |
      并且 乙公司 查询 "core.day_prices"
      那么 查询结果有 0 行
      当 时间到了 15:00
      并且 乙公司 查询 "core.day_prices"
      那么 查询结果包含
        | day        | open  | high  | low   | close | listed_tonnes | listed_fen | change_hundredths |
        | 2021-07-16 | 48.00 | 49.00 | 48.00 | 48.50 | 20            | 970.00     | 104               |

    @CEA-5-a
    场景: 公告对各方可见
      当 admin 提交指令 "core.publish_notice"
        | market | cea      |
        | title  | 休市安排 |
        | text   | 中秋休市 |
      并且 甲公司 查询 "core.notices"
      那么 查询结果包含
        | day        | market | title    | text     |
        | 2021-07-16 | cea    | 休市安排 | 中秋休市 |

    @CEA-5-a
    场景: 交易主体不能发布公告
      当 甲公司 提交指令 "core.publish_notice"
        | market | cea  |
        | title  | 传闻 |
        | text   | 涨价 |
      那么 被拒绝，因为 PERMISSION_DENIED
      并且 一切没有变化
      当 admin 查询 "core.notices"
      那么 查询结果有 0 行

  规则: 处理措施有七种，限制划转和交易的一种按对象分开

    @CEA-5-b
    场景大纲: 规则所列的措施都可采取
      当 admin 提交指令 "core.take_measure"
        | market  | cea      |
        | account | 甲公司   |
        | measure | <措施>   |
        | reason  | 频繁撤单 |
      那么 受理成功
      当 甲公司 查询 "core.measures"
      那么 查询结果包含
        | measure_no | account | measure | restricts | reason   | state    |
        | 1          | 甲公司  | <措施>  | <限制>    | 频繁撤单 | in force |

      例子:
        | 措施                      | 限制    |
        | telephone_reminder        |         |
        | demand_report             |         |
        | demand_written_commitment |         |
        | interview                 |         |
        | public_warning            | public  |
        | restrict_cash             | cash    |
        | restrict_units            | units   |
        | restrict_trading          | trade   |
        | restrict_account          | account |

    @CEA-5-b
    场景: 公开提示向所有主体公告
      当 admin 提交指令 "core.take_measure"
        | market  | cea            |
        | account | 甲公司         |
        | measure | public_warning |
        | reason  | 频繁撤单       |
      那么 受理成功
      当 乙公司 查询 "core.notices"
      那么 查询结果包含
        | kind             | title          | text             |
        | notice_published | public_warning | 甲公司: 频繁撤单 |

    @CEA-5-b
    场景: 规则未列的措施不能采取
      当 admin 提交指令 "core.take_measure"
        | market  | cea      |
        | account | 甲公司   |
        | measure | fine     |
        | reason  | 频繁撤单 |
      那么 被拒绝，因为 UNKNOWN_MEASURE
      并且 拒绝说明 measure 为 fine
      并且 一切没有变化

    @CEA-5-b
    场景: 采取措施须说明原因
      当 admin 提交指令 "core.take_measure"
        | market  | cea           |
        | account | 甲公司        |
        | measure | demand_report |
        | reason  |               |
      那么 被拒绝，因为 FIELD_MISSING
      并且 拒绝说明 field 为 reason
      并且 一切没有变化

    @CEA-5-b
    场景: 交易主体不能对别人采取措施
      当 乙公司 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_account |
        | reason  | 竞争             |
      那么 被拒绝，因为 PERMISSION_DENIED
      并且 一切没有变化

    @CEA-5-b
    场景: 电话提醒不限制交易
      当 admin 提交指令 "core.take_measure"
        | market  | cea                |
        | account | 甲公司             |
        | measure | telephone_reminder |
        | reason  | 频繁撤单           |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 受理成功

    @CEA-5-b
    场景: 限制交易后不能申报也不能摘牌，已有挂牌随即撤销
      当 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      并且 乙公司 挂牌 买入 CEA 10 吨，价格 47.00 元
      并且 admin 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_trading |
        | reason  | 异常交易         |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      并且 拒绝依据条款 CEA-5-b
      并且 拒绝说明 scope 为 trade
      并且 一切没有变化
      当 甲公司 摘牌 卖出 CEA 10 吨，选择挂牌 乙公司#1
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      并且 没有成交
      并且 挂牌 甲公司#1 状态为 已撤销，剩余 0 吨
      当 甲公司 提交指令 "core.withdraw"
        | account | 甲公司 |
        | amount  | 100.00 |
      那么 受理成功

    @CEA-5-b
    场景: 限制资金后不能出金但可以交易
      当 admin 提交指令 "core.take_measure"
        | market  | cea           |
        | account | 甲公司        |
        | measure | restrict_cash |
        | reason  | 可疑资金      |
      并且 甲公司 提交指令 "core.withdraw"
        | account | 甲公司 |
        | amount  | 100.00 |
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      并且 拒绝依据条款 CEA-5-b
      并且 拒绝说明 scope 为 cash
      并且 甲公司 的资金 可出 为 10000.00 元
      当 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 受理成功

    @CEA-5-b
    场景: 限制产品后不能转出
      当 admin 提交指令 "core.take_measure"
        | market  | cea            |
        | account | 甲公司         |
        | measure | restrict_units |
        | reason  | 权属争议       |
      并且 甲公司 提交指令 "core.transfer_out"
        | account    | 甲公司 |
        | instrument | CEA    |
        | quantity   | 10     |
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      并且 拒绝说明 scope 为 units
      并且 甲公司 的 CEA 可用 数量为 500 吨

    @CEA-5-b
    场景: 限制账户后交易、出金、转出都不行
      当 admin 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_account |
        | reason  | 重大风险         |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      当 甲公司 提交指令 "core.withdraw"
        | account | 甲公司 |
        | amount  | 100.00 |
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      当 甲公司 提交指令 "core.transfer_out"
        | account    | 甲公司 |
        | instrument | CEA    |
        | quantity   | 10     |
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      并且 拒绝依据条款 CEA-5-b
      当 乙公司 挂牌 买入 CEA 10 吨，价格 48.00 元
      那么 受理成功

    @CEA-5-b
    场景: 措施解除后恢复交易
      当 admin 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_account |
        | reason  | 重大风险         |
      并且 admin 提交指令 "core.lift_measure"
        | measure_no | 1        |
        | reason     | 风险消除 |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 受理成功
      当 regulator 查询 "core.measures"
      那么 查询结果包含
        | measure_no | measure          | state            |
        | 1          | restrict_account | lifted: 风险消除 |

    @CEA-5-b
    场景: 有期限的限制到期自行解除
      当 admin 提交指令 "core.take_measure"
        | market   | cea              |
        | account  | 甲公司           |
        | measure  | restrict_trading |
        | reason   | 异常交易         |
        | until_us | 1626415200000000 |
      并且 时间到了 13:59:59
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      当 时间到了 14:00
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 受理成功

    @CEA-5-b
    场景: 两项限制须都解除才恢复
      当 admin 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_account |
        | reason  | 重大风险         |
      并且 admin 提交指令 "core.take_measure"
        | market  | cea              |
        | account | 甲公司           |
        | measure | restrict_trading |
        | reason  | 异常交易         |
      并且 admin 提交指令 "core.lift_measure"
        | measure_no | 1        |
        | reason     | 风险消除 |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 被拒绝，因为 ACCOUNT_RESTRICTED
      当 admin 提交指令 "core.lift_measure"
        | measure_no | 2        |
        | reason     | 核查完毕 |
      并且 甲公司 挂牌 卖出 CEA 10 吨，价格 48.00 元
      那么 受理成功

    @CEA-5-b
    场景: 别人的措施看不到
      当 admin 提交指令 "core.take_measure"
        | market  | cea       |
        | account | 甲公司    |
        | measure | interview |
        | reason  | 频繁撤单  |
      并且 乙公司 查询 "core.measures"
      那么 查询结果有 0 行
