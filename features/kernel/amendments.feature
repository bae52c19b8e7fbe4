Feature: Amendments of parameters
  The operator of a market changes a parameter from a future trading day on, with a notice, as two persons.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And Alpha has an account with 100000.00 yuan
    And Alpha holds 500 t of U1
    And board is open at 09:30

  Rule: A change binds from its day on

    Scenario: A rule says its value and where it stands
      Then listed_fee_ppm of board is "5000" on 2026-03-02 by NEUTRAL
      And listed_band_ppm of board is "100000" on 2021-01-01 by NEUTRAL

    Scenario: A wider band is announced for tomorrow and holds tomorrow
      When admin sends "core.change_parameter"
        | market    | board           |
        | parameter | listed_band_ppm |
        | value     | 200000          |
        | since     | 2026-03-03      |
        | notice    | a wider band    |
      And admin2 confirms proposal 2
      Then it is accepted
      And listed_band_ppm of board is "100000" on 2026-03-02 by NEUTRAL
      And listed_band_ppm of board is "200000" on 2026-03-03 by operator
      And listed_band_ppm of auto is "100000" on 2026-03-03 by NEUTRAL
      When Alpha posts to sell 1 t of U1 at 60.00
      Then it is refused because PRICE_OUT_OF_BAND
      And nothing has changed
      Given 1 trading days later board is open at 09:30
      When Alpha posts to sell 1 t of U1 at 60.00
      Then it is accepted
      And U1 has the upper price 60.00

    Scenario: A later change prevails over an earlier one
      When admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2026-03-04     |
        | notice    | dearer         |
      And admin2 confirms proposal 2
      And admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 4000           |
        | since     | 2026-03-03     |
        | notice    | cheaper        |
      And admin2 confirms proposal 3
      Then listed_fee_ppm of board is "4000" on 2026-03-03 by operator
      And listed_fee_ppm of board is "6000" on 2026-03-04 by operator
      And listed_fee_ppm of board is "6000" on 2026-12-31 by operator

    Scenario: A method closes from its day on
      When admin sends "core.change_parameter"
        | market    | board        |
        | parameter | methods_open |
        | value     | ["block"]    |
        | since     | 2026-03-03   |
        | notice    | blocks only  |
      And admin2 confirms proposal 2
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is accepted
      Given 1 trading days later board is open at 09:30
      When Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because METHOD_NOT_OPEN
      And the refusal says method is listed
      And nothing has changed

    Scenario: Blocks close from their day on
      When admin sends "core.change_parameter"
        | market    | board         |
        | parameter | methods_open  |
        | value     | ["listed"]    |
        | since     | 2026-03-03    |
        | notice    | listings only |
      And admin2 confirms proposal 2
      And 1 trading days later board is open at 13:00
      And Alpha offers a block to sell 1000 t of U1 at 50.00
      Then it is refused because METHOD_NOT_OPEN
      And the refusal says method is block
      And nothing has changed

    Scenario: New hours hold from their day on
      When admin sends "core.change_parameter"
        | market    | board                                     |
        | parameter | listed_sessions                           |
        | value     | [["10:00", "11:30"], ["13:00", "15:00"]]  |
        | since     | 2026-03-03                                |
        | notice    | later                                     |
      And admin2 confirms proposal 2
      And 1 trading days later board is open at 09:59
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When it is 10:00
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is accepted

    Scenario: Without the second person nothing changes
      When admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2026-03-03     |
        | notice    | dearer         |
      Then it is accepted
      And listed_fee_ppm of board is "5000" on 2026-03-03 by NEUTRAL

  Rule: What is no proper change is refused

    Scenario Outline: A change from <since>, <why>, is refused
      When admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | <since>        |
        | notice    | dearer         |
      Then it is refused because PARAMETER_NOT_FUTURE
      And nothing has changed

      Examples:
        | since      | why       |
        | 2026-02-27 | the past  |
        | 2026-03-02 | today     |
        | 2026-03-07 | a weekend |
        | 2026-04-06 | a holiday |

    Scenario: A change beyond the published calendar is refused
      When admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2027-01-04     |
        | notice    | dearer         |
      Then it is refused because CALENDAR_NOT_PUBLISHED
      And nothing has changed

    Scenario: A parameter the market does not have is refused
      When admin sends "core.change_parameter"
        | market    | board      |
        | parameter | phlogiston |
        | value     | 1          |
        | since     | 2026-03-03 |
        | notice    | more       |
      Then it is refused because UNKNOWN_PARAMETER
      And the refusal says parameter is phlogiston
      And nothing has changed

    Scenario: A change of an unknown market is refused
      When admin sends "core.change_parameter"
        | market    | bazaar         |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2026-03-03     |
        | notice    | dearer         |
      Then it is refused because UNKNOWN_MARKET
      And nothing has changed

    Scenario: A change without a notice is refused
      When admin sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2026-03-03     |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed

    Scenario Outline: <value> is no value of <parameter>
      When admin sends "core.change_parameter"
        | market    | board       |
        | parameter | <parameter> |
        | value     | <value>     |
        | since     | 2026-03-03  |
        | notice    | new         |
      Then it is refused because BAD_PARAMETER
      And the refusal says parameter is <parameter>
      And nothing has changed

      Examples:
        | parameter       | value                                    |
        | listed_fee_ppm  | -1                                       |
        | listed_fee_ppm  | 0.5                                      |
        | listed_fee_ppm  | free                                     |
        | tick_fen        | 0                                        |
        | first_listing   | guessed                                  |
        | cancel_window   | [["15:00", "09:30"]]                     |
        | listed_sessions | [["09:30", "25:00"]]                     |
        | listed_sessions | [["09:30", "11:30"], ["11:00", "15:00"]] |
        | methods_open    | ["auction"]                              |
        | methods_open    | ["listed", "barter"]                     |

    Scenario: A participant changes nothing
      When Alpha sends "core.change_parameter"
        | market    | board          |
        | parameter | listed_fee_ppm |
        | value     | 0              |
        | since     | 2026-03-03     |
        | notice    | cheaper        |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
