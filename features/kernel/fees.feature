Feature: Fees
  Both sides of a listed trade pay 5 per mille of its turnover, of a block 1 per mille, each rounded half up to the fen.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1   |
      | Alpha   | 100000.00 | 5000 |
      | Beta    | 100000.00 | 0    |
    And board is open at 13:00

  Scenario Outline: A trade of <tonnes> t at <price> costs each side <fee> yuan
    When Alpha posts to sell <tonnes> t of U1 at <price>
    And Beta takes to buy <tonnes> t of U1 at <price>
    Then Beta buys <tonnes> t from Alpha at <price>
    And each side pays a fee of <fee> yuan
    And the fee income is <income> yuan

    Examples:
      | tonnes | price | fee   | income |
      | 100    | 50.00 | 25.00 | 50.00  |
      | 1      | 50.00 | 0.25  | 0.50   |
      | 1      | 50.99 | 0.25  | 0.50   |
      | 1      | 51.00 | 0.26  | 0.52   |
      | 3      | 47.33 | 0.71  | 1.42   |

  Scenario: A block costs each side 1 per mille
    When Alpha offers a block to sell 1001 t of U1 at 50.50
    And Beta accepts block Alpha#1
    Then Beta buys 1001 t from Alpha at 50.50
    And each side pays a fee of 50.55 yuan
    And the fee income is 101.10 yuan

  Scenario: What is posted and withdrawn costs nothing
    When Beta posts to buy 100 t of U1 at 50.00
    And Beta withdraws listing Beta#1
    Then Beta has 100000.00 yuan total
    And the fee income is 0.00 yuan

  Rule: Fees are rounded per trade, so that parts may cost a fen more than the whole

    Scenario: The fen that is missing comes from available cash
      When Beta posts to buy 2 t of U1 at 51.10
      Then Beta has 102.71 yuan frozen
      When Alpha takes to sell 1 t of U1 at 51.10
      And Alpha takes to sell 1 t of U1 at 51.10
      Then Beta buys 1 t from Alpha at 51.10
      And each side pays a fee of 0.26 yuan
      And Beta buys 1 t from Alpha at 51.10
      And each side pays a fee of 0.26 yuan
      And Beta has 0.00 yuan frozen
      And Beta has 99897.28 yuan available

    Scenario: The fen that parts cost less returns
      When Beta posts to buy 2 t of U1 at 50.70
      Then Beta has 101.91 yuan frozen
      When Alpha takes to sell 1 t of U1 at 50.70
      And Alpha takes to sell 1 t of U1 at 50.70
      Then Beta has 0.00 yuan frozen
      And Beta has 99898.10 yuan available

    Scenario: A fen nobody has is a fee due and is collected from the next deposit
      Given Gamma has an account with 102.71 yuan
      When Gamma posts to buy 2 t of U1 at 51.10
      And Alpha takes to sell 1 t of U1 at 51.10
      And Alpha takes to sell 1 t of U1 at 51.10
      Then Gamma has 0.00 yuan total
      When Gamma asks "core.cash"
      Then the answer shows
        | account | total | fees_due |
        | Gamma   | 0.00  | 0.01     |
      And the fee income is 1.04 yuan
      When channel sends "core.deposit"
        | account | Gamma |
        | amount  | 1.00  |
      Then Gamma has 0.99 yuan available
      When Gamma asks "core.cash"
      Then the answer shows
        | account | fees_due |
        | Gamma   | 0.00     |
      And the fee income is 1.04 yuan
