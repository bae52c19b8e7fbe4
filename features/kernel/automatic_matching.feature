Feature: Automatic matching
  On a market that matches by itself a declaration meets what stands: best price first, then time, at the
  price of what stood first.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And A1 of UNIT is listed on auto at 50.00
    And these accounts
      | account | cash     | A1  |
      | Alpha   | 10000.00 | 100 |
      | Beta    | 10000.00 | 0   |
      | Gamma   | 10000.00 | 100 |
    And auto is open at 09:30

  Scenario: Declarations that do not meet stand
    When Alpha posts to sell 10 t of A1 at 51.00
    And Beta posts to buy 10 t of A1 at 50.99
    Then it is accepted
    And the best level to sell A1 is 10 t at 51.00
    And the best level to buy A1 is 10 t at 50.99
    And no trade is done

  Scenario: A buyer meets the better price first and gets back what he did not need
    When Alpha posts to sell 10 t of A1 at 50.00
    And Gamma posts to sell 10 t of A1 at 49.50
    And Beta posts to buy 15 t of A1 at 50.00
    Then Beta buys 10 t from Gamma at 49.50
    And each side pays a fee of 2.48 yuan
    And Beta buys 5 t from Alpha at 50.00
    And each side pays a fee of 1.25 yuan
    And no trade is done
    And listing Beta#1 is filled with 0 t left
    And listing Alpha#1 is live with 5 t left
    And Beta has 9251.27 yuan available
    And Beta has 0.00 yuan frozen
    And Beta has 15 t of A1 undelivered
    And Gamma has 492.52 yuan proceeds
    And Alpha has 248.75 yuan proceeds

  Scenario: At one price the earlier declaration is met first
    When Gamma posts to sell 10 t of A1 at 50.00
    And Alpha posts to sell 10 t of A1 at 50.00
    And Beta posts to buy 10 t of A1 at 50.00
    Then Beta buys 10 t from Gamma at 50.00
    And no trade is done
    And listing Alpha#1 is live with 10 t left

  Scenario: What meets nobody rests
    When Alpha posts to sell 20 t of A1 at 50.00
    And Beta posts to buy 30 t of A1 at 50.00
    Then Beta buys 20 t from Alpha at 50.00
    And no trade is done
    And listing Beta#1 is live with 10 t left
    And the best level to buy A1 is 10 t at 50.00
    And nothing stands to sell A1
    And Beta has 502.50 yuan frozen

  Scenario: A seller meets the highest bid at the bidder's price
    When Beta posts to buy 10 t of A1 at 49.00
    And Gamma posts to buy 10 t of A1 at 52.00
    And Alpha posts to sell 15 t of A1 at 48.00
    Then Gamma buys 10 t from Alpha at 52.00
    And Beta buys 5 t from Alpha at 49.00
    And no trade is done
    And listing Beta#1 is live with 5 t left

  Scenario: A declaration stops at its own price
    When Alpha posts to sell 10 t of A1 at 50.00
    And Gamma posts to sell 10 t of A1 at 50.01
    And Beta posts to buy 15 t of A1 at 50.00
    Then Beta buys 10 t from Alpha at 50.00
    And no trade is done
    And the best level to sell A1 is 10 t at 50.01
    And the best level to buy A1 is 5 t at 50.00

  Scenario: A declaration that would meet one's own is refused
    When Alpha posts to sell 10 t of A1 at 50.00
    And Alpha posts to buy 10 t of A1 at 50.00
    Then it is refused because SELF_TRADE
    And nothing has changed
    And no trade is done

  Scenario: A declaration that would meet one's own after others is refused as a whole
    When Gamma posts to sell 10 t of A1 at 49.00
    And Alpha posts to sell 10 t of A1 at 50.00
    And Alpha posts to buy 20 t of A1 at 50.00
    Then it is refused because SELF_TRADE
    And nothing has changed
    And no trade is done
    And listing Gamma#1 is live with 10 t left

  Scenario: One's own declaration further away is no obstacle
    When Gamma posts to sell 10 t of A1 at 49.00
    And Alpha posts to sell 10 t of A1 at 50.00
    And Alpha posts to buy 10 t of A1 at 50.00
    Then Alpha buys 10 t from Gamma at 49.00
    And no trade is done
    And listing Alpha#1 is live with 10 t left

  Scenario: A buyer without the cash meets nobody
    When Alpha posts to sell 100 t of A1 at 50.00
    And Gamma posts to sell 100 t of A1 at 50.00
    And Beta posts to buy 200 t of A1 at 50.00
    Then it is refused because INSUFFICIENT_FUNDS
    And nothing has changed
    And no trade is done

  Scenario: Taking is not a method here
    When Alpha posts to sell 10 t of A1 at 50.00
    And Beta takes to buy 10 t of A1 at 50.00
    Then it is refused because METHOD_NOT_OPEN
    And nothing has changed
    And no trade is done

  Scenario: The rest of a matched declaration is withdrawn
    When Alpha posts to sell 20 t of A1 at 50.00
    And Beta posts to buy 30 t of A1 at 50.00
    And Beta withdraws listing Beta#1
    Then Beta buys 20 t from Alpha at 50.00
    And listing Beta#1 is withdrawn with 0 t left
    And Beta has 0.00 yuan frozen
    And Beta has 8995.00 yuan available
    And nothing stands to buy A1
