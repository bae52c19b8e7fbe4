Feature: Clearing and settlement
  A closed day is cleared trade by trade, confirmed by exchange and registry, and then units and cash are delivered.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 09:30
    When Alpha posts to sell 100 t of U1 at 50.00
    And Beta takes to buy 60 t of U1 at 50.00
    Then Beta buys 60 t from Alpha at 50.00

  Rule: Nothing is delivered before everyone has confirmed

    Scenario: Until settlement proceeds buy and do not leave
      Then Alpha has 2985.00 yuan proceeds
      And Alpha has 102985.00 yuan tradable
      And Alpha has 100000.00 yuan withdrawable
      When it is 15:00
      And Alpha sends "core.withdraw"
        | account | Alpha     |
        | amount  | 100000.01 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed

    Scenario: Proceeds of the day buy on the same day
      When Alpha sends "core.withdraw"
        | account | Alpha     |
        | amount  | 100000.00 |
      And Beta takes to buy 40 t of U1 at 50.00
      And Alpha posts to buy 90 t of U1 at 50.00
      Then it is accepted
      And Alpha has 4522.50 yuan frozen
      And Alpha has 452.50 yuan proceeds
      And Alpha has 0.00 yuan available

    Scenario: A day is cleared by trades, not netted
      When it is 15:00
      And admin clears the day of board
      Then it is accepted
      When registry asks "core.clearings"
      Then the answer shows
        | day        | market | state   | trades | quantity | turnover | fees  |
        | 2026-03-02 | board  | cleared | 1      | 60       | 3000.00  | 30.00 |
      And Beta has 60 t of U1 undelivered
      And Alpha has 2985.00 yuan proceeds

    Scenario: A confirmed day is settled
      When it is 15:00
      And admin clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then it is accepted
      And Beta has 60 t of U1 locked
      And Beta has 0 t of U1 undelivered
      And Alpha has 0.00 yuan proceeds
      And Alpha has 102985.00 yuan withdrawable
      And the market board is settled
      When Alpha sends "core.withdraw"
        | account | Alpha     |
        | amount  | 102985.00 |
      Then it is accepted
      And Alpha has 0.00 yuan total

    Scenario: One confirmation is not enough
      When it is 15:00
      And admin clears the day of board
      And admin confirms the clearing of board
      And admin settles the day of board
      Then it is refused because CONFIRMATION_MISSING
      And the refusal says missing is registry
      And nothing has changed
      And Beta has 60 t of U1 undelivered

    Scenario: The order of the confirmations is free
      When it is 15:00
      And admin clears the day of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then it is refused because CONFIRMATION_MISSING
      And the refusal says missing is exchange
      When admin confirms the clearing of board
      And admin settles the day of board
      Then it is accepted

    Scenario: A party confirms once
      When it is 15:00
      And admin clears the day of board
      And admin confirms the clearing of board
      And admin2 confirms the clearing of board
      Then it is refused because ALREADY_CONFIRMED
      And the refusal says party is exchange
      And nothing has changed

    Scenario: A result that differs is not confirmed
      When it is 15:00
      And admin clears the day of board
      And registry sends "core.confirm_clearing"
        | market | board      |
        | day    | 2026-03-02 |
        | digest | 0000       |
      Then it is refused because RECONCILIATION_BREAK
      And the refusal says confirmed is 0000
      And nothing has changed

    Scenario Outline: The <who> neither clears nor settles
      When it is 15:00
      And <who> clears the day of board
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When <who> settles the day of board
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

      Examples:
        | who       |
        | registry  |
        | channel   |
        | regulator |
        | Alpha     |

    Scenario: The settlement channel confirms nothing
      When it is 15:00
      And admin clears the day of board
      And channel confirms the clearing of board
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Where the exchange alone confirms the registry has no word
      When admin sends "core.change_parameter"
        | market    | board                  |
        | parameter | settlement_confirmers  |
        | value     | ["exchange"]           |
        | since     | 2026-03-03             |
        | notice    | the exchange confirms  |
      And admin2 confirms proposal 2
      And the day of board is closed and settled
      And 1 trading days later board is open at 09:30
      And it is 15:00
      And admin clears the day of board
      And registry confirms the clearing of board
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When admin confirms the clearing of board
      And admin settles the day of board
      Then it is accepted

  Rule: A day is cleared after its close, once

    Scenario: An open day is not cleared
      When admin clears the day of board
      Then it is refused because MARKET_OPEN
      And nothing has changed

    Scenario: A day in the lunch break is still open
      When it is 12:00
      And admin clears the day of board
      Then it is refused because MARKET_OPEN
      And nothing has changed

    Scenario: A day is not cleared twice
      When it is 15:00
      And admin clears the day of board
      And admin clears the day of board
      Then it is refused because ALREADY_CLEARED
      And nothing has changed

    Scenario: A settled day is not cleared again
      Given the day of board is closed and settled
      When admin sends "core.clear_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then it is refused because ALREADY_CLEARED
      And nothing has changed

    Scenario: A day that never opened is not cleared
      Given the day of board is closed and settled
      When admin sends "core.clear_day"
        | market | board      |
        | day    | 2026-03-03 |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    Scenario: A day that is not cleared is neither confirmed nor settled
      When it is 15:00
      And admin confirms the clearing of board
      Then it is refused because FIELD_MISSING
      And nothing has changed
      When admin sends "core.confirm_clearing"
        | market | board      |
        | day    | 2026-03-02 |
        | digest | 0000       |
      Then it is refused because NOT_CLEARED
      And nothing has changed
      When admin settles the day of board
      Then it is refused because NOT_CLEARED
      And nothing has changed

    Scenario: An unknown market is not cleared
      When admin sends "core.clear_day"
        | market | bazaar     |
        | day    | 2026-03-02 |
      Then it is refused because UNKNOWN_MARKET
      And nothing has changed

  Rule: Days are settled in their order

    Background:
      Given it is 15:00
      And 1 trading days later board is open at 09:30

    Scenario: A later day is not settled first
      Given it is 15:00
      When admin sends "core.clear_day"
        | market | board      |
        | day    | 2026-03-03 |
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin settles the day of board
      Then it is refused because SETTLEMENT_ORDER
      And the refusal says first is 2026-03-02
      And nothing has changed
      And Beta has 60 t of U1 undelivered

    Scenario: An earlier day is cleared while the next one trades
      When admin sends "core.clear_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then it is accepted
      And the market board is open

    Scenario: Where it is so decided no day opens before the last is settled
      When admin sends "core.change_parameter"
        | market    | board                    |
        | parameter | open_requires_settlement |
        | value     | true                     |
        | since     | 2026-03-04               |
        | notice    | settle first             |
      And admin2 confirms proposal 2
      And it is 09:00 on 2026-03-04
      And admin sends "core.open_day"
        | market | board      |
        | day    | 2026-03-04 |
      Then it is refused because SETTLEMENT_PENDING
      And the refusal says day is 2026-03-02
      And nothing has changed
