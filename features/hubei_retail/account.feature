Feature: Trading account and seat of an individual at Hubei
  Review and fee come in any order; the account comes after both, with its seat, and its holder is told how to bind a card.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant
    And zhang has submitted the application

  Rule: 3 After review and fee, in any order

    @HB-3-a
    Scenario: First the review, then the fee
      Given admin has reviewed the application of zhang
      When admin books the fee of zhang
      Then no account is opened
      When admin books the mailed proof of zhang
      Then it is accepted
      And the application of zhang is effective
      And zhang has the account HBP00000001 and the seat HBS00000001
      And a replay of the journal gives the same state

    @HB-3-a
    Scenario: First the fee, then the review
      When admin books the mailed proof of zhang
      And admin books the fee of zhang
      Then no account is opened
      Given admin has reviewed the application of zhang
      Then the application of zhang is effective
      And zhang has the account HBP00000001 and the seat HBS00000001

    @HB-3-a
    Scenario: The holder is the operator of his account
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      Given admin has reviewed the application of zhang
      When zhang asks "core.cash"
      Then the answer shows
        | account     | total |
        | HBP00000001 | 0.00  |
      When zhang asks "hubei_retail.seats"
      Then the answer shows
        | account     | seat        |
        | HBP00000001 | HBS00000001 |

    @HB-3-a
    Scenario: The next individual has the next number
      Given li is an applicant
      And li has passed the quiz
      And li has filled in everything, but
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
      When li submits the application
      And admin books the fee of li
      And admin books the mailed proof of li with
        | subject_name    | 李二二             |
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
      And admin books the fee of zhang
      And admin books the mailed proof of zhang
      Given admin has reviewed the application of li
      And admin has reviewed the application of zhang
      Then li has the account HBP00000001 and the seat HBS00000001
      And zhang has the account HBP00000002 and the seat HBS00000002

    @HB-3-a
    Scenario: A number that is in use already is passed over
      Given HBP00000001 has an account with 0 yuan
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      Given admin has reviewed the application of zhang
      Then zhang has the account HBP00000002 and the seat HBS00000002

    @HB-3-a
    Scenario: A user name that another took meanwhile stays his
      Given li is an applicant
      And li has passed the quiz
      And li has filled in everything, but
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
        | user_name       | tanren             |
      When li submits the application
      And admin books the fee of li
      And admin books the mailed proof of li with
        | subject_name    | 李二二             |
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
      Given tanren is an applicant
      And admin has reviewed the application of li
      Then li has the account HBP00000001 and the seat HBS00000001

    @HB-3-a
    Scenario: A user name of one's own choice is the operator's
      Given li is an applicant
      And li has passed the quiz
      And li has filled in everything, but
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
        | user_name       | tanren             |
      When li submits the application
      And admin books the fee of li
      And admin books the mailed proof of li with
        | subject_name    | 李二二             |
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
      Given admin has reviewed the application of li
      Then tanren has the account HBP00000001 and the seat HBS00000001

  Rule: 0 No step is skipped

    @HB-0-b @HB-3-a
    Scenario: No account before the review
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      And admin sends "core.effect_application"
        | application | 1 |
      Then it is refused because STEP_ORDER
      And nothing has changed
      And no account is opened

    @HB-0-b @HB-3-a
    Scenario: No account before the fee
      Given admin has reviewed the application of zhang
      When admin sends "core.effect_application"
        | application | 1 |
      Then it is refused because STEP_ORDER
      And the refusal cites HB-3-a
      And the refusal says missing is opening_fee
      And nothing has changed
      And no account is opened

    @HB-0-b @HB-3-a
    Scenario: No account before the mailed proof
      Given admin has reviewed the application of zhang
      When admin books the fee of zhang
      And admin sends "core.effect_application"
        | application | 1 |
      Then it is refused because STEP_ORDER
      And the refusal says missing is payment_proof
      And nothing has changed
      And no account is opened

    @HB-0-b
    Scenario Outline: No <what> before the opening on-line is submitted
      Given li is an applicant
      And li has filled in everything, but
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
      When admin books the <what> of li
      Then it is refused because STEP_ORDER
      And the refusal cites HB-0-b
      And nothing has changed

      Examples:
        | what         |
        | fee          |
        | mailed proof |

    @HB-0-b
    Scenario: Nobody issues a seat by hand
      When admin sends "hubei_retail.issue_seat"
        | application | 1           |
        | account     | HBP00000001 |
        | seat        | HBS00000001 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-k
    Scenario: A person has one account, for good
      Given li is an applicant
      And admin has reviewed the application of zhang
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      Then the application of zhang is effective
      Given li has passed the quiz
      And li has filled in everything, but
        | mobile | 13800138002 |
      When li submits the application
      Then it is refused because DUPLICATE_ACCOUNT
      And the refusal cites HB-1.2-k
      And nothing has changed

    @HB-1.2-k
    Scenario: Who closed his account may apply for another
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      Given admin has reviewed the application of zhang
      And li is an applicant
      And li has passed the quiz
      And li has filled in everything
      When li submits the application
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed
      When admin sends "core.close_account"
        | account | HBP00000001 |
        | reason  | asked for   |
      And admin2 confirms proposal 1
      And li submits the application
      Then it is accepted
      And a replay of the journal gives the same state
