Feature: Prices
  A day's prices come from its listed trades; its close is their volume-weighted mean and the base of the next day.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |

  Rule: The bands are set when the day opens

    Scenario: The bands are a tenth for listings and three tenths for blocks
      Given the trading day of board opens
      Then U1 has the reference price 50.00
      And U1 has the lower price 45.00
      And U1 has the upper price 55.00
      And U1 has the block-lower price 35.00
      And U1 has the block-upper price 65.00

    Scenario: Edges are rounded half up to the fen
      Given U2 of UNIT is listed on board at 50.05
      And the trading day of board opens
      Then U2 has the lower price 45.05
      And U2 has the upper price 55.06
      And U2 has the block-lower price 35.04
      And U2 has the block-upper price 65.07

    Scenario: The lowest price is one tick
      Given U2 of UNIT is listed on board at 0.01
      And the trading day of board opens
      Then U2 has the lower price 0.01
      And U2 has the upper price 0.01

    Scenario Outline: A listing at the edge of the band, <price>, is accepted
      Given board is open at 09:30
      When Alpha posts to sell 1 t of U1 at <price>
      Then it is accepted

      Examples:
        | price |
        | 45.00 |
        | 55.00 |

    Scenario Outline: A listing beyond the band, at <price>, is refused
      Given board is open at 09:30
      When Beta posts to buy 1 t of U1 at <price>
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal says reference_fen is 50.00
      And the refusal says lower_fen is 45.00
      And nothing has changed

      Examples:
        | price |
        | 44.99 |
        | 55.01 |

  Rule: A day's prices follow its listed trades

    Background:
      Given board is open at 09:30

    Scenario: Before the first trade there are none
      When Alpha posts to sell 10 t of U1 at 51.00
      Then U1 has the open price 0.00
      And U1 has the last price 0.00
      And no trade is done

    Scenario: Open, high, low and last follow the trades
      When Alpha posts to sell 10 t of U1 at 51.00
      And Beta takes to buy 10 t of U1 at 51.00
      And Alpha posts to sell 20 t of U1 at 53.00
      And Beta takes to buy 20 t of U1 at 53.00
      And Alpha posts to sell 30 t of U1 at 49.00
      And Beta takes to buy 30 t of U1 at 49.00
      And Alpha posts to sell 40 t of U1 at 50.00
      And Beta takes to buy 40 t of U1 at 50.00
      Then U1 has the open price 51.00
      And U1 has the high price 53.00
      And U1 has the low price 49.00
      And U1 has the last price 50.00

    Scenario: The close is the mean weighted by volume and the next day's base
      When Alpha posts to sell 10 t of U1 at 51.00
      And Beta takes to buy 10 t of U1 at 51.00
      And Alpha posts to sell 30 t of U1 at 49.00
      And Beta takes to buy 30 t of U1 at 49.00
      And it is 15:00
      And regulator asks "core.day_prices"
      Then the answer shows
        | day        | reference | open  | high  | low   | close | change_hundredths | listed_tonnes | listed_fen | total_tonnes |
        | 2026-03-02 | 50.00     | 51.00 | 51.00 | 49.00 | 49.50 | -100              | 40            | 1980.00    | 40           |
      Given 1 trading days later board is open at 09:30
      Then U1 has the reference price 49.50
      And U1 has the lower price 44.55
      And U1 has the upper price 54.45

    Scenario: The close is rounded half up to the fen
      When Alpha posts to sell 1 t of U1 at 50.00
      And Beta takes to buy 1 t of U1 at 50.00
      And Alpha posts to sell 1 t of U1 at 50.01
      And Beta takes to buy 1 t of U1 at 50.01
      And it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | close | change_hundredths |
        | 50.01 | 2                 |

    Scenario: A day without trades keeps its reference price
      When Alpha posts to sell 10 t of U1 at 54.00
      And it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | reference | open  | high | low  | close | change_hundredths | listed_tonnes |
        | 50.00     | 50.00 | 0.00 | 0.00 | 50.00 | 0                 | 0             |
      And no trade is done

    Scenario: Totals run on from day to day
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      And it is 15:00
      And 1 trading days later board is open at 09:30
      And Alpha posts to sell 5 t of U1 at 52.00
      And Beta takes to buy 5 t of U1 at 52.00
      And it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | day        | close | listed_tonnes | total_tonnes | total_fen |
        | 2026-03-02 | 50.00 | 10            | 10           | 500.00    |
        | 2026-03-03 | 52.00 | 5             | 15           | 760.00    |
