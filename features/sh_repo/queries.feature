Feature: What is asked about repos
  The list of contracts with the screen's columns and filters, the trades of both legs, the measures, the versions and
  every step. Only the two sides read a contract, and the exchange and the regulator.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And CCER01 of CCER is listed on shea at 50.00
    And these accounts
      | account | cash       | SHEA  | CCER01 |
      | Alpha   | 100000.00  | 60000 | 1000   |
      | Beta    | 5000000.00 | 0     | 0      |
      | Gamma   | 5000000.00 | 5000  | 0      |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Gamma is a senior-trader in Shanghai
    And Beta is qualified for repos
    And Gamma is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | margin             | 100000.00 |
      | monitored          | true      |
      | monitoring_formula | reference |
      | alarm_ratio        | 150.00    |
    And the filing Alpha#1 is approved
    And Alpha and Gamma agree on a repo of 1000 t of CCER01 from 2026-03-05 to 2026-03-12 with
      | agreement_no | R-2026-002 |
    And the filing Alpha#2 is approved
    And Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10
    And the filing Gamma#2 is approved
    And shea trades until it is 10:00 on 2026-03-04
    And the initial trade of Alpha#1 is done

  Rule: 4.2.2: the list of contracts

    @REPO-4.2.2-f @REPO-3-a
    Scenario: Each with its elements, its phase and its state
      When Alpha asks "sh_repo.contracts"
      Then the answer has 2 rows
      And the answer shows
        | contract   | agreement_no | stage      | state       | monitored | seller | buyer | instrument | quantity |
        | HG00000003 | R-2026-001   | repurchase | outstanding | 1         | Alpha  | Beta  | SHEA       | 50000    |
        | HG00000004 | R-2026-002   | initial    | filed       | 0         | Alpha  | Gamma | CCER01     | 1000     |
      And the answer shows
        | contract   | initial_day | initial | initial_amount | repurchase_day | repurchase | repurchase_amount | due        |
        | HG00000003 | 2026-03-04  | 34.40   | 1720000.00     | 2026-03-10     | 35.00      | 1750000.00        | 2026-03-10 |
        | HG00000004 | 2026-03-05  | 34.40   | 34400.00       | 2026-03-12     | 35.00      | 35000.00          | 2026-03-12 |
      And the answer shows
        | contract   | pledged | margin    | alarm_hundredths | mobile      |
        | HG00000003 | 10000   | 100000.00 | 15000            | 138****8000 |
        | HG00000004 | 0       | 0.00      | 0                |             |

    @REPO-4.2.2-f
    Scenario Outline: Filtered by <filter>
      When admin asks "sh_repo.contracts" where
        | <filter> | <value> |
      Then the answer has <rows> rows

      Examples:
        | filter         | value       | rows |
        | contract       | HG00000003  | 1    |
        | seller         | Alpha       | 2    |
        | seller         | Beta        | 0    |
        | buyer          | Beta        | 2    |
        | instrument     | SHEA        | 2    |
        | instrument     | CCER01      | 1    |
        | stage          | initial     | 2    |
        | stage          | repurchase  | 1    |
        | state          | filed       | 2    |
        | state          | outstanding | 1    |
        | monitored      | 1           | 1    |
        | initial_day    | 2026-03-04  | 2    |
        | initial_day    | 2026-03-06  | 0    |
        | repurchase_day | 2026-03-12  | 1    |

    @REPO-3-a @REPO-4.2.2-f
    Scenario Outline: A contract tells which of the two phases it is in: <state>
      Given shea trades until it is 10:00 on <day>
      When <step>
      Then contract <label> shows
        | stage | <stage> |
        | state | <state> |

      Examples:
        | day        | step                                       | label   | stage      | state                |
        | 2026-03-05 | Alpha submits the initial trade of Alpha#2 | Alpha#2 | initial    | submitted            |
        | 2026-03-06 | it is 10:01                                | Alpha#2 | initial    | expired              |
        | 2026-03-10 | Alpha submits the repurchase of Alpha#1    | Alpha#1 | repurchase | repurchase_submitted |
        | 2026-03-11 | it is 10:01                                | Alpha#1 | repurchase | overdue              |

  Rule: 4.4: the trades, the measures, the steps

    @REPO-4.4-a
    Scenario: The trades of both legs, each side's fee with them
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      And Beta asks "sh_repo.trades" where
        | contract | HG00000003 |
      Then the answer has 2 rows
      And the answer shows
        | leg        | seller | buyer | instrument | price | quantity | turnover   | seller_fee | buyer_fee |
        | initial    | Alpha  | Beta  | SHEA       | 34.40 | 50000    | 1720000.00 | 1376.00    | 1376.00   |
        | repurchase | Alpha  | Beta  | SHEA       | 35.00 | 50000    | 1750000.00 | 1400.00    | 1400.00   |
      When Gamma asks "sh_repo.trades"
      Then the answer has 0 rows

    @REPO-A6-20 @REPO-4.4-a
    Scenario: What is frozen of whom, and what released it
      When Beta asks "sh_repo.measures"
      Then the answer shows
        | contract   | seller | buyer | instrument | pledged | margin    | monitored | released_by |
        | HG00000003 | Alpha  | Beta  | SHEA       | 10000   | 100000.00 | 1         |             |
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      And Beta asks "sh_repo.measures"
      Then the answer shows
        | contract   | pledged | margin    | released_by                  |
        | HG00000003 | 10000   | 100000.00 | sh_repo.repurchase_completed |

    @REPO-A4-5 @REPO-4.4-a
    Scenario: Every step of a contract, by whom
      When Alpha asks "sh_repo.steps" where
        | contract | HG00000003 |
      Then the answer shows
        | step                      | actor  | seller | buyer |
        | sh_repo.contract_filed    | admin2 | Alpha  | Beta  |
        | sh_repo.initial_submitted | Alpha  | Alpha  | Beta  |
        | sh_repo.initial_confirmed | Beta   | Alpha  | Beta  |
        | sh_repo.initial_completed | admin  | Alpha  | Beta  |
        | core.direct_traded        | admin  | Alpha  | Beta  |
        | sh_repo.measures_set      | admin  | Alpha  | Beta  |
      And a replay of the journal gives the same state

    @REPO-A6-30
    Scenario: The first version is what was filed
      When Beta asks "sh_repo.versions"
      Then the answer shows
        | contract   | version | what   | agreement_no | initial | repurchase | agreed_margin | ratio_hundredths |
        | HG00000003 | 1       | filing | R-2026-001   | 34.40   | 35.00      | 100000.00     | 2000             |

    @REPO-4.2.2-f
    Scenario Outline: A side filters its contracts by the other side as well: <who> by <filter>
      When <who> asks "sh_repo.contracts" where
        | <filter> | <other> |
      Then the answer has <rows> rows

      Examples:
        | who   | filter | other | rows |
        | Beta  | seller | Alpha | 1    |
        | Beta  | seller | Gamma | 1    |
        | Alpha | buyer  | Gamma | 1    |
        | Gamma | seller | Beta  | 0    |

  Rule: Article 35: only the two sides, the exchange and the authorities

    @REPO-A6-35
    Scenario Outline: A third party sees nothing of it in <view>
      Given shea trades until it is 15:01 on 2026-03-04
      When Gamma asks "<view>" where
        | contract | HG00000003 |
      Then the answer has 0 rows
      When Gamma asks "<view>" where
        | seller | Alpha |
        | buyer  | Beta  |
      Then it is refused because PERMISSION_DENIED
      When Alpha asks "<view>" where
        | contract | HG00000003 |
      Then the answer has <rows> rows
      When regulator asks "<view>" where
        | contract | HG00000003 |
      Then the answer has <rows> rows
      When nobody asks "<view>"
      Then it is refused because AUTH_REQUIRED

      Examples:
        | view              | rows |
        | sh_repo.contracts | 1    |
        | sh_repo.trades    | 1    |
        | sh_repo.measures  | 1    |
        | sh_repo.versions  | 1    |
        | sh_repo.steps     | 6    |

    @REPO-A6-35
    Scenario Outline: Nor in the exchange's own lists: <view>
      When Gamma asks "<view>"
      Then the answer has 0 rows
      When Beta asks "<view>"
      Then the answer has <rows> rows

      Examples:
        | view        | rows |
        | core.trades | 1    |
        | core.orders | 0    |

    @REPO-A6-35
    Scenario: Nor of the collateral ratio
      Given shea trades until it is 15:01 on 2026-03-04
      When Gamma asks "sh_repo.collateral"
      Then the answer has 0 rows
      When Beta asks "sh_repo.collateral"
      Then the answer has 1 rows

    @REPO-A6-35
    Scenario: Nor of the papers that were filed
      Given Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-10 to 2026-03-20 with
        | agreement_no | R-2026-003 |
      When Gamma asks "core.application" where
        | application | 6 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Gamma asks "core.applications" where
        | application | 6 |
      Then the answer has 0 rows
      When Beta asks "core.application" where
        | application | 6 |
      Then the answer has 1 rows

    @REPO-A6-35
    Scenario: Nor does a third party learn where a contract stands by acting on it
      When Gamma submits the repurchase of Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      And Gamma submits the repurchase of Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
