Feature: The initial trade
  On the agreed day, in trading hours, the initial seller submits what was filed, the initial buyer confirms it
  under a mobile number, and the exchange completes it. Units and cash are frozen step by step and released on
  every way out.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 10000.00   | 60000 |
      | Beta    | 5000000.00 | 1000  |
      | Gamma   | 5000000.00 | 0     |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
    And the filing Alpha#1 is approved

  Rule: The seller submits, the buyer confirms, the exchange completes

    @REPO-4.2.1-c @REPO-4.2.2-a @REPO-4.2.3-a @REPO-4.2.3-b @REPO-A6-19
    Scenario: From the seller's entry to the trade
      Given shea trades until it is 09:30 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then it is accepted
      And contract Alpha#1 is submitted
      And Alpha has 50000 t of SHEA frozen
      When Beta confirms the initial trade of Alpha#1
      Then contract Alpha#1 is confirmed
      And Beta has 1721376.00 yuan frozen
      When admin completes the initial trade of Alpha#1
      Then Beta buys 50000 t from Alpha at 34.40
      And each side pays a fee of 1376.00 yuan
      And contract Alpha#1 is outstanding
      And Alpha has 1728624.00 yuan withdrawable
      And Alpha has 0 t of SHEA frozen
      And Beta has 3278624.00 yuan available
      And Beta has 10000 t of SHEA pledged
      And Beta has 41000 t of SHEA available
      And a replay of the journal gives the same state

    @REPO-4.2.1-b @REPO-4.2.1-a
    Scenario: There is no trade before the filing is approved
      Given Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-05 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits the initial trade of Alpha#2
      Then it is refused because DOCS_NOT_APPROVED
      And nothing has changed
      When Alpha submits the initial trade of HG00000099
      Then it is refused because CONTRACT_UNKNOWN
      And nothing has changed

    @REPO-4.2.1-c
    Scenario Outline: Only on the agreed day, in trading hours
      Given shea trades until it is <clock> on <day>
      When Alpha submits the initial trade of Alpha#1
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | day        | clock    | code             |
        | 2026-03-03 | 10:00    | WRONG_TRADE_DATE |
        | 2026-03-04 | 09:29:59 | OUTSIDE_SESSION  |
        | 2026-03-04 | 11:30    | OUTSIDE_SESSION  |
        | 2026-03-04 | 12:59:59 | OUTSIDE_SESSION  |

    @REPO-4.2.1-c @REPO-PUB-1
    Scenario Outline: The edges of the sessions: the start belongs to them, the end does not
      Given shea trades until it is <clock> on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then it is accepted

      Examples:
        | clock    |
        | 09:30    |
        | 11:29:59 |
        | 13:00    |
        | 14:59:59 |

    @REPO-4.2.1-c
    Scenario: Each step belongs to one side
      Given shea trades until it is 10:00 on 2026-03-04
      When Beta submits the initial trade of Alpha#1
      Then it is refused because NOT_INITIAL_SELLER
      And nothing has changed
      When Gamma submits the initial trade of Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Beta confirms the initial trade of Alpha#1
      Then it is refused because NOTHING_TO_CONFIRM
      And nothing has changed
      When admin completes the initial trade of Alpha#1
      Then it is refused because CONFIRMATION_MISSING
      And nothing has changed
      When Alpha submits the initial trade of Alpha#1
      And Alpha confirms the initial trade of Alpha#1
      Then it is refused because NOT_INITIAL_BUYER
      And nothing has changed
      When Alpha submits the initial trade of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed

    @REPO-4.2.1-c @REPO-A6-17 @REPO-A4-4
    Scenario Outline: What is entered must be what was filed
      Given shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1 with
        | <field> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | field            | value      | code               |
        | quantity         | 49999      | TERMS_MISMATCH     |
        | initial_price    | 34.41      | TERMS_MISMATCH     |
        | repurchase_price | 35.01      | TERMS_MISMATCH     |
        | repurchase_day   | 2026-03-30 | TERMS_MISMATCH     |
        | margin           | 1.00       | TERMS_MISMATCH     |
        | monitored        | true       | TERMS_MISMATCH     |
        | initial_amount   | 1719999.99 | AMOUNT_MISMATCH    |
        | frozen           | 50001      | FREEZE_EXCEEDS_QTY |

    @REPO-4.2.2-c
    Scenario: The buyer leaves a mobile number
      Given shea trades until it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      When Beta confirms the initial trade of Alpha#1 under the mobile number ""
      Then it is refused because FIELD_MISSING
      And nothing has changed
      When Beta confirms the initial trade of Alpha#1 under the mobile number "13800138000"
      Then it is accepted
      And contract Alpha#1 shows
        | mobile         | 138****8000 |
        | initial        | 34.40       |
        | initial_amount | 1720000.00  |
        | monitored      | 0           |

  Rule: Before the trade everything can be taken back

    @REPO-4.2.1-d
    Scenario: The seller withdraws, changes and submits again, until the buyer has confirmed
      Given shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Alpha withdraws the initial trade of Alpha#1
      Then contract Alpha#1 is withdrawn
      And Alpha has 0 t of SHEA frozen
      And Alpha has 60000 t of SHEA available
      When Alpha withdraws the initial trade of Alpha#1
      Then it is refused because BAD_STATE
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And Alpha withdraws the initial trade of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed

    @REPO-4.2.2-b @REPO-4.2.2-e
    Scenario: The buyer declines, the seller submits again
      Given shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta declines the initial trade of Alpha#1 because "the price is not the agreed one"
      Then contract Alpha#1 is declined
      And Alpha has 60000 t of SHEA available
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      Then contract Alpha#1 is confirmed

    @REPO-4.2.3-c
    Scenario: The exchange refuses, and the loop begins anew
      Given shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin refuses the initial trade of Alpha#1 because "the paper names another account"
      Then contract Alpha#1 is refused
      And Alpha has 60000 t of SHEA available
      And Beta has 5000000.00 yuan available
      When admin completes the initial trade of Alpha#1
      Then it is refused because CONFIRMATION_MISSING
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin completes the initial trade of Alpha#1
      Then Beta buys 50000 t from Alpha at 34.40

    @REPO-4.2.3-a
    Scenario: The exchange reviews in trading hours
      Given shea trades until it is 11:29 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And it is 11:30
      And admin completes the initial trade of Alpha#1
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When it is 13:00
      And admin completes the initial trade of Alpha#1
      Then Beta buys 50000 t from Alpha at 34.40

    @REPO-4.2.3-c
    Scenario: What is not completed by the close expires and is released
      Given shea trades until it is 14:59 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And it is 15:01
      Then contract Alpha#1 is expired
      And no trade is done
      And Alpha has 60000 t of SHEA available
      And Beta has 5000000.00 yuan available
      And a replay of the journal gives the same state

  Rule: Means and accounts

    @REPO-A6-4.2.2 @REPO-4.2.3-b
    Scenario: Two contracts want the same units: the first that is submitted has them
      Given Alpha and Beta agree on a repo of 20000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Alpha submits the initial trade of Alpha#2
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed
      When Alpha withdraws the initial trade of Alpha#1
      And Alpha submits the initial trade of Alpha#2
      Then it is accepted

    @REPO-A6-4.2.2
    Scenario: The buyer lacks the cash
      Given shea trades until it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      When Beta posts to buy 76300 t of SHEA at 43.00
      And Beta confirms the initial trade of Alpha#1
      Then it is refused because INSUFFICIENT_FUNDS
      And nothing has changed

    @REPO-A6-4.2.2 @REPO-A4-2
    Scenario: An account is restricted between the steps
      Given shea trades until it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      When admin sends "core.take_measure"
        | market  | shea                   |
        | account | Alpha                  |
        | measure | restrict_trading       |
        | reason  | a ruling of the court  |
      And admin completes the initial trade of Alpha#1
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed
      When it is 15:01
      Then contract Alpha#1 is expired
      And Beta has 5000000.00 yuan available

    @REPO-A4-2
    Scenario: A party whose repos are suspended
      Given shea trades until it is 10:00 on 2026-03-04
      When admin sends "core.take_measure"
        | market  | shea                      |
        | account | Beta                      |
        | measure | suspend_repo              |
        | reason  | it did not hand in papers |
      And Alpha submits the initial trade of Alpha#1
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed
      When admin sends "core.lift_measure"
        | measure_no | 1                |
        | reason     | papers handed in |
      And Alpha submits the initial trade of Alpha#1
      Then it is accepted

    @REPO-A6-4.2.2
    Scenario: An account that is a party of a contract is not closed, empty or not
      Given Delta has an account with 0.00 yuan
      And Delta is a senior-trader in Shanghai
      And Delta is qualified for repos
      And Alpha and Delta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-003 |
      And the filing Alpha#2 is approved
      When admin sends "core.close_account"
        | account | Delta     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says engaged_in is HG00000004
      And nothing has changed
