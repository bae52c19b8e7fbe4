Feature: Opening a CCER account
  One application opens the registry account and the trading account; the exchange reviews it first, the registry after it.

  Background:
    Given the exchange runs "ccer_national" on 2026-03-02
    And alpha is let in as an applicant
    And beta is let in as an applicant

  Rule: Question 14, who may trade

    @CCER-Q14-a
    Scenario Outline: A <kind> opens an account
      Given alpha has filled in a joint opening, but
        | entity_kind | <kind> |
      When alpha submits application alpha#1
      Then it is accepted

      Examples:
        | kind               |
        | legal_person       |
        | other_organisation |

    @CCER-Q14-a
    Scenario: Natural persons are not admitted yet
      Given alpha has filled in a joint opening, but
        | entity_kind | natural_person |
      When alpha submits application alpha#1
      Then it is refused because NATURAL_PERSON_NOT_OPEN
      And the refusal cites CCER-Q14-a
      And nothing has changed

    @CCER-Q14-a
    Scenario: Natural persons are admitted from the day the exchange announces
      When admin sends "core.change_parameter"
        | market    | ccer                                                    |
        | parameter | entity_kinds_open                                       |
        | value     | ["legal_person","other_organisation","natural_person"] |
        | since     | 2026-03-04                                              |
        | notice    | 2026-01                                                 |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-04
      And alpha has filled in a joint opening, but
        | entity_kind | natural_person |
      And alpha submits application alpha#1
      Then it is accepted

    @CCER-Q14-b
    Scenario Outline: A body of the kind <body> may not trade
      Given alpha has filled in a joint opening, but
        | body | <body> |
      When alpha submits application alpha#1
      Then it is refused because BARRED_ENTITY
      And the refusal cites CCER-Q14-b
      And nothing has changed

      Examples:
        | body               |
        | ecology_authority  |
        | market_supervision |
        | registry           |
        | exchange           |
        | verification_body  |

    @CCER-Q14-b
    Scenario: The exchange bars a verifier it knows, whatever it says of itself
      When admin sends "core.change_parameter"
        | market    | ccer                   |
        | parameter | barred_credit_codes    |
        | value     | ["91999999MA0000000K"] |
        | since     | 2026-03-04             |
        | notice    | 2026-02                |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-04
      And alpha has filled in a joint opening
      And alpha submits application alpha#1
      Then it is refused because BARRED_ENTITY
      And the refusal says field is credit_code
      And nothing has changed

    @CCER-Q14-b
    Scenario: Whoever is barred while his application is under review opens nothing
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And admin sends "core.change_parameter"
        | market    | ccer                   |
        | parameter | barred_credit_codes    |
        | value     | ["91999999MA0000000K"] |
        | since     | 2026-03-04             |
        | notice    | 2026-02                |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-04
      And admin claims application alpha#1
      And admin approves application alpha#1
      Then it is refused because BARRED_ENTITY
      And the refusal cites CCER-Q14-b
      And nothing has changed

  Rule: Question 15, joint opening

    @CCER-Q15-a @CCER-Q58-a
    Scenario: The exchange, then the registry, then both accounts, bound by themselves
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      Then application alpha#1 awaits first_review
      When admin claims and approves application alpha#1
      Then application alpha#1 awaits registry_review
      When channel states opening_fee of application alpha#1 with
        | fee_amount | 2000.00 |
        | reference  | F-1     |
      And registry claims and approves application alpha#1
      Then application alpha#1 is approved
      When the registry says that R00000001 is of 91999999MA0000000K for application alpha#1
      Then application 1 is effective
      When alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | participant | credit_code        | account_type  | registry_account | representative | mail             |
        | CCER00000001 | 样例公司    | 91999999MA0000000K | project_owner | R00000001        | 李***          | r***@example.com |
      And a replay of the journal gives the same state

    @CCER-Q15-a
    Scenario: The registry doesn't review before the exchange
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And registry claims application alpha#1
      Then it is refused because REVIEW_ORDER
      And the refusal cites CCER-Q15-a
      And nothing has changed

    @CCER-Q15-a
    Scenario: The registry opens no account before it has approved
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And the registry says that R00000001 is of 91999999MA0000000K for application alpha#1
      Then it is refused because REVIEW_ORDER
      And the refusal cites CCER-Q15-a
      And nothing has changed

    @CCER-Q15-a
    Scenario: The registry's account is of the entity that applied
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And admin claims and approves application alpha#1
      And registry claims and approves application alpha#1
      And the registry says that R00000001 is of 91999999MA0000001N for application alpha#1
      Then it is refused because BIND_OWNER_MISMATCH
      And nothing has changed

    @CCER-Q15-a
    Scenario: Without the registry's account the trading account waits
      Given alpha has filled in a joint opening, but
        | account_type | national_key_emitter |
      When alpha submits application alpha#1
      And admin claims and approves application alpha#1
      And registry claims and approves application alpha#1
      Then application alpha#1 is approved
      When admin lets application alpha#1 take effect
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And nothing has changed

    @CCER-Q15-a
    Scenario: Whoever does not declare the data true opens nothing
      Given alpha has filled in a joint opening, but
        | data_declared_true | false |
      When alpha submits application alpha#1
      Then it is refused because DECLARATION_MISSING
      And nothing has changed

    @CCER-Q15-b
    Scenario: A trading account alone needs an account in the registry
      Given alpha has filled in a separate opening
      When alpha submits application alpha#1
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And the refusal cites CCER-Q15-b
      And nothing has changed

    @CCER-Q15-b
    Scenario: The registry account that is named is another one than the registry knows
      Given alpha has filled in a separate opening, but
        | registry_account | R00000009 |
      When alpha submits application alpha#1
      And the registry says that R00000008 is of 91999999MA0000000K for application alpha#1
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And nothing has changed

    @CCER-Q15-b
    Scenario: A separate opening is the exchange's alone, once the registry knows the account
      Given alpha has filled in a separate opening, but
        | registry_account | R00000009            |
        | account_type     | local_key_emitter    |
      When alpha submits application alpha#1
      And admin claims application alpha#1
      And admin approves application alpha#1
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And the refusal cites CCER-Q15-b
      When the registry says that R00000009 is of 91999999MA0000000K for application alpha#1
      And admin approves application alpha#1
      And admin2 claims and approves application alpha#1
      Then application 1 is effective

    @CCER-Q15-b
    Scenario: What the registry told of one entity does not stand for another
      Given alpha has filled in a separate opening, but
        | registry_account | R00000009         |
        | account_type     | local_key_emitter |
      When alpha submits application alpha#1
      And the registry says that R00000009 is of 91999999MA0000000K for application alpha#1
      And alpha amends application alpha#1 with
        | credit_code | 91999999MA0000001N |
      And alpha submits application alpha#1
      And admin claims application alpha#1
      And admin approves application alpha#1
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And nothing has changed

    @CCER-Q15-c
    Scenario: What the published list asks for must be there
      Given alpha has filled in a joint opening
      When alpha sends "core.detach_material"
        | application | 1                                                                |
        | material    | opening_form                                                     |
        | digest      | 0ce2b908b61e36144415fc3278a2ceb4a5fe32b813c2f36eb834ac8ab1e72ac0 |
      And alpha submits application alpha#1
      Then it is refused because DOC_MISSING
      And the refusal says document is opening_form
      And the refusal cites CCER-Q15-c
      And nothing has changed

    @CCER-Q15-c
    Scenario: The exchange replaces the list
      When admin sends "core.change_parameter"
        | market    | ccer                              |
        | parameter | opening_documents                 |
        | value     | ["business_licence","type_proof"] |
        | since     | 2026-03-04                        |
        | notice    | 2026-03                           |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-04
      And alpha has filled in a joint opening
      And alpha submits application alpha#1
      Then it is refused because DOC_MISSING
      And the refusal says document is type_proof
      When alpha attaches type_proof to application alpha#1
      And alpha submits application alpha#1
      Then it is accepted

    @CCER-Q15-c
    Scenario: A document without a stamp is none
      Given alpha has filled in a joint opening
      When alpha attaches business_licence to application alpha#1 with
        | stamps | 0 |
      And alpha submits application alpha#1
      Then it is refused because NOT_STAMPED
      And nothing has changed

  Rule: Question 16, holders from the old registry

    @CCER-Q16
    Scenario: A holder completes the documents and applies, nothing is carried over by itself
      Given alpha has filled in a legacy opening, but
        | legacy_login | alpha-initiator |
        | legacy_role  | initiating      |
        | account_type | other           |
      When alpha submits application alpha#1
      And admin claims and approves application alpha#1
      Then application alpha#1 awaits registry_review

    @CCER-Q16
    Scenario: A representative of the old registry does not trade before an account is open
      Given CCER-P1-2024 of CCER is listed on ccer at 63.51
      And ccer is open at 10:00
      When alpha posts to buy 10 t of CCER-P1-2024 at 63.51
      Then it is refused because ACCOUNT_NOT_OPENED
      And the refusal cites CCER-Q16
      And nothing has changed

  Rule: Question 17, progress and corrections

    @CCER-Q17
    Scenario: The applicant sees how far it is and still edits it
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And alpha asks "core.applications"
      Then the answer shows
        | application | state     | stage        |
        | 1           | in_review | first_review |
      When alpha amends application alpha#1 with
        | mail | other@example.com |
      Then application alpha#1 is a-draft
      When alpha submits application alpha#1
      Then it is accepted

    @CCER-Q17
    Scenario: Nobody edits another's application
      Given alpha has filled in a joint opening
      When beta amends application alpha#1 with
        | mail | other@example.com |
      Then it is refused because PERMISSION_DENIED
      And the refusal cites CCER-Q17
      And nothing has changed

    @CCER-Q17
    Scenario: What has led to an account is edited no more
      Given carol has opened an account jointly
      When carol amends application carol#1 with
        | mail | other@example.com |
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed

  Rule: Question 18, word of the opening

    @CCER-Q18
    Scenario Outline: The mailbox of the trading representative is <mail>
      When alpha drafts a "ccer_national.joint_opening" application with
        | mail | <mail> |
      Then it is refused because BAD_EMAIL
      And nothing has changed

      Examples:
        | mail            |
        | representative  |
        | representative@ |

    @CCER-Q18
    Scenario: Without a mailbox nothing is submitted
      Given alpha has filled in a joint opening, but
        | mail |  |
      When alpha submits application alpha#1
      Then it is refused because FIELD_MISSING
      And the refusal says field is mail
      And the refusal cites CCER-Q18
      And nothing has changed

    @CCER-Q18
    Scenario: The representative's mailbox is where the new account is reached
      Given carol has opened an account jointly
      When admin asks "core.operators" where
        | account | CCER00000001 |
      Then the answer shows
        | operator | mail             |
        | carol    | r***@example.com |

  Rule: Question 19, one account per entity

    @CCER-Q19-a
    Scenario: An entity that has an account opens no second one
      Given carol has opened an account jointly
      And alpha has filled in a joint opening, but
        | participant | 样例二公司 |
      When alpha submits application alpha#1
      Then it is refused because DUPLICATE_ACCOUNT
      And the refusal cites CCER-Q19-a
      And nothing has changed

    @CCER-Q19-a
    Scenario: Nor does it apply twice at once
      Given alpha has filled in a joint opening
      And beta has filled in a joint opening
      When alpha submits application alpha#1
      And beta submits application beta#1
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal cites CCER-Q19-a
      And nothing has changed

  Rule: Question 20, fees

    @CCER-Q20-a
    Scenario Outline: An opening fee of <amount> yuan is not the fee
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And channel states opening_fee of application alpha#1 with
        | fee_amount | <amount> |
        | reference  | F-1      |
      Then it is refused because FEE_MISMATCH
      And the refusal cites CCER-Q20-a
      And nothing has changed

      Examples:
        | amount  |
        | 1999.99 |
        | 2000.01 |

    @CCER-Q20-a
    Scenario: The opening fee is not paid twice
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And channel states opening_fee of application alpha#1 with
        | fee_amount | 2000.00 |
        | reference  | F-1     |
      And channel states opening_fee of application alpha#1 with
        | fee_amount | 2000.00 |
        | reference  | F-2     |
      Then it is refused because ALREADY_PAID
      And the refusal cites CCER-Q20-a
      And nothing has changed

    @CCER-Q20-a
    Scenario: Without the fee the account waits
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And admin claims and approves application alpha#1
      And registry claims and approves application alpha#1
      And the registry says that R00000001 is of 91999999MA0000000K for application alpha#1
      And admin lets application alpha#1 take effect
      Then it is refused because STEP_ORDER
      And the refusal says fee is 2000.00
      And nothing has changed
      When channel states opening_fee of application alpha#1 with
        | fee_amount | 2000.00 |
        | reference  | F-1     |
      Then application 1 is effective

    @CCER-Q20-a
    Scenario: The yearly fee falls due on 1 January and is paid once
      Given carol has opened an account jointly
      When it is 09:00 on 2027-01-04
      And carol asks "ccer_national.account_fees"
      Then the answer shows
        | fee     | year | amount  | state |
        | opening | 0    | 2000.00 | paid  |
        | yearly  | 2027 | 1000.00 | due   |
      When channel sends "ccer_national.record_yearly_fee"
        | account   | CCER00000001 |
        | year      | 2027         |
        | amount    | 999.00       |
        | reference | Y-1          |
      Then it is refused because FEE_MISMATCH
      And the refusal cites CCER-Q20-a
      When channel sends "ccer_national.record_yearly_fee"
        | account   | CCER00000001 |
        | year      | 2027         |
        | amount    | 1000.00      |
        | reference | Y-1          |
      And channel sends "ccer_national.record_yearly_fee"
        | account   | CCER00000001 |
        | year      | 2027         |
        | amount    | 1000.00      |
        | reference | Y-2          |
      Then it is refused because ALREADY_PAID
      And the refusal cites CCER-Q20-a
      And nothing has changed
      And a replay of the journal gives the same state

    @CCER-Q20-a
    Scenario: What is not due yet is not paid
      Given carol has opened an account jointly
      When channel sends "ccer_national.record_yearly_fee"
        | account   | CCER00000001 |
        | year      | 2027         |
        | amount    | 1000.00      |
        | reference | Y-1          |
      Then it is refused because STEP_ORDER
      And nothing has changed

    @CCER-Q20-b
    Scenario Outline: A <type> pays neither fee
      Given carol has opened an account jointly, but
        | account_type      | <type> |
        | exemption_claimed | true   |
      When it is 09:00 on 2027-01-04
      And carol asks "ccer_national.account_fees"
      Then the answer shows
        | fee     | year | state  |
        | opening | 0    | exempt |
        | yearly  | 2027 | exempt |
      When channel sends "ccer_national.record_yearly_fee"
        | account   | CCER00000001 |
        | year      | 2027         |
        | amount    | 1000.00      |
        | reference | Y-1          |
      Then it is refused because FEE_MISMATCH
      And the refusal cites CCER-Q20-b
      And nothing has changed

      Examples:
        | type                 |
        | national_key_emitter |
        | local_key_emitter    |

    @CCER-Q20-b
    Scenario: No opening fee is taken of an exempt account
      Given alpha has filled in a joint opening, but
        | account_type | national_key_emitter |
      When alpha submits application alpha#1
      And channel states opening_fee of application alpha#1 with
        | fee_amount | 2000.00 |
        | reference  | F-1     |
      Then it is refused because FEE_MISMATCH
      And the refusal cites CCER-Q20-b
      And nothing has changed

    @CCER-Q20-b
    Scenario Outline: A <type> can't claim the exemption
      Given alpha has filled in a joint opening, but
        | account_type      | <type> |
        | exemption_claimed | true   |
      When alpha submits application alpha#1
      Then it is refused because NOT_EXEMPT
      And the refusal cites CCER-Q20-b
      And nothing has changed

      Examples:
        | type          |
        | project_owner |
        | other         |

  Rule: Question 21, account types

    @CCER-Q21-a
    Scenario: There is no fifth account type
      When alpha drafts a "ccer_national.joint_opening" application with
        | account_type | broker |
      Then it is refused because BAD_ACCOUNT_TYPE
      And the refusal cites CCER-Q21-a
      And nothing has changed

    @CCER-Q21-b
    Scenario: Before the account is open the application is returned and filed again with the right type
      Given alpha has filled in a joint opening
      When alpha submits application alpha#1
      And admin claims application alpha#1
      And admin returns application alpha#1 because "the type was chosen by mistake"
      Then application alpha#1 is returned
      When alpha amends application alpha#1 with
        | account_type | local_key_emitter |
      And alpha submits application alpha#1
      Then application alpha#1 awaits first_review

  Rule: Question 58, binding

    @CCER-Q58-b
    Scenario: An account that was opened separately is bound by hand before units move
      Given alpha has filled in a separate opening, but
        | registry_account | R00000009         |
        | account_type     | local_key_emitter |
      And CCER-P1-2024 is registered on ccer as CCER
      When alpha submits application alpha#1
      And the registry says that R00000009 is of 91999999MA0000000K for application alpha#1
      And admin claims and approves application alpha#1
      And admin2 claims and approves application alpha#1
      And registry sends "core.transfer_in"
        | account    | CCER00000001 |
        | instrument | CCER-P1-2024 |
        | quantity   | 100          |
      Then it is refused because REGISTRY_NOT_BOUND
      And the refusal cites CCER-Q58-b
      And nothing has changed
      When alpha sends "ccer_national.bind_registry_account"
        | account          | CCER00000001 |
        | registry_account | R00000009    |
      And registry sends "core.transfer_in"
        | account    | CCER00000001 |
        | instrument | CCER-P1-2024 |
        | quantity   | 100          |
      Then it is accepted
      When alpha sends "ccer_national.bind_registry_account"
        | account          | CCER00000001 |
        | registry_account | R00000009    |
      Then it is refused because BAD_STATE
      And a replay of the journal gives the same state

    @CCER-Q58-b
    Scenario: Another's registry account is not bound
      Given carol has opened an account jointly, but
        | participant | 样例二公司         |
        | credit_code | 91999999MA0000001N |
      And alpha has filled in a separate opening, but
        | registry_account | R00000009         |
        | account_type     | local_key_emitter |
      When alpha submits application alpha#1
      And the registry says that R00000009 is of 91999999MA0000000K for application alpha#1
      And admin claims and approves application alpha#1
      And admin2 claims and approves application alpha#1
      And alpha sends "ccer_national.bind_registry_account"
        | account          | CCER00000002 |
        | registry_account | R-carol      |
      Then it is refused because BIND_OWNER_MISMATCH
      And the refusal cites CCER-Q58-b
      And nothing has changed
      When alpha sends "ccer_national.bind_registry_account"
        | account          | CCER00000002 |
        | registry_account | R-nobody     |
      Then it is refused because REGISTRY_ACCOUNT_REQUIRED
      And nothing has changed

    @CCER-Q58-b
    Scenario: An account that staff opened by hand moves units, until the exchange asks all to be bound
      Given CCER-P1-2024 of CCER is listed on ccer at 63.51
      And Beta has an account with 0 yuan
      And Beta holds 100 t of CCER-P1-2024
      When admin sends "core.change_parameter"
        | market    | ccer                |
        | parameter | binding_required_of |
        | value     | all                 |
        | since     | 2026-03-04          |
        | notice    | 2026-04             |
      And admin2 confirms proposal 2
      And Beta sends "core.transfer_out"
        | account    | Beta         |
        | instrument | CCER-P1-2024 |
        | quantity   | 10           |
      Then it is accepted
      When it is 09:00 on 2026-03-04
      And Beta sends "core.transfer_out"
        | account    | Beta         |
        | instrument | CCER-P1-2024 |
        | quantity   | 10           |
      Then it is refused because REGISTRY_NOT_BOUND
      And the refusal cites CCER-Q58-b
      And nothing has changed
