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
      And the refusal says reference is 50.00
      And the refusal says lower is 45.00
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

  Rule: Block figures that are not among the trades are stated with their source

    Background:
      Given board is open at 09:30

    Scenario: Stated block figures count in the day and in the totals, and move nothing
      When Alpha posts to sell 10 t of U1 at 51.00
      And Beta takes to buy 10 t of U1 at 51.00
      And admin sends "core.state_block_figures"
        | market     | board                                |
        | instrument | U1                                   |
        | day        | 2026-03-02                           |
        | quantity   | 2000                                 |
        | turnover   | 98000.00                             |
        | source     | daily bulletin of 2026-03-02, line 2 |
      And admin2 confirms proposal 2
      And it is 15:00
      And regulator asks "core.day_prices"
      Then the answer shows
        | day        | close | listed_tonnes | block_tonnes | block_fen | total_tonnes | total_fen |
        | 2026-03-02 | 51.00 | 10            | 2000         | 98000.00  | 2010         | 98510.00  |
      And Beta buys 10 t from Alpha at 51.00
      And no trade is done
      And Alpha has 490 t of U1 in-total
      And a replay of the journal gives the same state

    Scenario Outline: Block figures with <field> <value> are refused
      When admin sends "core.state_block_figures"
        | market     | board        |
        | instrument | <instrument> |
        | day        | <day>        |
        | quantity   | <tonnes>     |
        | turnover   | <turnover>   |
        | source     | <source>     |
      Then it is refused because <code>
      And the refusal says <field> is <value>
      And nothing has changed

      Examples:
        | instrument | day        | tonnes | turnover | source   | code               | field           | value      |
        | U1         | 2026-03-02 | 2000   | 98000.00 |          | FIELD_MISSING      | field           | source     |
        | U7         | 2026-03-02 | 2000   | 98000.00 | bulletin | UNKNOWN_INSTRUMENT | instrument      | U7         |
        | U1         | 2026-03-02 | 0      | 98000.00 | bulletin | BAD_QUANTITY       | quantity_tonnes | 0          |
        | U1         | 2026-03-02 | 2000   | 0.00     | bulletin | BAD_AMOUNT         | turnover_fen    | 0.00       |
        | U1         | 2026-03-03 | 2000   | 98000.00 | bulletin | WRONG_DAY          | today           | 2026-03-02 |

    Scenario: Block figures of a day that has closed are refused
      When it is 15:00
      And admin sends "core.state_block_figures"
        | market     | board      |
        | instrument | U1         |
        | day        | 2026-03-02 |
        | quantity   | 2000       |
        | turnover   | 98000.00   |
        | source     | bulletin   |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed
