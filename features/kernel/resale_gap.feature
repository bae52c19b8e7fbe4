Feature: Resale gap
  What was bought is sold on the next trading day at the earliest; what was held before is sold at any time.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-06
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 40  |
    And board is open at 09:30
    When Alpha posts to sell 100 t of U1 at 50.00
    And Beta takes to buy 60 t of U1 at 50.00
    Then Beta buys 60 t from Alpha at 50.00

  Scenario: What was bought today is not sold today
    When Beta posts to sell 41 t of U1 at 50.00
    Then it is refused because RESALE_FREEZE
    And the refusal says available is 40
    And the refusal says first_day is 2026-03-09
    And nothing has changed

  Scenario: What was bought today does not leave through a take either
    When Alpha posts to buy 100 t of U1 at 49.00
    And Beta takes to sell 41 t of U1 at 49.00
    Then it is refused because RESALE_FREEZE
    And nothing has changed
    And no trade is done

  Scenario: What was held before is sold on the same day
    When Beta posts to sell 40 t of U1 at 50.00
    Then it is accepted
    And Beta has 40 t of U1 frozen
    And Beta has 60 t of U1 undelivered

  Scenario: More than is held at all is no matter of the gap
    When Beta posts to sell 101 t of U1 at 50.00
    Then it is refused because INSUFFICIENT_POSITION
    And nothing has changed

  Scenario: Settled units stay locked until the next trading day opens
    Given the day of board is closed and settled
    Then Beta has 60 t of U1 locked
    And Beta has 40 t of U1 available
    And Beta has 0 t of U1 undelivered
    When Beta sends "core.transfer_out"
      | account    | Beta |
      | instrument | U1   |
      | quantity   | 41   |
    Then it is refused because INSUFFICIENT_POSITION
    And the refusal says transferable is 40
    And nothing has changed

  Scenario: A weekend is no trading day between
    Given the day of board is closed and settled
    And it is 10:00 on 2026-03-08
    Then Beta has 60 t of U1 locked

  Scenario: On the next trading day everything is sold
    Given the day of board is closed and settled
    And 1 trading days later board is open at 09:30
    Then Beta has 100 t of U1 available
    And Beta has 0 t of U1 locked
    When Beta posts to sell 100 t of U1 at 50.00
    Then it is accepted
    And Beta has 100 t of U1 frozen

  Scenario: Units settled late are available as soon as the gap is over
    Given it is 15:00
    And admin clears the day of board
    And admin confirms the clearing of board
    And registry confirms the clearing of board
    And it is 09:00 on 2026-03-09
    And the trading day of board opens
    Then Beta has 60 t of U1 undelivered
    When admin sends "core.settle_day"
      | market | board      |
      | day    | 2026-03-06 |
    Then Beta has 100 t of U1 available
    And Beta has 0 t of U1 undelivered

  Scenario: A longer gap counts trading days and not days
    When admin sends "core.change_parameter"
      | market    | board                   |
      | parameter | resale_gap_trading_days |
      | value     | 3                       |
      | since     | 2026-03-09              |
      | notice    | a longer gap            |
    And admin2 confirms proposal 2
    And the day of board is closed and settled
    And 1 trading days later board is open at 09:30
    And Alpha posts to sell 10 t of U1 at 50.00
    And Beta takes to buy 10 t of U1 at 50.00
    And Beta posts to sell 101 t of U1 at 50.00
    Then it is refused because RESALE_FREEZE
    And the refusal says available is 100
    And the refusal says first_day is 2026-03-12
    And nothing has changed
    Given the day of board is closed and settled
    And 2 trading days later board is open at 09:30
    Then Beta has 10 t of U1 locked
    Given 1 trading days later board is open at 09:30
    Then Beta has 0 t of U1 locked
    And Beta has 110 t of U1 available

  Scenario: Beyond the published calendar the day is counted and not guessed
    Given the exchange runs "neutral_market" on 2026-12-31
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 09:30
    When Alpha posts to sell 100 t of U1 at 50.00
    And Beta takes to buy 60 t of U1 at 50.00
    And Beta posts to sell 1 t of U1 at 50.00
    Then it is refused because RESALE_FREEZE
    And the refusal says first_day is +1
    And nothing has changed
