Feature: Instruments and their first listing
  An instrument is registered, gets a listing day and an initial reference price, and trades from that day on.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02

  Rule: Registering

    Scenario: The registry makes an instrument known
      When registry sends "core.register_instrument"
        | instrument | U1    |
        | market     | board |
        | product    | UNIT  |
      Then it is accepted
      When admin asks "core.quotes"
      Then the answer has 1 rows
      And the answer shows
        | instrument | market | state      |
        | U1         | board  | registered |

    Scenario: A product the market does not trade is refused
      When registry sends "core.register_instrument"
        | instrument | U1    |
        | market     | board |
        | product    | GOLD  |
      Then it is refused because UNKNOWN_PRODUCT
      And the refusal says product is GOLD
      And nothing has changed

    Scenario: A market nobody declared is refused
      When registry sends "core.register_instrument"
        | instrument | U1     |
        | market     | bazaar |
        | product    | UNIT   |
      Then it is refused because UNKNOWN_MARKET
      And nothing has changed

    Scenario: An instrument is not registered twice
      Given U1 is registered on board as UNIT
      When registry sends "core.register_instrument"
        | instrument | U1   |
        | market     | auto |
        | product    | UNIT |
      Then it is refused because ALREADY_REGISTERED
      And nothing has changed

  Rule: The exchange lists with a reference price, as two persons

    Background:
      Given U1 is registered on board as UNIT

    Scenario: An instrument is listed from the day that was set
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-03-03 |
        | reference   | 50.00      |
      And admin2 confirms proposal 1
      Then it is accepted
      When admin asks "core.quotes"
      Then the answer shows
        | instrument | state    | reference |
        | U1         | admitted | 50.00     |
      Given 1 trading days later board is open at 09:30
      When admin asks "core.quotes"
      Then the answer shows
        | instrument | state  | lower | upper |
        | U1         | listed | 45.00 | 55.00 |

    Scenario: What is admitted for tomorrow does not trade today
      Given Alpha has an account with 1000.00 yuan
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-03-03 |
        | reference   | 50.00      |
      And admin2 confirms proposal 1
      And board is open at 09:30
      And Alpha posts to buy 1 t of U1 at 50.00
      Then it is refused because NOT_LISTED
      And the refusal says listing_day is 2026-03-03
      And nothing has changed

    Scenario: What is only registered does not trade
      Given Alpha has an account with 1000.00 yuan
      And board is open at 09:30
      When Alpha posts to buy 1 t of U1 at 50.00
      Then it is refused because NOT_LISTED
      And nothing has changed

    Scenario: An instrument is not listed without a reference price
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-03-03 |
      Then it is refused because NO_REFERENCE_PRICE
      And nothing has changed

    Scenario Outline: A reference price of <price> is refused
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-03-03 |
        | reference   | <price>    |
      Then it is refused because BAD_PRICE_TICK
      And nothing has changed

      Examples:
        | price      |
        | -50.00     |
        | 50.001     |
        | dear       |
        | 1000000.01 |

    Scenario: A listing day in the past is too early
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-02-27 |
        | reference   | 50.00      |
      Then it is refused because LISTING_TOO_EARLY
      And nothing has changed

    Scenario: A weekend is no listing day
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2026-03-07 |
        | reference   | 50.00      |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    Scenario: A listing day beyond the published calendar is refused
      When admin sends "core.list_instrument"
        | instrument  | U1         |
        | listing_day | 2027-01-04 |
        | reference   | 50.00      |
      Then it is refused because CALENDAR_NOT_PUBLISHED
      And the refusal says published_through is 2026-12-31
      And nothing has changed

    Scenario: A listing day that is no date is refused
      When admin sends "core.list_instrument"
        | instrument  | U1       |
        | listing_day | tomorrow |
        | reference   | 50.00    |
      Then it is refused because BAD_FIELD
      And the refusal says field is listing_day
      And nothing has changed

    Scenario: An unknown instrument is not listed
      When admin sends "core.list_instrument"
        | instrument  | U9         |
        | listing_day | 2026-03-03 |
        | reference   | 50.00      |
      Then it is refused because UNKNOWN_INSTRUMENT
      And nothing has changed

    Scenario: An instrument is not listed twice
      Given U2 of UNIT is listed on board at 50.00
      When admin sends "core.list_instrument"
        | instrument  | U2         |
        | listing_day | 2026-03-03 |
        | reference   | 60.00      |
      Then it is refused because ALREADY_LISTED
      And nothing has changed

    Scenario: An exchange that moves over carries its totals
      When admin sends "core.list_instrument"
        | instrument     | U1         |
        | listing_day    | 2026-03-02 |
        | reference      | 50.00      |
        | carried_tonnes | 1000       |
        | carried_yuan   | 48000.00   |
      And admin2 confirms proposal 1
      And board is open at 09:30
      And it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | instrument | listed_tonnes | total_tonnes | total_fen |
        | U1         | 0             | 1000         | 48000.00  |

    Scenario: Negative totals are not carried
      When admin sends "core.list_instrument"
        | instrument     | U1         |
        | listing_day    | 2026-03-02 |
        | reference      | 50.00      |
        | carried_tonnes | -1         |
      Then it is refused because BAD_AMOUNT
      And nothing has changed

    Scenario: A participant declares no listing where the exchange sets the price
      Given Alpha has an account with 0.00 yuan
      And Alpha holds 100 t of U1
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 50.00      |
        | listing_day | 2026-03-03 |
      Then it is refused because PERMISSION_DENIED
      And the refusal says who is exchange
      And nothing has changed

  Rule: Where it is so decided the first holder declares price and day, and the exchange confirms

    Background:
      Given U1 is registered on board as UNIT
      And these accounts
        | account | cash | U1  |
        | Alpha   | 0.00 | 100 |
        | Beta    | 0.00 | 100 |
      When admin sends "core.change_parameter"
        | market    | board                        |
        | parameter | first_listing                |
        | value     | declared                     |
        | since     | 2026-03-03                   |
        | notice    | the first holder declares it |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-03

    Scenario: The first holder declares and the exchange confirms
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      And admin sends "core.confirm_listing"
        | instrument | U1 |
      Then it is accepted
      Given it is 09:00 on 2026-03-04
      And the trading day of board opens
      Then U1 has the reference price 60.00
      And U1 has the upper price 66.00

    Scenario: Without the confirmation a declared listing does not come about
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      And it is 09:00 on 2026-03-04
      And the trading day of board opens
      And admin asks "core.quotes"
      Then the answer shows
        | instrument | state    |
        | U1         | declared |

    Scenario: A later holder does not declare
      When Beta sends "core.declare_listing"
        | account     | Beta       |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      Then it is refused because NOT_FIRST_HOLDER
      And nothing has changed

    Scenario: A declared listing begins on the next trading day at the earliest
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-03 |
      Then it is refused because LISTING_TOO_EARLY
      And nothing has changed

    Scenario: A listing is not declared twice
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      And Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 61.00      |
        | listing_day | 2026-03-04 |
      Then it is refused because ALREADY_LISTED
      And nothing has changed

    Scenario: A rejected listing may be declared anew
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 600.00     |
        | listing_day | 2026-03-04 |
      And admin sends "core.reject_listing"
        | instrument | U1                |
        | reason     | a slip of the pen |
      And Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      Then it is accepted

    Scenario: A listing that was not declared is neither confirmed nor rejected
      When admin sends "core.confirm_listing"
        | instrument | U1 |
      Then it is refused because BAD_STATE
      And nothing has changed
      When admin sends "core.reject_listing"
        | instrument | U1         |
        | reason     | no reason  |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: A declared listing is not confirmed once its day has come
      When Alpha sends "core.declare_listing"
        | account     | Alpha      |
        | instrument  | U1         |
        | price       | 60.00      |
        | listing_day | 2026-03-04 |
      And it is 09:00 on 2026-03-04
      And admin sends "core.confirm_listing"
        | instrument | U1 |
      Then it is refused because LISTING_TOO_EARLY
      And nothing has changed
