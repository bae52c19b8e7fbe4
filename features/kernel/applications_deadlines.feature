Feature: Deadlines and effects of applications
  An application that nobody goes on with ends by itself; one that is approved takes effect at once, on the next
  calendar day or on the next trading day.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Alpha has an account with 1000.00 yuan
    And Li is let in as an applicant

  Rule: An application ends with its deadline

    Scenario: A draft that is never submitted expires after calendar days
      When Li drafts a "neutral_market.opening" application with
        | account | A-1 |
      And it is 23:59:59 on 2026-03-12
      Then application Li#1 is a-draft
      When it is 00:00 on 2026-03-13
      Then application Li#1 is expired
      When Li submits application Li#1
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed
      And a replay of the journal gives the same state

    Scenario: A review that is not done within its working days ends in rejection
      When admin drafts a "neutral_market.remark" application with
        | on behalf of | Alpha  |
        | title        | a wish |
      And admin submits application Alpha#1
      And it is 23:59:59 on 2026-03-04
      Then application Alpha#1 is in-review
      When it is 00:00 on 2026-03-05
      Then application Alpha#1 is rejected

    Scenario: Working days count, and not the days between
      Given it is 09:00 on 2026-04-03
      When admin drafts a "neutral_market.remark" application with
        | on behalf of | Alpha  |
        | title        | a wish |
      And admin submits application Alpha#1
      And it is 23:59:59 on 2026-04-08
      Then application Alpha#1 is in-review
      When it is 00:00 on 2026-04-09
      Then application Alpha#1 is rejected

    Scenario: A deadline beyond what is published is refused when it would begin
      Given it is 09:00 on 2026-12-31
      When admin drafts a "neutral_market.remark" application with
        | on behalf of | Alpha  |
        | title        | a wish |
      And admin submits application Alpha#1
      Then it is refused because CALENDAR_NOT_PUBLISHED
      And nothing has changed

  Rule: A correction and a payment have their deadlines

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
      And admin states test of application Li#1 with
        | reference | T-1 |
        | score     | 60  |
      And admin claims application Li#1
      Then it is accepted

    Scenario: What was submitted outlives the deadline of a draft
      When it is 00:00 on 2026-03-13
      Then application Li#1 is in-review

    Scenario: What is returned expires unless it is submitted again in time
      When admin returns application Li#1 because "unreadable"
      And it is 23:59:59 on 2026-03-09
      Then application Li#1 is returned
      When it is 00:00 on 2026-03-10
      Then application Li#1 is expired

    Scenario: A correction that is submitted in time is reviewed however long it takes
      When admin returns application Li#1 because "unreadable"
      And it is 10:00 on 2026-03-09
      And Li submits application Li#1
      And it is 00:00 on 2026-03-20
      Then application Li#1 is in-review

    Scenario: What is approved and never paid for expires, and is stated no more
      When admin approves application Li#1
      And admin2 claims and approves application Li#1
      And it is 00:00 on 2026-03-06
      Then application Li#1 is expired
      When channel states payment of application Li#1 with
        | reference | P-1                |
        | amount    | 200.00             |
        | identity  | 11010519491231002X |
        | user      | Li                 |
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed

  Rule: An effect comes at once or on its day

    Scenario: What needs no review takes effect with its submission
      When Alpha drafts a "neutral_market.reached" application with
        | operator | Alpha       |
        | mobile   | 13800138000 |
      And Alpha submits application Alpha#1
      Then it is accepted
      And application Alpha#1 is effective
      When Alpha asks "core.operators"
      Then the answer shows
        | operator | mobile      |
        | Alpha    | 138****8000 |
      And a replay of the journal gives the same state

    Scenario: What it would cause is objected to at its submission
      When Alpha drafts a "neutral_market.reached" application with
        | operator | Omega       |
        | mobile   | 13800138000 |
      And Alpha submits application Alpha#1
      Then it is refused because UNKNOWN_ACTOR
      And nothing has changed

    Scenario: The next trading day is not the next day
      Given it is 15:30 on 2026-03-06
      When Alpha drafts a "neutral_market.invoice" application with
        | title | Alpha Ltd |
      And Alpha submits application Alpha#1
      Then application Alpha#1 is approved
      When it is 23:59:59 on 2026-03-08
      Then application Alpha#1 is approved
      When it is 00:00 on 2026-03-09
      Then application Alpha#1 is effective

    Scenario: The next calendar day is a Saturday as well
      Given it is 15:30 on 2026-03-06
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      And Alpha attaches letter to application Alpha#1
      And Alpha submits application Alpha#1
      And admin receives 2 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      And registry claims and approves application Alpha#1
      Then application Alpha#1 is approved
      When Alpha-2 asks "core.cash"
      Then it is refused because UNKNOWN_ACTOR
      When admin lets application Alpha#1 take effect
      Then it is refused because STEP_ORDER
      And nothing has changed
      When it is 00:00 on 2026-03-07
      Then application Alpha#1 is effective
      When Alpha-2 asks "core.cash"
      Then the answer has 1 rows
      And a replay of the journal gives the same state

    Scenario: An effect that would be refused on its day becomes a fact and stops nothing
      When Alpha drafts a "neutral_market.operator" application with
        | operator | Alpha-2 |
      And Alpha attaches letter to application Alpha#1
      And Alpha submits application Alpha#1
      And admin receives 2 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      And registry claims and approves application Alpha#1
      And Alpha sends "core.add_operator"
        | account     | Alpha   |
        | operator    | Alpha-2 |
        | permissions | query   |
      And it is 00:00 on 2026-03-03
      Then application Alpha#1 is failed
      When Alpha asks "core.application_steps" where
        | step | application_failed |
      Then the answer has 1 rows
      And a replay of the journal gives the same state

    Scenario: What waits for its day may still be withdrawn
      When Alpha drafts a "neutral_market.invoice" application with
        | title | Alpha Ltd |
      And Alpha submits application Alpha#1
      And Alpha withdraws application Alpha#1
      Then application Alpha#1 is withdrawn
      When it is 00:00 on 2026-03-03
      Then application Alpha#1 is withdrawn
