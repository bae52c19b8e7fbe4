Feature: Listed declarations
  What a declaration must say, how large it may be, and what it freezes.

  Background:
    Given the exchange runs "cea_shanghai" on 2021-07-16
    And CEA of CEA is listed on cea at 48.00
    And these accounts
      | account | cash       | CEA    |
      | Alpha   | 1000000.00 | 300000 |
      | Beta    | 9000000.00 | 0      |
    And cea is open at 09:30

  Rule: A declaration names participant, trade number, product, side, quantity and price

    @CEA-2.4-a
    Scenario: A complete declaration stands
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | trade_no   | A-1   |
        | instrument | CEA   |
        | side       | sell  |
        | quantity   | 100   |
        | price      | 49.00 |
      Then it is accepted
      And listing Alpha#1 is live with 100 t left
      And no trade is done

    @CEA-2.4-a
    Scenario Outline: A declaration without one of its elements is refused
      When Alpha sends "core.post_listing"
        | account    | <account>    |
        | trade_no   | <trade_no>   |
        | instrument | <instrument> |
        | side       | <side>       |
        | quantity   | <quantity>   |
        | price      | <price>      |
      Then it is refused because FIELD_MISSING
      And the refusal cites CEA-2.4-a
      And the refusal says field is <missing>
      And nothing has changed
      And nothing stands to sell CEA

      Examples:
        | missing    | account | trade_no | instrument | side | quantity | price |
        | account    |         | A-1      | CEA        | sell | 100      | 49.00 |
        | trade_no   | Alpha   |          | CEA        | sell | 100      | 49.00 |
        | instrument | Alpha   | A-1      |            | sell | 100      | 49.00 |
        | side       | Alpha   | A-1      | CEA        |      | 100      | 49.00 |
        | quantity   | Alpha   | A-1      | CEA        | sell |          | 49.00 |
        | price      | Alpha   | A-1      | CEA        | sell | 100      |       |

    @CEA-2.4-a
    Scenario: The refusal of a missing trade number cites the elements
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | CEA   |
        | side       | sell  |
        | quantity   | 100   |
        | price      | 49.00 |
      Then it is refused because FIELD_MISSING
      And the refusal cites CEA-2.4-a

    @CEA-2.4-a
    Scenario: A take carries a trade number too
      When Alpha posts to sell 100 t of CEA at 49.00
      And Beta sends "core.take_listing"
        | account    | Beta            |
        | instrument | CEA             |
        | side       | buy             |
        | quantity   | 10              |
        | listing    | listing Alpha#1 |
      Then it is refused because FIELD_MISSING
      And the refusal says field is trade_no
      And listing Alpha#1 is live with 100 t left
      And no trade is done

    @CEA-2.4-a
    Scenario: A trade number serves once a day
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | trade_no   | A-1   |
        | instrument | CEA   |
        | side       | sell  |
        | quantity   | 100   |
        | price      | 49.00 |
      And Alpha sends "core.post_listing"
        | account    | Alpha |
        | trade_no   | A-1   |
        | instrument | CEA   |
        | side       | sell  |
        | quantity   | 50    |
        | price      | 49.00 |
      Then it is refused because DUPLICATE_TRADE_NO
      And the refusal cites CEA-2.4-a
      And the refusal says trade_no is A-1
      And nothing has changed
      And the best level to sell CEA is 100 t at 49.00

    @CEA-2.4-a
    Scenario: Two participants may use the same trade number
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | trade_no   | 1     |
        | instrument | CEA   |
        | side       | sell  |
        | quantity   | 100   |
        | price      | 49.00 |
      And Beta sends "core.post_listing"
        | account    | Beta  |
        | trade_no   | 1     |
        | instrument | CEA   |
        | side       | buy   |
        | quantity   | 100   |
        | price      | 47.00 |
      Then it is accepted

    @CEA-2.4-a
    Scenario: A side is to buy or to sell
      When Alpha posts to pledge 100 t of CEA at 49.00
      Then it is refused because BAD_SIDE
      And the refusal cites CEA-2.4-a
      And the refusal says side is pledge
      And nothing has changed

    @CEA-2.4-a
    Scenario: The product code must be known
      When Alpha posts to sell 100 t of CEA99 at 49.00
      Then it is refused because UNKNOWN_INSTRUMENT
      And the refusal cites CEA-2.4-a
      And nothing has changed

    @CEA-2.4-a
    Scenario Outline: A quantity is a whole positive number of tonnes
      When Alpha posts to sell <tonnes> t of CEA at 49.00
      Then it is refused because BAD_QUANTITY
      And nothing has changed

      Examples:
        | tonnes |
        | 0      |
        | -5     |
        | 1.5    |

    @CEA-2.4-a
    Scenario Outline: A price is positive and in whole fen
      When Alpha posts to sell 100 t of CEA at <price>
      Then it is refused because BAD_PRICE_TICK
      And nothing has changed

      Examples:
        | price  |
        | 49.005 |
        | 0.00   |
        | -49.00 |

  Rule: One listed declaration is smaller than 100,000 t

    @CEA-2.1-a
    Scenario: The largest listed declaration is 99,999 t
      When Alpha posts to sell 99,999 t of CEA at 48.00
      Then it is accepted
      And listing Alpha#1 is live with 99999 t left
      And Alpha has 99999 t of CEA frozen

    @CEA-2.1-a
    Scenario Outline: A listed declaration of 100,000 t or more is refused
      When Alpha posts to sell <tonnes> t of CEA at 48.00
      Then it is refused because QTY_ABOVE_LISTED_MAX
      And the refusal cites CEA-2.1-a
      And the refusal says below is 100000
      And nothing has changed
      And nothing stands to sell CEA

      Examples:
        | tonnes  |
        | 100,000 |
        | 100,001 |
        | 250,000 |

    @CEA-2.1-a
    Scenario: The limit holds for a purchase and for a take as well
      When Beta posts to buy 100,000 t of CEA at 48.00
      Then it is refused because QTY_ABOVE_LISTED_MAX
      When Alpha posts to sell 60,000 t of CEA at 48.00
      And Alpha posts to sell 60,000 t of CEA at 48.00
      And Beta takes to buy 100,000 t of CEA at 48.00
      Then it is refused because QTY_ABOVE_LISTED_MAX
      And the refusal cites CEA-2.1-a
      And no trade is done
      When Beta takes to buy 99,999 t of CEA at 48.00
      Then Beta buys 60,000 t from Alpha at 48.00
      And Beta buys 39,999 t from Alpha at 48.00

    @CEA-2.1-a
    Scenario: Several declarations together may pass 100,000 t
      When Alpha posts to sell 99,999 t of CEA at 48.00
      And Alpha posts to sell 99,999 t of CEA at 48.00
      Then it is accepted
      And the best level to sell CEA is 199998 t at 48.00

  Rule: What is declared is frozen, and released when it is withdrawn or expires

    @CEA-2.1-b
    Scenario: A purchase freezes its price, without a fee where none is set
      When Beta posts to buy 100 t of CEA at 47.00
      Then Beta has 4700.00 yuan frozen
      And Beta has 8995300.00 yuan tradable
      When Beta withdraws listing Beta#1
      Then Beta has 0.00 yuan frozen
      And Beta has 9000000.00 yuan tradable
      And nothing stands to buy CEA

    @CEA-2.1-b
    Scenario: Nobody withdraws the listing of another
      When Alpha posts to sell 100 t of CEA at 49.00
      And Beta sends "core.withdraw_listing"
        | account | Beta            |
        | listing | listing Alpha#1 |
      Then it is refused because PERMISSION_DENIED
      And listing Alpha#1 is live with 100 t left

    @CEA-2.1-b
    Scenario: What is left at the end of the day expires
      When Alpha posts to sell 100 t of CEA at 49.00
      And it is 15:00
      Then listing Alpha#1 is expired with 0 t left
      And Alpha has 0 t of CEA frozen
      And Alpha has 300000 t of CEA available
      And no trade is done
