Feature: Oversight of the CCER market
  The exchange warns, restricts, halts and resumes; each act has its reason, and halts and cases are announced or reported.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And CCER-P2-2024 of CCER is listed on ccer at 64.00
    And these accounts
      | account | cash      | CCER-P1-2024 | CCER-P2-2024 |
      | Alpha   | 100000.00 | 500          | 500          |
      | Beta    | 100000.00 | 0            | 0            |
    And ccer is open at 10:00

  Rule: Question 54, risk warnings

    @CCER-Q54
    Scenario Outline: The measure <measure> warns and restricts nothing
      When admin sends "core.take_measure"
        | market  | ccer                  |
        | account | Alpha                 |
        | measure | <measure>             |
        | reason  | Large positions       |
      Then it is accepted
      When Alpha asks "core.measures"
      Then the answer shows
        | account | measure   | reason          | state    |
        | Alpha   | <measure> | Large positions | in force |
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

      Examples:
        | measure         |
        | require_report  |
        | written_warning |
        | risk_notice     |

    @CCER-Q54
    Scenario: A public risk notice can be read by everyone
      When admin sends "core.publish_notice"
        | market | ccer                                   |
        | title  | Risk notice                            |
        | text   | Prices have moved fast, trade with care |
      And Beta asks "core.notices"
      Then the answer shows
        | day        | market | title       | text                                   |
        | 2025-09-26 | ccer   | Risk notice | Prices have moved fast, trade with care |

    @CCER-Q54
    Scenario: Who is restricted for a risk neither posts nor takes
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And admin sends "core.take_measure"
        | market  | ccer                      |
        | account | Alpha                     |
        | measure | restrict_trading_for_risk |
        | reason  | Large positions           |
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because ACCOUNT_RESTRICTED
      And the refusal cites CCER-Q54
      And nothing has changed
      When Beta posts to buy 10 t of CCER-P2-2024 at 64.00
      And Alpha takes to sell 10 t of CCER-P2-2024 at 64.00
      Then it is refused because ACCOUNT_RESTRICTED
      And no trade is done
      And listing Alpha#1 is withdrawn with 0 t left
      And Alpha has 500 t of CCER-P1-2024 available

    @CCER-Q54
    Scenario: A restriction that is lifted restricts no more
      When admin sends "core.take_measure"
        | market  | ccer                      |
        | account | Alpha                     |
        | measure | restrict_trading_for_risk |
        | reason  | Large positions           |
      And admin sends "core.lift_measure"
        | measure_no | 1                    |
        | reason     | The report satisfied |
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

    @CCER-Q54
    Scenario: A restriction with a term ends by itself
      # until 09:00 on 2025-09-29, as microseconds since 1970
      When admin sends "core.take_measure"
        | market   | ccer                      |
        | account  | Alpha                     |
        | measure  | restrict_trading_for_risk |
        | reason   | Large positions           |
        | until_us | 1759107600000000          |
      And it is 14:59
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because ACCOUNT_RESTRICTED
      When 1 trading days later ccer is open at 09:30
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

    @CCER-Q54
    Scenario: A measure without a reason is refused
      When admin sends "core.take_measure"
        | market  | ccer            |
        | account | Alpha           |
        | measure | written_warning |
        | reason  |                 |
      Then it is refused because FIELD_MISSING
      And the refusal says field is reason
      And nothing has changed

    @CCER-Q54
    Scenario: A measure that the rules don't know is refused
      When admin sends "core.take_measure"
        | market  | ccer            |
        | account | Alpha           |
        | measure | confiscate      |
        | reason  | Large positions |
      Then it is refused because UNKNOWN_MEASURE
      And nothing has changed

    @CCER-Q54
    Scenario: Only the exchange takes measures
      When Beta sends "core.take_measure"
        | market  | ccer                      |
        | account | Alpha                     |
        | measure | restrict_trading_for_risk |
        | reason  | A rival                   |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Question 55, a halt has a cause, a notice and a report

    @CCER-Q55
    Scenario Outline: The whole market is suspended for <cause>
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And admin sends "core.suspend"
        | market | ccer                          |
        | cause  | <cause>                       |
        | notice | Trading is suspended          |
        | report | To the authority, no. 2025-17 |
      Then it is accepted
      When Beta takes to buy 10 t of CCER-P1-2024 at 63.51
      Then it is refused because MARKET_SUSPENDED
      And the refusal cites CCER-Q55
      And nothing has changed
      And no trade is done
      When Beta posts to buy 10 t of CCER-P2-2024 at 64.00
      Then it is refused because MARKET_SUSPENDED
      And listing Alpha#1 is live with 100 t left
      When Beta asks "core.notices"
      Then the answer shows
        | day        | market | kind      | text                 | report                        |
        | 2025-09-26 | ccer   | suspended | Trading is suspended | To the authority, no. 2025-17 |

      Examples:
        | cause             |
        | force_majeure     |
        | accident          |
        | technical_failure |

    @CCER-Q55
    Scenario: One instrument is suspended and the other trades on
      When admin sends "core.suspend"
        | market      | ccer                          |
        | cause       | technical_failure             |
        | notice      | CCER-P1-2024 is suspended     |
        | report      | To the authority, no. 2025-18 |
        | instruments | CCER-P1-2024                  |
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because MARKET_SUSPENDED
      And the refusal says instrument is CCER-P1-2024
      When Alpha posts to sell 10 t of CCER-P2-2024 at 64.00
      And Beta takes to buy 10 t of CCER-P2-2024 at 64.00
      Then Beta buys 10 t from Alpha at 64.00

    @CCER-Q55
    Scenario Outline: No halt without its <missing>
      When admin sends "core.suspend"
        | market | ccer     |
        | cause  | <cause>  |
        | notice | <notice> |
        | report | <report> |
      Then it is refused because NOTICE_REQUIRED
      And the refusal cites CCER-Q55
      And nothing has changed
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

      Examples:
        | missing | cause    | notice    | report  |
        | cause   |          | Suspended | 2025-17 |
        | notice  | accident |           | 2025-17 |
        | report  | accident | Suspended |         |

    @CCER-Q55
    Scenario: A halt does not lengthen the day
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And it is 14:00
      And admin sends "core.suspend"
        | market | ccer                          |
        | cause  | technical_failure             |
        | notice | Trading is suspended          |
        | report | To the authority, no. 2025-17 |
      And it is 15:00
      Then the market ccer is closed
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 500 t of CCER-P1-2024 available
      And no trade is done

    @CCER-Q55
    Scenario: During a halt a listing may be withdrawn
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And admin sends "core.suspend"
        | market | ccer                          |
        | cause  | technical_failure             |
        | notice | Trading is suspended          |
        | report | To the authority, no. 2025-17 |
      And Alpha withdraws listing Alpha#1
      Then it is accepted
      And Alpha has 500 t of CCER-P1-2024 available

  Rule: Question 56, resumption is announced and reported likewise

    @CCER-Q56
    Scenario: Trading resumes where it stopped
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And admin sends "core.suspend"
        | market | ccer                          |
        | cause  | accident                      |
        | notice | Trading is suspended          |
        | report | To the authority, no. 2025-17 |
      And it is 10:30
      And admin sends "core.resume"
        | market | ccer                          |
        | notice | Trading resumes               |
        | report | To the authority, no. 2025-19 |
      Then it is accepted
      When Beta takes to buy 100 t of CCER-P1-2024 at 63.51
      Then Beta buys 100 t from Alpha at 63.51
      When Beta asks "core.notices"
      Then the answer shows
        | kind      | text                 | report                        |
        | suspended | Trading is suspended | To the authority, no. 2025-17 |
        | resumed   | Trading resumes      | To the authority, no. 2025-19 |

    @CCER-Q56
    Scenario: What is not suspended can't be resumed
      When admin sends "core.resume"
        | market | ccer                          |
        | notice | Trading resumes               |
        | report | To the authority, no. 2025-19 |
      Then it is refused because BAD_STATE
      And the refusal cites CCER-Q56
      And nothing has changed

    @CCER-Q56
    Scenario Outline: No resumption without its <missing>
      When admin sends "core.suspend"
        | market | ccer                          |
        | cause  | accident                      |
        | notice | Trading is suspended          |
        | report | To the authority, no. 2025-17 |
      And admin sends "core.resume"
        | market | ccer     |
        | notice | <notice> |
        | report | <report> |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because MARKET_SUSPENDED

      Examples:
        | missing | notice  | report  |
        | notice  |         | 2025-19 |
        | report  | Resumed |         |

  Rule: Question 57, measures against abnormal trading rest on a case

    @CCER-Q57
    Scenario Outline: The measure <measure> needs a case
      When admin sends "core.take_measure"
        | market  | ccer               |
        | account | Alpha              |
        | measure | <measure>          |
        | reason  | Wash trading       |
      Then it is refused because CASE_REQUIRED
      And the refusal cites CCER-Q57
      And the refusal says measure is <measure>
      And nothing has changed

      Examples:
        | measure                     |
        | require_written_explanation |
        | restrict_trading            |

    @CCER-Q57
    Scenario: With a case that is reported trading can be restricted
      When admin sends "core.open_case"
        | account   | Alpha                         |
        | behaviour | Wash trading                  |
        | report    | To the authority, no. 2025-20 |
      And admin sends "core.take_measure"
        | market  | ccer             |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | Wash trading     |
        | case    | 1                |
      Then it is accepted
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed
      When Beta posts to buy 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

    @CCER-Q57
    Scenario: An explanation that is demanded doesn't stop trading
      When admin sends "core.open_case"
        | account   | Alpha                         |
        | behaviour | Wash trading                  |
        | report    | To the authority, no. 2025-20 |
      And admin sends "core.take_measure"
        | market  | ccer                        |
        | account | Alpha                       |
        | measure | require_written_explanation |
        | reason  | Wash trading                |
        | case    | 1                           |
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted

    @CCER-Q57
    Scenario: A case that is not reported to the authority is not opened
      When admin sends "core.open_case"
        | account   | Alpha        |
        | behaviour | Wash trading |
        | report    |              |
      Then it is refused because FIELD_MISSING
      And the refusal says field is report
      And nothing has changed

    @CCER-Q57
    Scenario: The case of one account is no case against another
      When admin sends "core.open_case"
        | account   | Alpha                         |
        | behaviour | Wash trading                  |
        | report    | To the authority, no. 2025-20 |
      And admin sends "core.take_measure"
        | market  | ccer             |
        | account | Beta             |
        | measure | restrict_trading |
        | reason  | Wash trading     |
        | case    | 1                |
      Then it is refused because UNKNOWN_CASE
      And nothing has changed
