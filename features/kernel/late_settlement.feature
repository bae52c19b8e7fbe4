Feature: Late settlement
  A day may be settled days later: its flows stay on its own statement, its money and units come free when it is settled.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-04
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash     | U1  |
      | Alpha   | 1000.00  | 500 |
      | Beta    | 10000.00 | 0   |
    And board is open at 10:00
    # 60 t at 50.00 are 3000.00; 5 per mille are 15.00
    When Alpha posts to sell 60 t of U1 at 50.00
    And Beta takes to buy 60 t of U1 at 50.00
    Then Beta buys 60 t from Alpha at 50.00
    And each side pays a fee of 15.00 yuan

  Rule: The first day is settled in the middle of the second

    Background:
      Given 1 trading days later board is open at 10:00
      # 40 t at 51.00 are 2040.00; 5 per mille are 10.20
      When Alpha posts to sell 40 t of U1 at 51.00
      And Beta takes to buy 40 t of U1 at 51.00
      Then Beta buys 40 t from Alpha at 51.00
      And each side pays a fee of 10.20 yuan

    Scenario: Before the first day is settled nothing of either day may leave
      Then Alpha has 1000.00 yuan withdrawable
      And Alpha has 6014.80 yuan total
      And Beta has 100 t of U1 undelivered
      When Alpha sends "core.withdraw"
        | account | Alpha   |
        | amount  | 1000.01 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed
      When Beta posts to sell 1 t of U1 at 51.00
      Then it is refused because RESALE_FREEZE
      And nothing has changed

    Scenario: Settled during the second day, the first day's proceeds may leave and the second's stay
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then it is accepted
      And Alpha has 3985.00 yuan withdrawable
      And Alpha has 6014.80 yuan total
      When Alpha sends "core.withdraw"
        | account | Alpha   |
        | amount  | 3985.01 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed
      When Alpha sends "core.withdraw"
        | account | Alpha   |
        | amount  | 3985.00 |
      Then it is accepted
      And Alpha has 0.00 yuan withdrawable
      And Alpha has 2029.80 yuan total

    Scenario: Settled during the second day, the first day's units may be sold and the second's may not
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then Beta has 60 t of U1 available
      And Beta has 40 t of U1 undelivered
      When Beta posts to sell 61 t of U1 at 51.00
      Then it is refused because RESALE_FREEZE
      And the refusal says available_tonnes is 60
      And the refusal says first_day is 2026-03-06
      And nothing has changed
      When Beta posts to sell 60 t of U1 at 51.00
      Then it is accepted

    Scenario: Every flow stands on the day on which it was, whenever that day is settled
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      And Alpha asks "core.cash_statements"
      Then the answer has 2 rows
      And the answer shows
        | day        | opening | deposited | bought | sold    | fees  | closing | unsettled | withdrawable |
        | 2026-03-04 | 0.00    | 1000.00   | 0.00   | 3000.00 | 15.00 | 3985.00 | 2985.00   | 1000.00      |
        | 2026-03-05 | 3985.00 | 0.00      | 0.00   | 2040.00 | 10.20 | 6014.80 | 2029.80   | 3985.00      |
      When Beta asks "core.cash_statements"
      Then the answer has 2 rows
      And the answer shows
        | day        | opening | deposited | bought  | sold | fees  | closing | unsettled | withdrawable |
        | 2026-03-04 | 0.00    | 10000.00  | 3000.00 | 0.00 | 15.00 | 6985.00 | 0.00      | 6985.00      |
        | 2026-03-05 | 6985.00 | 0.00      | 2040.00 | 0.00 | 10.20 | 4934.80 | 0.00      | 4934.80      |

    Scenario: Every tonne stands on the day on which it was bought, whenever that day is settled
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      And Beta asks "core.unit_statements"
      Then the answer has 2 rows
      And the answer shows
        | day        | opening | bought | sold | closing | available | undelivered | locked |
        | 2026-03-04 | 0       | 60     | 0    | 60      | 0         | 60          | 0      |
        | 2026-03-05 | 60      | 40     | 0    | 100     | 60        | 40          | 0      |

    Scenario: What was earned and spent again before its settlement does not come free twice
      # 50 t at 51.00 and 12.75 of fee are 2562.75, out of 5014.80 of proceeds; day one then brings 2985.00 - 2562.75
      When Beta sends "core.transfer_out"
        | account    | Beta |
        | instrument | U1   |
        | quantity   | 1    |
      Then it is refused because INSUFFICIENT_POSITION
      Given Gamma has an account with 0.00 yuan
      And Gamma holds 50 t of U1
      When Gamma posts to sell 50 t of U1 at 51.00
      And Alpha takes to buy 50 t of U1 at 51.00
      Then Alpha buys 50 t from Gamma at 51.00
      And each side pays a fee of 12.75 yuan
      And Alpha has 1000.00 yuan withdrawable
      And Alpha has 3452.05 yuan total
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then Alpha has 1422.25 yuan withdrawable
      And Alpha has 3452.05 yuan total

  Rule: Several days are pending

    Background:
      Given 1 trading days later board is open at 10:00
      When Alpha posts to sell 20 t of U1 at 50.00
      And Beta takes to buy 20 t of U1 at 50.00
      And 1 trading days later board is open at 10:00
      And Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      Then Beta buys 20 t from Alpha at 50.00
      And Beta buys 10 t from Alpha at 50.00
      And Beta has 90 t of U1 undelivered

    Scenario: Each settlement frees the units of its own day
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then Beta has 60 t of U1 available
      And Beta has 30 t of U1 undelivered
      # 3000.00 - 15.00 of the first day join the 1000.00
      And Alpha has 3985.00 yuan withdrawable
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then Beta has 80 t of U1 available
      And Beta has 10 t of U1 undelivered
      # 1000.00 - 5.00 of the second
      And Alpha has 4980.00 yuan withdrawable

    Scenario: On the last day's evening the last day's units are still locked, over the weekend too
      When admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      And admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      And the day of board is closed and settled
      Then Beta has 80 t of U1 available
      And Beta has 10 t of U1 locked
      And Beta has 0 t of U1 undelivered
      # 500.00 - 2.50 of the third
      And Alpha has 5477.50 yuan withdrawable
      When it is 12:00 on 2026-03-08
      Then Beta has 10 t of U1 locked
      Given 1 trading days later board is open at 09:30
      Then Beta has 90 t of U1 available
      And Beta has 0 t of U1 locked

    Scenario: A flow on a day without trading has a statement of its own
      When it is 12:00 on 2026-03-07
      And Alpha sends "core.withdraw"
        | account | Alpha  |
        | amount  | 400.00 |
      And 1 trading days later board is open at 09:30
      And Alpha asks "core.cash_statements"
      Then the answer shows
        | day        | opening | withdrawn | sold    | fees | closing |
        | 2026-03-05 | 3985.00 | 0.00      | 1000.00 | 5.00 | 4980.00 |
        | 2026-03-06 | 4980.00 | 0.00      | 500.00  | 2.50 | 5477.50 |
        | 2026-03-07 | 5477.50 | 400.00    | 0.00    | 0.00 | 5077.50 |
