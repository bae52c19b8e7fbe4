Feature: Clearing and settlement of the CCER market
  After the close every trade is cleared in full; when exchange and registry have confirmed the result, units and cash are delivered against each other.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash      | CCER-P1-2024 |
      | Alpha   | 10000.00  | 500          |
      | Beta    | 100000.00 | 0            |
      | Carol   | 100000.00 | 500          |
    And ccer is open at 10:00
    And Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
    And Beta takes to buy 100 t of CCER-P1-2024 at 63.51

  Rule: Question 38, cleared after the close, trade by trade, in full

    @CCER-Q38-a
    Scenario Outline: A day is not cleared at <clock>
      When it is <clock>
      And admin clears the day of ccer
      Then it is refused because MARKET_OPEN
      And the refusal cites CCER-Q38-a
      And nothing has changed
      And Beta has 0 t of CCER-P1-2024 locked

      Examples: neither in a session nor in the lunch break
        | clock    |
        | 10:30    |
        | 12:00    |
        | 14:59:59 |

    @CCER-Q38-a
    Scenario: A closed day is cleared once
      When it is 15:00
      And admin clears the day of ccer
      Then the market ccer is cleared
      When admin clears the day of ccer
      Then it is refused because ALREADY_CLEARED
      And the refusal cites CCER-Q38-a
      And nothing has changed

    @CCER-Q38-a
    Scenario: Clearing counts every trade in full
      # 100 t + 50 t at 63.51: 6,351.00 + 3,175.50; fees 38.11 + 19.05 on each side
      When Carol posts to sell 50 t of CCER-P1-2024 at 63.51
      And Alpha takes to buy 50 t of CCER-P1-2024 at 63.51
      And it is 15:00
      And admin clears the day of ccer
      And admin asks "core.clearings"
      Then the answer shows
        | day        | state   | trades | quantity | turnover | fees   |
        | 2025-09-26 | cleared | 2      | 150      | 9526.50  | 114.32 |

    @CCER-Q38-a
    Scenario: What a participant sells and buys on one day is not netted
      When Carol posts to sell 100 t of CCER-P1-2024 at 63.51
      And Alpha takes to buy 100 t of CCER-P1-2024 at 63.51
      And the day of ccer is closed and settled
      Then Alpha has 500 t of CCER-P1-2024 in-total
      And Alpha has 400 t of CCER-P1-2024 available
      And Alpha has 100 t of CCER-P1-2024 locked
      When Alpha asks "core.cash_statements"
      Then the answer shows
        | day        | opening | deposited | bought  | sold    | fees  | closing |
        | 2025-09-26 | 0.00    | 10000.00  | 6351.00 | 6351.00 | 76.22 | 9923.78 |
      When Alpha asks "core.unit_statements"
      Then the answer shows
        | day        | opening | in  | bought | sold | closing |
        | 2025-09-26 | 0       | 500 | 100    | 100  | 500     |

    @CCER-Q38-a
    Scenario: Participants don't clear
      When it is 15:00
      And Alpha clears the day of ccer
      Then it is refused because PERMISSION_DENIED
      And the market ccer is closed

  Rule: Question 38, delivered when exchange and registry have confirmed

    @CCER-Q38-b
    Scenario: Nothing is delivered before settlement
      When it is 15:00
      And admin clears the day of ccer
      And admin confirms the clearing of ccer
      And registry confirms the clearing of ccer
      Then Beta has 100 t of CCER-P1-2024 undelivered
      And Beta has 0 t of CCER-P1-2024 locked
      And Beta has 0 t of CCER-P1-2024 available
      And Alpha has 6312.89 yuan proceeds
      And Alpha has 10000.00 yuan withdrawable

    @CCER-Q38-b
    Scenario: Both have confirmed: units and cash are delivered together
      When it is 15:00
      And admin clears the day of ccer
      And admin confirms the clearing of ccer
      And registry confirms the clearing of ccer
      And admin settles the day of ccer
      Then it is accepted
      And Beta has 0 t of CCER-P1-2024 undelivered
      And Beta has 100 t of CCER-P1-2024 locked
      And Alpha has 0.00 yuan proceeds
      And Alpha has 16312.89 yuan withdrawable
      And Beta has 93610.89 yuan withdrawable
      When admin asks "core.trades"
      Then the answer shows
        | trade | settled |
        | 1     | 1       |

    @CCER-Q38-b
    Scenario: The registry's confirmation may come first
      When it is 15:00
      And admin clears the day of ccer
      And registry confirms the clearing of ccer
      And admin confirms the clearing of ccer
      And admin settles the day of ccer
      Then it is accepted

    @CCER-Q38-b
    Scenario: Without any confirmation nothing is settled
      When it is 15:00
      And admin clears the day of ccer
      And admin settles the day of ccer
      Then it is refused because CONFIRMATION_MISSING
      And the refusal cites CCER-Q38-b
      And nothing has changed

    @CCER-Q38-b
    Scenario Outline: The confirmation of the <party> alone is not enough
      When it is 15:00
      And admin clears the day of ccer
      And <who> confirms the clearing of ccer
      And admin settles the day of ccer
      Then it is refused because CONFIRMATION_MISSING
      And the refusal says missing is <missing>
      And nothing has changed
      And Beta has 100 t of CCER-P1-2024 undelivered
      And Alpha has 10000.00 yuan withdrawable

      Examples:
        | party    | who      | missing  |
        | exchange | admin    | registry |
        | registry | registry | exchange |

    @CCER-Q38-b
    Scenario: A second person of the exchange doesn't confirm for the registry
      When it is 15:00
      And admin clears the day of ccer
      And admin confirms the clearing of ccer
      And admin2 confirms the clearing of ccer
      Then it is refused because ALREADY_CONFIRMED
      And the refusal says party is exchange
      And nothing has changed

    @CCER-Q38-b
    Scenario: A day that is not cleared can't be settled
      When it is 15:00
      And admin settles the day of ccer
      Then it is refused because NOT_CLEARED
      And nothing has changed

    @CCER-Q38-b
    Scenario: A registry that finds another result does not confirm
      When it is 15:00
      And admin clears the day of ccer
      And registry sends "core.confirm_clearing"
        | market | ccer              |
        | day    | 2025-09-26        |
        | digest | another result    |
      Then it is refused because RECONCILIATION_BREAK
      And the refusal cites CCER-Q38-b
      And nothing has changed
      When admin confirms the clearing of ccer
      And admin settles the day of ccer
      Then it is refused because CONFIRMATION_MISSING

    @CCER-Q38-b
    Scenario: The next day trades while settlement is pending, and what is pending stays where it is
      When it is 15:00
      And admin clears the day of ccer
      And admin confirms the clearing of ccer
      And 1 trading days later ccer is open at 10:00
      And Carol posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And Beta has 100 t of CCER-P1-2024 undelivered
      And Alpha has 10000.00 yuan withdrawable
