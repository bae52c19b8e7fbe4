Feature: Instruments and first listing on the CCER market
  An instrument is the reductions of one project and one production year, moved in from the registry; whoever moves them in first declares at what price and on what day they are listed (AMB-12).

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And registry sends "core.register_instrument"
      | instrument | CCER-P1-2024 |
      | market     | ccer         |
      | product    | CCER         |
      | project    | P1           |
      | vintage    | 2024         |
    And these accounts
      | account | cash      | CCER-P1-2024 |
      | Alpha   | 0         | 500          |
      | Beta    | 100000.00 | 100          |

  Rule: Question 26, told apart by project and production year

    @CCER-Q26
    Scenario: The reductions of another year are another instrument
      Given CCER-P1-2023 of CCER is listed on ccer at 50.00
      And ccer is open at 10:00
      When Alpha posts to sell 500 t of CCER-P1-2023 at 50.00
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says available is 0
      And nothing has changed
      And Alpha has 500 t of CCER-P1-2024 available

    @CCER-Q26
    Scenario: The same project and year are not registered twice
      When registry sends "core.register_instrument"
        | instrument | CCER-P1-2024-bis |
        | market     | ccer             |
        | product    | CCER             |
        | project    | P1               |
        | vintage    | 2024             |
      Then it is refused because ALREADY_REGISTERED
      And the refusal says instrument is CCER-P1-2024
      And nothing has changed

    @CCER-Q26
    Scenario: Another year of the same project is registered on its own
      When registry sends "core.register_instrument"
        | instrument | CCER-P1-2023 |
        | market     | ccer         |
        | product    | CCER         |
        | project    | P1           |
        | vintage    | 2023         |
      Then it is accepted

    @CCER-Q26
    Scenario: An instrument that nobody knows is not traded
      Given ccer is open at 10:00
      When Alpha posts to sell 10 t of CCER-P9-2024 at 63.51
      Then it is refused because UNKNOWN_INSTRUMENT
      And the refusal cites CCER-Q26
      And the refusal says instrument is CCER-P9-2024
      And nothing has changed

    @CCER-Q26
    Scenario: What is registered and not yet listed is not traded
      Given ccer is open at 10:00
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because NOT_LISTED
      And the refusal cites CCER-Q26
      And nothing has changed
      And Alpha has 0 t of CCER-P1-2024 frozen

  Rule: The first listing is declared by the first holder and confirmed by the exchange

    @CCER-Q26
    Scenario: Declared, confirmed, and listed on its day
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-29   |
      Then it is accepted
      When admin sends "core.confirm_listing"
        | instrument | CCER-P1-2024 |
      Then it is accepted
      When ccer is open at 10:00
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because NOT_LISTED
      And the refusal says listing_day is 2025-09-29
      When 1 trading days later ccer is open at 10:00
      Then CCER-P1-2024 has the reference price 63.51
      And CCER-P1-2024 has the lower price 57.16
      And CCER-P1-2024 has the upper price 69.86
      When Alpha posts to sell 10 t of CCER-P1-2024 at 69.86
      Then it is accepted

    @CCER-Q26
    Scenario: What is declared and not confirmed is not listed
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-29   |
      And ccer is open at 10:00
      And 1 trading days later ccer is open at 10:00
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because NOT_LISTED
      And nothing has changed

    @CCER-Q26
    Scenario: Only who moved the instrument in first declares its listing
      When Beta sends "core.declare_listing"
        | account     | Beta         |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-29   |
      Then it is refused because NOT_FIRST_HOLDER
      And nothing has changed

    @CCER-Q26
    Scenario: A listing is declared once
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-29   |
      And Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 70.00        |
        | listing_day | 2025-09-30   |
      Then it is refused because ALREADY_LISTED
      And nothing has changed

    @CCER-Q26
    Scenario: A listing takes effect on the next trading day at the earliest
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-26   |
      Then it is refused because LISTING_TOO_EARLY
      And nothing has changed

    @CCER-Q26
    Scenario: A listing day is a trading day, not a weekend that is worked
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-28   |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    @CCER-Q26
    Scenario: A rejected declaration may be made anew
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 630.51       |
        | listing_day | 2025-09-29   |
      And admin sends "core.reject_listing"
        | instrument | CCER-P1-2024              |
        | reason     | The price is a slip of ten |
      And Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 63.51        |
        | listing_day | 2025-09-29   |
      And admin sends "core.confirm_listing"
        | instrument | CCER-P1-2024 |
      Then it is accepted
      When ccer is open at 10:00
      And 1 trading days later ccer is open at 10:00
      Then CCER-P1-2024 has the reference price 63.51

    @CCER-Q28-b
    Scenario: A first listing without a price is refused
      When Alpha sends "core.declare_listing"
        | account     | Alpha        |
        | instrument  | CCER-P1-2024 |
        | price       | 0.00         |
        | listing_day | 2025-09-29   |
      Then it is refused because NO_REFERENCE_PRICE
      And the refusal cites CCER-Q28-b
      And nothing has changed
