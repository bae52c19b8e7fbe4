Feature: The public rules of 2023, where the manual is silent
  Hours, the smallest quantity, the largest holding and free prices are parameters: dated, announced, and off by
  default but for the hours. Whoever runs the market switches them on.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And CCER01 of CCER is listed on shea at 50.00
    And these accounts
      | account | cash       | SHEA  | CCER01 |
      | Alpha   | 10000.00   | 60000 | 20000  |
      | Beta    | 5000000.00 | 1000  | 0      |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30

  Rule: REPO-PUB-1: the hours of repos

    @REPO-PUB-1
    Scenario: The manual's opening hours are those of every trading day
      Then repo_sessions of shea is "['09:30', '11:30'], ['13:00', '15:00']" on 2026-03-04 by REPO-PUB-1

    @REPO-PUB-1
    Scenario Outline: The operator sets repos to the afternoon: at <clock> <outcome>
      Given the repo rule repo_sessions becomes "[['13:00', '15:00']]"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      And shea trades until it is <clock> on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then <outcome>

      Examples:
        | clock    | outcome                               |
        | 10:00    | it is refused because OUTSIDE_SESSION |
        | 12:59:59 | it is refused because OUTSIDE_SESSION |
        | 13:00    | it is accepted                        |
        | 14:59:59 | it is accepted                        |

  Rule: REPO-PUB-2: at least so much, indivisible

    @REPO-PUB-2
    Scenario: By default there is no smallest quantity
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is accepted
      And repo_minimum_tonnes of shea is "0" on 2026-03-04 by REPO-PUB-2

    @REPO-PUB-2
    Scenario Outline: Switched on from the next trading day: <tonnes> t
      Given the repo rule repo_minimum_tonnes becomes "10000"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of <tonnes> t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then <outcome>

      Examples:
        | tonnes | outcome                                  |
        | 10000  | it is accepted                           |
        | 9999   | it is refused because QTY_BELOW_REPO_MIN |

    @REPO-PUB-2
    Scenario: On the day before it is not yet in force
      Given the repo rule repo_minimum_tonnes becomes "10000"
      And the repo rule filing_trading_days becomes "1"
      And shea trades until it is 10:00 on 2026-02-27
      And the repo rule repo_minimum_tonnes becomes "20000"
      And Alpha and Beta agree on a repo of 10000 t of SHEA from 2026-03-04 to 2026-03-31
      And Alpha and Beta agree on a repo of 10000 t of SHEA from 2026-03-06 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits application Alpha#1
      Then it is accepted
      When shea trades until it is 10:00 on 2026-03-02
      And Alpha submits application Alpha#2
      Then it is refused because QTY_BELOW_REPO_MIN
      And the refusal cites REPO-PUB-2
      And the refusal says from is 20000
      And nothing has changed

    @REPO-PUB-2
    Scenario: Indivisible: one row, even of reductions
      Given the repo rule several_rows_for_reductions becomes "true"
      And SHCER01 of SHCER is listed on shea at 40.00
      And the repo rule repo_indivisible becomes "true"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 20000 t of CCER01 from 2026-03-04 to 2026-03-31 with
        | underlying | [{"instrument": "CCER01", "quantity_tonnes": 10000}, {"instrument": "SHCER01", "quantity_tonnes": 10000}] |
      When Alpha submits application Alpha#1
      Then it is refused because ONE_ROW_ONLY
      And nothing has changed

  Rule: REPO-PUB-3: the largest holding

    @REPO-PUB-3
    Scenario: By default there is none
      Then largest_holding_tonnes of shea is "0" on 2026-03-04 by REPO-PUB-3

    # The buyer holds 1,000 t and buys 50,000 t.
    @REPO-PUB-3
    Scenario Outline: With a largest holding of <most> t <outcome>
      Given the repo rule largest_holding_tonnes becomes "<most>"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      Then <outcome>

      Examples:
        | most  | outcome                                 |
        | 51000 | it is accepted                          |
        | 50999 | it is refused because HOLDING_ABOVE_MAX |

    @REPO-PUB-3
    Scenario: It is asked once more at the completion, and reductions don't count
      Given the repo rule largest_holding_tonnes becomes "51000"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 20000 t of CCER01 from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And registry sends "core.transfer_in"
        | account    | Beta |
        | instrument | SHEA |
        | quantity   | 1    |
      And admin completes the initial trade of Alpha#1
      Then it is refused because HOLDING_ABOVE_MAX
      And the refusal cites REPO-PUB-3
      And nothing has changed
      When Alpha submits the initial trade of Alpha#2
      And Beta confirms the initial trade of Alpha#2
      And admin completes the initial trade of Alpha#2
      Then Beta buys 20000 t from Alpha at 34.40

  Rule: REPO-PUB-4: prices are the parties' own

    @REPO-PUB-4
    Scenario: A repo at a price far off the band of the listed market
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-05 with
        | initial_price     | 0.01     |
        | initial_amount    | 10.00    |
        | repurchase_price  | 60.00    |
        | repurchase_amount | 60000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin completes the initial trade of Alpha#1
      Then Beta buys 1000 t from Alpha at 0.01
      When Alpha posts to sell 1000 t of SHEA at 0.01
      Then it is refused because PRICE_OUT_OF_BAND
      And nothing has changed

  Rule: What a parameter can't be

    @REPO-PUB-1 @REPO-PUB-2 @REPO-1-a
    Scenario Outline: <parameter> is not "<value>"
      When admin sends "core.change_parameter"
        | market    | shea        |
        | parameter | <parameter> |
        | value     | <value>     |
        | since     | 2026-03-02  |
        | notice    | 2026-009    |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | parameter           | value       | code              |
        | repo_sessions       | 09:30       | BAD_PARAMETER     |
        | repo_minimum_tonnes | many        | BAD_PARAMETER     |
        | filing_trading_days | 0           | BAD_PARAMETER     |
        | manual_version      | next summer | BAD_PARAMETER     |
        | surrender_deadline  | 31 March    | BAD_PARAMETER     |
        | repo_colour         | green       | UNKNOWN_PARAMETER |
