Feature: Filling in a personal opening at Hubei
  An individual says who he is, proves his mobile number, picks a user name, and submits what he has checked.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant

  Rule: 1.2 Individuals are opened here, enterprises are not

    @HB-1.2-a
    Scenario: An enterprise is sent away with the reason
      When zhang begins to open an account
      And zhang fills in
        | user_kind | enterprise |
      And zhang submits the application
      Then it is refused because ENTERPRISE_NOT_HERE
      And the refusal cites HB-1.2-a
      And nothing has changed

    @HB-1.2-a
    Scenario Outline: An individual's form holds no <field>
      Given zhang has passed the quiz
      And zhang has filled in everything, but
        | <field> | <value> |
      When zhang submits the application
      Then it is refused because WRONG_USER_KIND
      And the refusal cites HB-1.2-a
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field           | value              |
        | enterprise_name | 样例公司           |
        | credit_code     | 91999999MA0000000K |

    @HB-1.2-a
    Scenario: There is no third kind of user
      When zhang begins to open an account
      And zhang fills in
        | user_kind | club |
      Then it is refused because BAD_FIELD
      And nothing has changed

  Rule: 1.2 The first screen

    @HB-1.2-e
    Scenario Outline: Nothing is submitted without <field>
      Given zhang has passed the quiz
      And zhang has filled in everything, but
        | <field> |  |
      When zhang submits the application
      Then it is refused because FIELD_MISSING
      And the refusal cites <clause>
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field            | clause   |
        | user_kind        | HB-1.2-e |
        | real_name        | HB-1.2-e |
        | document_type    | HB-1.2-e |
        | identity_number  | HB-1.2-e |
        | mobile           | HB-1.2-e |

    @HB-1.2-e
    Scenario Outline: An individual is told that <value> is no <field>
      When zhang begins to open an account
      And zhang fills in
        | <field> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | field           | value              | code                |
        | identity_number | 999999199003070013 | BAD_IDENTITY_NUMBER |
        | identity_number | 99999919900230001X | BAD_IDENTITY_NUMBER |
        | identity_number | 99999990030701     | BAD_IDENTITY_NUMBER |
        | mobile          | 12800138000        | BAD_MOBILE          |
        | mobile          | 1380013800         | BAD_MOBILE          |
        | real_name       | 张3                | BAD_NAME            |
        | mail            | investor           | BAD_EMAIL           |
        | address         | 家                 | BAD_ADDRESS         |

    @HB-1.2-e
    Scenario: The only document is the identity card
      When zhang begins to open an account
      And zhang fills in
        | document_type | passport |
      Then it is refused because BAD_FIELD
      And nothing has changed

    @HB-1.2-e
    Scenario: A mobile number that was not proved is no way to reach anybody
      Given zhang has passed the quiz
      And zhang has filled in everything
      When zhang fills in
        | mobile | 13800138009 |
      And zhang submits the application
      Then it is refused because MOBILE_NOT_PROVED
      And the refusal cites HB-1.2-e
      And nothing has changed

    @HB-1.2-e
    Scenario: A changed number is proved anew
      Given zhang has passed the quiz
      And zhang has filled in everything
      When zhang fills in
        | mobile | 13800138009 |
      And zhang proves the mobile number 13800138009
      And zhang submits the application
      Then it is accepted

    @HB-1.2-e
    Scenario: Nobody but the door says that a number was proved
      When zhang begins to open an account
      And admin sends "core.state_fact"
        | application | 1                         |
        | fact        | mobile_proved             |
        | reference   | code-1                    |
        | content     | {"mobile": "13800138001"} |
        | user        | zhang                     |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-e
    Scenario: Who reads an individual's application reads masks
      Given zhang has filled in everything
      When zhang asks "core.applications"
      Then the answer has 1 rows
      When admin asks "core.application" where
        | application | 1 |
      Then the answer has 1 rows
      And a replay of the journal gives the same state

  Rule: 1.2 The second screen

    @HB-1.2-f
    Scenario Outline: Nor without <field>
      Given zhang has passed the quiz
      And zhang has filled in everything, but
        | <field> |  |
      When zhang submits the application
      Then it is refused because FIELD_MISSING
      And the refusal cites HB-1.2-f
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field     |
        | user_name |
        | mail      |

    @HB-1.2-f
    Scenario: The address may be left out or given
      Given zhang has passed the quiz
      And zhang has filled in everything
      When zhang fills in
        | address | 湖北省武汉市武昌区样例路1号 |
      And zhang submits the application
      Then it is accepted

    @HB-1.2-f
    Scenario Outline: The user name <name> is taken
      Given li is an applicant
      And zhang has passed the quiz
      And zhang has filled in everything, but
        | user_name | <name> |
      When zhang submits the application
      Then it is refused because DUPLICATE_USERNAME
      And the refusal cites HB-1.2-f
      And nothing has changed

      Examples:
        | name  |
        | li    |
        | admin |

    @HB-1.2-f
    Scenario: Two applicants don't take the same user name
      Given li is an applicant
      And zhang has passed the quiz
      And li has passed the quiz
      And zhang has filled in everything, but
        | user_name | tanren |
      And li has filled in everything, but
        | user_name       | tanren             |
        | real_name       | 李二二             |
        | identity_number | 99999919880412002X |
        | mobile          | 13800138002        |
      When zhang submits the application
      And li submits the application
      Then it is refused because DUPLICATE_USERNAME
      And nothing has changed

    @HB-1.2-f
    Scenario: A user name is one word
      Given zhang has passed the quiz
      And zhang has filled in everything, but
        | user_name | zhang yiyi |
      When zhang submits the application
      Then it is refused because BAD_FIELD
      And nothing has changed

  Rule: 1.2 Back, check, submit

    @HB-1.2-k
    Scenario: Whoever has not checked what he says submits nothing
      Given zhang has passed the quiz
      And zhang has filled in everything, but
        | data_declared_true | false |
      When zhang submits the application
      Then it is refused because DECLARATION_MISSING
      And the refusal cites HB-1.2-k
      And nothing has changed

    @HB-1.2-k
    Scenario: One goes back and corrects before submitting
      Given zhang has passed the quiz
      And zhang has filled in everything
      When zhang fills in
        | mail | other@example.com |
      And zhang submits the application
      Then it is accepted
      And the application of zhang is in-review

    @HB-1.2-k
    Scenario: An opening that is submitted is not submitted again
      Given zhang has submitted the application
      When zhang submits the application
      Then it is refused because BAD_STATE
      And nothing has changed

    @HB-1.2-k
    Scenario: One person has one application at a time, whatever his mobile number
      Given li is an applicant
      And zhang has submitted the application
      And li has passed the quiz
      And li has filled in everything, but
        | mobile | 13800138002 |
      When li submits the application
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal cites HB-1.2-k
      And nothing has changed

    @HB-1.2-k @HB-1.2-b
    Scenario: Who has passed the quiz does not apply for another person beside himself
      Given zhang has submitted the application
      When zhang begins to open an account
      Then it is refused because TOO_MANY_APPLICATIONS
      And nothing has changed

    @HB-1.2-k
    Scenario: Another's application is neither filled in nor submitted
      Given li is an applicant
      And zhang has filled in everything
      When li sends "core.submit_application"
        | application | 1 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-k
    Scenario: What was withdrawn frees the person for another
      Given zhang has submitted the application
      When zhang sends "core.withdraw_application"
        | application | 1 |
      Then the application of zhang is withdrawn
      Given zhang has submitted the application
      Then the application of zhang is in-review
