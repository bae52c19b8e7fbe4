Feature: Listings
  A posted declaration stands at its price with what it promises frozen, until it is taken, withdrawn or expires.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 09:30

  Rule: Posting freezes what it promises

    Scenario: A seller freezes units
      When Alpha posts to sell 500 t of U1 at 50.00
      Then it is accepted
      And Alpha has 500 t of U1 frozen
      And Alpha has 0 t of U1 available
      And Alpha has 100000.00 yuan available
      And the best level to sell U1 is 500 t at 50.00

    Scenario: A buyer freezes price and fee
      When Beta posts to buy 100 t of U1 at 50.00
      Then it is accepted
      And Beta has 5025.00 yuan frozen
      And Beta has 94975.00 yuan available
      And Beta has 94975.00 yuan tradable
      And the best level to buy U1 is 100 t at 50.00

    Scenario: A seller does not promise more units than available
      When Alpha posts to sell 501 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says available is 500
      And nothing has changed

    Scenario: A seller without a holding promises nothing
      When Beta posts to sell 1 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says available is 0
      And nothing has changed

    Scenario: What one listing froze another does not promise again
      When Alpha posts to sell 400 t of U1 at 50.00
      And Alpha posts to sell 101 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed

    Scenario: A buyer does not promise more cash than he has
      When Beta posts to buy 2000 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 100500.00
      And the refusal says of_which_fee is 500.00
      And the refusal says available is 100000.00
      And nothing has changed

    Scenario: The fee counts to the fen when a buyer has just enough
      Given Gamma has an account with 502.50 yuan
      When Gamma posts to buy 10 t of U1 at 50.00
      Then it is accepted
      And Gamma has 502.50 yuan frozen
      And Gamma has 0.00 yuan available

    Scenario: The fee counts to the fen when a buyer lacks one
      Given Gamma has an account with 502.49 yuan
      When Gamma posts to buy 10 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 502.50
      And nothing has changed

    Scenario: A trade number is used once a day
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 1     |
        | price      | 50.00 |
        | trade_no   | A-1   |
      And Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 2     |
        | price      | 50.00 |
        | trade_no   | A-1   |
      Then it is refused because DUPLICATE_TRADE_NO
      And the refusal says trade_no is A-1
      And nothing has changed

    Scenario: A trade number is free again on the next day, and free for others
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 1     |
        | price      | 50.00 |
        | trade_no   | A-1   |
      And Beta sends "core.post_listing"
        | account    | Beta  |
        | instrument | U1    |
        | side       | buy   |
        | quantity   | 1     |
        | price      | 49.00 |
        | trade_no   | A-1   |
      Then it is accepted
      Given the day of board is closed and settled
      And 1 trading days later board is open at 09:30
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 1     |
        | price      | 50.00 |
        | trade_no   | A-1   |
      Then it is accepted

  Rule: A board never matches by itself

    Scenario: Crossing listings stand
      When Alpha posts to sell 10 t of U1 at 49.00
      And Beta posts to buy 10 t of U1 at 51.00
      Then it is accepted
      And the book of U1 stands crossed
      And the best level to sell U1 is 10 t at 49.00
      And the best level to buy U1 is 10 t at 51.00
      And no trade is done

    Scenario: Listings at one price add up to one level
      When Alpha posts to sell 10 t of U1 at 50.00
      And Alpha posts to sell 15 t of U1 at 50.00
      And Alpha posts to sell 99 t of U1 at 50.01
      Then the best level to sell U1 is 25 t at 50.00
      And no trade is done

  Rule: What is left of one's own listing is withdrawn by its owner

    Scenario: A withdrawn listing releases what it froze
      When Beta posts to buy 100 t of U1 at 50.00
      And Beta withdraws listing Beta#1
      Then it is accepted
      And listing Beta#1 is withdrawn with 0 t left
      And Beta has 100000.00 yuan available
      And Beta has 0.00 yuan frozen
      And nothing stands to buy U1

    Scenario: A partly taken listing is withdrawn for the rest
      When Alpha posts to sell 100 t of U1 at 50.00
      And Beta takes to buy 60 t of U1 at 50.00
      And Alpha withdraws listing Alpha#1
      Then Beta buys 60 t from Alpha at 50.00
      And listing Alpha#1 is withdrawn with 0 t left
      And Alpha has 440 t of U1 available
      And Alpha has 0 t of U1 frozen
      And nothing stands to sell U1

    Scenario: A listing is withdrawn in the lunch break
      When Alpha posts to sell 100 t of U1 at 50.00
      And it is 12:00
      And Alpha withdraws listing Alpha#1
      Then it is accepted
      And Alpha has 500 t of U1 available

    Scenario: A filled listing is not withdrawn
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_FILLED
      And nothing has changed
      And Beta buys 10 t from Alpha at 50.00

    Scenario: A withdrawn listing is not withdrawn again
      When Alpha posts to sell 10 t of U1 at 50.00
      And Alpha withdraws listing Alpha#1
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

    Scenario: An expired listing is not withdrawn
      When Alpha posts to sell 10 t of U1 at 50.00
      And it is 15:00
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

    Scenario: A listing of an earlier day is not withdrawn
      When Alpha posts to sell 10 t of U1 at 50.00
      And the day of board is closed and settled
      And 1 trading days later board is open at 09:30
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

    Scenario: Another's listing is not withdrawn
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta withdraws listing Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      And listing Alpha#1 is live with 10 t left

    Scenario: A listing nobody made is not withdrawn
      When Alpha withdraws listing 7
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

    Scenario: Outside the window for withdrawing a listing stays
      When admin sends "core.change_parameter"
        | market    | board                |
        | parameter | cancel_window        |
        | value     | [["09:30", "11:30"]] |
        | since     | 2026-03-03           |
        | notice    | mornings only        |
      And admin2 confirms proposal 2
      And 1 trading days later board is open at 09:30
      And Alpha posts to sell 10 t of U1 at 50.00
      And it is 11:30
      And Alpha withdraws listing Alpha#1
      Then it is refused because OUTSIDE_SESSION
      And the refusal says method is withdraw
      And nothing has changed
