Feature: Opening fee at Hubei
  Two hundred yuan go to the published account with their remark; the proof comes by mail, under the applicant's name and number.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant
    And zhang has submitted the application

  Rule: 2 The fee as published

    @HB-2-a
    Scenario: The fee is booked
      When admin books the fee of zhang
      Then it is accepted

    @HB-2-a
    Scenario: The settlement channel books it too
      When channel books the fee of zhang
      Then it is accepted

    @HB-2-a
    Scenario Outline: <amount> yuan are not the fee
      When admin books the fee of zhang with
        | fee_amount | <amount> |
      Then it is refused because FEE_MISMATCH
      And the refusal cites HB-2-a
      And the refusal says amount is <amount>
      And the refusal says fee is 200.00
      And nothing has changed

      Examples:
        | amount |
        | 199.99 |
        | 200.01 |
        | 20.00  |

    @HB-2-a
    Scenario Outline: A payment to another <field> is not matched
      When admin books the fee of zhang with
        | <field> | <value> |
      Then it is refused because PAYMENT_UNMATCHED
      And the refusal cites HB-2-a
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field       | value                  |
        | fee_payee   | 湖北碳排放权交易中心   |
        | fee_account | 600990581              |
        | fee_bank    | 民生银行               |
        | fee_remark  | 开户费                 |

    @HB-2-a
    Scenario: One payment opens one account
      Given li is an applicant
      And li has passed the quiz
      And li has filled in everything, but
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
      When li submits the application
      And admin books the fee of zhang with
        | reference | 2026030200017 |
      And admin books the fee of li with
        | reference | 2026030200017 |
      Then it is refused because ALREADY_BOOKED
      And the refusal cites HB-2-a
      And nothing has changed

    @HB-2-a
    Scenario: The fee is paid once
      When admin books the fee of zhang
      And admin books the fee of zhang
      Then it is refused because ALREADY_STATED
      And nothing has changed

    @HB-2-a
    Scenario: An applicant does not book his own payment
      When zhang books the fee of zhang
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-2-a
    Scenario: The operator changes the fee from a day on
      When admin sends "hubei_retail.change_rule"
        | parameter | opening_fee_fen |
        | value     | 30000           |
        | since     | 2026-03-03      |
        | notice    | 2026-001        |
      And admin confirms proposal 1
      Then it is refused because SAME_PERSON
      When admin2 confirms proposal 1
      And it is 09:00 on 2026-03-03
      And admin books the fee of zhang
      Then it is refused because FEE_MISMATCH
      And the refusal says fee is 300.00

  Rule: 2 The mailed proof

    @HB-2-b
    Scenario: The proof is booked
      When admin books the mailed proof of zhang
      Then it is accepted

    @HB-2-b
    Scenario: A mail without the proof does not count
      When admin books the mailed proof of zhang with
        | proof_attached | false |
      Then it is refused because PROOF_MISSING
      And the refusal cites HB-2-b
      And nothing has changed

    @HB-2-b
    Scenario Outline: The subject says <value> as its <field>
      When admin books the mailed proof of zhang with
        | <field> | <value> |
      Then it is refused because BAD_SUBJECT
      And the refusal cites HB-2-b
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field        | value    |
        | mail_subject | 缴费凭证 |
        | subject_name | 李二二   |

    @HB-2-b
    Scenario: A mail without a subject does not count
      When admin books the mailed proof of zhang with
        | mail_subject |  |
      Then it is refused because FIELD_MISSING
      And nothing has changed

    @HB-2-c
    Scenario Outline: The mail tells another <field>
      When admin books the mailed proof of zhang with
        | <field> | <value> |
      Then it is refused because IDENTITY_MISMATCH
      And the refusal cites HB-2-c
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field           | value              |
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |

    @HB-2-c
    Scenario: A name that was corrected after the proof needs a proof of its own
      When admin books the fee of zhang
      And admin books the mailed proof of zhang
      And zhang fills in
        | real_name | 张一意 |
      And zhang submits the application
      And admin has reviewed the application of zhang
      Then the application of zhang is approved
      And no account is opened
      When admin sends "core.effect_application"
        | application | 1 |
      Then it is refused because IDENTITY_MISMATCH
      And the refusal cites HB-2-c
      When admin books the mailed proof of zhang with
        | subject_name | 张一意 |
        | real_name    | 张一意 |
      Then zhang has the account HBP00000001 and the seat HBS00000001
