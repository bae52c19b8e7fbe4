Feature: Declarations that are not of their form
  A declaration is refused by its first fault, and nothing changes.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 13:30

  Rule: Quantities are positive whole tonnes

    Scenario Outline: A listing of <tonnes> t is refused for its quantity
      When Alpha posts to sell <tonnes> t of U1 at 50.00
      Then it is refused because BAD_QUANTITY
      And nothing has changed

      Examples:
        | tonnes               |
        | 0                    |
        | -1                   |
        | 1.5                  |
        | 1.0                  |
        | 1e2                  |
        | ten                  |
        | ١٠                   |
        | 1,0                  |
        | 10000000001          |
        | 99999999999999999999 |

    Scenario Outline: A take of <tonnes> t is refused for its quantity
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy <tonnes> t of U1 at 50.00
      Then it is refused because BAD_QUANTITY
      And nothing has changed
      And no trade is done

      Examples:
        | tonnes      |
        | 0           |
        | -10         |
        | 0.5         |
        | all         |
        | 10000000001 |

    Scenario Outline: A block of <tonnes> t is refused for its quantity
      When Alpha offers a block to sell <tonnes> t of U1 at 50.00
      Then it is refused because BAD_QUANTITY
      And nothing has changed

      Examples:
        | tonnes      |
        | 0           |
        | -1000       |
        | 1000.5      |
        | 10000000001 |

    Scenario: The largest quantity is refused for its means only
      When Alpha posts to sell 10000000000 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed

  Rule: Prices are positive whole fen

    Scenario Outline: A listing at <price> is refused for its price
      When Alpha posts to sell 10 t of U1 at <price>
      Then it is refused because BAD_PRICE_TICK
      And nothing has changed

      Examples:
        | price                |
        | 0                    |
        | 0.00                 |
        | -50.00               |
        | 50.001               |
        | 50,00.001            |
        | 1000000.01           |
        | 99999999999999999999 |
        | 50,00                |
        | ５０.００                |

    Scenario Outline: A block at <price> is refused for its price
      When Alpha offers a block to sell 1000 t of U1 at <price>
      Then it is refused because BAD_PRICE_TICK
      And nothing has changed

      Examples:
        | price  |
        | 0      |
        | -50.00 |
        | 50.001 |

    Scenario: The largest price is refused for the band only
      When Alpha posts to sell 10 t of U1 at 1000000.00
      Then it is refused because PRICE_OUT_OF_BAND
      And nothing has changed

    Scenario: Commas group thousands
      When Alpha posts to buy 1,000 t of U1 at 0,050.00
      Then it is accepted
      And Alpha has 50,250.00 yuan frozen

    Scenario: A price in words is refused
      When Alpha posts to sell 10 t of U1 at fifty
      Then it is refused because BAD_PRICE_TICK
      And nothing has changed

    Scenario Outline: A price of <price> is in another unit
      When Alpha sends "core.post_listing"
        | account    | Alpha   |
        | instrument | U1      |
        | side       | sell    |
        | quantity   | 10      |
        | price      | <price> |
      Then it is refused because BAD_UNIT
      And nothing has changed

      Examples:
        | price       |
        | 50.00 USD/t |
        | 50.00 元/公斤 |
        | 50.00 EUR   |

    Scenario: A price may say its unit
      When Alpha sends "core.post_listing"
        | account    | Alpha      |
        | instrument | U1         |
        | side       | sell       |
        | quantity   | 10         |
        | price      | 50.00 元/吨 |
      Then it is accepted
      And the best level to sell U1 is 10 t at 50.00

  Rule: Prices and quantities go in the market's steps

    Background:
      When admin sends "core.change_parameter"
        | market    | board      |
        | parameter | tick_fen   |
        | value     | 5          |
        | since     | 2026-03-03 |
        | notice    | tick       |
      And admin2 confirms proposal 2
      And admin sends "core.change_parameter"
        | market    | board       |
        | parameter | step_tonnes |
        | value     | 10          |
        | since     | 2026-03-03  |
        | notice    | step        |
      And admin2 confirms proposal 3
      And 1 trading days later board is open at 09:30

    Scenario: A price between two ticks is refused
      When Alpha posts to sell 10 t of U1 at 50.03
      Then it is refused because BAD_PRICE_TICK
      And the refusal says tick is 0.05
      And nothing has changed

    Scenario: A price on a tick is accepted
      When Alpha posts to sell 10 t of U1 at 50.05
      Then it is accepted

    Scenario: A quantity between two steps is refused
      When Alpha posts to sell 15 t of U1 at 50.05
      Then it is refused because BAD_QUANTITY
      And the refusal says step is 10
      And nothing has changed

  Rule: Every field is there, known, and someone's own

    Scenario Outline: A listing without its <field> is refused
      When Alpha sends "core.post_listing"
        | account    | <account>    |
        | instrument | <instrument> |
        | side       | <side>       |
        | quantity   | <quantity>   |
        | price      | <price>      |
      Then it is refused because FIELD_MISSING
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field      | account | instrument | side | quantity | price |
        | account    |         | U1         | sell | 10       | 50.00 |
        | instrument | Alpha   |            | sell | 10       | 50.00 |
        | side       | Alpha   | U1         |      | 10       | 50.00 |
        | quantity   | Alpha   | U1         | sell |          | 50.00 |
        | price      | Alpha   | U1         | sell | 10       |       |

    Scenario: A field nobody knows is refused
      When Alpha sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 10    |
        | price      | 50.00 |
        | colour     | green |
      Then it is refused because BAD_FIELD
      And the refusal says field is colour
      And nothing has changed

    Scenario: A listing number that is no number is refused
      When Alpha sends "core.withdraw_listing"
        | account | Alpha |
        | listing | first |
      Then it is refused because BAD_FIELD
      And the refusal says field is listing
      And nothing has changed

    Scenario: A command nobody knows is refused
      When Alpha sends "core.print_money"
        | account | Alpha |
      Then it is refused because UNKNOWN_COMMAND
      And the refusal says command is core.print_money
      And nothing has changed

    Scenario Outline: A side of <side> is refused
      When Alpha posts to <side> 10 t of U1 at 50.00
      Then it is refused because BAD_SIDE
      And nothing has changed

      Examples:
        | side |
        | lend |
        | BUY  |

    Scenario: A block has a side as well
      When Alpha offers a block to lend 1000 t of U1 at 50.00
      Then it is refused because BAD_SIDE
      And nothing has changed

    Scenario: A take has a side as well
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to lend 10 t of U1 at 50.00
      Then it is refused because BAD_SIDE
      And nothing has changed

    Scenario: An unknown instrument is not posted
      When Alpha posts to sell 10 t of U9 at 50.00
      Then it is refused because UNKNOWN_INSTRUMENT
      And the refusal says instrument is U9
      And nothing has changed

    Scenario: A listing for an unknown account is refused
      When Alpha sends "core.post_listing"
        | account    | Omega |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 10    |
        | price      | 50.00 |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: A listing for another's account is refused
      When Beta sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 10    |
        | price      | 50.00 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: The exchange itself does not post
      When admin sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 10    |
        | price      | 50.00 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Where several faults apply the first is named

    Scenario: Who comes before what
      When Beta sends "core.post_listing"
        | account    | Alpha |
        | instrument | U9    |
        | side       | lend  |
        | quantity   | 0     |
        | price      | 99.00 |
      Then it is refused because PERMISSION_DENIED

    Scenario: What comes before how much
      When Alpha posts to sell 0 t of U9 at 99.00
      Then it is refused because UNKNOWN_INSTRUMENT

    Scenario: How much comes before when
      When it is 15:00
      And Alpha posts to sell 0 t of U1 at 99.00
      Then it is refused because BAD_QUANTITY

    Scenario: When comes before the band
      When it is 15:00
      And Alpha posts to sell 10 t of U1 at 99.00
      Then it is refused because OUTSIDE_SESSION

    Scenario: The band comes before the means
      When Alpha posts to sell 501 t of U1 at 99.00
      Then it is refused because PRICE_OUT_OF_BAND
