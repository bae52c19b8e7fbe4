Feature: Calendar
  Markets trade on published trading days only: not on weekends, not on make-up weekends, not on holidays,
  and not on a day nobody has published.

  Scenario Outline: The market does not open on <day>, <why>
    Given the exchange runs "neutral_market" on <day>
    When admin sends "core.open_day"
      | market | board |
      | day    | <day> |
    Then it is refused because NOT_TRADING_DAY
    And the refusal says day is <day>
    And nothing has changed

    Examples:
      | day        | why                       |
      | 2026-03-07 | a Saturday                |
      | 2026-03-08 | a Sunday                  |
      | 2026-02-28 | a make-up Saturday        |
      | 2026-01-04 | a make-up Sunday          |
      | 2026-04-06 | a holiday on a Monday     |
      | 2026-02-17 | the first day of the year |
      | 2024-02-09 | a closure of exchanges    |

  Scenario: The market opens on a trading day
    Given the exchange runs "neutral_market" on 2026-03-02
    When admin sends "core.open_day"
      | market | board      |
      | day    | 2026-03-02 |
    Then it is accepted
    And the market board is open

  Scenario: A day beyond the published calendar is refused, not guessed
    Given the exchange runs "neutral_market" on 2026-12-31
    And it is 09:00 on 2027-01-04
    When admin sends "core.open_day"
      | market | board      |
      | day    | 2027-01-04 |
    Then it is refused because CALENDAR_NOT_PUBLISHED
    And the refusal says published_through is 2026-12-31
    And nothing has changed

  Scenario: A day before the first rule is refused
    Given the exchange runs "neutral_market" on 2020-12-31
    When admin sends "core.open_day"
      | market | board      |
      | day    | 2020-12-31 |
    Then it is refused because RULE_NOT_IN_FORCE
    And the refusal says day is 2020-12-31
    And nothing has changed

  Scenario: A day opens on itself, not before
    Given the exchange runs "neutral_market" on 2026-03-02
    When admin sends "core.open_day"
      | market | board      |
      | day    | 2026-03-03 |
    Then it is refused because WRONG_DAY
    And the refusal says today is 2026-03-02
    And nothing has changed

  Scenario: A day opens on itself, not after
    Given the exchange runs "neutral_market" on 2026-03-03
    When admin sends "core.open_day"
      | market | board      |
      | day    | 2026-03-02 |
    Then it is refused because WRONG_DAY
    And nothing has changed

  Scenario: A closure moves the next trading day
    Given the exchange runs "neutral_market" on 2026-02-13
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash    | U1 |
      | Alpha   | 1000.00 | 10 |
      | Beta    | 1000.00 | 0  |
    And board is open at 09:30
    When Alpha posts to sell 10 t of U1 at 50.00
    And Beta takes to buy 10 t of U1 at 50.00
    And Beta posts to sell 10 t of U1 at 50.00
    Then it is refused because RESALE_FREEZE
    And the refusal says first_day is 2026-02-24
    And nothing has changed

  Rule: The exchange may close on a coming trading day, announced by a notice

    Background:
      Given the exchange runs "neutral_market" on 2026-03-02

    Scenario: The market does not open on a day announced as closed
      When admin sends "core.announce_closure"
        | day    | 2026-03-03         |
        | notice | Maintenance, no. 1 |
      Then it is accepted
      And it is 09:00 on 2026-03-03
      When admin sends "core.open_day"
        | market | board      |
        | day    | 2026-03-03 |
      Then it is refused because NOT_TRADING_DAY
      And a replay of the journal gives the same state

    Scenario: A closure without a notice is refused
      When admin sends "core.announce_closure"
        | day    | 2026-03-03 |
        | notice |            |
      Then it is refused because FIELD_MISSING
      And nothing has changed

    Scenario Outline: A closure of <day>, <why>, is refused because <code>
      When admin sends "core.announce_closure"
        | day    | <day> |
        | notice | No. 2 |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | day        | why                      | code                   |
        | 2026-03-07 | a Saturday               | NOT_TRADING_DAY        |
        | 2026-03-02 | today                    | PARAMETER_NOT_FUTURE   |
        | 2027-03-02 | beyond what is published | CALENDAR_NOT_PUBLISHED |
