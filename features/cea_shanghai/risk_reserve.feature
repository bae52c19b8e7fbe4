Feature: Risk reserve
  The exchange sets a risk reserve aside from its fee income until it reaches the registered capital.
  Fees and capital are not in the sources: the exchange sets both by notice, as two persons.

  Rule: Without a registered capital nothing is drawn

    @CEA-5-c
    Scenario: The registered capital must be set first
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 10.00 |
      Then it is refused because CAP_NOT_SET
      And the refusal cites CEA-5-c
      And nothing has changed

    @CEA-5-c
    Scenario: One person alone does not set the registered capital
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "core.change_parameter"
        | market    | cea                    |
        | parameter | registered_capital_fen |
        | value     | 5000                   |
        | since     | 2021-07-19             |
        | notice    | registered capital     |
      And admin confirms proposal 1
      Then it is refused because SAME_PERSON
      And registered_capital_fen of cea is "0" on 2021-07-19 by CEA-5-c

    @CEA-5-c
    Scenario: Two persons set the registered capital from a future trading day on
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "core.change_parameter"
        | market    | cea                    |
        | parameter | registered_capital_fen |
        | value     | 5000                   |
        | since     | 2021-07-19             |
        | notice    | registered capital     |
      And admin2 confirms proposal 1
      Then it is accepted
      And registered_capital_fen of cea is "0" on 2021-07-16 by CEA-5-c
      And registered_capital_fen of cea is "5000" on 2021-07-19 by operator

    @CEA-5-c
    Scenario Outline: The registered capital is a whole amount of fen
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "core.change_parameter"
        | market    | cea                    |
        | parameter | registered_capital_fen |
        | value     | <value>                |
        | since     | 2021-07-19             |
        | notice    | registered capital     |
      Then it is refused because BAD_PARAMETER
      And nothing has changed

      Examples:
        | value  |
        | plenty |
        | 50.5   |
        | [1, 2] |
        | -5000  |

    @CEA-5-c
    Scenario Outline: A parameter changes neither today nor on a day off
      Given the exchange runs "cea_shanghai" on 2021-07-16
      When admin sends "core.change_parameter"
        | market    | cea                    |
        | parameter | registered_capital_fen |
        | value     | 5000                   |
        | since     | <day>                  |
        | notice    | registered capital     |
      Then it is refused because PARAMETER_NOT_FUTURE
      And nothing has changed

      Examples:
        | day        |
        | 2021-07-15 |
        | 2021-07-16 |
        | 2021-07-17 |

  Rule: The reserve is drawn from fee income and may stop at the registered capital

    Background:
      Given the exchange runs "cea_shanghai" on 2021-07-16
      And CEA of CEA is listed on cea at 48.00
      And these accounts
        | account | cash     | CEA |
        | Alpha   | 0        | 500 |
        | Beta    | 10000.00 | 0   |
      And admin sends "core.change_parameter"
        | market    | cea                    |
        | parameter | registered_capital_fen |
        | value     | 5000                   |
        | since     | 2021-07-19             |
        | notice    | registered capital     |
      And admin2 confirms proposal 2
      And admin sends "core.change_parameter"
        | market    | cea            |
        | parameter | listed_fee_ppm |
        | value     | 6000           |
        | since     | 2021-07-19     |
        | notice    | trading fee    |
      And admin2 confirms proposal 3
      And the trading day of cea opens
      And 1 trading days later cea is open at 09:30
      And these listed trades of CEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Alpha  | 100    | 48.00 |

    @CEA-5-c
    Scenario: Two persons draw the reserve from the fees of a trade
      Then the fee income is 57.60 yuan
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 30.00 |
      Then it is accepted
      And the fee income is 57.60 yuan
      When admin confirms proposal 4
      Then it is refused because SAME_PERSON
      When admin2 confirms proposal 4
      Then it is accepted
      And the fee income is 27.60 yuan
      When admin asks "core.reserves"
      Then the answer shows
        | fee_income | risk_reserve |
        | 27.60      | 30.00        |

    @CEA-5-c
    Scenario: The reserve may just reach the registered capital
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 50.00 |
      And admin2 confirms proposal 4
      Then it is accepted
      When admin asks "core.reserves"
      Then the answer shows
        | risk_reserve |
        | 50.00        |

    @CEA-5-c
    Scenario: Beyond the registered capital the exchange is warned
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 50.00 |
      And admin2 confirms proposal 4
      And admin sends "cea_shanghai.provide_reserve"
        | amount | 0.01 |
      Then it is refused because RESERVE_AT_CAP
      And the refusal cites CEA-5-c
      And the refusal says reserve is 50.00
      And the refusal says cap is 50.00
      And nothing has changed

    @CEA-5-c
    Scenario: Whoever means it draws beyond the registered capital
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 50.01 |
      Then it is refused because RESERVE_AT_CAP
      When admin sends "cea_shanghai.provide_reserve"
        | amount     | 50.01 |
        | beyond_cap | true  |
      And admin2 confirms proposal 4
      Then it is accepted
      When admin asks "core.reserves"
      Then the answer shows
        | fee_income | risk_reserve |
        | 7.59       | 50.01        |

    @CEA-5-c
    Scenario: A second draw that would pass the cap is stopped at its confirmation
      When admin sends "cea_shanghai.provide_reserve"
        | amount | 26.00 |
      And admin sends "cea_shanghai.provide_reserve"
        | amount | 26.00 |
      And admin2 confirms proposal 4
      Then it is accepted
      When admin2 confirms proposal 5
      Then it is refused because RESERVE_AT_CAP
      And nothing has changed
      When admin asks "core.reserves"
      Then the answer shows
        | risk_reserve |
        | 26.00        |

    @CEA-5-c
    Scenario: No more is drawn than there is fee income
      When admin sends "cea_shanghai.provide_reserve"
        | amount     | 57.61 |
        | beyond_cap | true  |
      Then it is refused because INSUFFICIENT_INCOME
      And the refusal says income is 57.60
      And nothing has changed

    @CEA-5-c
    Scenario Outline: An amount drawn is positive
      When admin sends "cea_shanghai.provide_reserve"
        | amount | <amount> |
      Then it is refused because BAD_AMOUNT
      And nothing has changed

      Examples:
        | amount |
        | 0.00   |
        | -1.00  |
        | 0.001  |

    @CEA-5-c
    Scenario: A participant does not touch the reserve
      When Alpha sends "cea_shanghai.provide_reserve"
        | amount | 1.00 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
