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
    And the refusal says upper is 55.00
    And nothing has changed

  Rule: A take moves cash and units at once

    Scenario: The taker buys and pays out of available cash
      When Alpha posts to sell 100 t of U1 at 51.00
      And Beta takes to buy 60 t of U1 at 51.00
      Then Beta buys 60 t from Alpha at 51.00
      And Beta has 96924.70 yuan available
      And Beta has 0.00 yuan frozen
      And Beta has 60 t of U1 undelivered
      And Beta has 0 t of U1 available
      And Alpha has 3044.70 yuan proceeds
      And Alpha has 100000.00 yuan withdrawable
      And Alpha has 40 t of U1 frozen
      And the fee income is 30.60 yuan

    Scenario: The taker sells into a listing to buy
      When Beta posts to buy 100 t of U1 at 49.00
      And Alpha takes to sell 100 t of U1 at 49.00
      Then Beta buys 100 t from Alpha at 49.00
      And each side pays a fee of 24.50 yuan
      And listing Beta#1 is filled with 0 t left
      And Beta has 0.00 yuan frozen
      And Beta has 95075.50 yuan available
      And Alpha has 4875.50 yuan proceeds
      And Alpha has 400 t of U1 available
      And nothing stands to buy U1

    Scenario: A take leaves nothing standing
      When Alpha posts to sell 10 t of U1 at 51.00
      And Beta takes to buy 10 t of U1 at 51.00
      Then Beta buys 10 t from Alpha at 51.00
      And nothing stands to sell U1
      And nothing stands to buy U1

    Scenario: A taker without the cash takes nothing
      Given Gamma has an account with 512.54 yuan
      When Alpha posts to sell 10 t of U1 at 51.00
      And Gamma takes to buy 10 t of U1 at 51.00
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 512.55
      And nothing has changed
      And no trade is done

    Scenario: A taker without the units takes nothing
      When Alpha posts to buy 10 t of U1 at 49.00
      And Beta takes to sell 10 t of U1 at 49.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed
      And no trade is done

  Rule: Only the best price is taken, the earliest listing first

    Background:
      Given these accounts
        | account | cash      | U1  |
        | Gamma   | 100000.00 | 500 |
      When Alpha posts to sell 10 t of U1 at 51.00
      And Gamma posts to sell 20 t of U1 at 50.00
      And Alpha posts to sell 30 t of U1 at 50.00

    Scenario: A larger take is filled in time order inside the level
      When Beta takes to buy 45 t of U1 at 50.00
      Then Beta buys 20 t from Gamma at 50.00
      And Beta buys 25 t from Alpha at 50.00
      And no trade is done
      And listing Alpha#2 is live with 5 t left
      And listing Alpha#1 is live with 10 t left

    Scenario: A worse price is not taken while a better one stands
      When Beta takes to buy 10 t of U1 at 51.00
      Then it is refused because NOT_BEST_PRICE
      And the refusal says best is 50.00
      And nothing has changed
      And no trade is done

    Scenario: A worse listing is not chosen while a better one stands
      When Beta takes to buy 10 t of U1 from listing Alpha#1
      Then it is refused because NOT_BEST_PRICE
      And nothing has changed

    Scenario: A better price than stands is not taken
      When Beta takes to buy 10 t of U1 at 49.99
      Then it is refused because NOT_BEST_PRICE
      And nothing has changed

    Scenario: A later listing is not chosen before the earlier one
      When Beta takes to buy 10 t of U1 from listing Alpha#2
      Then it is refused because NOT_FIRST_IN_TIME
      And nothing has changed
      And no trade is done

    Scenario: The earliest listing at the best price is chosen by its number
      When Beta takes to buy 10 t of U1 from listing Gamma#1
      Then Beta buys 10 t from Gamma at 50.00
      And listing Gamma#1 is live with 10 t left

    Scenario: More than the level holds is not taken
      When Beta takes to buy 51 t of U1 at 50.00
      Then it is refused because QTY_EXCEEDS_LEVEL
      And the refusal says level is 50
      And nothing has changed
      And no trade is done

    Scenario: Once the best level is gone the next one is the best
      When Beta takes to buy 50 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 51.00
      Then Beta buys 20 t from Gamma at 50.00
      And Beta buys 30 t from Alpha at 50.00
      And Beta buys 10 t from Alpha at 51.00
      And nothing stands to sell U1

  Rule: Nobody takes what is his own

    Scenario: One's own listing is not chosen
      When Alpha posts to sell 10 t of U1 at 50.00
      And Alpha takes to buy 10 t of U1 from listing Alpha#1
      Then it is refused because SELF_TRADE
      And nothing has changed
      And no trade is done

    Scenario: One's own listing does not count as the best price
      When Alpha posts to buy 10 t of U1 at 50.00
      And Beta posts to buy 10 t of U1 at 49.00
      And Alpha takes to sell 10 t of U1 at 49.00
      Then Beta buys 10 t from Alpha at 49.00
      And listing Alpha#1 is live with 10 t left

    Scenario: Where only one's own listing stands there is nothing to take
      When Alpha posts to sell 10 t of U1 at 50.00
      And Alpha takes to buy 10 t of U1 at 50.00
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

  Rule: What does not stand is not taken

    Scenario: Nothing is taken from an empty board
      When Beta takes to buy 10 t of U1 at 50.00
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

    Scenario: A listing nobody made is not taken
      When Beta takes to buy 10 t of U1 from listing 7
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

    Scenario: A filled listing is not taken
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 from listing Alpha#1
      And Beta takes to buy 1 t of U1 from listing Alpha#1
      Then it is refused because ORDER_FILLED
      And nothing has changed
      And Beta buys 10 t from Alpha at 50.00
      And no trade is done

    Scenario: A withdrawn listing is not taken
      When Alpha posts to sell 10 t of U1 at 50.00
      And Alpha withdraws listing Alpha#1
      And Beta takes to buy 10 t of U1 from listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

    Scenario: A listing to sell is not taken by selling
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to sell 10 t of U1 from listing Alpha#1
      Then it is refused because BAD_SIDE
      And nothing has changed

    Scenario: A listing is not taken at another price than its own
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta sends "core.take_listing"
        | account    | Beta            |
        | instrument | U1              |
        | side       | buy             |
        | quantity   | 10              |
        | price      | 49.00           |
        | listing    | listing Alpha#1 |
      Then it is refused because TERMS_MISMATCH
      And the refusal says listing is 50.00
      And nothing has changed

    Scenario: A listing is not taken as another instrument's
      Given U2 of UNIT is listed on board at 50.00
      And the day of board is closed and settled
      And 1 trading days later board is open at 09:30
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U2 from listing Alpha#1
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

    Scenario: A take says a price or a listing
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta sends "core.take_listing"
        | account    | Beta |
        | instrument | U1   |
        | side       | buy  |
        | quantity   | 10   |
      Then it is refused because FIELD_MISSING
      And the refusal says field is price
      And nothing has changed

    Scenario: A taker's trade number is used once
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta sends "core.take_listing"
        | account    | Beta  |
        | instrument | U1    |
        | side       | buy   |
        | quantity   | 1     |
        | price      | 50.00 |
        | trade_no   | B-1   |
      And Beta sends "core.take_listing"
        | account    | Beta  |
        | instrument | U1    |
        | side       | buy   |
        | quantity   | 1     |
        | price      | 50.00 |
        | trade_no   | B-1   |
      Then it is refused because DUPLICATE_TRADE_NO
      And nothing has changed
      And Beta buys 1 t from Alpha at 50.00
      And no trade is done
