Feature: Who may take part in repos
  Managed units and senior trading entities may; applicants and holders of the city's own reductions may in repos of
  reductions only. The initial buyer is qualified once, before its first repo, under annex 2.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And SHCER01 of SHCER is listed on shea at 40.00
    And these accounts
      | account | cash       | SHEA  | SHCER01 |
      | Alpha   | 10000.00   | 60000 | 60000   |
      | Beta    | 5000000.00 | 0     | 0       |
      | Gamma   | 5000000.00 | 0     | 0       |
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27

  Rule: 4.1 Who may

    @REPO-4.1-a @REPO-2-a
    Scenario Outline: A <buyer> buys allowances in a repo from a <seller>
      Given Alpha is a <seller> in Shanghai
      And Beta is a <buyer> in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is accepted
      And application Alpha#1 is in-review

      Examples:
        | seller        | buyer         |
        | managed-unit  | senior-trader |
        | managed-unit  | managed-unit  |
        | senior-trader | managed-unit  |
        | senior-trader | senior-trader |

    @REPO-4.1-a
    Scenario: Without a standing nobody takes part
      Given Beta is a senior-trader in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And the refusal cites REPO-4.1-a
      And the refusal says account is Alpha
      And nothing has changed

    @REPO-4.1-b
    Scenario: The applicant of a reduction project sells its reductions, but never allowances
      Given Alpha is a reduction-party in Shanghai
      And Beta is a senior-trader in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 50000 t of SHCER01 from 2026-03-04 to 2026-03-31
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits application Alpha#1
      Then it is accepted
      When Alpha submits application Alpha#2
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And the refusal cites REPO-4.1-b
      And nothing has changed

    @REPO-4.1-b
    Scenario: A reduction party is qualified and buys reductions, but never allowances
      Given Alpha is a managed-unit in Shanghai
      And Gamma is a reduction-party in Shanghai
      And Gamma is qualified for repos
      And Alpha and Gamma agree on a repo of 50000 t of SHCER01 from 2026-03-04 to 2026-03-31
      And Alpha and Gamma agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits application Alpha#1
      Then it is accepted
      When Alpha submits application Alpha#2
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And the refusal says account is Gamma
      And nothing has changed

    @REPO-4.1-a
    Scenario: A standing is recorded by two persons, with what shows it
      When admin sends "sh_repo.record_standing"
        | account  | Alpha        |
        | standing | managed_unit |
        | evidence | list of 2025 |
      Then it is accepted
      When admin asks "sh_repo.standings"
      Then the answer has 0 rows
      When admin confirms proposal 4
      Then it is refused because SAME_PERSON
      When admin2 confirms proposal 4
      Then it is accepted
      When Alpha asks "sh_repo.standings"
      Then the answer shows
        | account | standing     | evidence     |
        | Alpha   | managed_unit | list of 2025 |

    @REPO-4.1-a
    Scenario Outline: A standing that makes no sense: <what>
      Given Beta is a senior-trader in Shanghai
      When admin sends "<command>"
        | account  | <account>  |
        | standing | <standing> |
        | <why>    | <text>     |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | what             | command                   | account | standing     | why      | text   | code             |
        | unknown          | sh_repo.record_standing   | Alpha   | friend       | evidence | a list | UNKNOWN_STANDING |
        | without evidence | sh_repo.record_standing   | Alpha   | managed_unit | evidence |        | FIELD_MISSING    |
        | twice            | sh_repo.record_standing   | Beta    | senior       | evidence | a list | BAD_STATE        |
        | of nobody        | sh_repo.record_standing   | Nobody  | senior       | evidence | a list | UNKNOWN_ACCOUNT  |
        | never recorded   | sh_repo.withdraw_standing | Alpha   | senior       | reason   | left   | BAD_STATE        |

    @REPO-4.1-a
    Scenario: A standing withdrawn meanwhile holds up the approval, not the contracts there are
      Given Alpha is a managed-unit in Shanghai
      And Beta is a senior-trader in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits application Alpha#2
      And admin receives 1 sets of originals of application Alpha#2
      And admin claims and approves application Alpha#2
      And admin sends "sh_repo.withdraw_standing"
        | account  | Alpha         |
        | standing | managed_unit  |
        | reason   | left the list |
      And admin2 confirms proposal 6
      And admin2 claims application Alpha#2
      And admin2 approves application Alpha#2
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And nothing has changed
      And contract Alpha#1 is filed
      When shea trades until it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      Then it is accepted

  Rule: 4.1 The initial buyer's qualification

    @REPO-4.1-c @REPO-4.1-d @REPO-A1-1 @REPO-A2-1 @REPO-A2-2 @REPO-A2-3
    Scenario: Applied for, handled by one person, checked by another, and granted once
      Given Beta is a senior-trader in Shanghai
      And Beta prepares the qualification for repos
      When Beta submits application Beta#1
      Then it is accepted
      And application Beta#1 awaits handling
      When admin claims and approves application Beta#1
      Then it is refused because PAPER_NOT_RECEIVED
      And the refusal cites REPO-4.1-d
      When admin receives 1 sets of originals of application Beta#1
      And admin approves application Beta#1
      Then application Beta#1 awaits checking
      When admin claims application Beta#1
      Then it is refused because MAKER_CHECKER_SAME
      And the refusal cites REPO-A2-3
      When admin2 claims and approves application Beta#1
      Then application Beta#1 is effective
      When Beta asks "sh_repo.qualifications"
      Then the answer shows
        | account | application | handler | reviewer |
        | Beta    | 1           | admin   | admin2   |
      Given Beta prepares the qualification for repos
      When Beta submits application Beta#2
      Then it is refused because ALREADY_QUALIFIED
      And the refusal cites REPO-4.1-c
      And nothing has changed
      And a replay of the journal gives the same state

    @REPO-4.1-c
    Scenario: An initial buyer that is not qualified
      Given Alpha is a managed-unit in Shanghai
      And Gamma is a senior-trader in Shanghai
      And Alpha and Gamma agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is refused because REPO_QUALIFICATION_MISSING
      And the refusal cites REPO-4.1-c
      And nothing has changed
      Given Gamma is qualified for repos
      When Alpha submits application Alpha#1
      Then it is accepted

    @REPO-4.1-c
    Scenario: The initial seller needs no qualification, and one repo more needs none anew
      Given Alpha is a managed-unit in Shanghai
      And Beta is a senior-trader in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      When Alpha submits application Alpha#2
      Then it is accepted
      When Alpha asks "sh_repo.qualifications"
      Then the answer has 0 rows

    @REPO-4.1-c
    Scenario: Who may take part in no repo is not qualified for any
      Given Gamma prepares the qualification for repos
      When Gamma submits application Gamma#1
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And nothing has changed

    @REPO-A2-1 @REPO-A2-2
    Scenario Outline: A qualification's form with one fault in <field>
      Given Beta is a senior-trader in Shanghai
      And Beta prepares the qualification for repos with
        | <field> | <value> |
      When Beta submits application Beta#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field           | value | code                | clause    |
        | applicant_name  |       | FIELD_MISSING       | REPO-A2-1 |
        | applicant_name  | Gamma | PARTY_MISMATCH      | REPO-A2-1 |
        | credit_code     |       | FIELD_MISSING       | REPO-A2-1 |
        | paid_in_capital |       | FIELD_MISSING       | REPO-A2-1 |
        | buyer_contact   |       | FIELD_MISSING       | REPO-A2-1 |
        | buyer_phone     |       | FIELD_MISSING       | REPO-A2-1 |
        | buyer_mail      |       | FIELD_MISSING       | REPO-A2-1 |
        | declared_true   |       | DECLARATION_MISSING | REPO-A2-2 |
        | declared_true   | false | DECLARATION_MISSING | REPO-A2-2 |

    @REPO-A2-1
    Scenario Outline: What is no <field> is refused at once
      Given Beta prepares the qualification for repos
      When Beta amends application Beta#1 with
        | <field> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | field           | value              | code            |
        | credit_code     | 91350100M000100Y44 | BAD_CREDIT_CODE |
        | paid_in_capital | 0.00               | BAD_FIELD       |
        | paid_in_capital | 1.001              | BAD_FIELD       |
        | buyer_phone     | none               | BAD_PHONE       |
        | buyer_mail      | nowhere            | BAD_EMAIL       |

    @REPO-4.1-d @REPO-A1-1
    Scenario Outline: A qualification without <paper>, or unsealed
      Given Beta is a senior-trader in Shanghai
      And Beta prepares the qualification for repos with
        | <paper> | - |
      When Beta submits application Beta#1
      Then it is refused because DOC_MISSING
      And the refusal cites REPO-4.1-d
      And nothing has changed
      When Beta attaches <paper> to application Beta#1 with
        | stamps | 0 |
      And Beta submits application Beta#1
      Then it is refused because NOT_STAMPED
      And nothing has changed

      Examples:
        | paper              |
        | qualification_form |
        | licence_copy       |

    @REPO-4.1-d
    Scenario: Returned, put right and submitted again
      Given Beta is a senior-trader in Shanghai
      And Beta prepares the qualification for repos
      When Beta submits application Beta#1
      And admin claims application Beta#1
      And admin returns application Beta#1 because "the capital is not the register's"
      Then application Beta#1 is returned
      When Beta amends application Beta#1 with
        | paid_in_capital | 60000000.00 |
      And Beta submits application Beta#1
      Then application Beta#1 is in-review
      When Beta asks "sh_repo.qualifications"
      Then the answer has 0 rows

  Rule: Annex 4, item 3: interim measures

    @REPO-A4-2
    Scenario Outline: The measure <measure> keeps a party from filing: <refused>
      Given Alpha is a managed-unit in Shanghai
      And Beta is a senior-trader in Shanghai
      And Beta is qualified for repos
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When admin sends "core.take_measure"
        | market  | shea         |
        | account | Alpha        |
        | measure | <measure>    |
        | reason  | it was asked |
      And Alpha submits application Alpha#1
      Then <outcome>

      Examples:
        | measure         | refused | outcome                                  |
        | demand_report   | no      | it is accepted                           |
        | written_warning | no      | it is accepted                           |
        | suspend_repo    | yes     | it is refused because ACCOUNT_RESTRICTED |

    @REPO-A4-2
    Scenario: A frozen account withdraws nothing and trades nothing
      When admin sends "core.take_measure"
        | market  | shea            |
        | account | Beta            |
        | measure | freeze_account  |
        | reason  | a court's order |
      Then it is accepted
      When Beta posts to buy 10 t of SHEA at 43.00
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed
      When Beta sends "core.withdraw"
        | account | Beta |
        | amount  | 1.00 |
      Then it is refused because ACCOUNT_RESTRICTED
      And nothing has changed
