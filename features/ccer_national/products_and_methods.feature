Feature: Products and methods of the CCER market
  What is traded is the certified voluntary emission reduction; how it is traded is, for now, the listed agreement.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26

  Rule: Question 5, one product until the ministry adds another

    @CCER-Q5
    Scenario: A certified voluntary emission reduction may be registered
      When registry sends "core.register_instrument"
        | instrument | CCER-P1-2024 |
        | market     | ccer         |
        | product    | CCER         |
        | project    | P1           |
        | vintage    | 2024         |
      Then it is accepted

    @CCER-Q5
    Scenario: An emission allowance is no product of the CCER market
      When registry sends "core.register_instrument"
        | instrument | CEA24 |
        | market     | ccer  |
        | product    | CEA   |
        | vintage    | 2024  |
      Then it is refused because UNKNOWN_PRODUCT
      And the refusal cites CCER-Q5
      And the refusal says product is CEA
      And nothing has changed

    @CCER-Q5
    Scenario: A product that the ministry adds is traded from its day on
      When admin sends "core.change_parameter"
        | market    | ccer                            |
        | parameter | products                        |
        | value     | ["CCER", "SINK"]                |
        | since     | 2025-09-29                      |
        | notice    | The ministry adds another product |
      And admin2 confirms proposal 1
      Then products of ccer is "CCER" on 2025-09-26 by CCER-Q5
      And products of ccer is "CCER, SINK" on 2025-09-29 by operator
      When registry sends "core.register_instrument"
        | instrument | SINK-P7-2024 |
        | market     | ccer         |
        | product    | SINK         |
      Then it is refused because UNKNOWN_PRODUCT
      When it is 10:00 on 2025-09-29
      And registry sends "core.register_instrument"
        | instrument | SINK-P7-2024 |
        | market     | ccer         |
        | product    | SINK         |
      Then it is accepted

  Rule: Question 6, three methods known, one open

    @CCER-Q6-a
    Scenario: The rules know three methods
      Then methods_known of ccer is "listed, block, auction" on 2025-09-26 by CCER-Q6-a

    @CCER-Q6-b
    Scenario: Only the listed agreement is open at present
      Then methods_open of ccer is "listed" on 2025-09-26 by CCER-Q6-b

    @CCER-Q6-b
    Scenario: A block is refused while its method is closed
      Given CCER-P1-2024 of CCER is listed on ccer at 63.51
      And these accounts
        | account | cash    | CCER-P1-2024 |
        | Alpha   | 1000.00 | 500          |
      And ccer is open at 10:00
      When Alpha offers a block to sell 500 t of CCER-P1-2024 at 63.51
      Then it is refused because METHOD_NOT_OPEN
      And the refusal cites CCER-Q6-b
      And the refusal says method is block
      And nothing has changed
      And Alpha has 500 t of CCER-P1-2024 available
      When Alpha posts to sell 500 t of CCER-P1-2024 at 63.51
      Then it is accepted

    @CCER-Q6-b
    Scenario: A notice opens blocks from a future trading day on
      Given CCER-P1-2024 of CCER is listed on ccer at 63.51
      And these accounts
        | account | cash      | CCER-P1-2024 |
        | Alpha   | 0         | 500          |
        | Beta    | 100000.00 | 0            |
      And ccer is open at 10:00
      When admin sends "core.change_parameter"
        | market    | ccer                          |
        | parameter | methods_open                  |
        | value     | ["listed", "block"]           |
        | since     | 2025-09-29                    |
        | notice    | Block agreements open on Monday |
      Then it is accepted
      And methods_open of ccer is "listed" on 2025-09-29 by CCER-Q6-b
      When admin confirms proposal 2
      Then it is refused because SAME_PERSON
      And methods_open of ccer is "listed" on 2025-09-29 by CCER-Q6-b
      When admin2 confirms proposal 2
      Then it is accepted
      And methods_open of ccer is "listed" on 2025-09-26 by CCER-Q6-b
      And methods_open of ccer is "listed, block" on 2025-09-29 by operator
      When Alpha offers a block to sell 500 t of CCER-P1-2024 at 63.51
      Then it is refused because METHOD_NOT_OPEN
      When 1 trading days later ccer is open at 10:00
      And Alpha offers a block to sell 500 t of CCER-P1-2024 at 63.51
      And Beta accepts block Alpha#1
      Then Beta buys 500 t from Alpha at 63.51

    @CCER-Q6-b
    Scenario: No method opens without a notice
      When admin sends "core.change_parameter"
        | market    | ccer                |
        | parameter | methods_open        |
        | value     | ["listed", "block"] |
        | since     | 2025-09-29          |
        | notice    |                     |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed

    @CCER-Q6-b
    Scenario Outline: A method opens on a future trading day only, not on <what>
      When admin sends "core.change_parameter"
        | market    | ccer                  |
        | parameter | methods_open          |
        | value     | ["listed", "block"]   |
        | since     | <day>                 |
        | notice    | Block agreements open |
      Then it is refused because PARAMETER_NOT_FUTURE
      And the refusal says since is <day>
      And nothing has changed

      Examples:
        | day        | what                          |
        | 2025-09-26 | the very day                  |
        | 2025-09-28 | a weekend that is worked      |
        | 2025-10-01 | a holiday                     |

  Rule: Question 7, the hours of an auction are announced auction by auction

    @CCER-Q7-b
    Scenario: No auction opens before its hours are announced
      When admin sends "core.change_parameter"
        | market    | ccer                  |
        | parameter | methods_open          |
        | value     | ["listed", "auction"] |
        | since     | 2025-09-29            |
        | notice    | Auctions open         |
      Then it is refused because BAD_PARAMETER
      And the refusal says value is auction
      And nothing has changed
      And methods_open of ccer is "listed" on 2025-09-29 by CCER-Q6-b
