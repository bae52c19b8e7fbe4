Feature: Reviewing applications
  Reviewers take applications up one by one, in the order in which the reviews stand, and by different people.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And clerk is appointed as staff with the permissions "parties"
    And Li is let in as an applicant
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
    And Li attaches identity_card to application Li#1 with
      | valid_until | 2026-03-03 |
    And Li submits application Li#1
    Then it is accepted

  Rule: What must hold before a review is asked when it is taken up

    Scenario: Nothing is reviewed before the test is passed
      When clerk claims application Li#1
      Then it is refused because TEST_NOT_TAKEN
      And nothing has changed
      When clerk states test of application Li#1 with
        | reference | T-1 |
        | score     | 60  |
      And clerk claims application Li#1
      Then it is accepted

  Rule: Reviewers take turns

    Background:
      When admin states test of application Li#1 with
        | reference | T-1 |
        | score     | 60  |
      Then it is accepted

    Scenario: Two different people review, and the account is opened once the fee is paid
      When clerk claims application Li#1
      And clerk approves application Li#1
      Then application Li#1 is in-review
      And application Li#1 awaits re_review
      When admin claims and approves application Li#1
      Then it is accepted
      And application Li#1 is approved
      When Li asks "core.cash"
      Then it is refused because PERMISSION_DENIED
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      Then it is accepted
      And application Li#1 is effective
      When Li asks "core.cash"
      Then the answer shows
        | account | total |
        | A-1     | 0.00  |
      When Li asks "core.applications"
      Then the answer shows
        | application | account | state     |
        | 1           | A-1     | effective |
      And a replay of the journal gives the same state

    Scenario: The fee may come before the reviews
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      And clerk claims and approves application Li#1
      And admin claims and approves application Li#1
      Then it is accepted
      And application Li#1 is effective

    Scenario: Nothing takes effect before its reviews and its conditions
      When admin lets application Li#1 take effect
      Then it is refused because STEP_ORDER
      And the refusal cites N-3
      And nothing has changed
      When clerk claims and approves application Li#1
      And admin2 claims and approves application Li#1
      And admin lets application Li#1 take effect
      Then it is refused because STEP_ORDER
      And the refusal says missing is payment
      And nothing has changed

    Scenario: The effect that something else stands against is told to whoever asks for it
      When clerk claims and approves application Li#1
      And admin2 claims and approves application Li#1
      Then it is accepted
      Given A-1 has an account with 0 yuan
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      Then application Li#1 is approved
      When admin lets application Li#1 take effect
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed

    Scenario: What an approval would cause is objected to before the approval
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      And clerk claims and approves application Li#1
      Then it is accepted
      Given A-1 has an account with 0 yuan
      When admin claims application Li#1
      And admin approves application Li#1
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed
      And application Li#1 awaits re_review

    Scenario: The second of two reviewers is refused
      When clerk claims application Li#1
      And admin claims application Li#1
      Then it is refused because ALREADY_CLAIMED
      And the refusal says reviewer is clerk
      And nothing has changed
      When admin approves application Li#1
      Then it is refused because ALREADY_CLAIMED
      And nothing has changed
      When clerk gives application Li#1 back
      And admin claims application Li#1
      Then it is accepted

    Scenario: Nothing is decided that was not taken up
      When clerk approves application Li#1
      Then it is refused because CLAIM_REQUIRED
      And nothing has changed
      When clerk rejects application Li#1 because "no"
      Then it is refused because CLAIM_REQUIRED
      And nothing has changed

    Scenario: A stage is not approved twice by pressing twice
      When clerk claims and approves application Li#1
      And clerk approves application Li#1
      Then it is refused because CLAIM_REQUIRED
      And nothing has changed

    Scenario: A claim lapses
      When clerk claims application Li#1
      And it is 11:00
      And admin claims application Li#1
      Then it is accepted
      When clerk approves application Li#1
      Then it is refused because ALREADY_CLAIMED
      And nothing has changed
      And a replay of the journal gives the same state

    Scenario: The same person does not do both reviews
      When clerk claims and approves application Li#1
      And clerk claims application Li#1
      Then it is refused because MAKER_CHECKER_SAME
      And the refusal says actor is clerk
      And nothing has changed

    Scenario: Only those review whose review it is
      When registry claims application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Li claims application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      Given settler is appointed as staff with the permissions "clearing"
      When settler claims application Li#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A document that expired in the meantime is not approved
      When it is 00:00 on 2026-03-04
      And clerk claims application Li#1
      And clerk approves application Li#1
      Then it is refused because DOC_EXPIRED
      And nothing has changed

    Scenario: What an application waits in is told by kind, stage and age
      When admin asks "core.applications" where
        | kind  | neutral_market.opening |
        | stage | first_review           |
      Then the answer shows
        | application | claimed_by |
        | 1           |            |
      When clerk claims and approves application Li#1
      And admin asks "core.applications" where
        | kind  | neutral_market.opening |
        | stage | first_review           |
      Then the answer has 0 rows

    Scenario: Every step is told to its applicant
      When clerk claims and approves application Li#1
      And Li asks "core.application_steps"
      Then the answer shows
        | step                  | actor |
        | application_drafted   | Li    |
        | agreement_opened      | Li    |
        | application_amended   | Li    |
        | material_attached     | Li    |
        | application_submitted | Li    |
        | fact_stated           | admin |
        | application_claimed   | clerk |
        | review_passed         | clerk |

  Rule: What is returned is corrected and submitted again

    Background:
      When admin states test of application Li#1 with
        | reference | T-1 |
        | score     | 60  |
      And clerk claims application Li#1
      Then it is accepted

    Scenario: It is returned with reasons, corrected, and reviewed from the first review on
      When clerk approves application Li#1
      And admin claims application Li#1
      And admin returns application Li#1 for
        | identity_card | unreadable     |
        | mobile        | not reachable  |
      Then it is accepted
      And application Li#1 is returned
      When Li amends application Li#1 with
        | mobile | 13900139000 |
      And Li submits application Li#1
      Then it is accepted
      And application Li#1 awaits first_review
      When admin claims application Li#1
      Then it is accepted

    Scenario: Nothing is returned or rejected without a reason
      When clerk returns application Li#1 because ""
      Then it is refused because FIELD_MISSING
      And nothing has changed
      When clerk rejects application Li#1 because " "
      Then it is refused because FIELD_MISSING
      And nothing has changed

    Scenario: A reason is of a field or a document that there is
      When clerk returns application Li#1 for
        | shoes | too large |
      Then it is refused because BAD_FIELD
      And nothing has changed

    Scenario: What was returned is not reviewed until it is submitted again
      When clerk returns application Li#1 because "unreadable"
      And clerk claims application Li#1
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: What is rejected is closed, and its key is free
      When clerk rejects application Li#1 because "forged"
      Then application Li#1 is rejected
      When Li amends application Li#1 with
        | mobile | 13900139000 |
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed
      When Li asks "core.applications"
      Then the answer shows
        | application | state    |
        | 1           | rejected |

    Scenario: What its applicant changes under review is taken back, and the reviewer's claim with it
      When clerk approves application Li#1
      And Li amends application Li#1 with
        | mobile | 13900139000 |
      Then application Li#1 is a-draft
      When Li submits application Li#1
      Then application Li#1 awaits first_review
      When clerk claims application Li#1
      And Li attaches identity_card to application Li#1 with
        | digest | 1111111111111111111111111111111111111111111111111111111111111111 |
      And clerk approves application Li#1
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: What is submitted is not submitted again
      When Li submits application Li#1
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: What is approved is not changed any more, and nobody files for its person again
      When clerk approves application Li#1
      And admin claims and approves application Li#1
      And Li amends application Li#1 with
        | mobile | 13900139000 |
      Then it is refused because BAD_STATE
      And nothing has changed
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      And Li amends application Li#1 with
        | mobile | 13900139000 |
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed
      Given Wu is let in as an applicant
      When Wu drafts a "neutral_market.opening" application with
        | account     | A-2                |
        | participant | Wu                 |
        | sort        | person             |
        | real_name   | 李四               |
        | identity    | 11010519491231002X |
        | mobile      | 13900139000        |
        | mail        | wu@example.com     |
      And Wu opens agreement risks of application Wu#1
      And Wu amends application Wu#1 with
        | risks | 2026-1 |
      And Wu attaches identity_card to application Wu#1
      And Wu submits application Wu#1
      Then it is refused because DUPLICATE_ACCOUNT
      And the refusal says lock is person
      And nothing has changed

  Rule: Nobody reviews what he filed

    Scenario: Who filed at the desk does not review it
      When clerk drafts a "neutral_market.remark" application with
        | on behalf of | Li |
        | title        | x  |
      Then it is refused because UNKNOWN_ACCOUNT
      Given Alpha has an account with 0 yuan
      When clerk drafts a "neutral_market.remark" application with
        | on behalf of | Alpha  |
        | title        | a wish |
      And clerk submits application Alpha#1
      And clerk claims application Alpha#1
      Then it is refused because MAKER_CHECKER_SAME
      And nothing has changed
      When admin claims and approves application Alpha#1
      Then it is accepted
      And application Alpha#1 is effective

  Rule: What is stated from outside fits the application, once

    Scenario: A payment that does not fit is not stated
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 100.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      Then it is refused because FEE_MISMATCH
      And the refusal says due is 200.00
      And nothing has changed
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 440524188001010014 |
        | user      | Li                 |
      Then it is refused because IDENTITY_MISMATCH
      And nothing has changed

    Scenario Outline: A payment with <what> is refused because <code>
      When <who> states <fact> of application Li#1 with
        | reference | <reference>        |
        | amount    | <amount>           |
        | identity  | 11010519491231002X |
        | user      | <user>             |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | what                        | who      | fact    | reference | amount | user | code              |
        | no reference                | channel  | payment |           | 200.00 | Li   | FIELD_MISSING     |
        | no amount                   | channel  | payment | P-1       |        | Li   | FIELD_MISSING     |
        | nobody said whose data      | channel  | payment | P-1       | 200.00 |      | FIELD_MISSING     |
        | another person's data       | channel  | payment | P-1       | 200.00 | Wu   | BAD_FIELD         |
        | a name nobody declares      | channel  | gift    | P-1       | 200.00 | Li   | UNKNOWN_FACT      |
        | someone else's word         | registry | payment | P-1       | 200.00 | Li   | PERMISSION_DENIED |
        | staff without the right     | clerk    | payment | P-1       | 200.00 | Li   | PERMISSION_DENIED |

    Scenario: It is stated once, and its reference is booked once
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      And channel states payment of application Li#1 with
        | reference | P-2                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      Then it is refused because ALREADY_PAID
      And nothing has changed
      When admin states test of application Li#1 with
        | reference | T-1 |
        | score     | 60  |
      And admin states test of application Li#1 with
        | reference | T-2 |
        | score     | 61  |
      Then it is refused because ALREADY_STATED
      And nothing has changed
      Given Wu is let in as an applicant
      When Wu drafts a "neutral_market.opening" application with
        | identity | 440524188001010014 |
      And channel states payment of application Wu#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 440524188001010014 |
        | user      | Wu                 |
      Then it is refused because ALREADY_BOOKED
      And nothing has changed
