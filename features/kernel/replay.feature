Feature: Replay
  The journal alone gives the same state again, from its start and from a snapshot in its middle.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02

  Scenario: A founded exchange replays
    Then a replay of the journal gives the same state

  Scenario: A busy day replays at every stage
    Given U1 of UNIT is listed on board at 50.00
    And A1 of UNIT is listed on auto at 20.00
    And these accounts
      | account | cash      | U1   | A1  |
      | Alpha   | 200000.00 | 5000 | 500 |
      | Beta    | 200000.00 | 0    | 0   |
      | Gamma   | 200000.00 | 5000 | 500 |
    And board is open at 09:30
    And auto is open at 09:30
    When Alpha posts to sell 100 t of U1 at 50.00
    And Gamma posts to sell 100 t of U1 at 50.00
    And Beta takes to buy 150 t of U1 at 50.00
    And Gamma withdraws listing Gamma#1
    And Alpha posts to sell 10 t of A1 at 20.00
    And Beta posts to buy 30 t of A1 at 21.00
    And Gamma posts to sell 5 t of A1 at 20.50
    Then a replay of the journal gives the same state
    When it is 13:00
    And Alpha offers a block to sell 1000 t of U1 at 60.00
    And Beta opens a dialogue about block Alpha#1
    And Beta confirms 1100 t at 55.00 in dialogue 1
    Then a replay of the journal gives the same state
    When Alpha confirms 1100 t at 55.00 in dialogue 1
    And admin sends "core.suspend"
      | market      | board    |
      | instruments | U1       |
      | cause       | accident |
      | notice      | U1 rests |
      | report      | R-1      |
    And admin sends "core.take_measure"
      | market   | board            |
      | account  | Alpha            |
      | measure  | restrict_cash    |
      | reason   | a day            |
      | until_us | 1772503200000000 |
    And admin sends "core.change_parameter"
      | market    | board                   |
      | parameter | resale_gap_trading_days |
      | value     | 2                       |
      | since     | 2026-03-03              |
      | notice    | a longer gap            |
    And admin2 confirms proposal 3
    Then a replay of the journal gives the same state
    Given the day of board is closed and settled
    Then a replay of the journal gives the same state
    Given 1 trading days later board is open at 10:30
    Then a replay of the journal gives the same state
    And Beta has 1250 t of U1 available

  Scenario: What was refused leaves no trace in the journal
    Given U1 of UNIT is listed on board at 50.00
    And Alpha has an account with 100.00 yuan
    And board is open at 09:30
    When Alpha posts to buy 100 t of U1 at 50.00
    Then it is refused because INSUFFICIENT_FUNDS
    And nothing has changed
    And a replay of the journal gives the same state
