# language: zh-CN
功能: 查询成交与核对结算结果
  主体可在系统里查询自己的成交，并在登记机构确认、交收之后核对结算结果。

  背景:
    假如 2021-07-16 交易机构启用规则包 "cea_shanghai"
    并且 CEA 的 CEA 在 cea 上市，基准价 48.00 元
    并且 以下交易账户
      | 账户   | 资金       | CEA    |
      | 甲公司 | 0          | 200500 |
      | 乙公司 | 8000000.00 | 0      |
      | 丙公司 | 10000.00   | 0      |
    并且 cea 开市后时间到了 13:00
    并且 CEA 依次挂牌成交
      | 买方   | 卖方   | 吨  | 价格  |
      | 乙公司 | 甲公司 | 100 | 48.50 |
      | 乙公司 | 甲公司 | 50  | 48.60 |

  规则: 主体通过系统查询成交记录

    @CEA-5-d
    场景: 买卖双方都能查到自己的成交
      当 甲公司 查询 "core.trades"
      那么 查询结果有 2 行
      当 乙公司 查询 "core.trades"
      那么 查询结果包含
        | trade | day        | method | instrument | buyer  | seller | price | quantity | turnover | settled |
        | 1     | 2021-07-16 | listed | CEA        | 乙公司 | 甲公司 | 48.50 | 100      | 4850.00  | 0       |
        | 2     | 2021-07-16 | listed | CEA        | 乙公司 | 甲公司 | 48.60 | 50       | 2430.00  | 0       |

    @CEA-5-d
    场景: 大宗成交也在成交记录里
      当 甲公司 发起大宗 卖出 CEA 100,000 吨，价格 50.00 元
      并且 乙公司 直接成交大宗申报 甲公司#1
      并且 乙公司 查询 "core.trades"
      那么 查询结果包含
        | trade | method | price | quantity | turnover   |
        | 3     | block  | 50.00 | 100000   | 5000000.00 |

    @CEA-5-d
    场景: 别人的成交查不到
      当 丙公司 查询 "core.trades"
      那么 查询结果有 0 行
      当 丙公司 按条件查询 "core.trades"
        | buyer | 乙公司 |
      那么 查询结果有 0 行
      当 丙公司 按条件查询 "core.trades"
        | buyer  | 乙公司 |
        | seller | 甲公司 |
      那么 被拒绝，因为 PERMISSION_DENIED

  规则: 结算结果由交易机构与登记机构确认后交收

    @CEA-5-d
    场景: 收市前不能清算
      当 admin 对 cea 进行清算
      那么 被拒绝，因为 MARKET_OPEN
      并且 一切没有变化

    @CEA-5-d
    场景: 登记机构未确认则不能交收
      当 时间到了 15:00
      并且 admin 对 cea 进行清算
      并且 admin 确认 cea 的清算结果
      并且 admin 对 cea 进行交收
      那么 被拒绝，因为 CONFIRMATION_MISSING
      并且 拒绝依据条款 CEA-5-d
      并且 拒绝说明 missing 为 registry
      并且 一切没有变化
      并且 乙公司 的 CEA 待交收 数量为 150 吨
      并且 甲公司 的资金 可出 为 0.00 元

    @CEA-5-d
    场景: 登记机构核对不符时不予确认
      当 时间到了 15:00
      并且 admin 对 cea 进行清算
      并且 registry 提交指令 "core.confirm_clearing"
        | market | cea   |
        | day    | today |
        | digest | 0000  |
      那么 被拒绝，因为 RECONCILIATION_BREAK
      并且 拒绝说明 confirmed 为 0000
      并且 一切没有变化

    @CEA-5-d
    场景: 交收之后券款都到账
      当 cea 收市并完成清算交收
      那么 甲公司 的资金 可出 为 7280.00 元
      并且 甲公司 的资金 当日卖出 为 0.00 元
      并且 乙公司 的资金 可用 为 7992720.00 元
      并且 乙公司 的 CEA 待交收 数量为 0 吨
      并且 乙公司 的 CEA 合计 数量为 150 吨
      当 乙公司 查询 "core.trades"
      那么 查询结果包含
        | trade | settled |
        | 1     | 1       |
        | 2     | 1       |

    @CEA-5-d
    场景: 一日只清算一次
      当 cea 收市并完成清算交收
      并且 admin 提交指令 "core.clear_day"
        | market | cea   |
        | day    | today |
      那么 被拒绝，因为 ALREADY_CLEARED
      并且 一切没有变化

    @CEA-5-d
    场景: 买入的配额次一交易日可卖
      当 cea 收市并完成清算交收
      那么 乙公司 的 CEA 锁定 数量为 150 吨
      并且 乙公司 的 CEA 可用 数量为 0 吨
      当 1 个交易日后 cea 开市，时间到了 09:30
      那么 乙公司 的 CEA 可用 数量为 150 吨
      当 乙公司 挂牌 卖出 CEA 150 吨，价格 48.53 元
      那么 受理成功

  规则: 主体及时核对结算结果

    @CEA-5-d
    场景: 资金对账单说明当日的收付
      当 cea 收市并完成清算交收
      并且 甲公司 查询 "core.cash_statements"
      那么 查询结果包含
        | day        | account | opening | sold    | fees | closing | withdrawable |
        | 2021-07-16 | 甲公司  | 0.00    | 7280.00 | 0.00 | 7280.00 | 7280.00      |
      当 乙公司 查询 "core.cash_statements"
      那么 查询结果包含
        | day        | account | opening | deposited  | bought  | fees | closing    |
        | 2021-07-16 | 乙公司  | 0.00    | 8000000.00 | 7280.00 | 0.00 | 7992720.00 |

    @CEA-5-d
    场景: 产品对账单说明当日的数量
      当 cea 收市并完成清算交收
      并且 甲公司 查询 "core.unit_statements"
      那么 查询结果包含
        | day        | account | instrument | in     | sold | closing |
        | 2021-07-16 | 甲公司  | CEA        | 200500 | 150  | 200350  |
      当 乙公司 查询 "core.unit_statements"
      那么 查询结果包含
        | day        | account | instrument | bought | closing | undelivered |
        | 2021-07-16 | 乙公司  | CEA        | 150    | 150     | 0           |

    @CEA-5-d
    场景: 别人的对账单看不到
      当 cea 收市并完成清算交收
      并且 丙公司 按条件查询 "core.cash_statements"
        | account | 甲公司 |
      那么 被拒绝，因为 PERMISSION_DENIED

    @CEA-5-d
    场景: 成交记录不可修改
      当 cea 收市并完成清算交收
      并且 甲公司 撤销挂牌 甲公司#1
      那么 被拒绝，因为 ORDER_FILLED
      并且 一切没有变化
      并且 重放日志得到相同状态
