Feature: Four eyes
  What needs two persons is proposed by one and takes effect when another confirms it.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 is registered on board as UNIT
    When admin sends "core.list_instrument"
      | instrument  | U1         |
      | listing_day | 2026-03-02 |
      | reference   | 50.00      |
    Then it is accepted

  Scenario: What is only proposed has no effect
    When admin asks "core.quotes"
    Then the answer shows
      | instrument | state      |
      | U1         | registered |
    When regulator asks "core.proposals"
    Then the answer has 1 rows
    And the answer shows
      | proposal | actor | command              |
      | 1        | admin | core.list_instrument |

  Scenario: A second person's confirmation gives it its effect
    When admin2 confirms proposal 1
    Then it is accepted
    When admin asks "core.quotes"
    Then the answer shows
      | instrument | state    |
      | U1         | admitted |
    When admin asks "core.proposals"
    Then the answer has 0 rows

  Scenario: Nobody confirms what he proposed himself
    When admin confirms proposal 1
    Then it is refused because SAME_PERSON
    And nothing has changed

  Scenario: What is confirmed is not confirmed again
    When admin2 confirms proposal 1
    And admin2 confirms proposal 1
    Then it is refused because PROPOSAL_CLOSED
    And nothing has changed

  Scenario: What is rejected has no effect
    When admin2 sends "core.reject_proposal"
      | proposal | 1             |
      | reason   | the price is off |
    Then it is accepted
    When admin2 confirms proposal 1
    Then it is refused because PROPOSAL_CLOSED
    And nothing has changed
    When admin asks "core.quotes"
    Then the answer shows
      | instrument | state      |
      | U1         | registered |

  Scenario: Nothing is rejected without a reason
    When admin2 sends "core.reject_proposal"
      | proposal | 1 |
    Then it is refused because FIELD_MISSING
    And the refusal says field is reason
    And nothing has changed

  Scenario: A proposal nobody made is not confirmed
    When admin2 confirms proposal 7
    Then it is refused because UNKNOWN_PROPOSAL
    And nothing has changed

  Scenario: The second person needs the same right
    Given settler is appointed as staff with the permissions "clearing"
    When settler confirms proposal 1
    Then it is refused because PERMISSION_DENIED
    And nothing has changed
    When settler sends "core.reject_proposal"
      | proposal | 1     |
      | reason   | envy  |
    Then it is refused because PERMISSION_DENIED
    And nothing has changed

  Scenario: A participant confirms nothing
    Given Alpha has an account with 0.00 yuan
    When Alpha confirms proposal 1
    Then it is refused because PERMISSION_DENIED
    And nothing has changed

  Scenario: What would be refused is not even proposed
    When admin sends "core.list_instrument"
      | instrument  | U9         |
      | listing_day | 2026-03-02 |
      | reference   | 50.00      |
    Then it is refused because UNKNOWN_INSTRUMENT
    And nothing has changed
    When admin asks "core.proposals"
    Then the answer has 1 rows

  Scenario: What has become wrong in the meantime is not confirmed
    When admin sends "core.list_instrument"
      | instrument  | U1         |
      | listing_day | 2026-03-02 |
      | reference   | 60.00      |
    And admin2 confirms proposal 1
    And admin2 confirms proposal 2
    Then it is refused because ALREADY_LISTED
    And nothing has changed
    Given the trading day of board opens
    Then U1 has the reference price 50.00

  Scenario: A day that has passed in the meantime is not confirmed
    Given it is 09:00 on 2026-03-03
    When admin2 confirms proposal 1
    Then it is refused because LISTING_TOO_EARLY
    And nothing has changed
