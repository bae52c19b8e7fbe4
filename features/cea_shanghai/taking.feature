Feature: Taking within five levels
  A taker works through the five best prices of the other side, best first, chooses freely inside a price,
  and trades what it declares at the price of the listing taken.

  Background:
    Given the exchange runs "cea_shanghai" on 2021-07-16
    And CEA of CEA is listed on cea at 48.00
    And these accounts
      | account | cash       | CEA  |
      | Alpha   | 100000.00  | 5000 |
      | Beta    | 1000000.00 | 1000 |
      | Gamma   | 100000.00  | 5000 |
    And cea is open at 09:30

  Rule: Better prices come first

    @CEA-2.1-b
    Scenario: Nothing trades before somebody takes
      When Alpha posts to sell 100 t of CEA at 48.00
      And Beta posts to buy 100 t of CEA at 49.00
      Then it is accepted
      And the book of CEA stands crossed
      And no trade is done

    @CEA-2.1-b
    Scenario: A sweep takes level after level at the listings' own prices
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.20
      And Alpha posts to sell 100 t of CEA at 48.30
      And Beta takes to buy 250 t of CEA at 48.30
      Then Beta buys 100 t from Alpha at 48.10
      And Beta buys 100 t from Gamma at 48.20
      And Beta buys 50 t from Alpha at 48.30
      And no trade is done
      And listing Alpha#2 is live with 50 t left
      And Beta has 987955.00 yuan tradable
      And a replay of the journal gives the same state

    @CEA-2.1-b
    Scenario: A worse price can't be chosen while a better one stands
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.20
      And Beta takes to buy 10 t of CEA from listing Gamma#1
      Then it is refused because NOT_BEST_PRICE
      And the refusal cites CEA-2.1-b
      And the refusal says price is 48.20
      And the refusal says best is 48.10
      And no trade is done
      And nothing has changed

    @CEA-2.1-b
    Scenario: A seller takes the highest purchase first
      When Alpha posts to buy 100 t of CEA at 47.90
      And Gamma posts to buy 100 t of CEA at 47.80
      And Beta takes to sell 10 t of CEA from listing Gamma#1
      Then it is refused because NOT_BEST_PRICE
      And the refusal says best is 47.90
      When Beta takes to sell 150 t of CEA at 47.80
      Then Alpha buys 100 t from Beta at 47.90
      And Gamma buys 50 t from Beta at 47.80

    @CEA-2.1-b
    Scenario: The next level can be chosen once the better one is used up
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.20
      And Beta takes to buy 100 t of CEA from listing Alpha#1
      And Beta takes to buy 10 t of CEA from listing Gamma#1
      Then Beta buys 100 t from Alpha at 48.10
      And Beta buys 10 t from Gamma at 48.20

    @CEA-2.1-b
    Scenario: A sweep stops at the taker's own price
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.20
      And Beta takes to buy 150 t of CEA at 48.10
      Then it is refused because QTY_EXCEEDS_LISTING
      And the refusal says rest is 100
      And no trade is done
      And listing Alpha#1 is live with 100 t left

  Rule: Five levels are within reach and the sixth is not

    @CEA-2.1-b
    Scenario: A sweep may use all five levels
      When Alpha posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Alpha posts to sell 10 t of CEA at 48.06
      And Beta takes to buy 50 t of CEA at 48.06
      Then Beta buys 10 t from Alpha at 48.01
      And Beta buys 10 t from Alpha at 48.02
      And Beta buys 10 t from Alpha at 48.03
      And Beta buys 10 t from Alpha at 48.04
      And Beta buys 10 t from Alpha at 48.05
      And no trade is done
      And the best level to sell CEA is 10 t at 48.06

    @CEA-2.1-b
    Scenario: A sweep that needs the sixth level is refused as a whole
      When Alpha posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Alpha posts to sell 10 t of CEA at 48.06
      And Beta takes to buy 51 t of CEA at 48.06
      Then it is refused because BEYOND_FIVE_LEVELS
      And the refusal cites CEA-2.1-b
      And the refusal says quantity is 51
      And the refusal says rest is 50
      And no trade is done
      And nothing has changed

    @CEA-2.1-b
    Scenario: A listing on the sixth level can't be chosen
      When Alpha posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Gamma posts to sell 10 t of CEA at 48.06
      And Beta takes to buy 10 t of CEA from listing Gamma#1
      Then it is refused because BEYOND_FIVE_LEVELS
      And the refusal cites CEA-2.1-b
      And the refusal says level is 6
      And no trade is done

    @CEA-2.1-b
    Scenario: Several listings at one price are one level
      When Alpha posts to sell 10 t of CEA at 48.01
      And Gamma posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Beta takes to buy 60 t of CEA at 48.05
      Then Beta buys 10 t from Alpha at 48.01
      And Beta buys 10 t from Gamma at 48.01
      And Beta buys 10 t from Alpha at 48.02
      And Beta buys 10 t from Alpha at 48.03
      And Beta buys 10 t from Alpha at 48.04
      And Beta buys 10 t from Alpha at 48.05
      And nothing stands to sell CEA

    @CEA-2.1-b
    Scenario: The order hall shows five levels
      When Alpha posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Alpha posts to sell 10 t of CEA at 48.06
      Then it is accepted
      And the board shows 5 levels to sell CEA
      And the best level to sell CEA is 10 t at 48.01

  Rule: One's own listings are no level

    @CEA-2.1-b
    Scenario: A taker's own better listing does not stand before another's
      When Beta posts to sell 10 t of CEA at 48.00
      And Alpha posts to sell 10 t of CEA at 48.10
      And Beta takes to buy 10 t of CEA from listing Alpha#1
      Then Beta buys 10 t from Alpha at 48.10
      And listing Beta#1 is live with 10 t left

    @CEA-2.1-b
    Scenario: A taker's own listings do not use up the five levels
      When Beta posts to sell 10 t of CEA at 48.00
      And Alpha posts to sell 10 t of CEA at 48.01
      And Alpha posts to sell 10 t of CEA at 48.02
      And Alpha posts to sell 10 t of CEA at 48.03
      And Alpha posts to sell 10 t of CEA at 48.04
      And Alpha posts to sell 10 t of CEA at 48.05
      And Beta takes to buy 50 t of CEA at 48.05
      Then Beta buys 10 t from Alpha at 48.01
      And Beta buys 10 t from Alpha at 48.02
      And Beta buys 10 t from Alpha at 48.03
      And Beta buys 10 t from Alpha at 48.04
      And Beta buys 10 t from Alpha at 48.05
      And the best level to sell CEA is 10 t at 48.00

    @CEA-2.1-b
    Scenario: Nobody takes his own allowance listing
      When Beta posts to sell 10 t of CEA at 48.00
      And Beta takes to buy 10 t of CEA from listing Beta#1
      Then it is refused because SELF_TRADE
      And no trade is done
      And listing Beta#1 is live with 10 t left

  Rule: At one price the taker chooses its counterparty

    @CEA-2.1-c
    Scenario: A later listing at the same price may be taken first
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.10
      And Beta takes to buy 30 t of CEA from listing Gamma#1
      Then Beta buys 30 t from Gamma at 48.10
      And no trade is done
      And listing Alpha#1 is live with 100 t left
      And listing Gamma#1 is live with 70 t left

    @CEA-2.1-c
    Scenario: A withdrawn listing can't be chosen
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.10
      And Alpha withdraws listing Alpha#1
      And Beta takes to buy 30 t of CEA from listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And the refusal cites CEA-2.1-c
      And no trade is done
      And listing Gamma#1 is live with 100 t left

    @CEA-2.1-c
    Scenario: A listing that was taken whole can't be taken again
      When Alpha posts to sell 100 t of CEA at 48.10
      And Beta takes to buy 100 t of CEA from listing Alpha#1
      Then Beta buys 100 t from Alpha at 48.10
      When Beta takes to buy 1 t of CEA from listing Alpha#1
      Then it is refused because ORDER_FILLED
      And the refusal cites CEA-2.1-c
      And no trade is done

    @CEA-2.1-c
    Scenario: A listing that never was can't be chosen
      When Beta takes to buy 1 t of CEA from listing 77
      Then it is refused because UNKNOWN_ORDER
      And no trade is done

  Rule: What is traded is what the taker declares

    @CEA-2.1-d
    Scenario: A listing is taken in part and its rest keeps standing
      When Alpha posts to sell 1000 t of CEA at 48.10
      And Beta takes to buy 10 t of CEA from listing Alpha#1
      Then Beta buys 10 t from Alpha at 48.10
      And listing Alpha#1 is live with 990 t left
      And Alpha has 990 t of CEA frozen
      And Beta has 10 t of CEA undelivered
      And Beta has 0 t of CEA frozen

    @CEA-2.1-d
    Scenario: More than the chosen listing holds is refused
      When Alpha posts to sell 100 t of CEA at 48.10
      And Gamma posts to sell 100 t of CEA at 48.10
      And Beta takes to buy 101 t of CEA from listing Alpha#1
      Then it is refused because QTY_EXCEEDS_LISTING
      And the refusal cites CEA-2.1-d
      And the refusal says quantity is 101
      And the refusal says rest is 100
      And no trade is done
      And nothing stands to buy CEA

    @CEA-2.1-d
    Scenario: A take leaves no declaration of its own behind
      When Alpha posts to sell 100 t of CEA at 48.10
      And Beta takes to buy 101 t of CEA at 48.50
      Then it is refused because QTY_EXCEEDS_LISTING
      And nothing stands to buy CEA
      When Beta takes to buy 100 t of CEA at 48.50
      Then Beta buys 100 t from Alpha at 48.10
      And nothing stands to buy CEA
      And Beta has 0.00 yuan frozen
