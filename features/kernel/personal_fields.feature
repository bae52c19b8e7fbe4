Feature: Personal fields
  Where a person is reached is checked at the door and shown masked; what is kept stands for it and is not it.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Alpha has an account with 1000.00 yuan

  Rule: What is not of its form is refused at the door

    Scenario: A bad mail address opens no account
      When admin sends "core.open_account"
        | account            | A-2     |
        | participant        | Gamma   |
        | kind               | company |
        | operator           | Gamma-1 |
        | data_declared_true | true    |
        | mail               | gamma   |
      Then it is refused because BAD_EMAIL
      And nothing has changed

    Scenario Outline: The mobile number <mobile> is none
      When Alpha sends "core.modify_operator"
        | account  | Alpha    |
        | operator | Alpha    |
        | mobile   | <mobile> |
      Then it is refused because BAD_MOBILE
      And nothing has changed

      Examples:
        | mobile         |
        | 1380013800     |
        | 138001380001   |
        | 12800138000    |
        | +8613800138000 |

  Rule: What is kept is shown masked, to those it concerns

    Scenario: An operator has a mail address and a mobile number where the market asks for none
      When Alpha sends "core.modify_operator"
        | account  | Alpha            |
        | operator | Alpha            |
        | mail     | desk@example.com |
        | mobile   | 13800138000      |
      Then it is accepted
      When Alpha asks "core.operators"
      Then the answer shows
        | account | operator | mail             | mobile      |
        | Alpha   | Alpha    | d***@example.com | 138****8000 |
      And a replay of the journal gives the same state

    Scenario: What is left out stays as it was
      When Alpha sends "core.modify_operator"
        | account  | Alpha       |
        | operator | Alpha       |
        | mobile   | 13800138000 |
      And admin sends "core.modify_operator"
        | account  | Alpha            |
        | operator | Alpha            |
        | mail     | desk@example.com |
      And admin asks "core.operators"
      Then the answer shows
        | operator | mail             | mobile      |
        | Alpha    | d***@example.com | 138****8000 |

    Scenario: A modification that changes nothing is refused
      When Alpha sends "core.modify_operator"
        | account  | Alpha |
        | operator | Alpha |
      Then it is refused because FIELD_MISSING
      And nothing has changed

    Scenario: Who may less does not decide where who may more is reached
      When Alpha sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-desk       |
        | permissions | operators, query |
      And Alpha-desk sends "core.modify_operator"
        | account  | Alpha            |
        | operator | Alpha            |
        | mail     | mine@example.com |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Another account's operator is not modified
      Given Beta has an account with 1000.00 yuan
      When Alpha sends "core.modify_operator"
        | account  | Beta             |
        | operator | Beta             |
        | mail     | mine@example.com |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Alpha sends "core.modify_operator"
        | account  | Alpha            |
        | operator | Beta             |
        | mail     | mine@example.com |
      Then it is refused because UNKNOWN_ACTOR
      And nothing has changed
