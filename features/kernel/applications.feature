Feature: Applications
  Most business beside trading is applied for: a form is filled in, documents are handed in, somebody reviews,
  and what was applied for takes effect.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Li is let in as an applicant
    And Wu is let in as an applicant

  Rule: A visitor is an actor of his own before any account exists

    Scenario: A visitor files an application and follows it
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      Then it is accepted
      When Li asks "core.applications"
      Then the answer shows
        | application | kind                   | applicant | state |
        | 1           | neutral_market.opening | Li        | draft |
      When Wu asks "core.applications"
      Then the answer has 0 rows

    Scenario: Only the door lets visitors in, and it does nothing else
      When Li sends "core.register_applicant"
        | user | Chen |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When door sends "core.draft_application"
        | kind | neutral_market.opening |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A user name is given once
      When door sends "core.register_applicant"
        | user | Li |
      Then it is refused because OPERATOR_EXISTS
      And nothing has changed

    Scenario: An applicant who has nothing to trade does not trade
      When Li sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: The kinds there are and their forms are told to everyone who was let in
      When Li asks "core.kinds" where
        | kind | neutral_market.reached |
      Then the answer shows
        | kind                   | zh           | en                           |
        | neutral_market.reached | 联系方式变更 | where an operator is reached |
      When nobody asks "core.kinds"
      Then it is refused because AUTH_REQUIRED

  Rule: A kind says who may file it

    Background:
      Given Alpha has an account with 1000.00 yuan

    Scenario: A kind nobody declares is not filed
      When Li drafts a "neutral_market.moon" application with
        | account |  |
      Then it is refused because UNKNOWN_KIND
      And nothing has changed

    Scenario: An operator files for his account with the permission that the kind asks for
      When Alpha sends "core.add_operator"
        | account     | Alpha      |
        | operator    | Alpha-desk |
        | permissions | query      |
      And Alpha-desk drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      Then it is accepted
      When Alpha-desk asks "core.applications"
      Then the answer has 1 rows
      When Alpha-desk submits application Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: An applicant does not file what only accounts do
      When Li drafts a "neutral_market.operator" application with
        | operator | Li |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Nobody files for another's account
      When Alpha drafts a "neutral_market.operator" application with
        | on behalf of | Beta |
        | operator     | Li   |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed
      Given Beta has an account with 0 yuan
      When Alpha drafts a "neutral_market.operator" application with
        | on behalf of | Beta |
        | operator     | Li   |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Staff file at the desk for the account they name
      When admin drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      Then it is refused because FIELD_MISSING
      And the refusal says field is account
      When admin drafts a "neutral_market.operator" application with
        | on behalf of | Alpha   |
        | operator     | Alpha-2 |
      Then it is accepted
      And application Alpha#1 is a-draft

    Scenario: Staff without the desk's permission file for nobody and withdraw nobody's
      Given settler is appointed as staff with the permissions "clearing"
      When settler drafts a "neutral_market.operator" application with
        | on behalf of | Alpha   |
        | operator     | Alpha-2 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      And settler withdraws application Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: An owner has no more open applications than the kind allows
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      And Li drafts a "neutral_market.opening" application with
        | account | A-2 |
      And Li drafts a "neutral_market.opening" application with
        | account | A-3 |
      And Li drafts a "neutral_market.opening" application with
        | account | A-4 |
      Then it is refused because TOO_MANY_APPLICATIONS
      And the refusal says most is 3
      And nothing has changed
      When Li withdraws application Li#2
      And Li drafts a "neutral_market.opening" application with
        | account | A-4 |
      Then it is accepted

    Scenario: A pack that is drained takes no new application, and waits for those that are open
      When Alpha drafts a "neutral_market.invoice" application with
        | title | Alpha Ltd |
      And admin sends "core.drain_pack"
        | pack | neutral_market |
      And Alpha drafts a "neutral_market.invoice" application with
        | title | Alpha Ltd |
      Then it is refused because PACK_DRAINING
      And nothing has changed
      When admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is refused because BAD_STATE
      And the refusal says application is 1
      And nothing has changed
      When Alpha withdraws application Alpha#1
      And admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is accepted

  Rule: A field is of its shape

    Background:
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      Then it is accepted

    Scenario Outline: <value> is no <field>
      When Li amends application Li#1 with
        | <field> | <value> |
      Then it is refused because <code>
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field       | value                      | code                |
        | sort        | club                       | BAD_FIELD           |
        | people      | many                       | BAD_FIELD           |
        | people      | 0                          | BAD_FIELD           |
        | people      | 1000001                    | BAD_FIELD           |
        | capital     | 1.005                      | BAD_FIELD           |
        | capital     | 0.99                       | BAD_FIELD           |
        | founded     | 2026-02-30                 | BAD_FIELD           |
        | merged      | perhaps                    | BAD_FIELD           |
        | credit_code | 91350100M000100Y44         | BAD_CREDIT_CODE     |
        | credit_code | 91350100M000100I43         | BAD_CREDIT_CODE     |
        | identity    | 110105194912310021         | BAD_IDENTITY_NUMBER |
        | identity    | 11010519491331002X         | BAD_IDENTITY_NUMBER |
        | mobile      | 12800138000                | BAD_MOBILE          |
        | mail        | li@                        | BAD_EMAIL           |
        | home        | 湖北省/武汉市/江夏区       | ADDRESS_INCOMPLETE  |
        | home        | 湖北省/武汉市//样例路1号   | ADDRESS_INCOMPLETE  |
        | real_name   | 张3                        | BAD_NAME            |
        | landline    | 5690                       | BAD_PHONE           |
        | risks       | 2025-9                     | BAD_FIELD           |

    Scenario Outline: <value> is a <field>
      When Li amends application Li#1 with
        | <field> | <value> |
      Then it is accepted
      And a replay of the journal gives the same state

      Examples:
        | field       | value                          |
        | sort        | company                        |
        | people      | 12                             |
        | capital     | 1,000,000.00                   |
        | founded     | 2020-02-29                     |
        | merged      | true                           |
        | credit_code | 91350100M000100Y43             |
        | identity    | 11010519491231002x             |
        | mobile      | 13800138000                    |
        | mail        | li@example.com                 |
        | home        | 湖北省/武汉市/江夏区/样例路1号 |
        | real_name   | 张三                           |
        | landline    | 021-56903000                   |

    Scenario: What is personal is shown masked
      When Li amends application Li#1 with
        | identity  | 11010519491231002X |
        | real_name | 张三               |
        | mobile    | 13800138000        |
      Then application Li#1 holds
        | account   | A-1         |
        | identity  | 1***X       |
        | real_name | 张***       |
        | mobile    | 138****8000 |

    Scenario: A name that no form has is not taken for anything
      When Li amends application Li#1 with
        | id_card | 11010519491231002X |
      Then it is refused because BAD_FIELD
      And nothing has changed

    Scenario: A field of another kind's form is refused
      When Li amends application Li#1 with
        | title | Li |
      Then it is refused because BAD_FIELD
      And the refusal says field is title
      And nothing has changed

    Scenario: An amendment that says nothing is refused
      When Li sends "core.amend_application"
        | application | application Li#1 |
      Then it is refused because FIELD_MISSING
      And nothing has changed

    Scenario: A field is cleared, and a whole form replaced
      When Li amends application Li#1 with
        | people  | 12 |
        | account |    |
      Then application Li#1 holds
        | people | 12 |
      When Li amends application Li#1 with
        | all anew | true |
        | account  | A-9  |
      Then application Li#1 holds
        | account | A-9 |

  Rule: An agreement is opened before it is accepted

    Background:
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      Then it is accepted

    Scenario: An agreement that was never opened is not accepted
      When Li amends application Li#1 with
        | risks | 2026-1 |
      Then it is refused because AGREEMENT_NOT_READ
      And nothing has changed
      When Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      Then it is accepted

    Scenario: An agreement is not accepted with the first stroke
      When Li drafts a "neutral_market.opening" application with
        | risks | 2026-1 |
      Then it is refused because AGREEMENT_NOT_READ
      And nothing has changed

    Scenario: Another version of an agreement is not opened, nor what is none
      When Li sends "core.open_agreement"
        | application | application Li#1 |
        | field       | risks            |
        | version     | 2025-9           |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Li sends "core.open_agreement"
        | application | application Li#1 |
        | field       | account          |
        | version     | 1                |
      Then it is refused because BAD_FIELD
      And nothing has changed

  Rule: An application is its owner's

    Background:
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      Then it is accepted

    Scenario: Another's application is out of reach
      When Wu amends application Li#1 with
        | account | A-2 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Wu submits application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Wu withdraws application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Wu attaches identity_card to application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Wu asks "core.application" where
        | application | 1 |
      Then it is refused because PERMISSION_DENIED
      When Wu asks "core.applications" where
        | applicant | Li |
      Then it is refused because PERMISSION_DENIED

    Scenario: An application nobody filed is unknown
      When Li submits application 7
      Then it is refused because UNKNOWN_APPLICATION
      And nothing has changed

    Scenario: What is withdrawn is closed
      When Li withdraws application Li#1
      Then it is accepted
      And application Li#1 is withdrawn
      When Li amends application Li#1 with
        | account | A-2 |
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed

  Rule: What is submitted is whole

    Background:
      When Li drafts a "neutral_market.opening" application with
        | account     | A-1                |
        | participant | Li Ltd             |
        | sort        | company            |
        | real_name   | 李四               |
        | identity    | 11010519491231002X |
        | mobile      | 13800138000        |
        | mail        | li@example.com     |
      Then it is accepted

    Scenario: It is submitted once nothing is missing, and waits for its first review
      When Li submits application Li#1
      Then it is refused because FIELD_MISSING
      And the refusal says field is credit_code
      And nothing has changed
      When Li amends application Li#1 with
        | credit_code | 91350100M000100Y43 |
      And Li submits application Li#1
      Then it is refused because AGREEMENT_NOT_ACCEPTED
      And the refusal says field is risks
      And nothing has changed
      When Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li submits application Li#1
      Then it is refused because DOC_MISSING
      And the refusal says document is identity_card
      And the refusal cites N-2
      And nothing has changed
      When Li attaches identity_card to application Li#1
      And Li submits application Li#1
      Then it is refused because DOC_MISSING
      And the refusal says document is licence
      And the refusal cites N-1
      When Li attaches licence to application Li#1
      And Li attaches organisation_code to application Li#1
      And Li submits application Li#1
      Then it is accepted
      And application Li#1 is in-review
      And application Li#1 awaits first_review
      And a replay of the journal gives the same state

    Scenario: What it still lacks is told while it is in hand
      When Li asks "core.application"
      Then the answer shows
        | application | state |
        | 1           | draft |
      When Li submits application Li#1
      Then it is refused because FIELD_MISSING

    Scenario: What depends on another field is asked for as the form stands
      When Li amends application Li#1 with
        | sort   | person |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1
      And Li submits application Li#1
      Then it is accepted

    Scenario: Merged certificates make a document needless
      When Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | credit_code | 91350100M000100Y43 |
        | merged      | true               |
        | risks       | 2026-1             |
      And Li attaches identity_card to application Li#1
      And Li attaches licence to application Li#1
      And Li submits application Li#1
      Then it is accepted

    Scenario: What is entered twice is entered alike
      When Li amends application Li#1 with
        | sort       | person          |
        | mail_again | lee@example.com |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1
      And Li submits application Li#1
      Then it is refused because DOUBLE_ENTRY_MISMATCH
      And the refusal says field is mail_again
      And nothing has changed
      When Li amends application Li#1 with
        | mail_again | li@example.com |
      And Li submits application Li#1
      Then it is accepted

    Scenario: What must hold before submission is asked then
      Given A-1 has an account with 0 yuan
      When Li amends application Li#1 with
        | sort | person |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1
      And Li submits application Li#1
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed

    Scenario Outline: A document that is <what> is refused with <code>
      When Li amends application Li#1 with
        | credit_code | 91350100M000100Y43 |
        | merged      | true               |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1
      And Li attaches licence to application Li#1
      And Li attaches <document> to application Li#1 with
        | <declared> | <value> |
      And Li submits application Li#1
      Then it is refused because <code>
      And the refusal says document is <document>
      And nothing has changed

      Examples:
        | what                   | document | declared | value | code              |
        | not stamped            | licence  | stamps   | 0     | NOT_STAMPED       |
        | short of a second copy | licence  | copies   | 1     | NOT_ENOUGH_COPIES |

    Scenario Outline: An identity card that is <what> is refused with <code>
      When Li amends application Li#1 with
        | sort | person |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1 with
        | <declared> | <value> |
      And Li submits application Li#1
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | what                     | declared    | value      | code         |
        | not in colour            | colour      | false      | NOT_COLOUR   |
        | without its last day     | valid_until |            | DATE_MISSING |
        | past its last day        | valid_until | 2026-03-01 | DOC_EXPIRED  |

    Scenario: A document is valid on its last day
      When Li amends application Li#1 with
        | sort | person |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1 with
        | valid_until | 2026-03-02 |
      And Li submits application Li#1
      Then it is accepted

    Scenario Outline: A file with <declared> <value> is not handed in
      When Li attaches <document> to application Li#1 with
        | <declared> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | document      | declared    | value           | code             |
        | identity_card | media_type  | application/pdf | BAD_FILE_TYPE    |
        | identity_card | size        | 0               | BAD_FIELD        |
        | identity_card | digest      | ABC             | BAD_FIELD        |
        | identity_card | copies      | 0               | BAD_FIELD        |
        | identity_card | valid_until | soon            | BAD_FIELD        |
        | identity_card | valid_until | 2026-W10-1      | BAD_FIELD        |
        | identity_card | party       | applicant       | UNKNOWN_DOCUMENT |
        | passport      | copies      | 1               | UNKNOWN_DOCUMENT |

    Scenario: A document's only file is replaced, a second one beside it only where there may be two
      When Li attaches licence to application Li#1 with
        | stamps | 0 |
      And Li attaches licence to application Li#1
      Then it is accepted
      When Li attaches identity_card to application Li#1 with
        | digest | 1111111111111111111111111111111111111111111111111111111111111111 |
      And Li attaches identity_card to application Li#1 with
        | digest | 2222222222222222222222222222222222222222222222222222222222222222 |
      And Li attaches identity_card to application Li#1 with
        | digest | 3333333333333333333333333333333333333333333333333333333333333333 |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: A file is taken back, and only one that is there
      When Li attaches licence to application Li#1
      And Li takes licence back from application Li#1
      Then it is accepted
      When Li takes licence back from application Li#1
      Then it is refused because UNKNOWN_DOCUMENT
      And nothing has changed

  Rule: One live application has a key

    Background:
      When Li drafts a "neutral_market.opening" application with
        | account     | A-1                |
        | participant | Li                 |
        | sort        | person             |
        | real_name   | 李四               |
        | identity    | 11010519491231002X |
        | mobile      | 13800138000        |
        | mail        | li@example.com     |
      And Li opens agreement risks of application Li#1
      And Li amends application Li#1 with
        | risks | 2026-1 |
      And Li attaches identity_card to application Li#1
      And Li submits application Li#1
      And Wu drafts a "neutral_market.opening" application with
        | account     | A-2                |
        | participant | Wu                 |
        | sort        | person             |
        | real_name   | 李四               |
        | identity    | 11010519491231002x |
        | mobile      | 13900139000        |
        | mail        | wu@example.com     |
      And Wu opens agreement risks of application Wu#1
      And Wu amends application Wu#1 with
        | risks | 2026-1 |
      And Wu attaches identity_card to application Wu#1
      Then it is accepted

    Scenario: The same person with another mobile does not file a second time
      When Wu submits application Wu#1
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal says lock is person
      And nothing has changed

    Scenario: A key is free again once its application is closed
      When Li withdraws application Li#1
      And Wu submits application Wu#1
      Then it is accepted

    Scenario: Taking an application back keeps its key
      When Li amends application Li#1 with
        | account | A-3 |
      And Wu submits application Wu#1
      Then it is refused because DUPLICATE_APPLICATION
      And nothing has changed
