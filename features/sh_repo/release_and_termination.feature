Feature: Releasing measures, and ending a contract without a repurchase
  The parties apply with their papers, two persons review, and the exchange releases or ends. Nothing is traded and no
  money moves: what is still owed the parties settle between them. A contract that nobody ends stays overdue.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 10000.00   | 60000 |
      | Beta    | 5000000.00 | 0     |
      | Gamma   | 5000000.00 | 5000  |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Gamma is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    # A fifth of 50,000 t is 10,000 t. Its seller's agent has no power to release. 1,728,624.00 yuan are Alpha's after the trade, 100,000.00 of them margin.
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | margin             | 100000.00  |
      | monitored          | true       |
      | monitoring_formula | reference  |
      | release_conditions | both agree |
      | seller_may_release |            |
    And the filing Alpha#1 is approved
    # Without a word on the release.
    And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | agreement_no | R-2026-002 |
      | release_by   | seller     |
    And the filing Alpha#2 is approved
    # Without any measure.
    And Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10 with
      | freezes      | false |
      | freeze_ratio |       |
    And the filing Gamma#1 is approved
    And shea trades until it is 10:00 on 2026-03-04
    And the initial trade of Alpha#1 is done
    And the initial trade of Alpha#2 is done
    And the initial trade of Gamma#1 is done

  Rule: 4.6 Release of the measures

    @REPO-4.6-a @REPO-A1-4 @REPO-A3-4
    Scenario: Both apply, two persons review: this contract's measures are released and no other's
      Given Alpha and Beta apply for the release of contract Alpha#1
      And contract Alpha#1 secures 10000 t and 100000.00 yuan
      And Beta has 10200 t of SHEA pledged
      And Alpha has 100000.00 yuan margin
      When Alpha submits application Alpha#3
      And admin receives 1 sets of originals of application Alpha#3
      And admin claims and approves application Alpha#3
      Then contract Alpha#1 secures 10000 t and 100000.00 yuan
      When admin claims application Alpha#3
      Then it is refused because MAKER_CHECKER_SAME
      And nothing has changed
      When admin2 claims and approves application Alpha#3
      Then application Alpha#3 is effective
      And contract Alpha#1 secures 0 t and 0.00 yuan
      And contract Alpha#2 secures 200 t and 0.00 yuan
      And contract Alpha#1 is outstanding
      And Beta has 200 t of SHEA pledged
      And Beta has 51800 t of SHEA available
      And Alpha has 0.00 yuan margin
      And no trade is done
      When Alpha asks "sh_repo.measures"
      Then the answer shows
        | contract   | pledged | margin    | released_by               | application |
        | HG00000002 | 10000   | 100000.00 | sh_repo.measures_released | 5           |
        | HG00000003 | 200     | 0.00      |                           | 0           |
      And a replay of the journal gives the same state

    @REPO-4.6-a @REPO-A6-1.17-a
    Scenario: After the release the ratio is not computed any more, and the repurchase is done as agreed
      Given Alpha and Beta apply for the release of contract Alpha#1
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-10
      When Alpha asks "sh_repo.collateral"
      Then the answer has 0 rows
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      And contract Alpha#1 is repurchased

    @REPO-4.6-a
    Scenario: Not a second time
      Given Alpha and Beta apply for the release of contract Alpha#1
      And the filing Alpha#3 is approved
      And Alpha and Beta apply for the release of contract Alpha#1
      When Alpha submits application Alpha#4
      Then it is refused because BAD_STATE
      And the refusal cites REPO-4.6-a
      And nothing has changed

    @REPO-4.6-a
    Scenario: An agreement that is silent on the release, and what the parties agree on it since
      Given Alpha and Beta apply for the release of contract Alpha#2
      When Alpha submits application Alpha#3
      Then it is refused because RELEASE_NOT_AGREED
      And the refusal cites REPO-4.6-a
      And nothing has changed
      Given Alpha and Beta apply for the release of contract Alpha#2 with
        | supplementary_agreement | 1 |
      When Alpha submits application Alpha#4
      Then it is refused because SINGLE_STAMP_ONLY
      And the refusal cites REPO-A1-4
      And nothing has changed
      Given Alpha and Beta apply for the release of contract Alpha#2 with
        | supplementary_agreement | 2 |
      And the filing Alpha#5 is approved
      Then contract Alpha#2 secures 0 t and 0.00 yuan
      And contract Alpha#1 secures 10000 t and 100000.00 yuan

    @REPO-4.6-a
    Scenario: One side alone, where the agreement says so
      Given Beta alone applies for the release of contract Alpha#2 with
        | supplementary_agreement | 2 |
      When Beta submits application Beta#2
      Then it is refused because JOINT_APPLICATION_REQUIRED
      And the refusal cites REPO-4.6-a
      And nothing has changed
      Given Alpha alone applies for the release of contract Alpha#1
      When Alpha submits application Alpha#3
      Then it is refused because JOINT_APPLICATION_REQUIRED
      And the refusal says release_by is both
      And nothing has changed
      Given Alpha alone applies for the release of contract Alpha#2 with
        | supplementary_agreement | 2 |
      And the filing Alpha#4 is approved
      Then contract Alpha#2 secures 0 t and 0.00 yuan

    @REPO-4.6-a @REPO-A1-4
    Scenario: A court's ruling releases on the application of either side, whatever was agreed
      Given Beta alone applies for the release of contract Alpha#2 with
        | court_ruling | 0 |
      And the filing Beta#2 is approved
      Then contract Alpha#2 secures 0 t and 0.00 yuan
      And contract Alpha#2 is outstanding
      And contract Alpha#1 secures 10000 t and 100000.00 yuan

    @REPO-4.6-a
    Scenario: By staff on behalf of a side, which then does not review it
      Given admin alone applies for the release of contract Alpha#1 with
        | on behalf of | Alpha |
        | court_ruling | 0     |
      And eve is appointed as staff with the permissions "market"
      When admin submits application Alpha#3
      And admin receives 1 sets of originals of application Alpha#3
      And admin claims application Alpha#3
      Then it is refused because MAKER_CHECKER_SAME
      And nothing has changed
      When admin2 claims and approves application Alpha#3
      And eve claims and approves application Alpha#3
      Then contract Alpha#1 secures 0 t and 0.00 yuan

    @REPO-4.6-a @REPO-A1-4 @REPO-A3-1 @REPO-A3-7 @REPO-A5-1 @REPO-A6-35
    Scenario Outline: An application for the release with one fault: <field> <value>
      Given Alpha and Beta apply for the release of contract Alpha#1 with
        | <field> | <value> |
      When Alpha submits application Alpha#3
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field            | value      | code                       | clause     |
        | application_form | -          | DOC_MISSING                | REPO-A1-4  |
        | application_form | 1          | SINGLE_STAMP_ONLY          | REPO-A1-4  |
        | application_form | 0          | NOT_STAMPED                | REPO-A1-4  |
        | unsigned         | seller     | JOINT_APPLICATION_REQUIRED | REPO-4.6-a |
        | unsigned         | buyer      | JOINT_APPLICATION_REQUIRED | REPO-4.6-a |
        | contract         |            | FIELD_MISSING              | REPO-A3-1  |
        | contract         | HG00000099 | CONTRACT_UNKNOWN           | REPO-4.6-a |
        | contract         | HG00000004 | PARTY_MISMATCH             | REPO-A3-1  |
        | agreement_no     | R-2026-009 | TERMS_MISMATCH             | REPO-4.6-a |
        | seller_name      | Gamma      | PARTY_MISMATCH             | REPO-A3-1  |
        | buyer_name       | Gamma      | PARTY_MISMATCH             | REPO-A3-1  |
        | seller_contact   |            | FIELD_MISSING              | REPO-A3-1  |
        | seller_signed_by | agent      | AUTH_SCOPE                 | REPO-A5-1  |
        | declared_true    |            | DECLARATION_MISSING        | REPO-A3-7  |

    @REPO-A5-1
    Scenario: The buyer's agent signs under his power of attorney as long as it runs: to 8 June, ninety days after the repurchase
      Given Alpha and Beta apply for the release of contract Alpha#1 with
        | buyer_signed_by | agent |
      And shea trades until it is 10:00 on 2026-06-08
      When Alpha submits application Alpha#3
      Then it is accepted

    @REPO-A5-1
    Scenario: The power of attorney has run out
      Given Alpha and Beta apply for the release of contract Alpha#1 with
        | buyer_signed_by | agent |
      And shea trades until it is 10:00 on 2026-06-09
      When Alpha submits application Alpha#3
      Then it is refused because AUTH_EXPIRED
      And the refusal cites REPO-A5-1
      And nothing has changed

    @REPO-4.6-a
    Scenario: Not while a repurchase is under way, and one application at a time
      Given Alpha and Beta apply for the release of contract Alpha#1
      And Alpha and Beta apply for the release of contract Alpha#1
      And shea trades until it is 10:00 on 2026-03-10
      When Beta submits the repurchase of Alpha#1
      And Alpha submits application Alpha#3
      Then it is refused because BAD_STATE
      And nothing has changed
      When Beta withdraws the repurchase of Alpha#1
      And Alpha submits application Alpha#3
      Then it is accepted
      When Alpha submits application Alpha#4
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal cites REPO-4.6-a
      And nothing has changed

  Rule: 4.7 What is not repurchased stays overdue until it is ended

    @REPO-4.7-a @REPO-4.7-b @REPO-A7-1 @REPO-A1-5 @REPO-A6-1.18 @REPO-A6-29
    Scenario: Measures released first, then terminated: nothing is traded, no money moves
      Given shea trades until it is 10:00 on 2026-03-11
      And Alpha and Beta apply for the termination of contract Alpha#1
      And Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true |
      Then contract Alpha#1 is overdue
      When Alpha submits application Alpha#3
      Then it is refused because FREEZE_OUTSTANDING
      And the refusal cites REPO-4.7-b
      And nothing has changed
      When Alpha submits application Alpha#4
      And admin receives 1 sets of originals of application Alpha#4
      And admin claims and approves application Alpha#4
      Then contract Alpha#1 is overdue
      When admin2 claims and approves application Alpha#4
      Then contract Alpha#1 is terminated
      And contract Alpha#1 secures 0 t and 0.00 yuan
      And no trade is done
      # 10,000.00 + 1,720,000.00 - 1,376.00 of the first contract, 34,400.00 - 27.52 of the second
      And Alpha has 1762996.48 yuan withdrawable
      And Alpha has 9000 t of SHEA in-total
      # 5,000,000.00 - 1,721,376.00 - 34,427.52 - 34,427.52
      And Beta has 3209768.96 yuan withdrawable
      And Beta has 52000 t of SHEA in-total
      And Beta has 200 t of SHEA pledged
      # 2 x 1,376.00 + 4 x 27.52, of the initial trades alone
      And the fee income is 2862.08 yuan
      When Alpha submits the repurchase of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed
      When admin asks "sh_repo.steps" where
        | contract | HG00000002 |
      Then the answer shows
        | step                      |
        | sh_repo.contract_overdue  |
        | sh_repo.measures_released |
        | sh_repo.contract_ended    |
      And a replay of the journal gives the same state

    @REPO-4.7-a @REPO-4.7-b
    Scenario: Released in one application, terminated in the next
      Given shea trades until it is 10:00 on 2026-03-11
      And Alpha and Beta apply for the release of contract Alpha#1
      And the filing Alpha#3 is approved
      Then contract Alpha#1 is overdue
      And contract Alpha#1 secures 0 t and 0.00 yuan
      When shea trades until it is 10:00 on 2026-03-18
      Then contract Alpha#1 is overdue
      Given Alpha and Beta apply for the termination of contract Alpha#1
      And the filing Alpha#4 is approved
      Then contract Alpha#1 is terminated

    @REPO-4.7-a
    Scenario: Without any measure it stays overdue as well: withholding a confirmation ends nobody's right
      Given shea trades until it is 10:00 on 2026-03-20
      Then contract Gamma#1 is overdue
      And contract Gamma#1 secures 0 t and 0.00 yuan
      Given Gamma and Beta apply for the termination of contract Gamma#1
      And the filing Gamma#2 is approved
      Then contract Gamma#1 is terminated
      When Gamma asks "sh_repo.measures"
      Then the answer shows
        | contract   | pledged | margin | released_by            | application |
        | HG00000004 | 0       | 0.00   | sh_repo.contract_ended | 5           |
      And Gamma has 4000 t of SHEA in-total
      And Beta has 52000 t of SHEA in-total

    @REPO-A6-29 @REPO-A7-1
    Scenario: Settled between the parties, off the exchange
      Given shea trades until it is 10:00 on 2026-03-11
      And Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures     | true |
        | settled_off_exchange | true |
      And the filing Alpha#3 is approved
      Then contract Alpha#1 is closed-off-exchange
      And Beta has 200 t of SHEA pledged
      And Alpha has 0.00 yuan margin
      And no trade is done

    @REPO-4.7-b @REPO-A6-1.17-a
    Scenario: The monitoring freezes nothing: it ends with the contract, and not before
      Given Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-09 to 2026-03-12 with
        | agreement_no       | R-2026-003 |
        | freeze_ratio       | 0.00       |
        | monitored          | true       |
        | monitoring_formula | reference  |
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-09
      And the initial trade of Alpha#3 is done
      And shea trades until it is 10:00 on 2026-03-16
      Then contract Alpha#3 is overdue
      And contract Alpha#3 secures 0 t and 0.00 yuan
      When Alpha asks "sh_repo.collateral" where
        | contract | HG00000005 |
        | day      | 2026-03-13 |
      Then the answer has 1 rows
      Given Alpha and Beta apply for the termination of contract Alpha#3
      And the filing Alpha#4 is approved
      Then contract Alpha#3 is terminated
      When it is 15:01
      And Alpha asks "sh_repo.collateral" where
        | contract | HG00000005 |
        | day      | 2026-03-16 |
      Then the answer has 0 rows
      When Alpha asks "sh_repo.collateral" where
        | contract | HG00000002 |
        | day      | 2026-03-16 |
      Then the answer has 1 rows

    @REPO-4.6-a @REPO-A6-30
    Scenario: Overdue, the parties agree in writing on the release, and then apply for it
      Given shea trades until it is 10:00 on 2026-03-11
      And Alpha and Beta apply for the amendment of contract Alpha#2 with
        | release_conditions | the buyer has been paid outside |
      And the filing Alpha#3 is approved
      And Alpha alone applies for the release of contract Alpha#2
      And the filing Alpha#4 is approved
      Then contract Alpha#2 is overdue
      And contract Alpha#2 secures 0 t and 0.00 yuan
      And Beta has 10000 t of SHEA pledged

    @REPO-4.7-c @REPO-A6-29
    Scenario Outline: An overdue contract is closed by a ruling, on the application of either side: <who>
      Given shea trades until it is 10:00 on 2026-03-11
      And <who> alone applies for the termination of contract Alpha#1 with
        | release_measures     | true      |
        | settled_off_exchange | <settled> |
      And the filing <label> is approved
      Then contract Alpha#1 is <state>
      And contract Alpha#1 secures 0 t and 0.00 yuan
      And contract Alpha#2 is overdue
      And no trade is done

      Examples:
        | who   | label   | settled | state               |
        | Alpha | Alpha#3 | true    | closed-off-exchange |
        | Beta  | Beta#2  | false   | terminated          |

    @REPO-4.7-a
    Scenario: Nothing else ends an overdue contract, however much time goes by
      Given shea trades until it is 10:00 on 2026-04-15
      Then contract Alpha#1 is overdue
      And contract Alpha#2 is overdue
      And contract Gamma#1 is overdue
      And Beta has 10200 t of SHEA pledged
      And Alpha has 100000.00 yuan margin
      When Beta submits the repurchase of Alpha#1
      Then it is refused because WRONG_TRADE_DATE
      And the refusal says state is overdue
      And nothing has changed
      When Beta posts to sell 41801 t of SHEA at 43.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed
      When Alpha sends "core.withdraw"
        | account | Alpha      |
        | amount  | 1662996.49 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed

    @REPO-4.7-a
    Scenario: The risk reserve has no part in it
      Given shea trades until it is 10:00 on 2026-03-11
      When admin asks "core.reserves"
      Then the answer shows
        | risk_reserve |
        | 0.00         |
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true |
      And the filing Alpha#3 is approved
      When admin asks "core.reserves"
      Then the answer shows
        | risk_reserve |
        | 0.00         |

  Rule: 4.7 In abnormal cases, and by a ruling, before the repurchase day

    @REPO-4.7-c @REPO-A1-5
    Scenario: Outstanding, a contract is terminated only with the papers of an abnormal case
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true |
      When Alpha submits application Alpha#3
      Then it is refused because DOC_MISSING
      And the refusal cites REPO-4.7-c
      And the refusal says document is abnormal_case
      And nothing has changed
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true |
        | abnormal_case    | 0    |
      And the filing Alpha#4 is approved
      Then contract Alpha#1 is terminated
      And contract Alpha#1 shows
        | pledged | 0    |
        | margin  | 0.00 |
      When shea trades until it is 10:00 on 2026-03-10
      And Alpha submits the repurchase of Alpha#1
      Then it is refused because BAD_STATE
      And nothing has changed

    @REPO-4.7-c @REPO-A6-29
    Scenario: By a ruling on the application of one side
      Given Beta alone applies for the termination of contract Alpha#1 with
        | court_ruling     | -    |
        | release_measures | true |
      When Beta submits application Beta#2
      Then it is refused because DOC_MISSING
      And nothing has changed
      Given Beta alone applies for the termination of contract Alpha#1
      When Beta submits application Beta#3
      Then it is refused because FREEZE_OUTSTANDING
      And nothing has changed
      Given Beta alone applies for the termination of contract Alpha#1 with
        | release_measures | true |
      And the filing Beta#4 is approved
      Then contract Alpha#1 is terminated

    @REPO-4.7-c
    Scenario: By a ruling, on the application of staff
      Given eve is appointed as staff with the permissions "market"
      And admin alone applies for the termination of contract Gamma#1 with
        | on behalf of | Beta |
      When admin submits application Beta#2
      And admin receives 1 sets of originals of application Beta#2
      And admin2 claims and approves application Beta#2
      And eve claims and approves application Beta#2
      Then contract Gamma#1 is terminated

    @REPO-A7-1
    Scenario: It ends on the day that the statement names
      Given shea trades until it is 10:00 on 2026-03-11
      And Gamma and Beta apply for the termination of contract Gamma#1 with
        | effective_day | 2026-03-13 |
      And the filing Gamma#2 is approved
      Then application Gamma#2 is approved
      And contract Gamma#1 is overdue
      When shea trades until it is 10:00 on 2026-03-13
      Then contract Gamma#1 is terminated
      And application Gamma#2 is effective

    @REPO-A7-1 @REPO-4.7-c
    Scenario: Repurchased before the day of the statement, there is nothing left to end
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true       |
        | abnormal_case    | 0          |
        | effective_day    | 2026-03-13 |
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-10
      Then contract Alpha#1 is outstanding
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then Alpha buys 50000 t from Beta at 35.00
      When shea trades until it is 10:00 on 2026-03-13
      Then application Alpha#3 is failed
      And contract Alpha#1 is repurchased
      And a replay of the journal gives the same state

    @REPO-A7-1
    Scenario: Overdue before the day of the statement, it ends on that day all the same
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true       |
        | abnormal_case    | 0          |
        | effective_day    | 2026-03-13 |
      And the filing Alpha#3 is approved
      And shea trades until it is 10:00 on 2026-03-12
      Then contract Alpha#1 is overdue
      When shea trades until it is 10:00 on 2026-03-13
      Then contract Alpha#1 is terminated

    @REPO-A7-1 @REPO-A1-5 @REPO-4.7-c
    Scenario Outline: A statement of termination with one fault: <field> <value>
      Given shea trades until it is 10:00 on 2026-03-11
      And Gamma and Beta apply for the termination of contract Gamma#1 with
        | <field> | <value> |
      When Gamma submits application Gamma#2
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field                 | value      | code                       | clause     |
        | contract              | HG00000099 | CONTRACT_UNKNOWN           | REPO-A7-1  |
        | contract              | HG00000002 | PARTY_MISMATCH             | REPO-A7-1  |
        | application_form_no   | 2          | PARTY_MISMATCH             | REPO-A7-1  |
        | seller_name           | Alpha      | PARTY_MISMATCH             | REPO-A7-1  |
        | effective_day         |            | FIELD_MISSING              | REPO-A7-1  |
        | termination_statement | 1          | SINGLE_STAMP_ONLY          | REPO-A7-1  |
        | termination_statement | 0          | NOT_STAMPED                | REPO-A1-5  |
        | termination_statement | -          | DOC_MISSING                | REPO-A1-5  |
        | unsigned              | buyer      | JOINT_APPLICATION_REQUIRED | REPO-4.7-c |
        | declared_true         |            | DECLARATION_MISSING        | REPO-A7-1  |

    @REPO-4.7-a @REPO-A6-29
    Scenario: An account whose contract is not ended is not closed, even if it is empty
      Given Delta has an account with 0 yuan
      And Delta holds 1000 t of SHEA
      And Delta is a senior-trader in Shanghai
      And Delta and Beta agree on a repo of 1000 t of SHEA from 2026-03-10 to 2026-03-16 with
        | freezes      | false |
        | freeze_ratio |       |
      And the filing Delta#1 is approved
      And shea trades until it is 10:00 on 2026-03-10
      And the initial trade of Delta#1 is done
      # 34,400.00 less the fee of 27.52 leaves with it: the account is empty.
      When Delta sends "core.withdraw"
        | account | Delta    |
        | amount  | 34372.48 |
      And admin sends "core.close_account"
        | account | Delta       |
        | reason  | it asked so |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says engaged_in is HG00000005
      And nothing has changed
      Given shea trades until it is 10:00 on 2026-03-17
      And Delta and Beta apply for the termination of contract Delta#1
      And the filing Delta#2 is approved
      When admin sends "core.close_account"
        | account | Delta       |
        | reason  | it asked so |
      And admin2 confirms proposal 7
      Then it is accepted

    @REPO-4.7-b
    Scenario: What has ended is not ended twice, and what has not begun is not ended
      Given Gamma and Beta apply for the termination of contract Gamma#1 with
        | abnormal_case | 0 |
      And the filing Gamma#2 is approved
      And Gamma and Beta apply for the termination of contract Gamma#1 with
        | abnormal_case | 0 |
      When Gamma submits application Gamma#3
      Then it is refused because BAD_STATE
      And the refusal says state is terminated
      And nothing has changed
      Given Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-10 to 2026-03-31 with
        | agreement_no | R-2026-002 |
        | freezes      | false      |
        | freeze_ratio |            |
      And the filing Gamma#4 is approved
      And Gamma and Beta apply for the termination of contract Gamma#4 with
        | abnormal_case | 0 |
      When Gamma submits application Gamma#5
      Then it is refused because BAD_STATE
      And the refusal says state is filed
      And nothing has changed
