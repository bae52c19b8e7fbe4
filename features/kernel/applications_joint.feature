Feature: Joint applications
  Where several apply they all sign the same content; whatever changes afterwards is signed anew.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Alpha has an account with 1000.00 yuan
    And Beta has an account with 1000.00 yuan
    And Gamma has an account with 1000.00 yuan
    When Alpha drafts a "neutral_market.pledge" application with
      | party seller | Beta       |
      | starts       | 2026-03-05 |
      | quantity     | 100        |
    And Alpha attaches agreement to application Alpha#1
    And Alpha attaches disclosure to application Alpha#1 with
      | party | buyer |
    And Beta attaches disclosure to application Alpha#1 with
      | party | seller |
    Then it is accepted

  Rule: All sign the same content

    Scenario: It is submitted once both have signed
      When Alpha signs application Alpha#1 as buyer
      And Alpha submits application Alpha#1
      Then it is refused because SIGNATURE_MISSING
      And the refusal says party is seller
      And nothing has changed
      When Beta signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is accepted
      And application Alpha#1 awaits first_review
      And a replay of the journal gives the same state

    Scenario: A change voids what was signed
      When Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Alpha amends application Alpha#1 with
        | quantity | 200 |
      And Alpha submits application Alpha#1
      Then it is refused because SIGNATURE_MISSING
      And the refusal says party is buyer
      And nothing has changed

    Scenario: A document that is exchanged voids what was signed
      When Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Beta attaches disclosure to application Alpha#1 with
        | party  | seller                                                           |
        | digest | 1111111111111111111111111111111111111111111111111111111111111111 |
      And Alpha submits application Alpha#1
      Then it is refused because SIGNATURE_MISSING
      And nothing has changed

    Scenario: Nobody signs a content he did not read
      When Beta sends "core.sign_application"
        | application | application Alpha#1                                              |
        | party       | seller                                                           |
        | digest      | 0000000000000000000000000000000000000000000000000000000000000000 |
      Then it is refused because DIGEST_MISMATCH
      And nothing has changed

    Scenario: Nobody signs for another
      When Alpha signs application Alpha#1 as seller
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Gamma signs application Alpha#1 as seller
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Beta signs application Alpha#1 as witness
      Then it is refused because BAD_FIELD
      And nothing has changed

    Scenario: The other party reads it and hands in its own, but does not change it
      When Beta asks "core.application" where
        | application | 1 |
      Then the answer shows
        | application | account |
        | 1           | Alpha   |
      When Beta asks "core.applications"
      Then the answer has 1 rows
      When Gamma asks "core.applications"
      Then the answer has 0 rows
      When Gamma asks "core.application" where
        | application | 1 |
      Then it is refused because PERMISSION_DENIED
      When Beta amends application Alpha#1 with
        | quantity | 1 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Beta attaches disclosure to application Alpha#1 with
        | party | buyer |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Beta submits application Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: What a party handed in does not become that of who takes its place
      When Alpha amends application Alpha#1 with
        | party seller | Gamma |
      And Alpha signs application Alpha#1 as buyer
      And Gamma signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is refused because DOC_MISSING
      And the refusal says document is disclosure
      And the refusal says party is seller
      And nothing has changed
      And a replay of the journal gives the same state

    Scenario: The parties are known, and an application lacks none
      When Alpha drafts a "neutral_market.pledge" application with
        | party seller | Omega      |
        | starts       | 2026-03-05 |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed
      When Alpha drafts a "neutral_market.pledge" application with
        | party seller | Alpha      |
        | starts       | 2026-03-05 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Alpha drafts a "neutral_market.pledge" application with
        | party witness | Beta       |
        | starts        | 2026-03-05 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Alpha drafts a "neutral_market.pledge" application with
        | starts   | 2026-03-05 |
        | quantity | 100        |
      And Alpha submits application Alpha#2
      Then it is refused because FIELD_MISSING
      And the refusal says party is seller
      And nothing has changed

    Scenario: What an empty draft lacks can be asked
      When Alpha drafts a "neutral_market.pledge" application with
        | quantity | 1 |
      And Alpha asks "core.application" where
        | application | 2 |
      Then the answer shows
        | application | state |
        | 2           | draft |

  Rule: What both stamp bears both seals, and what each hands in is each one's

    Scenario: One seal of two is not enough
      When Alpha attaches agreement to application Alpha#1 with
        | stamps | 1 |
      And Alpha submits application Alpha#1
      Then it is refused because SINGLE_STAMP_ONLY
      And the refusal says document is agreement
      And nothing has changed
      When Alpha attaches agreement to application Alpha#1 with
        | stamps | 0 |
      And Alpha submits application Alpha#1
      Then it is refused because NOT_STAMPED
      And nothing has changed

    Scenario: What one party lacks is told with its name
      When Beta sends "core.detach_material"
        | application | application Alpha#1                                              |
        | material    | disclosure                                                       |
        | party       | seller                                                           |
        | digest      | 1111111111111111111111111111111111111111111111111111111111111111 |
      Then it is refused because UNKNOWN_DOCUMENT
      When Alpha drafts a "neutral_market.pledge" application with
        | party seller | Beta       |
        | starts       | 2026-03-05 |
        | quantity     | 100        |
      And Alpha attaches agreement to application Alpha#2
      And Alpha attaches disclosure to application Alpha#2 with
        | party | buyer |
      And Alpha submits application Alpha#2
      Then it is refused because DOC_MISSING
      And the refusal says document is disclosure
      And the refusal says party is seller
      And nothing has changed

  Rule: What is filed for a day takes effect on it or not at all

    Background:
      When Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is accepted

    Scenario: It takes effect on its date
      When admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      Then application Alpha#1 is approved
      When it is 23:59:59 on 2026-03-04
      Then application Alpha#1 is approved
      When it is 00:00 on 2026-03-05
      Then application Alpha#1 is effective
      And a replay of the journal gives the same state

    Scenario: Approved on its date it takes effect at once
      When it is 14:59:59 on 2026-03-05
      And admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      Then application Alpha#1 is effective

    Scenario: Not approved by 15:00 of its date it expires
      When it is 15:00 on 2026-03-05
      Then application Alpha#1 is expired

    Scenario: What comes too late for its date is not submitted
      When Alpha amends application Alpha#1 with
        | quantity | 200 |
      And it is 15:00 on 2026-03-05
      And Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is refused because DEADLINE_PASSED
      And nothing has changed

    Scenario: What changes wants its originals anew
      When admin receives 1 sets of originals of application Alpha#1
      And Alpha amends application Alpha#1 with
        | quantity | 200 |
      And Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      And admin claims application Alpha#1
      And admin approves application Alpha#1
      Then it is refused because PAPER_NOT_RECEIVED
      And nothing has changed

    Scenario: A date on which nobody trades is refused at submission
      When Alpha amends application Alpha#1 with
        | starts | 2026-03-07 |
      And Alpha signs application Alpha#1 as buyer
      And Beta signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed
