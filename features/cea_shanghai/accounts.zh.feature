# language: zh-CN
功能: 交易账户与操作员
  每个主体一个账户，账户下可设多名权限各异的操作员，账户下的一切操作都算主体本人所为。

  背景:
    假如 2021-07-16 交易机构启用规则包 "cea_shanghai"
    并且 CEA 的 CEA 在 cea 上市，基准价 48.00 元
    并且 以下交易账户
      | 账户   | 资金     | CEA |
      | 甲公司 | 10000.00 | 500 |
      | 乙公司 | 10000.00 | 0   |

  规则: 每个主体只能开设一个交易账户

    @CEA-4-a
    场景: 同一主体再开一个账户被拒绝
      当 admin 提交指令 "core.open_account"
        | account            | 甲公司二号 |
        | participant        | 甲公司     |
        | kind               | other      |
        | operator           | 甲二       |
        | data_declared_true | true       |
      那么 被拒绝，因为 DUPLICATE_ACCOUNT
      并且 拒绝依据条款 CEA-4-a
      并且 拒绝说明 account 为 甲公司
      并且 一切没有变化

    @CEA-4-a
    场景: 已有的账户编号不能给另一主体
      当 admin 提交指令 "core.open_account"
        | account            | 甲公司 |
        | participant        | 丁公司 |
        | kind               | other  |
        | operator           | 丁     |
        | data_declared_true | true   |
      那么 被拒绝，因为 DUPLICATE_ACCOUNT
      并且 拒绝依据条款 CEA-4-a
      并且 一切没有变化

  规则: 一个账户可以有多名操作员

    @CEA-4-a
    场景: 增设的操作员可以为本账户申报
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小李   |
        | permissions | trade  |
      并且 cea 开市后时间到了 09:30
      并且 小李 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      那么 受理成功
      并且 甲公司 的 CEA 冻结 数量为 100 吨

    @CEA-4-a
    场景: 没有交易权限的操作员不能申报
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小李   |
        | permissions | query  |
      并且 cea 开市后时间到了 09:30
      并且 小李 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      那么 被拒绝，因为 PERMISSION_DENIED
      并且 一切没有变化
      并且 CEA 没有 卖出 挂牌

    @CEA-4-a
    场景: 操作员不能授出自己没有的权限
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司          |
        | operator    | 小李            |
        | permissions | operators,query |
      并且 小李 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小王   |
        | permissions | trade  |
      那么 被拒绝，因为 PERMISSION_DENIED
      并且 拒绝说明 permission 为 trade
      并且 一切没有变化

    @CEA-4-a
    场景: 每个账户至多五名操作员
      当 甲公司 提交指令 "core.add_operator"
        | account  | 甲公司 |
        | operator | 操作二 |
      并且 甲公司 提交指令 "core.add_operator"
        | account  | 甲公司 |
        | operator | 操作三 |
      并且 甲公司 提交指令 "core.add_operator"
        | account  | 甲公司 |
        | operator | 操作四 |
      并且 甲公司 提交指令 "core.add_operator"
        | account  | 甲公司 |
        | operator | 操作五 |
      那么 受理成功
      当 甲公司 提交指令 "core.add_operator"
        | account  | 甲公司 |
        | operator | 操作六 |
      那么 被拒绝，因为 TOO_MANY_OPERATORS
      并且 拒绝说明 most 为 5
      并且 一切没有变化

    @CEA-4-a
    场景: 操作员不能动用别人的账户
      当 cea 开市后时间到了 09:30
      并且 乙公司 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 乙-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      那么 被拒绝，因为 PERMISSION_DENIED
      并且 一切没有变化

  规则: 主体保证开户资料真实、完整、准确和有效

    @CEA-4-b
    场景: 未作声明不予开户
      当 admin 提交指令 "core.open_account"
        | account     | 丁公司 |
        | participant | 丁公司 |
        | kind        | other  |
        | operator    | 丁     |
      那么 被拒绝，因为 DECLARATION_MISSING
      并且 拒绝依据条款 CEA-4-b
      并且 一切没有变化

    @CEA-4-b
    场景: 声明为否也不予开户
      当 admin 提交指令 "core.open_account"
        | account            | 丁公司 |
        | participant        | 丁公司 |
        | kind               | other  |
        | operator           | 丁     |
        | data_declared_true | false  |
      那么 被拒绝，因为 DECLARATION_MISSING
      并且 一切没有变化

    @CEA-4-b
    场景: 作出声明后予以开户
      当 admin 提交指令 "core.open_account"
        | account            | 丁公司 |
        | participant        | 丁公司 |
        | kind               | other  |
        | operator           | 丁     |
        | data_declared_true | true   |
      那么 受理成功

  规则: 账户下的一切活动视为主体自身行为

    @CEA-4-c
    场景: 每笔申报都记下账户和操作员
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小李   |
        | permissions | trade  |
      并且 cea 开市后时间到了 09:30
      并且 小李 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      并且 甲公司 挂牌 卖出 CEA 50 吨，价格 49.50 元
      并且 admin 查询 "core.orders"
      那么 查询结果包含
        | account | operator | quantity | price |
        | 甲公司  | 小李     | 100      | 49.00 |
        | 甲公司  | 甲公司   | 50       | 49.50 |

    @CEA-4-c
    场景: 操作员的成交约束主体本身
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小李   |
        | permissions | trade  |
      并且 cea 开市后时间到了 09:30
      并且 小李 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      并且 乙公司 摘牌 买入 CEA 10 吨，价格 49.00 元
      那么 乙公司 从 甲公司 买入成交 10 吨，价格 49.00 元
      并且 甲公司 的资金 当日卖出 为 490.00 元

    @CEA-4-c
    场景: 冻结的操作员不能再操作
      当 甲公司 提交指令 "core.add_operator"
        | account     | 甲公司 |
        | operator    | 小李   |
        | permissions | trade  |
      并且 甲公司 提交指令 "core.freeze_operator"
        | account  | 甲公司 |
        | operator | 小李   |
      并且 cea 开市后时间到了 09:30
      并且 小李 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      那么 被拒绝，因为 OPERATOR_FROZEN
      并且 一切没有变化
      当 甲公司 挂牌 卖出 CEA 100 吨，价格 49.00 元
      那么 受理成功

    @CEA-4-c
    场景: 没有登录的人什么也做不了
      当 cea 开市后时间到了 09:30
      并且 无人 查询 "core.board"
      那么 被拒绝，因为 AUTH_REQUIRED
      当 无人 提交指令 "core.post_listing"
        | account    | 甲公司 |
        | trade_no   | 甲-1   |
        | instrument | CEA    |
        | side       | sell   |
        | quantity   | 100    |
        | price      | 49.00  |
      那么 被拒绝，因为 AUTH_REQUIRED
      并且 一切没有变化
