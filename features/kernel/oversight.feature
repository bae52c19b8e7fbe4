Feature: Oversight
  The exchange suspends and resumes trading with a cause, a notice and a report, opens cases and takes
  measures against accounts. Nobody else does.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And U2 of UNIT is listed on board at 20.00
    And these accounts
      | account | cash      | U1   | U2   |
      | Alpha   | 100000.00 | 5000 | 5000 |
      | Beta    | 100000.00 | 0    | 0    |
    And board is open at 13:00

  Rule: Trading is suspended with a cause, a notice and a report

    Scenario: A suspended market takes no declaration, what stands stays
      When Alpha posts to sell 10 t of U1 at 50.00
      And admin sends "core.suspend"
        | market | board             |
        | cause  | technical_failure |
        | notice | no quotes         |
        | report | R-1               |
      Then it is accepted
      When Beta takes to buy 10 t of U1 at 50.00
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed
      When Alpha posts to sell 10 t of U2 at 20.00
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed
      When Alpha offers a block to sell 1000 t of U1 at 50.00
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed
      And listing Alpha#1 is live with 10 t left
      And no trade is done

    Scenario: A suspended instrument rests alone
      When admin sends "core.suspend"
        | market      | board    |
        | instruments | U1       |
        | cause       | accident |
        | notice      | U1 rests |
        | report      | R-1      |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because MARKET_SUSPENDED
      And the refusal says instrument is U1
      And nothing has changed
      When Alpha offers a block to sell 1000 t of U1 at 50.00
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed
      When Alpha posts to sell 10 t of U2 at 20.00
      Then it is accepted
      When Beta asks "core.quotes"
      Then the answer shows
        | instrument | suspended |
        | U1         | True      |
        | U2         | False     |

    Scenario: Resumed trading goes on with what stood
      When Alpha posts to sell 10 t of U1 at 50.00
      And admin sends "core.suspend"
        | market | board         |
        | cause  | force_majeure |
        | notice | a flood       |
        | report | R-1           |
      And admin sends "core.resume"
        | market | board         |
        | notice | it is dry     |
        | report | R-2           |
      And Beta takes to buy 10 t of U1 at 50.00
      Then Beta buys 10 t from Alpha at 50.00

    Scenario: A suspension does not make the day longer
      When Alpha posts to sell 10 t of U1 at 50.00
      And admin sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      And it is 15:00
      Then the market board is closed
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 5000 t of U1 available

    Scenario: A suspension outlasts the day until it is lifted
      When admin sends "core.suspend"
        | market      | board    |
        | instruments | U1       |
        | cause       | accident |
        | notice      | U1 rests |
        | report      | R-1      |
      And it is 15:00
      And 1 trading days later board is open at 09:30
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because MARKET_SUSPENDED
      And nothing has changed

    Scenario Outline: A suspension lacks <what>
      When admin sends "core.suspend"
        | market | board    |
        | cause  | <cause>  |
        | notice | <notice> |
        | report | <report> |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed

      Examples:
        | what            | cause    | notice  | report |
        | a cause         |          | a break | R-1    |
        | a cause in law  | boredom  | a break | R-1    |
        | a notice        | accident |         | R-1    |
        | a report        | accident | a break |        |

    Scenario Outline: A resumption lacks <what>
      When admin sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      And admin sends "core.resume"
        | market | board    |
        | notice | <notice> |
        | report | <report> |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed

      Examples:
        | what           | notice    | report |
        | its own notice |           | R-2    |
        | its own report | on we go  |        |

    Scenario: What is suspended is not suspended again
      When admin sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      And admin sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: What trades is not resumed
      When admin sends "core.resume"
        | market      | board    |
        | instruments | U1       |
        | notice      | on we go |
        | report      | R-2      |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: Another market's instrument is not suspended here
      When admin sends "core.suspend"
        | market      | auto     |
        | instruments | U1       |
        | cause       | accident |
        | notice      | U1 rests |
        | report      | R-1      |
      Then it is refused because UNKNOWN_INSTRUMENT
      And nothing has changed

    Scenario: An unknown market is not suspended
      When admin sends "core.suspend"
        | market | bazaar   |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      Then it is refused because UNKNOWN_MARKET
      And nothing has changed

    Scenario: A participant suspends nothing
      When Alpha sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Notices are read by everyone

    Scenario: A notice is published
      When admin sends "core.publish_notice"
        | market | board      |
        | title  | Maintenance |
        | text   | On Sunday. |
      And Beta asks "core.notices"
      Then the answer shows
        | day        | market | kind             | title       | text       |
        | 2026-03-02 | board  | notice_published | Maintenance | On Sunday. |

    Scenario: A suspension and its end are notices too
      When admin sends "core.suspend"
        | market | board    |
        | cause  | accident |
        | notice | a break  |
        | report | R-1      |
      And admin sends "core.resume"
        | market | board    |
        | notice | on we go |
        | report | R-2      |
      And Beta asks "core.notices"
      Then the answer shows
        | kind      | text     | report |
        | suspended | a break  | R-1    |
        | resumed   | on we go | R-2    |

    Scenario: A notice without a text is not published
      When admin sends "core.publish_notice"
        | market | board       |
        | title  | Maintenance |
        | text   |             |
      Then it is refused because FIELD_MISSING
      And the refusal says field is text
      And nothing has changed

  Rule: Measures restrict an account, some of them only in a case

    Scenario: A warning restricts nothing
      When admin sends "core.take_measure"
        | market  | board        |
        | account | Alpha        |
        | measure | warning      |
        | reason  | late reports |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted
      When Alpha asks "core.measures"
      Then the answer shows
        | measure_no | account | measure | reason       | state    |
        | 1          | Alpha   | warning | late reports | in force |
      When Beta asks "core.measures"
      Then the answer has 0 rows

    Scenario: Trading is restricted in a case
      When admin sends "core.open_case"
        | account   | Alpha   |
        | behaviour | layering |
        | report    | R-1     |
      And admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | layering         |
        | case    | 1                |
      And Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because ACCOUNT_RESTRICTED
      And the refusal says scope is trade
      And nothing has changed
      When Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is accepted

    Scenario: A restriction withdraws what the account had standing
      When Alpha posts to sell 10 t of U1 at 50.00
      And admin sends "core.open_case"
        | account   | Alpha    |
        | behaviour | layering |
        | report    | R-1      |
      And admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | layering         |
        | case    | 1                |
      Then it is accepted
      And nothing stands to sell U1
      And listing Alpha#1 is withdrawn with 0 t left
      And Alpha has 5000 t of U1 available

    Scenario: Restricted cash does not leave
      When admin sends "core.take_measure"
        | market  | board         |
        | account | Alpha         |
        | measure | restrict_cash |
        | reason  | a court order |
      And Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because ACCOUNT_RESTRICTED
      And the refusal says scope is cash
      And nothing has changed
      When Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted

    Scenario: A measure that needs a case is not taken without one
      When admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | layering         |
      Then it is refused because CASE_REQUIRED
      And nothing has changed

    Scenario: Another's case is no case
      When admin sends "core.open_case"
        | account   | Beta     |
        | behaviour | layering |
        | report    | R-1      |
      And admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | layering         |
        | case    | 1                |
      Then it is refused because UNKNOWN_CASE
      And nothing has changed

    Scenario: A measure the rules do not have is not taken
      When admin sends "core.take_measure"
        | market  | board   |
        | account | Alpha   |
        | measure | pillory |
        | reason  | shame   |
      Then it is refused because UNKNOWN_MEASURE
      And the refusal says measure is pillory
      And nothing has changed

    Scenario: A measure is not taken without a reason
      When admin sends "core.take_measure"
        | market  | board   |
        | account | Alpha   |
        | measure | warning |
      Then it is refused because FIELD_MISSING
      And the refusal says field is reason
      And nothing has changed

    Scenario: A measure against an unknown account is not taken
      When admin sends "core.take_measure"
        | market  | board   |
        | account | Omega   |
        | measure | warning |
        | reason  | silence |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: A case is not opened without a report
      When admin sends "core.open_case"
        | account   | Alpha    |
        | behaviour | layering |
      Then it is refused because FIELD_MISSING
      And the refusal says field is report
      And nothing has changed

    Scenario: A lifted measure no longer restricts
      When admin sends "core.take_measure"
        | market  | board         |
        | account | Alpha         |
        | measure | restrict_cash |
        | reason  | a court order |
      And admin sends "core.lift_measure"
        | measure_no | 1          |
        | reason     | set aside  |
      And Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is accepted
      When Alpha asks "core.measures"
      Then the answer shows
        | measure_no | state             |
        | 1          | lifted: set aside |

    Scenario: Two measures restrict until both are lifted
      When admin sends "core.take_measure"
        | market  | board         |
        | account | Alpha         |
        | measure | restrict_cash |
        | reason  | one           |
      And admin sends "core.take_measure"
        | market  | board         |
        | account | Alpha         |
        | measure | restrict_cash |
        | reason  | two           |
      And admin sends "core.lift_measure"
        | measure_no | 1    |
        | reason     | over |
      And Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed

    Scenario: A measure ends by its term
      When admin sends "core.take_measure"
        | market   | board            |
        | account  | Alpha            |
        | measure  | restrict_cash    |
        | reason   | a day            |
        | until_us | 1772503200000000 |
      And it is 09:59 on 2026-03-03
      And Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because ACCOUNT_RESTRICTED
      When it is 10:00 on 2026-03-03
      And Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is accepted
      When Alpha asks "core.measures"
      Then the answer shows
        | measure_no | state        |
        | 1          | lifted: term |

    Scenario: A measure does not end in the past
      When admin sends "core.take_measure"
        | market   | board   |
        | account  | Alpha   |
        | measure  | warning |
        | reason   | a day   |
        | until_us | 1       |
      Then it is refused because BAD_FIELD
      And nothing has changed

    Scenario: A measure is lifted once
      When admin sends "core.take_measure"
        | market  | board   |
        | account | Alpha   |
        | measure | warning |
        | reason  | one     |
      And admin sends "core.lift_measure"
        | measure_no | 1    |
        | reason     | over |
      And admin sends "core.lift_measure"
        | measure_no | 1    |
        | reason     | over |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: A measure nobody took is not lifted
      When admin sends "core.lift_measure"
        | measure_no | 7    |
        | reason     | over |
      Then it is refused because UNKNOWN_MEASURE
      And nothing has changed
