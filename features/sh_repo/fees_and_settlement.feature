Feature: Fees and settlement
  Both sides pay the repo fee at the initial trade and again at the repurchase, rounded half up for each trade and
  side. Every trade is settled by itself, in full, as it is completed; the statements of the day show it.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 100000.00  | 60000 |
      | Beta    | 5000000.00 | 0     |
      | Gamma   | 5000000.00 | 0     |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And shea is open at 09:30

  Rule: Article 4.2.4: the fee

    @REPO-A6-4.2.4
    Scenario: As long as no repo fee is set nothing is filed, nor approved
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      When Alpha submits application Alpha#1
      Then it is refused because FEE_NOT_CONFIGURED
      And the refusal cites REPO-A6-4.2.4
      And nothing has changed
      Given the repo fee is 0.8 per mille
      When Alpha submits application Alpha#1
      Then it is refused because FEE_NOT_CONFIGURED
      Given shea trades until it is 10:00 on 2026-02-27
      When Alpha submits application Alpha#1
      Then it is accepted

    @REPO-A6-4.2.4
    Scenario Outline: A fee that is no share of the amount is not set: <value>
      When admin sends "core.change_parameter"
        | market    | shea         |
        | parameter | repo_fee_ppm |
        | value     | <value>      |
        | since     | 2026-02-27   |
        | notice    | 2026-001     |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | value   | code          |
        | -1      | BAD_PARAMETER |
        | 1000001 | BAD_PARAMETER |

    @REPO-A6-4.2.4 @REPO-4.4-a
    Scenario: Both sides pay at both legs, each by its own amount
      Given the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin completes the initial trade of Alpha#1
      Then Beta buys 50000 t from Alpha at 34.40
      # 1,720,000.00 x 0.0008
      And each side pays a fee of 1376.00 yuan
      And the fee income is 2752.00 yuan
      When shea trades until it is 10:00 on 2026-03-10
      And Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      # 1,750,000.00 x 0.0008
      And each side pays a fee of 1400.00 yuan
      And the fee income is 5552.00 yuan
      When Alpha asks "sh_repo.trades"
      Then the answer has 2 rows
      And the answer shows
        | contract   | leg        | seller | buyer | price | quantity | turnover   | seller_fee | buyer_fee |
        | HG00000002 | initial    | Alpha  | Beta  | 34.40 | 50000    | 1720000.00 | 1376.00    | 1376.00   |
        | HG00000002 | repurchase | Alpha  | Beta  | 35.00 | 50000    | 1750000.00 | 1400.00    | 1400.00   |

    # 0.0008 of 6.25 is 0.005 yuan, of 6.24 it is 0.004992; of 18.75 it is 0.015, of 18.74 it is 0.014992.
    @REPO-A6-4.2.4 @REPO-PUB-4
    Scenario Outline: Half a fen is rounded up: 1 t at <first>, back at <last>
      Given the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1 t of SHEA from 2026-03-04 to 2026-03-10 with
        | initial_price     | <first> |
        | initial_amount    | <first> |
        | repurchase_price  | <last>  |
        | repurchase_amount | <last>  |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin completes the initial trade of Alpha#1
      Then Beta buys 1 t from Alpha at <first>
      And each side pays a fee of <fee> yuan
      When shea trades until it is 10:00 on 2026-03-10
      And Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 1 t from Beta at <last>
      And each side pays a fee of <fee back> yuan

      Examples:
        | first | last  | fee  | fee back |
        | 6.25  | 6.24  | 0.01 | 0.00     |
        | 18.74 | 18.75 | 0.01 | 0.02     |

    @REPO-A6-4.2.4
    Scenario: The fee of each leg is that of its day
      Given the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And the repo fee is 1 per mille
      And shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      And each side pays a fee of 1750.00 yuan
      And the fee income is 6252.00 yuan

    @REPO-A6-4.2.4
    Scenario: A fee of nothing is a fee that is set
      Given the repo fee is 0 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then the fee income is 0.00 yuan
      And Beta has 3280000.00 yuan available

    @REPO-A6-4.2.4 @REPO-A6-4.2.2
    Scenario Outline: The buyer needs the amount and the fee: with <cash> yuan <outcome>
      Given Delta has an account with <cash> yuan
      And Delta is a senior-trader in Shanghai
      And Delta is qualified for repos
      And the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Delta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Delta confirms the initial trade of Alpha#1
      Then <outcome>

      Examples:
        | cash       | outcome                                  |
        | 1721376.00 | it is accepted                           |
        | 1721375.99 | it is refused because INSUFFICIENT_FUNDS |

  Rule: Article 19: trade by trade, in full, on completion

    @REPO-A6-19
    Scenario: What came in is there at once, and the statements of the day tell it
      Given the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | margin | 100000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      # 100,000.00 + 1,720,000.00 - 1,376.00 - 100,000.00 of margin
      Then Alpha has 1718624.00 yuan withdrawable
      When Alpha sends "core.withdraw"
        | account | Alpha      |
        | amount  | 1718624.01 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed
      When Alpha sends "core.withdraw"
        | account | Alpha     |
        | amount  | 718624.00 |
      Then it is accepted
      When Beta posts to sell 40000 t of SHEA at 43.00
      Then it is accepted
      Given every day of shea up to today is settled
      When Alpha asks "core.cash_statements"
      Then the answer shows
        | day        | opening   | withdrawn | sold       | bought | fees    | closing    | margin    | unsettled | withdrawable |
        | 2026-03-04 | 100000.00 | 718624.00 | 1720000.00 | 0.00   | 1376.00 | 1100000.00 | 100000.00 | 0.00      | 1000000.00   |
      When Beta asks "core.cash_statements"
      Then the answer shows
        | day        | opening    | withdrawn | sold | bought     | fees    | closing    | margin | unsettled | withdrawable |
        | 2026-03-04 | 5000000.00 | 0.00      | 0.00 | 1720000.00 | 1376.00 | 3278624.00 | 0.00   | 0.00      | 3278624.00   |
      When Alpha asks "core.unit_statements"
      Then the answer shows
        | day        | instrument | opening | bought | sold  | closing | available | pledged | undelivered |
        | 2026-03-04 | SHEA       | 60000   | 0      | 50000 | 10000   | 10000     | 0       | 0           |
      When Beta asks "core.unit_statements"
      Then the answer shows
        | day        | instrument | opening | bought | sold | closing | available | pledged | undelivered |
        | 2026-03-04 | SHEA       | 0       | 50000  | 0    | 50000   | 40000     | 10000   | 0           |

    @REPO-A6-19 @REPO-A4-5
    Scenario: The repurchase in the statements: units go back, the margin is free
      Given the repo fee is 0.8 per mille
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-05 with
        | margin | 100000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And shea trades until it is 10:00 on 2026-03-05
      When Alpha submits the repurchase of Alpha#1
      # 1,750,000.00 and 1,400.00 of fee, 100,000.00 of it there as margin
      Then Alpha has 1651400.00 yuan frozen
      And Alpha has 100000.00 yuan margin
      When Beta confirms the repurchase of Alpha#1
      Then Alpha has 67224.00 yuan withdrawable
      Given every day of shea up to today is settled
      When Alpha asks "core.cash_statements"
      Then the answer shows
        | day        | opening    | sold       | bought     | fees    | closing    | margin    |
        | 2026-03-04 | 100000.00  | 1720000.00 | 0.00       | 1376.00 | 1818624.00 | 100000.00 |
        | 2026-03-05 | 1818624.00 | 0.00       | 1750000.00 | 1400.00 | 67224.00   | 0.00      |
      When Beta asks "core.unit_statements"
      Then the answer shows
        | day        | opening | bought | sold  | closing | pledged |
        | 2026-03-04 | 0       | 50000  | 0     | 50000   | 10000   |
        | 2026-03-05 | 50000   | 0      | 50000 | 0       | 0       |
      And a replay of the journal gives the same state
