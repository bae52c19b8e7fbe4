Feature: Trading day
  A market's day is opened, runs through its sessions, closes, and is opened once.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1   |
      | Alpha   | 100000.00 | 5000 |
      | Beta    | 100000.00 | 0    |

  Rule: A day is opened by the exchange

    Scenario: Nothing is posted before the day is opened
      Given board is open at 09:30
      And the day of board is closed and settled
      When it is 09:30 on 2026-03-03
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    Scenario: A day is not opened twice
      Given the trading day of board opens
      When admin sends "core.open_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then it is refused because DAY_ALREADY_OPENED
      And nothing has changed

    Scenario: A day that is settled is not opened again
      Given board is open at 09:30
      And the day of board is closed and settled
      When admin sends "core.open_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then it is refused because DAY_ALREADY_OPENED
      And nothing has changed

    Scenario: An unknown market does not open
      When admin sends "core.open_day"
        | market | bazaar     |
        | day    | 2026-03-02 |
      Then it is refused because UNKNOWN_MARKET
      And nothing has changed

    Scenario: One market's day is not the other's
      Given the trading day of board opens
      Then the market board is open
      And the market auto is settled

    Scenario: The clearing staff opens no day
      Given settler is appointed as staff with the permissions "clearing"
      When settler sends "core.open_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Listed trading has its sessions; the start belongs to them, the end does not

    Background:
      Given the trading day of board opens

    Scenario Outline: At <clock> a listing is refused
      When it is <clock>
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And the refusal says method is listed
      And nothing has changed

      Examples:
        | clock    |
        | 09:00    |
        | 09:29:59 |
        | 11:30    |
        | 12:59:59 |

    Scenario Outline: At <clock> a listing is accepted
      When it is <clock>
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is accepted
      And listing Alpha#1 is live with 1 t left

      Examples:
        | clock    |
        | 09:30    |
        | 11:29:59 |
        | 13:00    |
        | 14:59:59 |

    Scenario: At the end of the last session the day is closed
      When it is 15:00
      And Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      And the market board is closed

    Scenario: A take outside the session is refused
      When it is 11:29
      And Alpha posts to sell 1 t of U1 at 50.00
      And it is 11:30
      And Beta takes to buy 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      And no trade is done

    Scenario: A block in the morning is outside its session
      When it is 09:30
      And Alpha offers a block to sell 1000 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And the refusal says method is block
      And nothing has changed

  Rule: What stands at the close expires and everything frozen returns

    Scenario: A listing that was not taken expires
      Given board is open at 14:00
      When Alpha posts to sell 100 t of U1 at 50.00
      And Beta posts to buy 100 t of U1 at 49.00
      And it is 15:00
      Then listing Alpha#1 is expired with 0 t left
      And listing Beta#1 is expired with 0 t left
      And nothing stands to sell U1
      And nothing stands to buy U1
      And Alpha has 5000 t of U1 available
      And Beta has 100000.00 yuan available
      And Beta has 0.00 yuan frozen
      And no trade is done

    Scenario: What was partly taken expires for the rest
      Given board is open at 14:00
      When Alpha posts to sell 100 t of U1 at 50.00
      And Beta takes to buy 30 t of U1 at 50.00
      And it is 15:00
      Then Beta buys 30 t from Alpha at 50.00
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 4970 t of U1 available
      And Alpha has 0 t of U1 frozen

    Scenario: The clock closes the day however late it is looked at
      Given board is open at 09:30
      When Alpha posts to sell 100 t of U1 at 50.00
      And it is 09:00 on 2026-03-03
      Then listing Alpha#1 is expired with 0 t left
      And the market board is closed
      When admin asks "core.day_prices"
      Then the answer shows
        | day        | instrument | close |
        | 2026-03-02 | U1         | 50.00 |

    Scenario: A day opened in the evening is over at once
      Given it is 16:00
      And the trading day of board opens
      And it is 16:01
      When Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      And the market board is closed

    Scenario: The next day opens before the last one is settled
      Given board is open at 09:30
      And 1 trading days later board is open at 09:30
      When Alpha posts to sell 1 t of U1 at 50.00
      Then it is accepted
      And the market board is open
