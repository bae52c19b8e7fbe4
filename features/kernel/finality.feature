Feature: Finality
  A trade is final when it is made: nobody undoes it, edits it, or brings one in from outside.

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

  Scenario Outline: A trade is not undone at the wish of <who>
    When <who> sends "core.cancel_trade"
      | market | board |
      | trade  | 1     |
    Then it is refused because TRADE_FINAL
    And nothing has changed
    And Beta has 60 t of U1 undelivered

    Examples:
      | who   |
      | Alpha |
      | Beta  |
      | admin |

  Scenario: The exchange does not edit a trade's record
    When admin sends "core.amend_trade"
      | market | board      |
      | trade  | 1          |
      | reason | a typo     |
    Then it is refused because IMMUTABLE
    And nothing has changed

  Scenario: A participant does not even ask to edit a trade's record
    When Alpha sends "core.amend_trade"
      | market | board |
      | trade  | 1     |
    Then it is refused because PERMISSION_DENIED
    And nothing has changed

  Scenario Outline: A trade numbered <trade> was never made
    When Beta sends "core.cancel_trade"
      | market | board   |
      | trade  | <trade> |
    Then it is refused because UNKNOWN_TRADE
    And nothing has changed

    Examples:
      | trade |
      | 0     |
      | -1    |
      | 2     |

  Scenario: A trade made elsewhere is not entered
    When Beta sends "core.import_trade"
      | market     | board |
      | instrument | U1    |
      | price      | 50.00 |
      | quantity   | 10    |
    Then it is refused because OFF_SYSTEM_TRADE
    And nothing has changed
    And Beta has 60 t of U1 in-total

  Scenario: Nobody bids while no auction is open
    When Beta sends "core.bid"
      | account    | Beta  |
      | instrument | U1    |
      | price      | 50.00 |
      | quantity   | 10    |
    Then it is refused because METHOD_NOT_OPEN
    And the refusal says method is auction
    And nothing has changed
