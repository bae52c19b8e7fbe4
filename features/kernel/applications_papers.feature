Feature: Paper originals
  Some applications want their documents on paper as well: so many sets, within so many working days.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Alpha has an account with 1000.00 yuan
    When Alpha drafts a "neutral_market.operator" application with
      | operator | Alpha-2 |
    And Alpha attaches letter to application Alpha#1
    And Alpha submits application Alpha#1
    Then it is accepted

  Rule: Nothing is approved that lacks its paper

    Scenario: The registry's review comes after the exchange's, and wants the originals
      When registry claims application Alpha#1
      Then it is refused because REVIEW_ORDER
      And the refusal says stage is first_review
      And nothing has changed
      When admin claims and approves application Alpha#1
      Then it is accepted
      When admin claims application Alpha#1
      Then it is refused because REVIEW_ORDER
      When registry claims application Alpha#1
      And registry approves application Alpha#1
      Then it is refused because PAPER_NOT_RECEIVED
      And nothing has changed
      When admin receives 1 sets of originals of application Alpha#1
      And registry approves application Alpha#1
      Then it is refused because PAPER_NOT_RECEIVED
      And nothing has changed
      When admin receives 1 sets of originals of application Alpha#1
      And registry approves application Alpha#1
      Then it is accepted
      And application Alpha#1 is approved

    Scenario: Originals are received by those who may, and in a number
      When registry receives 2 sets of originals of application Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When admin receives 0 sets of originals of application Alpha#1
      Then it is refused because BAD_FIELD
      And nothing has changed

    Scenario: Originals of a draft, or of what wants none, are not received
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-3 |
      And admin receives 2 sets of originals of application Alpha#2
      Then it is refused because STEP_ORDER
      And nothing has changed
      When Alpha drafts a "neutral_market.invoice" application with
        | title | Alpha Ltd |
      And admin receives 2 sets of originals of application Alpha#3
      Then it is refused because UNKNOWN_DOCUMENT
      And nothing has changed

    Scenario: A letter that was not signed by hand is not submitted
      When Alpha attaches letter to application Alpha#1 with
        | hand_signed | false |
      And Alpha submits application Alpha#1
      Then it is refused because SIGNATURE_MISSING
      And the refusal says document is letter
      And nothing has changed

    Scenario: Only one of an account's applications is under way
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-3 |
      And Alpha attaches letter to application Alpha#2
      And Alpha submits application Alpha#2
      Then it is refused because DUPLICATE_APPLICATION
      And nothing has changed

  Rule: Paper that is late comes too late

    # Submitted on Monday 2 March 2026: day 1 is Tuesday 3 March, day 20 is Monday 30 March.

    Scenario: Paper received on the twentieth working day is in time
      Given it is 23:59:59 on 2026-03-30
      When admin receives 2 sets of originals of application Alpha#1
      Then it is accepted
      Given it is 00:00 on 2026-03-31
      Then application Alpha#1 is in-review

    Scenario: Without its paper the application is rejected at the end of the twentieth working day
      Given it is 00:00 on 2026-03-31
      Then application Alpha#1 is rejected
      When admin receives 2 sets of originals of application Alpha#1
      Then it is refused because CASE_REJECTED
      And nothing has changed
      And a replay of the journal gives the same state

    Scenario: One set of two is not enough
      When admin receives 1 sets of originals of application Alpha#1
      And it is 00:00 on 2026-03-31
      Then application Alpha#1 is rejected

    Scenario: Taking the application back does not stop the clock
      When Alpha amends application Alpha#1 with
        | operator | Alpha-3 |
      And it is 10:00 on 2026-03-20
      And Alpha submits application Alpha#1
      And it is 00:00 on 2026-03-31
      Then application Alpha#1 is rejected

    Scenario: A fresh application may follow
      Given it is 09:00 on 2026-03-31
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      And Alpha attaches letter to application Alpha#2
      And Alpha submits application Alpha#2
      Then it is accepted
