Feature: Posting and taking on the neutral market
  What stands is taken, nothing happens by itself on a board.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 09:30

  Scenario: A posted listing freezes what it promises
    When Alpha posts to sell 100 t of U1 at 51.00
    And Beta posts to buy 10 t of U1 at 49.00
    Then it is accepted
    And Alpha has 400 t of U1 available
    And Alpha has 100 t of U1 frozen
    And Beta has 492.45 yuan frozen
    And no trade is done

  Scenario: A take at the best price trades at once
    When Alpha posts to sell 100 t of U1 at 51.00
    And Beta takes to buy 60 t of U1 at 51.00
    Then Beta buys 60 t from Alpha at 51.00
    And each side pays a fee of 15.30 yuan
    And listing Alpha#1 is live with 40 t left

  Scenario: A price outside the band is refused
    When Alpha posts to sell 100 t of U1 at 55.01
    Then it is refused because PRICE_OUT_OF_BAND
    And the refusal says upper_fen is 55.00
    And nothing has changed
