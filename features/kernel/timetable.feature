Feature: The steps of the day by hand, and held
  What the clock does by itself the exchange's staff may do by hand, or hold back; nothing is done twice and
  nothing is lost.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1   |
      | Alpha   | 100000.00 | 5000 |
      | Beta    | 100000.00 | 0    |

  Rule: Sessions are opened and closed by hand

    Scenario: A session opened early runs to its usual end
      Given the trading day of board opens
      When admin sends "core.open_session"
        | market | board  |
        | method | listed |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted
      When it is 11:29
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted
      When it is 11:30
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      And a replay of the journal gives the same state

    Scenario: A session closed by hand stays closed until the next one opens
      Given board is open at 10:00
      When admin sends "core.close_session"
        | market | board  |
        | method | listed |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When it is 13:00
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted

    Scenario: A session that is open is not opened again
      Given board is open at 10:00
      When admin sends "core.open_session"
        | market | board  |
        | method | listed |
      Then it is refused because BAD_STATE
      And the refusal says state is open
      And nothing has changed

    Scenario: A session that is not open is not closed
      Given board is open at 12:00
      When admin sends "core.close_session"
        | market | board  |
        | method | listed |
      Then it is refused because BAD_STATE
      And the refusal says state is closed
      And nothing has changed

    Scenario: Outside the day no session opens
      When admin sends "core.open_session"
        | market | board  |
        | method | listed |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed
      When it is 08:00 on 2026-03-03
      And admin sends "core.open_session"
        | market | board |
        | method | block |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    Scenario: A day that is left open over night has no session on the next date
      Given board is open at 10:00
      When admin sends "core.hold_step"
        | market | board      |
        | step   | closing    |
        | reason | an enquiry |
      And it is 08:00 on 2026-03-03
      And admin sends "core.open_session"
        | market | board  |
        | method | listed |
      Then it is refused because WRONG_DAY
      And the refusal says today is 2026-03-03
      And nothing has changed

    Scenario Outline: The <kind> "<value>" there is not is refused
      Given board is open at 10:00
      When admin sends "<command>"
        | market | board   |
        | <kind> | <value> |
        | reason | because |
      Then it is refused because BAD_FIELD
      And nothing has changed

      Examples:
        | command             | kind   | value   |
        | core.open_session   | method | auction |
        | core.close_session  | method | auction |
        | core.hold_step      | step   | lunch   |
        | core.release_step   | step   | lunch   |

    Scenario: A method that is not open has no session by hand
      When admin sends "core.change_parameter"
        | market    | board      |
        | parameter | methods_open |
        | value     | ["listed"] |
        | since     | 2026-03-03 |
        | notice    | no blocks  |
      And admin2 confirms proposal 2
      And it is 09:00 on 2026-03-03
      And the trading day of board opens
      And admin sends "core.open_session"
        | market | board |
        | method | block |
      Then it is refused because METHOD_NOT_OPEN
      And nothing has changed

  Rule: The day is closed by hand

    Scenario: Closing by hand does what the clock would have done, and the clock finds nothing left to do
      Given board is open at 14:00
      When Alpha posts to sell 100 t of U1 at 50.00
      And Alpha offers a block to sell 1000 t of U1 at 50.00
      And admin sends "core.close_day"
        | market | board |
        | day    | today |
      Then it is accepted
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 5000 t of U1 available
      And the market board is closed
      When Alpha posts to sell 1 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When it is 15:00
      And admin asks "core.day_prices"
      Then the answer has 1 rows
      And the market board is closed
      And the day of board is closed and settled
      And a replay of the journal gives the same state

    Scenario: A day that is closed is not closed again
      Given board is open at 14:00
      And it is 15:00
      When admin sends "core.close_day"
        | market | board |
        | day    | today |
      Then it is refused because BAD_STATE
      And the refusal says state is closed
      And nothing has changed

    Scenario: A day that never opened is not closed
      When admin sends "core.close_day"
        | market | board |
        | day    | today |
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed

    Scenario: Only the day that is open is closed
      Given board is open at 14:00
      When admin sends "core.close_day"
        | market | board      |
        | day    | 2026-03-03 |
      Then it is refused because WRONG_DAY
      And the refusal says open is 2026-03-02
      And nothing has changed

    Scenario Outline: The <who> does nothing of it by hand
      Given board is open at 14:00
      When <who> sends "core.close_day"
        | market | board |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

      Examples:
        | who       |
        | Alpha     |
        | registry  |
        | regulator |
        | clock     |

  Rule: A step that is held does not happen by itself

    Scenario: A session that is held does not open until it is released
      Given the trading day of board opens
      When admin sends "core.hold_step"
        | market | board             |
        | step   | listed_session    |
        | reason | the line is down  |
      And it is 10:00
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When admin sends "core.release_step"
        | market | board          |
        | step   | listed_session |
        | reason | it is up again |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted
      And a replay of the journal gives the same state

    Scenario: A session whose time is over does not open when it is released
      Given the trading day of board opens
      When admin sends "core.hold_step"
        | market | board            |
        | step   | listed_session   |
        | reason | the line is down |
      And it is 12:00
      And admin sends "core.release_step"
        | market | board          |
        | step   | listed_session |
        | reason | it is up again |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When it is 13:00
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted

    Scenario: What was done by hand is not done again when its step is released
      Given the trading day of board opens
      When admin sends "core.hold_step"
        | market | board            |
        | step   | listed_session   |
        | reason | the line is down |
      And it is 10:00
      And admin sends "core.open_session"
        | market | board  |
        | method | listed |
      And admin sends "core.close_session"
        | market | board  |
        | method | listed |
      And admin sends "core.release_step"
        | market | board          |
        | step   | listed_session |
        | reason | it is up again |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed

    Scenario: A close that is held waits, and nothing that stands is lost
      Given board is open at 14:00
      When Alpha posts to sell 100 t of U1 at 50.00
      And admin sends "core.hold_step"
        | market | board      |
        | step   | closing    |
        | reason | an enquiry |
      And it is 15:01
      Then the market board is open
      And listing Alpha#1 is live with 100 t left
      When Beta takes to buy 100 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      When admin sends "core.release_step"
        | market | board             |
        | step   | closing           |
        | reason | the enquiry ended |
      Then the market board is closed
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 5000 t of U1 available
      And a replay of the journal gives the same state

    Scenario: A session that is kept open ends with its date
      Given board is open at 14:00
      When admin sends "core.hold_step"
        | market | board          |
        | step   | listed_session |
        | reason | an extension   |
      And admin sends "core.hold_step"
        | market | board        |
        | step   | closing      |
        | reason | an extension |
      And it is 16:00
      And Alpha posts to sell 100 t of U1 at 50.00
      Then it is accepted
      When it is 00:00 on 2026-03-03
      And Beta takes to buy 100 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed
      And listing Alpha#1 is live with 100 t left
      And the market board is open
      When admin sends "core.close_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then listing Alpha#1 is expired with 0 t left
      And a replay of the journal gives the same state

    Scenario: A session opened by hand after the last one ends with its date
      Given board is open at 14:00
      When admin sends "core.hold_step"
        | market | board        |
        | step   | closing      |
        | reason | an extension |
      And it is 16:00
      And admin sends "core.open_session"
        | market | board  |
        | method | listed |
      And Alpha posts to sell 100 t of U1 at 50.00
      Then it is accepted
      When it is 00:00 on 2026-03-03
      And Alpha posts to sell 100 t of U1 at 50.00
      Then it is refused because OUTSIDE_SESSION
      And nothing has changed

    Scenario: A close that is held is done by hand
      Given board is open at 14:00
      When admin sends "core.hold_step"
        | market | board      |
        | step   | closing    |
        | reason | an enquiry |
      And it is 15:01
      And admin sends "core.close_day"
        | market | board |
        | day    | today |
      And admin sends "core.release_step"
        | market | board             |
        | step   | closing           |
        | reason | the enquiry ended |
      And it is 15:02
      Then the market board is closed
      And the day of board is closed and settled

    Scenario: The next day does not open before the last one is closed
      Given board is open at 14:00
      When Alpha posts to sell 100 t of U1 at 50.00
      And admin sends "core.hold_step"
        | market | board      |
        | step   | closing    |
        | reason | an enquiry |
      And it is 09:00 on 2026-03-03
      And admin sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because MARKET_OPEN
      And the refusal says day is 2026-03-02
      And nothing has changed
      When admin sends "core.close_day"
        | market | board      |
        | day    | 2026-03-02 |
      Then listing Alpha#1 is expired with 0 t left
      And Alpha has 5000 t of U1 available
      When admin sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is accepted

    Scenario: What the clock asks for is refused while it is held, staff do it by hand
      When admin sends "core.hold_step"
        | market | board             |
        | step   | opening           |
        | reason | the line is down  |
      And clock sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because STEP_HELD
      And the refusal says holder is admin
      And the refusal says step is opening
      And nothing has changed
      When admin sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is accepted

    Scenario: The clock's clearing is held and released
      Given board is open at 14:00
      And it is 15:00
      When admin sends "core.hold_step"
        | market | board    |
        | step   | clearing |
        | reason | an error |
      And clock clears the day of board
      Then it is refused because STEP_HELD
      And nothing has changed
      When admin sends "core.release_step"
        | market | board        |
        | step   | clearing     |
        | reason | it was found |
      And clock clears the day of board
      Then it is accepted

    Scenario: The clock's settlement is held and done by hand
      Given board is open at 14:00
      And it is 15:00
      When clock clears the day of board
      And admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin sends "core.hold_step"
        | market | board      |
        | step   | settlement |
        | reason | an error   |
      And clock settles the day of board
      Then it is refused because STEP_HELD
      And nothing has changed
      When admin settles the day of board
      Then it is accepted
      And the market board is settled

    Scenario: A step is held once and with a reason
      When admin sends "core.hold_step"
        | market | board   |
        | step   | closing |
        | reason |         |
      Then it is refused because FIELD_MISSING
      And nothing has changed
      When admin sends "core.hold_step"
        | market | board   |
        | step   | closing |
        | reason | a test  |
      And admin2 sends "core.hold_step"
        | market | board   |
        | step   | closing |
        | reason | a test  |
      Then it is refused because BAD_STATE
      And the refusal says holder is admin
      And nothing has changed

    Scenario: A step that is not held is not released
      When admin sends "core.release_step"
        | market | board   |
        | step   | closing |
        | reason | a test  |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: One market's hold is not the other's
      When admin sends "core.hold_step"
        | market | auto    |
        | step   | opening |
        | reason | a test  |
      And clock sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is accepted

  Rule: The timetable says what is due, done, held and waited for

    Scenario: The steps of a day that is open
      Given board is open at 10:00
      When admin sends "core.hold_step"
        | market | board      |
        | step   | closing    |
        | reason | an enquiry |
      And admin asks "core.timetable" where
        | market | board |
      Then the answer shows
        | day        | step           | act           | state  | held  | held_by | reason     |
        | 2026-03-02 | opening        | open_day      | done   | False |         |            |
        | 2026-03-02 | listed_session | open_session  | done   | False |         |            |
        | 2026-03-02 | listed_session | close_session | coming | False |         |            |
        | 2026-03-02 | closing        | close_day     | coming | True  | admin   | an enquiry |
        | 2026-03-02 | clearing       | clear_day     | coming | False |         |            |
        | 2026-03-02 | settlement     | settle_day    | coming | False |         |            |
      When Alpha asks "core.timetable" where
        | market | board |
      Then the answer shows
        | step    | held | held_by | reason |
        | closing | True |         |        |

    Scenario: What is held back is due, and whose confirmation is awaited
      Given board is open at 10:00
      And it is 15:00
      And the day of board is cleared
      When regulator asks "core.timetable" where
        | market | board |
      Then the answer shows
        | step       | state  | awaits             |
        | closing    | done   |                    |
        | clearing   | done   |                    |
        | settlement | coming | exchange, registry |
      When admin confirms the clearing of board
      And registry confirms the clearing of board
      And admin asks "core.timetable" where
        | market | board |
      Then the answer shows
        | step       | state | awaits |
        | settlement | due   |        |
      When admin settles the day of board
      And admin asks "core.timetable" where
        | market | board |
      Then the answer shows
        | step       | state |
        | settlement | done  |

    Scenario: Before the day is opened its steps are known from the rules
      When admin asks "core.timetable"
      Then the answer shows
        | market | step    | state  |
        | auto   | opening | coming |
        | board  | opening | coming |
      When it is 10:00
      And admin asks "core.timetable"
      Then the answer shows
        | market | step    | state |
        | board  | opening | due   |

    Scenario: On a day without trading there is nothing to do
      Given it is 10:00 on 2026-03-07
      When admin asks "core.timetable"
      Then the answer has 0 rows

    Scenario: A day that waits for its settlement is shown beside today
      Given board is open at 14:00
      And it is 15:00
      And 1 trading days later board is open at 10:00
      When admin asks "core.timetable" where
        | market | board |
      Then the answer shows
        | day        | step       | state  |
        | 2026-03-02 | clearing   | due    |
        | 2026-03-02 | settlement | coming |
        | 2026-03-03 | opening    | done   |
