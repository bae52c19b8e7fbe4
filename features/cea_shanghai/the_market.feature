Feature: The allowance market and its methods
  What is traded, by which methods, on whose system, and since when the rules stand.

  Rule: The rules stand since the announcement of 22 June 2021

    @CEA-0-a
    Scenario: Nothing can be registered on the day before the announcement
      Given the exchange runs "cea_shanghai" on 2021-06-21
      When registry sends "core.register_instrument"
        | instrument | CEA |
        | market     | cea |
        | product    | CEA |
      Then it is refused because RULE_NOT_IN_FORCE
      And the refusal cites CEA-0-a
      And the refusal says day is 2021-06-21
      And nothing has changed

    @CEA-0-a
    Scenario: No market day opens on the day before the announcement
      Given the exchange runs "cea_shanghai" on 2021-06-21
      When admin sends "core.open_day"
        | market | cea   |
        | day    | today |
      Then it is refused because RULE_NOT_IN_FORCE
      And the refusal cites CEA-0-a
      And nothing has changed

    @CEA-0-a
    Scenario: On the day of the announcement an instrument can be registered
      Given the exchange runs "cea_shanghai" on 2021-06-22
      When registry sends "core.register_instrument"
        | instrument | CEA |
        | market     | cea |
        | product    | CEA |
      Then it is accepted

  Rule: The exchange of record opens accounts and runs the trading system

    @CEA-1-a
    Scenario: Only the exchange's staff opens a trading account
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When registry sends "core.open_account"
        | account            | Alpha |
        | participant        | Alpha |
        | kind               | other |
        | operator           | Alpha |
        | data_declared_true | true  |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When admin sends "core.open_account"
        | account            | Alpha |
        | participant        | Alpha |
        | kind               | other |
        | operator           | Alpha |
        | data_declared_true | true  |
      Then it is accepted

    @CEA-1-a
    Scenario: Nobody but the exchange opens a market day
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When registry sends "core.open_day"
        | market | cea   |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Allowances are traded in the trading system only

    @CEA-2-a
    Scenario: The market trades allowances and no other product
      Given the exchange runs "cea_shanghai" on 2021-07-16
      Then products of cea is "CEA" on 2021-07-16 by CEA-2-a
      When registry sends "core.register_instrument"
        | instrument | CCER1 |
        | market     | cea   |
        | product    | CCER  |
      Then it is refused because UNKNOWN_PRODUCT
      And the refusal cites CEA-2-a
      And the refusal says product is CCER
      And nothing has changed

    @CEA-2-a
    Scenario: Nobody can enter a trade that was made elsewhere
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And these accounts
        | account | cash     | CEA |
        | Alpha   | 0        | 100 |
        | Beta    | 10000.00 | 0   |
      And cea is open at 09:30
      When admin sends "core.import_trade"
        | market     | cea   |
        | instrument | CEA   |
        | price      | 48.00 |
        | quantity   | 100   |
      Then it is refused because OFF_SYSTEM_TRADE
      And the refusal cites CEA-2-a
      And nothing has changed
      When admin asks "core.trades"
      Then the answer has 0 rows

    @CEA-2-a
    Scenario: Units a participant does not hold in the system can't be offered
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And Alpha has an account with 0 yuan
      And cea is open at 09:30
      When Alpha posts to sell 1 t of CEA at 48.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing stands to sell CEA

    @CEA-2-a
    Scenario: Allowances bought today are not sold again today
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And these accounts
        | account | cash    | CEA |
        | Alpha   | 0       | 100 |
        | Beta    | 4800.00 | 0   |
      And cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 100    | 48.00 |
      When Beta posts to sell 1 t of CEA at 48.00
      Then it is refused because RESALE_FREEZE
      And the refusal says first_day is 2021-07-19
      And nothing stands to sell CEA
      When the day of cea is closed and settled
      And 1 trading days later cea is open at 09:30
      And Beta posts to sell 100 t of CEA at 48.00
      Then it is accepted

  Rule: Agreement transfer and auction are known, listed and block agreement are open

    @CEA-2-b
    Scenario: Three methods are known and two are open
      Given the exchange runs "cea_shanghai" on 2021-07-16
      Then methods_known of cea is "listed, block, auction" on 2021-07-16 by CEA-2-b
      And methods_open of cea is "listed, block" on 2021-07-16 by CEA-2-b

    @CEA-2-b
    Scenario: A method that a notice has closed is refused from its day on
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And these accounts
        | account | cash | CEA    |
        | Alpha   | 0    | 200000 |
      When admin sends "core.change_parameter"
        | market    | cea                      |
        | parameter | methods_open             |
        | value     | ["listed"]               |
        | since     | 2021-07-19               |
        | notice    | blocks close for a while |
      And admin2 confirms proposal 2
      And cea is open at 13:00
      And Alpha offers a block to sell 100,000 t of CEA at 48.00
      Then it is accepted
      When 1 trading days later cea is open at 13:00
      And Alpha offers a block to sell 100,000 t of CEA at 48.00
      Then it is refused because METHOD_NOT_OPEN
      And the refusal cites CEA-2-b
      And nothing has changed
      When Alpha posts to sell 1 t of CEA at 48.00
      Then it is accepted

  Rule: The one-way auction is known and not open

    @CEA-2.3-a @CEA-2.3-c
    Scenario: The auction can't be opened before its rules are here
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "core.change_parameter"
        | market    | cea                          |
        | parameter | methods_open                 |
        | value     | ["listed","block","auction"] |
        | since     | 2021-07-19                   |
        | notice    | the auction opens            |
      Then it is refused because BAD_PARAMETER
      And the refusal says value is auction
      And nothing has changed
      And methods_open of cea is "listed, block" on 2021-07-19 by CEA-2-b

    @CEA-2.3-a @CEA-2.3-b @CEA-2.3-c @CEA-3-d
    Scenario Outline: A bid is refused at whatever hour while the auction is not open
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And Beta has an account with 6000000.00 yuan
      And cea is open at <clock>
      When Beta sends "core.bid"
        | account    | Beta   |
        | instrument | CEA    |
        | price      | 48.00  |
        | quantity   | 100000 |
      Then it is refused because METHOD_NOT_OPEN
      And the refusal cites CEA-2-b
      And the refusal says method is auction
      And nothing has changed
      And Beta has 0.00 yuan frozen

      Examples:
        | clock |
        | 09:30 |
        | 12:00 |
        | 14:00 |

    @CEA-2.3-a @CEA-2.3-b @CEA-2.3-c @CEA-3-d
    Scenario: The auction is not among what a market day opens
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And cea is open at 13:00
      Then methods_open of cea is "listed, block" on 2021-07-16 by CEA-2-b
      When admin asks "core.markets"
      Then the answer shows
        | market | listed | block |
        | cea    | open   | open  |
