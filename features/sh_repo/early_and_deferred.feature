Feature: Early and deferred repurchase, and amendments
  What the agreement says nothing of is not allowed. In an agreed case both sides apply with their papers, the
  exchange approves, and the contract has a next version: the parties do nothing in the system.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 100000.00  | 60000 |
      | Beta    | 5000000.00 | 0     |
      | Gamma   | 5000000.00 | 5000  |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Gamma is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    # In words: what day and which price, the reviewers judge.
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | early_conditions    | both agree             |
      | early_price         | by the days that ran   |
      | early_day           | a day of both's choice |
      | deferred_conditions | both agree             |
      | deferred_price      | by the days that ran   |
      | deferred_day        | a day of both's choice |
    And the filing Alpha#1 is approved
    # In figures: 34.60 on 6 March, 35.40 on 13 March, nothing else.
    And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | agreement_no        | R-2026-002  |
      | early_conditions    | a rise by 5 |
      | early_price         | 34.60       |
      | early_day           | 2026-03-06  |
      | deferred_conditions | a fall by 5 |
      | deferred_price      | 35.40       |
      | deferred_day        | 2026-03-13  |
    And the filing Alpha#2 is approved
    # Silent on both.
    And Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10
    And the filing Gamma#1 is approved
    And shea trades until it is 10:00 on 2026-03-04
    And the initial trade of Alpha#1 is done
    And the initial trade of Alpha#2 is done
    And the initial trade of Gamma#1 is done

  Rule: 4.5 The agreed case, a joint application, an approval

    @REPO-4.5-a @REPO-A1-3 @REPO-A6-23 @REPO-A6-1.13-14 @REPO-A6-4.1.3 @REPO-A3-4
    Scenario: Repurchased early, on the new day at the new price
      Given Alpha and Beta apply for the early-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-06 |
        | new_repurchase_price | 34.55      |
      When Alpha submits application Alpha#3
      And admin receives 1 sets of originals of application Alpha#3
      And admin claims and approves application Alpha#3
      Then contract Alpha#1 shows
        | repurchase_day | 2026-03-10 |
        | version        | 1          |
      When admin claims application Alpha#3
      Then it is refused because MAKER_CHECKER_SAME
      When admin2 claims and approves application Alpha#3
      Then application Alpha#3 is effective
      And contract Alpha#1 shows
        | version           | 2           |
        | repurchase_day    | 2026-03-06  |
        | due               | 2026-03-06  |
        | repurchase        | 34.55       |
        | repurchase_amount | 1727500.00  |
        | term_days         | 3           |
        | state             | outstanding |
      And contract Alpha#1 secures 10000 t and 0.00 yuan
      And no trade is done
      When Beta asks "sh_repo.versions" where
        | contract | HG00000002 |
      Then the answer shows
        | version | what   | repurchase_day | repurchase |
        | 1       | filing | 2026-03-10     | 35.00      |
        | 2       | early  | 2026-03-06     | 34.55      |
      When shea trades until it is 10:00 on 2026-03-06
      And Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 34.55
      And each side pays a fee of 1382.00 yuan
      And contract Alpha#1 is repurchased
      And a replay of the journal gives the same state

    @REPO-4.5-a @REPO-A6-24 @REPO-A6-1.13-14
    Scenario: Deferred, it is not repurchased on the day that was agreed at first
      Given Alpha and Beta apply for the deferred-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-17 |
        | new_repurchase_price | 35.50      |
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because WRONG_TRADE_DATE
      And the refusal says due is 2026-03-17
      And nothing has changed
      When it is 15:01
      Then contract Alpha#1 is outstanding
      And contract Alpha#2 is overdue
      Given shea trades until it is 10:00 on 2026-03-17
      When Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.50
      And each side pays a fee of 1420.00 yuan

    @REPO-4.5-a
    Scenario: On the repurchase day itself it may still be deferred, in time before the close
      Given Alpha and Beta apply for the deferred-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-11 |
        | new_repurchase_price | 35.00      |
      And shea trades until it is 14:59 on 2026-03-10
      And the filing Alpha#3 is approved
      When it is 15:01
      Then contract Alpha#1 is outstanding
      When shea trades until it is 15:01 on 2026-03-11
      Then contract Alpha#1 is overdue

    @REPO-4.5-a
    Scenario: Overdue, nothing is deferred any more
      Given Alpha and Beta apply for the deferred-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-17 |
        | new_repurchase_price | 35.50      |
      When Alpha submits application Alpha#3
      And admin receives 1 sets of originals of application Alpha#3
      And admin claims and approves application Alpha#3
      Given shea trades until it is 10:00 on 2026-03-11
      When admin2 claims application Alpha#3
      And admin2 approves application Alpha#3
      Then it is refused because BAD_STATE
      And nothing has changed
      And contract Alpha#1 is overdue

    @REPO-A6-23 @REPO-A6-24 @REPO-4.5-a
    Scenario Outline: Silence of the agreement means no: <what>
      Given Gamma and Beta apply for the <what> of contract Gamma#1 with
        | new_repurchase_day   | <day> |
        | new_repurchase_price | 35.00 |
      When Gamma submits application Gamma#2
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | what                | day        | code             | clause     |
        | early-repurchase    | 2026-03-06 | EARLY_NOT_AGREED | REPO-A6-23 |
        | deferred-repurchase | 2026-03-13 | DEFER_NOT_AGREED | REPO-A6-24 |

    @REPO-A6-23 @REPO-A6-24
    Scenario Outline: Where the agreement names a figure it must be that one: <what> on <day> at <price>
      Given Alpha and Beta apply for the <what> of contract Alpha#2 with
        | new_repurchase_day   | <day>   |
        | new_repurchase_price | <price> |
      When Alpha submits application Alpha#3
      Then <outcome>

      Examples:
        | what                | day        | price | outcome                              |
        | early-repurchase    | 2026-03-06 | 34.60 | it is accepted                       |
        | early-repurchase    | 2026-03-05 | 34.60 | it is refused because TERMS_MISMATCH |
        | early-repurchase    | 2026-03-06 | 34.61 | it is refused because TERMS_MISMATCH |
        | deferred-repurchase | 2026-03-13 | 35.40 | it is accepted                       |
        | deferred-repurchase | 2026-03-16 | 35.40 | it is refused because TERMS_MISMATCH |
        | deferred-repurchase | 2026-03-13 | 35.39 | it is refused because TERMS_MISMATCH |

    @REPO-4.5-a
    Scenario Outline: A day that suits no <what>: <day>
      Given Alpha and Beta apply for the <what> of contract Alpha#1 with
        | new_repurchase_day   | <day> |
        | new_repurchase_price | 35.00 |
      When Alpha submits application Alpha#3
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | what                | day        | code            | clause     |
        | early-repurchase    | 2026-03-10 | BAD_NEW_DAY     | REPO-A6-23 |
        | early-repurchase    | 2026-03-11 | BAD_NEW_DAY     | REPO-A6-23 |
        | early-repurchase    | 2026-03-04 | BAD_NEW_DAY     | REPO-A6-23 |
        | early-repurchase    | 2026-03-03 | BAD_NEW_DAY     | REPO-A6-23 |
        | early-repurchase    | 2026-03-07 | NOT_TRADING_DAY | REPO-A6-23 |
        | deferred-repurchase | 2026-03-10 | BAD_NEW_DAY     | REPO-A6-24 |
        | deferred-repurchase | 2026-03-09 | BAD_NEW_DAY     | REPO-A6-24 |
        | deferred-repurchase | 2026-03-14 | NOT_TRADING_DAY | REPO-A6-24 |

    @REPO-4.5-a
    Scenario: The new day comes before the review is over
      Given Alpha and Beta apply for the early-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-05 |
        | new_repurchase_price | 34.60      |
      When Alpha submits application Alpha#3
      And admin receives 1 sets of originals of application Alpha#3
      And admin claims and approves application Alpha#3
      Given shea trades until it is 15:00 on 2026-03-05
      When admin2 claims application Alpha#3
      And admin2 approves application Alpha#3
      Then it is refused because BAD_NEW_DAY
      And nothing has changed
      And contract Alpha#1 shows
        | repurchase_day | 2026-03-10 |

    @REPO-4.5-a @REPO-A1-3 @REPO-A5-1 @REPO-A3-7
    Scenario Outline: An application for an early repurchase with one fault: <field> <value>
      Given Alpha and Beta apply for the early-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-06 |
        | new_repurchase_price | 34.60      |
        | <field>              | <value>    |
      When Alpha submits application Alpha#3
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field                   | value      | code                       | clause     |
        | new_repurchase_day      |            | FIELD_MISSING              | REPO-A3-1  |
        | new_repurchase_price    |            | FIELD_MISSING              | REPO-A3-1  |
        | application_form        | -          | DOC_MISSING                | REPO-A1-3  |
        | application_form        | 1          | SINGLE_STAMP_ONLY          | REPO-A1-3  |
        | supplementary_agreement | 1          | SINGLE_STAMP_ONLY          | REPO-A1-3  |
        | unsigned                | seller     | JOINT_APPLICATION_REQUIRED | REPO-4.5-a |
        | unsigned                | buyer      | JOINT_APPLICATION_REQUIRED | REPO-4.5-a |
        | contract                | HG00000004 | PARTY_MISMATCH             | REPO-A3-1  |
        | contract                | HG00000099 | CONTRACT_UNKNOWN           | REPO-4.5-a |
        | agreement_no            | R-2026-002 | TERMS_MISMATCH             | REPO-A6-23 |
        | declared_true           |            | DECLARATION_MISSING        | REPO-A3-7  |

    @REPO-4.5-a
    Scenario: Who is no party of the contract applies for nothing
      Given Gamma and Beta apply for the early-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-06 |
        | new_repurchase_price | 34.60      |
      When Gamma submits application Gamma#2
      Then it is refused because PARTY_MISMATCH
      And nothing has changed

    @REPO-A6-12 @REPO-4.5-a
    Scenario: Allowances for the surrender are not deferred beyond its deadline
      Given the repo rule surrender_deadline becomes "2026-03-31"
      And shea trades until it is 10:00 on 2026-03-05
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-10 to 2026-03-16 with
        | agreement_no        | R-2026-003             |
        | for_surrender       | true                   |
        | deferred_conditions | both agree             |
        | deferred_price      | by the days that ran   |
        | deferred_day        | a day of both's choice |
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-10
      And the initial trade of Alpha#3 is done
      # Before 31 March come 30, 27 and 26 March.
      And Alpha and Beta apply for the deferred-repurchase of contract Alpha#3 with
        | new_repurchase_day   | 2026-03-27 |
        | new_repurchase_price | 35.40      |
      When Alpha submits application Alpha#4
      Then it is refused because AFTER_COMPLIANCE_CUTOFF
      And the refusal cites REPO-A6-12
      And the refusal says last_day is 2026-03-26
      And nothing has changed
      Given Alpha and Beta apply for the deferred-repurchase of contract Alpha#3 with
        | new_repurchase_day   | 2026-03-26 |
        | new_repurchase_price | 35.40      |
      When Alpha submits application Alpha#5
      Then it is accepted

  Rule: Article 30: amendments in writing

    @REPO-A6-30
    Scenario: A case that is agreed later is allowed from then on, and every version is kept
      Given Gamma and Beta apply for the amendment of contract Gamma#1 with
        | early_conditions | both agree           |
        | early_price      | by the days that ran |
        | early_day        | 2026-03-06           |
        | abnormal_cases   | a court's freeze     |
      And the filing Gamma#2 is approved
      Then contract Gamma#1 shows
        | version        | 2          |
        | repurchase_day | 2026-03-10 |
        | repurchase     | 35.00      |
      And contract Gamma#1 says abnormal_cases "a court's freeze"
      Given Gamma and Beta apply for the early-repurchase of contract Gamma#1 with
        | new_repurchase_day   | 2026-03-06 |
        | new_repurchase_price | 34.60      |
      And the filing Gamma#3 is approved
      When Beta asks "sh_repo.versions" where
        | contract | HG00000004 |
      Then the answer shows
        | version | what      | repurchase_day |
        | 1       | filing    | 2026-03-10     |
        | 2       | amendment | 2026-03-10     |
        | 3       | early     | 2026-03-06     |
      And a replay of the journal gives the same state

    @REPO-A6-30 @REPO-A6-23
    Scenario: A case that is dropped is not allowed any more
      Given Alpha and Beta apply for the amendment of contract Alpha#1 with
        | without_early | true |
      And the filing Alpha#3 is approved
      And Alpha and Beta apply for the early-repurchase of contract Alpha#1 with
        | new_repurchase_day   | 2026-03-06 |
        | new_repurchase_price | 34.60      |
      When Alpha submits application Alpha#4
      Then it is refused because EARLY_NOT_AGREED
      And nothing has changed

    @REPO-A6-30 @REPO-A6-38
    Scenario Outline: An amendment with one fault: <field> <value>
      Given Gamma and Beta apply for the amendment of contract Gamma#1 with
        | abnormal_cases | a court's freeze |
        | <field>        | <value>          |
      When Gamma submits application Gamma#2
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field               | value      | code                       | clause         |
        | seller_signed_on    |            | AMENDMENT_NOT_SIGNED       | REPO-A6-30     |
        | buyer_signed_on     | 2026-03-05 | AMENDMENT_NOT_SIGNED       | REPO-A6-30     |
        | amendment_agreement | 1          | SINGLE_STAMP_ONLY          | REPO-A6-30     |
        | amendment_agreement | -          | DOC_MISSING                | REPO-A6-30     |
        | unsigned            | buyer      | JOINT_APPLICATION_REQUIRED | REPO-A6-30     |
        | abnormal_cases      |            | FIELD_MISSING              | REPO-A6-30     |
        | early_price         | 34.60      | FIELD_MISSING              | REPO-A6-30     |
        | alarm_ratio         | 150.00     | MONITORING_NOT_AVAILABLE   | REPO-A6-1.17-a |
        | contract            | HG00000099 | CONTRACT_UNKNOWN           | REPO-A6-30     |

    @REPO-A6-30 @REPO-A6-37
    Scenario: What was traded and what is frozen is no part of an amendment
      Given Gamma and Beta apply for the amendment of contract Gamma#1 with
        | abnormal_cases | a court's freeze |
      When Gamma amends application Gamma#2 with
        | initial_price | 34.00 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Gamma amends application Gamma#2 with
        | freeze_ratio | 0.00 |
      Then it is refused because BAD_FIELD
      And nothing has changed

    @REPO-A6-30
    Scenario: Not while a trade is under way
      Given Gamma and Beta apply for the amendment of contract Gamma#1 with
        | abnormal_cases | a court's freeze |
      And shea trades until it is 10:00 on 2026-03-10
      When Gamma submits the repurchase of Gamma#1
      And Gamma submits application Gamma#2
      Then it is refused because BAD_STATE
      And nothing has changed
