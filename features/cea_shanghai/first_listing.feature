Feature: First listing and opening day
  The exchange sets the reference price of an instrument's first day: 48.00 yuan on 16 July 2021.

  Background:
    Given the exchange runs "cea_shanghai" on 2021-07-16
    And CEA is registered on cea as CEA

  Rule: The exchange lists an instrument with a reference price, as two persons

    @CEA-2.1-g
    Scenario: Without a reference price nothing is listed
      When admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
      Then it is refused because NO_REFERENCE_PRICE
      And the refusal cites CEA-2.1-g
      And nothing has changed

    @CEA-2.1-g
    Scenario: One person alone lists nothing
      When admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin confirms proposal 1
      Then it is refused because SAME_PERSON
      And nothing has changed
      When the trading day of cea opens
      And admin asks "core.quotes"
      Then the answer shows
        | instrument | state      | reference |
        | CEA        | registered | 0.00      |

    @CEA-2.1-g
    Scenario: A second person's confirmation lists the instrument
      When admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And the trading day of cea opens
      And admin asks "core.quotes"
      Then the answer shows
        | instrument | state  | reference | lower | upper | block_lower | block_upper | open |
        | CEA        | listed | 48.00     | 43.20 | 52.80 | 33.60       | 62.40       | 0.00 |

    @CEA-2.1-g
    Scenario: A participant can't declare the first price of an allowance
      Given Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | CEA        |
        | price       | 48.00      |
        | listing_day | 2021-07-19 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @CEA-3-c
    Scenario Outline: The listing day is a trading day and not past
      When admin sends "core.list_instrument"
        | instrument  | CEA   |
        | listing_day | <day> |
        | reference   | 48.00 |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | day        | code              |
        | 2021-07-15 | LISTING_TOO_EARLY |
        | 2021-07-17 | NOT_TRADING_DAY   |
        | 2021-09-18 | NOT_TRADING_DAY   |

    @CEA-2.1-g
    Scenario: An instrument is listed once
      When admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 50.00      |
      Then it is refused because ALREADY_LISTED
      And nothing has changed

    @CEA-2.4-a
    Scenario: Before its listing day an instrument is not traded
      Given Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      When admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-19 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And cea is open at 09:30
      And Alpha posts to sell 10 t of CEA at 48.00
      Then it is refused because NOT_LISTED
      And the refusal says listing_day is 2021-07-19
      And nothing has changed
      When 1 trading days later cea is open at 09:30
      And Alpha posts to sell 10 t of CEA at 48.00
      Then it is accepted

  Rule: The first day's band hangs on the reference price

    @CEA-2.1-g
    Scenario: The opening day's high was the upper edge
      Given these accounts
        | account | cash      | CEA |
        | Alpha   | 0         | 100 |
        | Beta    | 100000.00 | 0   |
      And admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And cea is open at 09:30
      When Alpha posts to sell 1 t of CEA at 52.81
      Then it is refused because PRICE_OUT_OF_BAND
      And the refusal says upper is 52.80
      And the refusal says reference is 48.00
      When Alpha posts to sell 1 t of CEA at 52.80
      And Beta takes to buy 1 t of CEA at 52.80
      Then Beta buys 1 t from Alpha at 52.80
      And CEA has the high price 52.80

    @CEA-2.1-e
    Scenario: The first trade opens the first day, not the reference price
      Given these accounts
        | account | cash      | CEA |
        | Alpha   | 0         | 100 |
        | Beta    | 100000.00 | 0   |
      And admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And cea is open at 09:30
      Then CEA has the open price 0.00
      When these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 10     | 52.78 |
      Then CEA has the open price 52.78
      And CEA has the reference price 48.00

    @CEA-2.1-f
    Scenario: The first day's change is counted against the reference price
      Given these accounts
        | account | cash      | CEA  |
        | Alpha   | 0         | 2000 |
        | Beta    | 100000.00 | 0    |
      And admin sends "core.list_instrument"
        | instrument  | CEA        |
        | listing_day | 2021-07-16 |
        | reference   | 48.00      |
      And admin2 confirms proposal 1
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 1      | 48.00 |
        | Beta  | Alpha  | 1      | 52.80 |
        | Beta  | Alpha  | 998    | 51.23 |
      And it is 15:00
      When admin asks "core.day_prices"
      Then the answer shows
        | day        | reference | open  | high  | low   | close | change_hundredths | listed_tonnes | listed_fen |
        | 2021-07-16 | 48.00     | 48.00 | 52.80 | 48.00 | 51.23 | 673               | 1000          | 51228.34   |
      When 1 trading days later cea is open at 09:30
      Then CEA has the reference price 51.23

  Rule: An exchange that moves over brings its running totals

    @CEA-5-a
    Scenario: The running totals of 16 August 2021 go on from those carried
      Given it is 09:00 on 2021-08-16
      And these accounts
        | account | cash        | CEA    |
        | Alpha   | 0           | 600000 |
        | Beta    | 30000000.00 | 0      |
      And admin sends "core.list_instrument"
        | instrument     | CEA          |
        | listing_day    | 2021-08-16   |
        | reference      | 54.00        |
        | carried_tonnes | 6518832      |
        | carried_yuan   | 329274521.45 |
      And admin2 confirms proposal 1
      And cea is open at 13:00
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 10     | 51.00 |
      And Alpha offers a block to sell 500,000 t of CEA at 51.50
      And Beta accepts block Alpha#1
      And it is 15:00
      When admin asks "core.day_prices"
      Then the answer shows
        | day        | total_tonnes | total_fen    |
        | 2021-08-16 | 7018842      | 355025031.45 |
