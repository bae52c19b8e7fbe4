Feature: Sessions and trading days of the CCER market
  A trading day has two sessions; weekends don't trade, not even those that are worked in exchange for a holiday.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash      | CCER-P1-2024 |
      | Alpha   | 0         | 500          |
      | Beta    | 100000.00 | 0            |
    And the trading day of ccer opens

  Rule: Question 7, 09:30 to 11:30 and 13:00 to 15:00 of each trading day

    @CCER-Q7-a
    Scenario Outline: A listing is accepted at <clock>
      When it is <clock>
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And listing Alpha#1 is live with 10 t left

      Examples: a session begins with its first instant and ends before its last (AMB-20)
        | clock    |
        | 09:30:00 |
        | 11:29:59 |
        | 13:00:00 |
        | 14:59:59 |

    @CCER-Q7-a
    Scenario Outline: A listing is refused at <clock>
      When it is <clock>
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because OUTSIDE_SESSION
      And the refusal cites CCER-Q7-a
      And nothing has changed
      And Alpha has 500 t of CCER-P1-2024 available

      Examples:
        | clock    |
        | 09:29:59 |
        | 11:30:00 |
        | 12:59:59 |
        | 15:00:00 |
        | 17:00:00 |

    @CCER-Q7-a
    Scenario: What stands before lunch can be taken after it, not during it
      When it is 11:00
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      And it is 12:00
      And Beta takes to buy 10 t of CCER-P1-2024 at 63.51
      Then it is refused because OUTSIDE_SESSION
      And no trade is done
      And listing Alpha#1 is live with 10 t left
      When it is 13:00
      And Beta takes to buy 10 t of CCER-P1-2024 at 63.51
      Then Beta buys 10 t from Alpha at 63.51

    @CCER-Q7-a
    Scenario Outline: Nothing is traded on <what>
      When it is 10:00 on <day>
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because NOT_TRADING_DAY
      And the refusal cites CCER-Q7-a
      And nothing has changed
      When admin sends "core.open_day"
        | market | ccer  |
        | day    | <day> |
      Then it is refused because NOT_TRADING_DAY
      And the refusal says day is <day>
      And nothing has changed

      Examples:
        | day        | what                             |
        | 2025-09-27 | a Saturday                       |
        | 2025-09-28 | a Sunday worked for the holidays |
        | 2025-10-01 | the first day of the holidays    |
        | 2025-10-08 | the last day of the holidays     |
        | 2025-10-11 | a Saturday worked afterwards     |

    @CCER-Q7-a
    Scenario: The first day after the holidays trades
      When 3 trading days later ccer is open at 10:00
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted
      When Alpha asks "core.orders" where
        | account | Alpha |
      Then the answer shows
        | day        | account | quantity | state |
        | 2025-10-09 | Alpha   | 10       | live  |
