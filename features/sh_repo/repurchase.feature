Feature: The repurchase
  On the repurchase day either side submits, the other confirms, and the repurchase is done on the confirmation: no
  review by the exchange. A shortage is a refusal, not a failure. What is not repurchased by the close is overdue.

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
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
    And the filing Alpha#1 is approved
    And shea trades until it is 10:00 on 2026-03-04
    And the initial trade of Alpha#1 is done

  Rule: Either side submits, the other confirms

    @REPO-3-a @REPO-4.3-a @REPO-4.3-b @REPO-A6-19 @REPO-A6-4.2.4
    Scenario: The seller buys back
      Given shea trades until it is 10:00 on 2026-03-10
      And Alpha has 1818624.00 yuan available
      When Alpha submits the repurchase of Alpha#1
      Then it is accepted
      And contract Alpha#1 is repurchase-submitted
      And Alpha has 1751400.00 yuan frozen
      When Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      And each side pays a fee of 1400.00 yuan
      And contract Alpha#1 is repurchased
      And Alpha has 60000 t of SHEA available
      And Alpha has 67224.00 yuan withdrawable
      And Beta has 0 t of SHEA in-total
      And Beta has 0 t of SHEA pledged
      And Beta has 5027224.00 yuan withdrawable
      And the fee income is 5552.00 yuan
      And a replay of the journal gives the same state

    @REPO-4.3-a @REPO-4.3-b
    Scenario: The buyer may submit as well; what is pledged for this contract counts
      Given shea trades until it is 10:00 on 2026-03-10
      When Beta submits the repurchase of Alpha#1
      Then contract Alpha#1 is repurchase-submitted
      And Beta has 40000 t of SHEA frozen
      And Beta has 10000 t of SHEA pledged
      When Alpha confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      And contract Alpha#1 is repurchased

    @REPO-4.3-b
    Scenario: Nobody confirms his own, nor without anything submitted, nor for others
      Given shea trades until it is 10:00 on 2026-03-10
      When Beta confirms the repurchase of Alpha#1
      Then it is refused because NOTHING_TO_CONFIRM
      And nothing has changed
      When Alpha submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then it is refused because SELF_CONFIRM
      And nothing has changed
      When Gamma confirms the repurchase of Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Gamma submits the repurchase of Alpha#1
      Then it is refused because PERMISSION_DENIED
      When Beta submits the repurchase of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed

    @REPO-4.3-c
    Scenario: Declined, then submitted again by the other side
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta declines the repurchase of Alpha#1 because "in the afternoon, please"
      Then contract Alpha#1 is outstanding
      And Alpha has 0.00 yuan frozen
      When Beta submits the repurchase of Alpha#1
      And Beta withdraws the repurchase of Alpha#1
      Then Beta has 0 t of SHEA frozen
      When Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased

    @REPO-4.3-a @REPO-PUB-1
    Scenario Outline: Only on its day, in trading hours
      Given shea trades until it is <clock> on <day>
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | day        | clock | code             |
        | 2026-03-09 | 10:00 | WRONG_TRADE_DATE |
        | 2026-03-10 | 09:29 | OUTSIDE_SESSION  |
        | 2026-03-10 | 11:30 | OUTSIDE_SESSION  |
        | 2026-03-11 | 10:00 | WRONG_TRADE_DATE |

    @REPO-4.3-b @REPO-A6-4.2.2
    Scenario: The buyer has sold what was not frozen, and buys it back in time
      Given Beta posts to sell 100 t of SHEA at 43.00
      And Gamma takes to buy 100 t of SHEA at 43.00
      And shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed
      When Beta submits the repurchase of Alpha#1
      Then it is refused because BAD_STATE

    @REPO-4.3-b @REPO-A6-4.2.2
    Scenario: The seller lacks the cash
      Given Alpha posts to buy 2000 t of SHEA at 43.00
      And Gamma holds 2000 t of SHEA
      And Gamma takes to sell 2000 t of SHEA at 43.00
      And shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because INSUFFICIENT_FUNDS
      And nothing has changed
      When Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then it is refused because INSUFFICIENT_FUNDS
      And nothing has changed

  Rule: In the meantime the part that is not frozen is traded freely

    @REPO-A4-3
    Scenario: The unfrozen part trades, the frozen part does not
      When Beta posts to sell 40000 t of SHEA at 43.00
      Then it is accepted
      When Beta posts to sell 1 t of SHEA at 43.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed

  Rule: Not repurchased by the close: overdue, and it stays so

    @REPO-4.7-a
    Scenario: A repurchase that is not confirmed lapses, and the contract is overdue
      Given shea trades until it is 14:59 on 2026-03-10
      And Alpha submits the repurchase of Alpha#1
      When it is 15:01
      Then contract Alpha#1 is overdue
      And Alpha has 0.00 yuan frozen
      And Beta has 10000 t of SHEA pledged
      And no trade is done
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed
      When shea trades until it is 10:00 on 2026-03-20
      Then contract Alpha#1 is overdue
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because WRONG_TRADE_DATE
      And nothing has changed

    @REPO-4.3-a
    Scenario: A halt on the repurchase day moves the repurchase to the next day that trades
      Given shea trades until it is 10:00 on 2026-03-10
      When admin sends "core.suspend"
        | market | shea              |
        | cause  | technical_failure |
        | notice | 2026-004          |
        | report | 2026-004          |
      And Alpha submits the repurchase of Alpha#1
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed
      When it is 15:01
      Then contract Alpha#1 is outstanding
      And contract Alpha#1 shows
        | repurchase_day | 2026-03-10 |
        | due            | 2026-03-11 |
      When admin sends "core.resume"
        | market | shea     |
        | notice | 2026-005 |
        | report | 2026-005 |
      And shea trades until it is 10:00 on 2026-03-11
      And Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      And contract Alpha#1 is repurchased

    @REPO-4.3-a @REPO-4.7-a
    Scenario: A close by hand before the hours are over is no party's doing either
      Given shea trades until it is 10:00 on 2026-03-10
      When admin sends "core.close_day"
        | market | shea       |
        | day    | 2026-03-10 |
      Then contract Alpha#1 is outstanding
      And contract Alpha#1 shows
        | due | 2026-03-11 |
      And Beta has 10000 t of SHEA pledged
      When shea trades until it is 10:00 on 2026-03-11
      And Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased

    @REPO-4.3-a
    Scenario: A halt that ended on the same day moves it as well
      Given shea trades until it is 10:00 on 2026-03-10
      When admin sends "core.suspend"
        | market      | shea              |
        | instruments | SHEA              |
        | cause       | technical_failure |
        | notice      | 2026-004          |
        | report      | 2026-004          |
      And admin sends "core.resume"
        | market      | shea     |
        | instruments | SHEA     |
        | notice      | 2026-005 |
        | report      | 2026-005 |
      And it is 15:01
      Then contract Alpha#1 is outstanding
      When shea trades until it is 15:01 on 2026-03-11
      Then contract Alpha#1 is overdue

    @REPO-4.3-a
    Scenario: The repurchase day becomes a closure
      When admin sends "core.announce_closure"
        | day    | 2026-03-10 |
        | notice | 2026-006   |
      And shea trades until it is 10:00 on 2026-03-11
      And Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased
