Feature: Sessions and calendar
  Listed trading in the morning and in the afternoon, blocks in the afternoon only, nothing on days off.

  Rule: Listed trading runs 09:30 to 11:30 and 13:00 to 15:00

    @CEA-3-a
    Scenario Outline: A listed declaration inside a session stands
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      And cea is open at <clock>
      When Alpha posts to sell 10 t of CEA at 52.00
      Then it is accepted
      And listing Alpha#1 is live with 10 t left

      Examples:
        | clock    |
        | 09:30    |
        | 11:29:59 |
        | 13:00    |
        | 14:59:59 |

    @CEA-3-a
    Scenario Outline: A listed declaration outside the sessions is refused
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      And cea is open at <clock>
      When Alpha posts to sell 10 t of CEA at 52.00
      Then it is refused because OUTSIDE_SESSION
      And the refusal cites CEA-3-a
      And nothing has changed
      And Alpha has 0 t of CEA frozen

      Examples:
        | clock    |
        | 09:29:59 |
        | 11:30    |
        | 12:59:59 |

    @CEA-3-a
    Scenario: A listed declaration at the closing bell is too late
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      And cea is open at 14:59:59
      And it is 15:00
      When Alpha posts to sell 10 t of CEA at 52.00
      Then it is refused because OUTSIDE_SESSION
      And the refusal cites CEA-3-a
      And nothing has changed

    @CEA-3-a
    Scenario: Nothing is taken in the lunch break, but a listing may be withdrawn
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And these accounts
        | account | cash     | CEA |
        | Alpha   | 0        | 100 |
        | Beta    | 10000.00 | 0   |
      And cea is open at 11:00
      And Alpha posts to sell 10 t of CEA at 52.00
      And it is 12:00
      When Beta takes to buy 10 t of CEA at 52.00
      Then it is refused because OUTSIDE_SESSION
      And no trade is done
      And listing Alpha#1 is live with 10 t left
      When Alpha withdraws listing Alpha#1
      Then it is accepted
      And Alpha has 100 t of CEA available

    @CEA-3-a
    Scenario: What stood in the morning can be taken in the afternoon
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And these accounts
        | account | cash     | CEA |
        | Alpha   | 0        | 100 |
        | Beta    | 10000.00 | 0   |
      And cea is open at 11:00
      And Alpha posts to sell 10 t of CEA at 52.00
      And it is 13:00
      When Beta takes to buy 10 t of CEA at 52.00
      Then Beta buys 10 t from Alpha at 52.00

  Rule: Blocks are traded from 13:00 to 15:00 only

    @CEA-3-b
    Scenario Outline: A block in the morning or at noon is refused
      Given the exchange runs "cea_shanghai" on 2021-07-21
      And CEA of CEA is listed on cea at 53.28
      And Alpha has an account with 0 yuan
      And Alpha holds 100000 t of CEA
      And cea is open at <clock>
      When Alpha offers a block to sell 100,000 t of CEA at 52.92
      Then it is refused because OUTSIDE_SESSION
      And the refusal cites CEA-3-b
      And the refusal says method is block
      And nothing has changed
      When Alpha asks "core.blocks"
      Then the answer has 0 rows

      Examples:
        | clock    |
        | 09:30    |
        | 11:00    |
        | 12:59:59 |

    @CEA-3-b
    Scenario Outline: A block in the afternoon stands
      Given the exchange runs "cea_shanghai" on 2021-07-21
      And CEA of CEA is listed on cea at 53.28
      And Alpha has an account with 0 yuan
      And Alpha holds 100000 t of CEA
      And cea is open at <clock>
      When Alpha offers a block to sell 100,000 t of CEA at 52.92
      Then it is accepted
      And Alpha has 100000 t of CEA frozen

      Examples:
        | clock    |
        | 13:00    |
        | 14:59:59 |

    @CEA-3-b
    Scenario: A block offer ends with the day
      Given the exchange runs "cea_shanghai" on 2021-07-21
      And CEA of CEA is listed on cea at 53.28
      And these accounts
        | account | cash       | CEA    |
        | Alpha   | 0          | 100000 |
        | Beta    | 6000000.00 | 0      |
      And cea is open at 14:00
      And Alpha offers a block to sell 100,000 t of CEA at 52.92
      And it is 15:00
      Then Alpha has 100000 t of CEA available
      When 1 trading days later cea is open at 13:00
      And Beta accepts block Alpha#1
      Then it is refused because ORDER_CLOSED
      And no trade is done

  Rule: Weekends, holidays and announced closing days are not traded

    @CEA-3-c
    Scenario Outline: The market does not open on a day off
      Given the exchange runs "cea_shanghai" on <day>
      When admin sends "core.open_day"
        | market | cea   |
        | day    | <day> |
      Then it is refused because NOT_TRADING_DAY
      And the refusal cites CEA-3-c
      And the refusal says day is <day>
      And nothing has changed

      Examples: a Saturday, a Sunday, Mid-Autumn, National Day
        | day        |
        | 2021-07-17 |
        | 2021-07-18 |
        | 2021-09-20 |
        | 2021-10-01 |

    @CEA-3-c
    Scenario Outline: A make-up weekend day is worked and not traded
      Given the exchange runs "cea_shanghai" on <day>
      When admin sends "core.open_day"
        | market | cea   |
        | day    | <day> |
      Then it is refused because NOT_TRADING_DAY
      And the refusal cites CEA-3-c
      And nothing has changed

      Examples:
        | day        |
        | 2021-09-18 |
        | 2021-09-26 |
        | 2021-10-09 |

    @CEA-3-c
    Scenario: The trading day after 17 September 2021 is the 22nd
      Given the exchange runs "cea_shanghai" on 2021-09-17
      And CEA of CEA is listed on cea at 44.94
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 5000.00 | 0   |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 10     | 43.43 |
      When Beta posts to sell 10 t of CEA at 43.43
      Then it is refused because RESALE_FREEZE
      And the refusal says first_day is 2021-09-22
      When 1 trading days later cea is open at 09:30
      And admin asks "core.markets"
      Then the answer shows
        | market | day        | ordinal |
        | cea    | 2021-09-22 | 2       |
      And CEA has the reference price 43.43

    @CEA-3-c
    Scenario: A declaration on a make-up Saturday is refused
      Given the exchange runs "cea_shanghai" on 2021-09-17
      And CEA of CEA is listed on cea at 44.94
      And Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      And cea is open at 09:30
      And it is 10:00 on 2021-09-18
      When Alpha posts to sell 10 t of CEA at 44.94
      Then it is refused because NOT_TRADING_DAY
      And the refusal cites CEA-3-c
      And nothing has changed

    @CEA-3-c
    Scenario: A trading day that the exchange has not opened takes nothing
      Given the exchange runs "cea_shanghai" on 2021-09-17
      And CEA of CEA is listed on cea at 44.94
      And Alpha has an account with 0 yuan
      And Alpha holds 100 t of CEA
      And cea is open at 09:30
      And it is 10:00 on 2021-09-22
      When Alpha posts to sell 10 t of CEA at 44.94
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    @CEA-3-c
    Scenario: A closing day that the exchange has announced moves the first day of resale
      Given the exchange runs "cea_shanghai" on 2021-07-19
      And CEA of CEA is listed on cea at 51.23
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 5000.00 | 0   |
      When admin sends "core.announce_closure"
        | day    | 2021-07-20     |
        | notice | Closed for SYS |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 10     | 51.23 |
      When Beta posts to sell 10 t of CEA at 51.23
      Then it is refused because RESALE_FREEZE
      And the refusal says first_day is 2021-07-21
      When Alpha asks "core.notices"
      Then the answer shows
        | kind              | text           |
        | closure_announced | Closed for SYS |
