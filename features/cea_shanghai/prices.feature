Feature: Opening price, closing price and price bands
  The day opens at its first listed trade and closes at the mean of all of them; bands hang on the close before.
  Dates, closes and bands are those of the exchange's published bulletins.

  Rule: The first listed trade opens the day

    @CEA-2.1-e
    Scenario: The open of 31 August 2021 is the first trade
      Given the exchange runs "cea_shanghai" on 2021-08-31
      And CEA of CEA is listed on cea at 45.16
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 5000.00 | 0   |
      And cea is open at 09:30
      Then CEA has the open price 0.00
      When these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 1      | 45.16 |
        | Beta  | Alpha  | 1      | 45.50 |
      Then CEA has the open price 45.16
      And CEA has the high price 45.50
      And CEA has the last price 45.50

    @CEA-2.1-e
    Scenario: A posted listing does not open the day
      Given the exchange runs "cea_shanghai" on 2021-08-31
      And CEA of CEA is listed on cea at 45.16
      And Alpha has an account with 0 yuan
      And Alpha holds 10 t of CEA
      And cea is open at 09:30
      When Alpha posts to sell 10 t of CEA at 46.00
      Then CEA has the open price 0.00

    @CEA-2.1-e @CEA-2.1-f
    Scenario: A day without any trade opens and closes at the close before
      Given the exchange runs "cea_shanghai" on 2021-08-31
      And CEA of CEA is listed on cea at 45.35
      And Alpha has an account with 0 yuan
      And Alpha holds 10 t of CEA
      And cea is open at 09:30
      And Alpha posts to sell 10 t of CEA at 46.00
      And it is 15:00
      When admin asks "core.day_prices"
      Then the answer shows
        | day        | instrument | reference | open  | high | low  | close | change_hundredths | listed_tonnes |
        | 2021-08-31 | CEA        | 45.35     | 45.35 | 0.00 | 0.00 | 45.35 | 0                 | 0             |
      When 1 trading days later cea is open at 09:30
      Then CEA has the reference price 45.35

  Rule: The volume-weighted mean of all listed trades closes the day

    @CEA-2.1-f @CEA-2.1-e
    Scenario Outline: Published closes come out of a day's trades
      Given the exchange runs "cea_shanghai" on <day>
      And CEA of CEA is listed on cea at <before>
      And these accounts
        | account | cash      | CEA  |
        | Alpha   | 0         | 1000 |
        | Beta    | 100000.00 | 0    |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price    |
        | Beta  | Alpha  | <t1>   | <price1> |
        | Beta  | Alpha  | <t2>   | <price2> |
        | Beta  | Alpha  | <t3>   | <price3> |
        | Beta  | Alpha  | <t4>   | <price4> |
      And it is 15:00
      When admin asks "core.day_prices"
      Then the answer shows
        | day   | reference | open   | high   | low   | close   | change_hundredths | listed_tonnes | listed_fen |
        | <day> | <before>  | <open> | <high> | <low> | <close> | <change>          | <volume>      | <turnover> |

      Examples:
        | day        | before | t1 | price1 | t2 | price2 | t3 | price3 | t4 | price4 | open  | high  | low   | close | change | volume | turnover |
        | 2021-08-31 | 45.16  | 1  | 45.16  | 1  | 45.50  | 12 | 45.35  | 9  | 45.36  | 45.16 | 45.50 | 45.16 | 45.35 | 42     | 23     | 1043.10  |
        | 2021-09-13 | 44.00  | 1  | 46.00  | 1  | 44.10  | 30 | 45.64  | 18 | 45.65  | 46.00 | 46.00 | 44.10 | 45.62 | 368    | 50     | 2281.00  |
        | 2021-08-27 | 47.64  | 1  | 44.00  | 1  | 45.10  | 49 | 45.10  | 50 | 45.10  | 44.00 | 45.10 | 44.00 | 45.09 | -535   | 101    | 4554.00  |

    @CEA-2.1-f
    Scenario: Half a fen is rounded up
      Given the exchange runs "cea_shanghai" on 2021-08-31
      And CEA of CEA is listed on cea at 45.16
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 5000.00 | 0   |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 1      | 45.00 |
        | Beta  | Alpha  | 1      | 45.01 |
      And it is 15:00
      When admin asks "core.day_prices"
      Then the answer shows
        | day        | close | listed_fen |
        | 2021-08-31 | 45.01 | 90.01      |

    @CEA-2.1-f
    Scenario: Today's close is tomorrow's reference price
      Given the exchange runs "cea_shanghai" on 2021-08-31
      And CEA of CEA is listed on cea at 45.16
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 5000.00 | 0   |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 1      | 45.16 |
        | Beta  | Alpha  | 1      | 45.50 |
        | Beta  | Alpha  | 12     | 45.35 |
        | Beta  | Alpha  | 9      | 45.36 |
      When 1 trading days later cea is open at 09:30
      Then CEA has the reference price 45.35
      And CEA has the lower price 40.82
      And CEA has the upper price 49.89

  Rule: Blocks enter neither open nor high, low or close

    @CEA-2.1-f @CEA-2.1-e
    Scenario: The block of 16 August 2021 left the prices of the day alone
      Given the exchange runs "cea_shanghai" on 2021-08-16
      And CEA of CEA is listed on cea at 54.00
      And these accounts
        | account | cash        | CEA    |
        | Alpha   | 0           | 600000 |
        | Beta    | 30000000.00 | 0      |
      And cea is open at 13:00
      And Alpha offers a block to sell 500,000 t of CEA at 51.50
      And Beta accepts block Alpha#1
      Then Beta buys 500,000 t from Alpha at 51.50
      And CEA has the open price 0.00
      When these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 1      | 51.00 |
        | Beta  | Alpha  | 9      | 51.00 |
      And it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | day        | open  | high  | low   | close | change_hundredths | listed_tonnes | listed_fen | block_tonnes | block_fen   |
        | 2021-08-16 | 51.00 | 51.00 | 51.00 | 51.00 | -556              | 10            | 510.00     | 500000       | 25750000.00 |

    @CEA-2.1-e @CEA-2.1-f
    Scenario: A day of blocks only opens and closes at the close before
      Given the exchange runs "cea_shanghai" on 2023-09-12
      And CEA19-20 of CEA is listed on cea at 72.22
      And these accounts
        | account | cash       | CEA19-20 |
        | Alpha   | 0          | 100000   |
        | Beta    | 6000000.00 | 0        |
      And cea is open at 13:00
      And Alpha offers a block to sell 100,000 t of CEA19-20 at 60.00
      And Beta accepts block Alpha#1
      Then Beta buys 100,000 t from Alpha at 60.00
      When it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | day        | reference | open  | high | low  | close | change_hundredths | listed_tonnes | block_tonnes |
        | 2023-09-12 | 72.22     | 72.22 | 0.00 | 0.00 | 72.22 | 0                 | 0             | 100000       |
      When 1 trading days later cea is open at 09:30
      Then CEA19-20 has the reference price 72.22

  Rule: A listed price lies within a tenth of the close before, edges rounded half up and included

    @CEA-2.1-g
    Scenario Outline: The upper edge can be touched and not passed
      Given the exchange runs "cea_shanghai" on 2021-07-23
      And CEA of CEA is listed on cea at <close>
      And these accounts
        | account | cash | CEA |
        | Alpha   | 0    | 100 |
      And cea is open at 09:30
      Then CEA has the upper price <edge>
      When Alpha posts to sell 10 t of CEA at <beyond>
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal cites CEA-2.1-g
      And the refusal says upper is <edge>
      And nothing has changed
      When Alpha posts to sell 10 t of CEA at <edge>
      Then it is accepted

      Examples:
        | close | edge  | beyond |
        | 55.52 | 61.07 | 61.08  |
        | 52.96 | 58.26 | 58.27  |
        | 45.62 | 50.18 | 50.19  |
        | 44.08 | 48.49 | 48.50  |
        | 46.66 | 51.33 | 51.34  |
        | 48.13 | 52.94 | 52.95  |
        | 51.69 | 56.86 | 56.87  |
        | 64.11 | 70.52 | 70.53  |
        | 64.84 | 71.32 | 71.33  |
        | 63.97 | 70.37 | 70.38  |
        | 48.00 | 52.80 | 52.81  |

    @CEA-2.1-g
    Scenario Outline: The lower edge can be touched and not passed
      Given the exchange runs "cea_shanghai" on 2021-08-03
      And CEA of CEA is listed on cea at <close>
      And Beta has an account with 10000.00 yuan
      And cea is open at 09:30
      Then CEA has the lower price <edge>
      When Beta posts to buy 10 t of CEA at <beyond>
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal cites CEA-2.1-g
      And the refusal says lower is <edge>
      And nothing has changed
      When Beta posts to buy 10 t of CEA at <edge>
      Then it is accepted

      Examples:
        | close | edge  | beyond |
        | 48.00 | 43.20 | 43.19  |
        | 52.96 | 47.66 | 47.65  |
        | 63.51 | 57.16 | 57.15  |
        | 55.52 | 49.97 | 49.96  |
        | 51.99 | 46.79 | 46.78  |

    @CEA-2.1-g
    Scenario: A take asks the band as well
      Given the exchange runs "cea_shanghai" on 2021-07-23
      And CEA of CEA is listed on cea at 55.52
      And these accounts
        | account | cash     | CEA |
        | Alpha   | 0        | 100 |
        | Beta    | 10000.00 | 0   |
      And cea is open at 09:30
      And Alpha posts to sell 10 t of CEA at 61.07
      When Beta takes to buy 10 t of CEA at 61.08
      Then it is refused because PRICE_OUT_OF_BAND
      And no trade is done
      When Beta takes to buy 10 t of CEA at 61.07
      Then Beta buys 10 t from Alpha at 61.07

    @CEA-2.1-g
    Scenario: On 9 August 2021 the band hung on the close of 6 August
      Given the exchange runs "cea_shanghai" on 2021-08-06
      And CEA of CEA is listed on cea at 54.90
      And these accounts
        | account | cash       | CEA   |
        | Alpha   | 0          | 30000 |
        | Beta    | 2000000.00 | 0     |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 20000  | 52.96 |
      When 1 trading days later cea is open at 09:30
      Then CEA has the reference price 52.96
      And CEA has the lower price 47.66
      And CEA has the upper price 58.26
      And CEA has the block-lower price 37.07
      And CEA has the block-upper price 68.85

  Rule: A block price lies within three tenths of the close before

    @CEA-2.2-d
    Scenario: The block of 19 November 2021 touched its lower edge below the exact 30.212
      Given the exchange runs "cea_shanghai" on 2021-11-19
      And CEA of CEA is listed on cea at 43.16
      And these accounts
        | account | cash        | CEA     |
        | Alpha   | 0           | 1246829 |
        | Beta    | 40000000.00 | 0       |
      And cea is open at 13:00
      Then CEA has the block-lower price 30.21
      When Alpha offers a block to sell 1,246,829 t of CEA at 30.20
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal cites CEA-2.2-d
      And the refusal says lower is 30.21
      And nothing has changed
      When Alpha offers a block to sell 1,246,829 t of CEA at 30.21
      And Beta accepts block Alpha#1
      Then Beta buys 1,246,829 t from Alpha at 30.21
      And Beta has 2333295.91 yuan tradable

    @CEA-2.2-d
    Scenario: The listed band does not hold for blocks, nor the block band for listings
      Given the exchange runs "cea_shanghai" on 2021-11-19
      And CEA of CEA is listed on cea at 43.16
      And these accounts
        | account | cash | CEA    |
        | Alpha   | 0    | 200000 |
      And cea is open at 13:00
      When Alpha posts to sell 10 t of CEA at 56.11
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal says upper is 47.48
      When Alpha offers a block to sell 100,000 t of CEA at 56.12
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal says upper is 56.11
      When Alpha offers a block to sell 100,000 t of CEA at 56.11
      Then it is accepted
