Feature: Parties
  One participant has one trading account, its operators act within their permissions, and everyone else
  acts within a role.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And Alpha has an account with 1000.00 yuan

  Rule: A participant has one trading account

    Scenario: An account is opened once its data are declared true
      When admin sends "core.open_account"
        | account            | A-2       |
        | participant        | Gamma     |
        | kind               | company   |
        | operator           | Gamma-1   |
        | data_declared_true | true      |
      Then it is accepted
      When Gamma-1 asks "core.cash"
      Then the answer has 1 rows
      And the answer shows
        | account | total | fees_due |
        | A-2     | 0.00  | 0.00     |

    Scenario: An account is not opened without the declaration
      When admin sends "core.open_account"
        | account     | A-2     |
        | participant | Gamma   |
        | kind        | company |
        | operator    | Gamma-1 |
      Then it is refused because DECLARATION_MISSING
      And nothing has changed
      When Gamma-1 asks "core.cash"
      Then it is refused because UNKNOWN_ACTOR

    Scenario: An account is not opened while a field is missing
      When admin sends "core.open_account"
        | account            | A-2     |
        | participant        | Gamma   |
        | kind               |         |
        | operator           | Gamma-1 |
        | data_declared_true | true    |
      Then it is refused because FIELD_MISSING
      And the refusal says field is kind
      And nothing has changed

    Scenario: A participant does not get a second account
      When admin sends "core.open_account"
        | account            | A-2     |
        | participant        | Alpha   |
        | kind               | company |
        | operator           | Alpha-2 |
        | data_declared_true | true    |
      Then it is refused because DUPLICATE_ACCOUNT
      And the refusal says account is Alpha
      And nothing has changed

    Scenario: An account number is not given twice
      When admin sends "core.open_account"
        | account            | Alpha   |
        | participant        | Gamma   |
        | kind               | company |
        | operator           | Gamma-1 |
        | data_declared_true | true    |
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed

    Scenario: An operator's name is not given twice
      When admin sends "core.open_account"
        | account            | A-2     |
        | participant        | Gamma   |
        | kind               | company |
        | operator           | Alpha   |
        | data_declared_true | true    |
      Then it is refused because OPERATOR_EXISTS
      And nothing has changed

    Scenario: Only the exchange opens accounts
      When registry sends "core.open_account"
        | account            | A-2     |
        | participant        | Gamma   |
        | kind               | company |
        | operator           | Gamma-1 |
        | data_declared_true | true    |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: An operator acts within his permissions and for his own account

    Background:
      Given Beta has an account with 1000.00 yuan
      When Alpha sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-desk       |
        | permissions | operators, query |
      Then it is accepted

    Scenario: An operator reads with the permission to query
      When Alpha-desk asks "core.cash"
      Then the answer shows
        | account | total   |
        | Alpha   | 1000.00 |

    Scenario: An operator without the permission for cash withdraws nothing
      When Alpha-desk sends "core.withdraw"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is refused because PERMISSION_DENIED
      And the refusal says actor is Alpha-desk
      And nothing has changed
      And Alpha has 1000.00 yuan available

    Scenario: An operator gains a permission from one who has it
      When Alpha sends "core.set_permissions"
        | account     | Alpha      |
        | operator    | Alpha-desk |
        | permissions | cash       |
      And Alpha-desk sends "core.withdraw"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is accepted
      And Alpha has 990.00 yuan available

    Scenario: An operator gives no permission beyond his own
      When Alpha-desk sends "core.set_permissions"
        | account     | Alpha      |
        | operator    | Alpha-desk |
        | permissions | trade      |
      Then it is refused because PERMISSION_DENIED
      And the refusal says permission is trade
      And nothing has changed

    Scenario: A permission nobody knows is refused
      When Alpha sends "core.add_operator"
        | account     | Alpha     |
        | operator    | Alpha-3   |
        | permissions | gardening |
      Then it is refused because BAD_FIELD
      And the refusal says value is gardening
      And nothing has changed

    Scenario: An operator does not act for another's account
      When Beta sends "core.withdraw"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      And Alpha has 1000.00 yuan available

    Scenario: An operator acts for no account that is unknown
      When Alpha sends "core.withdraw"
        | account | Omega |
        | amount  | 10.00 |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: An operator of another account is out of reach
      When Beta sends "core.freeze_operator"
        | account  | Beta       |
        | operator | Alpha-desk |
      Then it is refused because UNKNOWN_ACTOR
      And nothing has changed

    Scenario: A frozen operator neither acts nor reads until he is unfrozen
      When Alpha sends "core.freeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      And Alpha-desk sends "core.unfreeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because OPERATOR_FROZEN
      And nothing has changed
      When Alpha-desk asks "core.cash"
      Then it is refused because OPERATOR_FROZEN
      When Alpha-desk asks "core.orders"
      Then it is refused because OPERATOR_FROZEN
      When Alpha sends "core.unfreeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      And Alpha-desk asks "core.cash"
      Then the answer has 1 rows

    Scenario: An operator is not frozen twice
      When Alpha sends "core.freeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      And admin sends "core.freeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: An operator who is not frozen is not unfrozen
      When Alpha sends "core.unfreeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: An account has at most five operators
      When Alpha sends "core.add_operator"
        | account  | Alpha   |
        | operator | Alpha-3 |
      And Alpha sends "core.add_operator"
        | account  | Alpha   |
        | operator | Alpha-4 |
      And Alpha sends "core.add_operator"
        | account  | Alpha   |
        | operator | Alpha-5 |
      Then it is accepted
      When Alpha sends "core.add_operator"
        | account  | Alpha   |
        | operator | Alpha-6 |
      Then it is refused because TOO_MANY_OPERATORS
      And the refusal says most is 5
      And nothing has changed

  Rule: Everyone else acts within a role

    Scenario: Staff act within their permissions
      Given settler is appointed as staff with the permissions "clearing"
      When settler sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Nobody appoints anybody alone
      When admin sends "core.appoint_staff"
        | user | settler |
        | role | staff   |
      Then it is accepted
      When settler asks "core.board"
      Then it is refused because UNKNOWN_ACTOR
      When admin confirms proposal 1
      Then it is refused because SAME_PERSON
      And nothing has changed

    Scenario: Nobody gives a permission that he does not hold
      Given clerk is appointed as staff with the permissions "parties"
      When clerk sends "core.appoint_staff"
        | user        | friend    |
        | role        | staff     |
        | permissions | oversight |
      Then it is refused because PERMISSION_DENIED
      And the refusal says permission is oversight
      And nothing has changed

    Scenario: A member of the staff who is frozen does nothing until two persons unfreeze him
      Given settler is appointed as staff with the permissions "clearing"
      When admin sends "core.freeze_user"
        | user | settler |
      Then it is accepted
      When settler asks "core.markets"
      Then it is refused because OPERATOR_FROZEN
      When admin sends "core.unfreeze_user"
        | user | settler |
      And admin2 confirms proposal 2
      And settler asks "core.markets"
      Then it is accepted

    Scenario: A permission that two persons take away is gone
      Given settler is appointed as staff with the permissions "clearing"
      When admin sends "core.set_staff_permissions"
        | user        | settler |
        | permissions | []      |
      And admin2 confirms proposal 2
      And settler sends "core.clear_day"
        | market | board |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario Outline: Freezing <user> is refused because <code>
      When admin sends "core.freeze_user"
        | user | <user> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | user   | code          |
        | admin  | SAME_PERSON   |
        | Alpha  | UNKNOWN_ACTOR |
        | nobody | UNKNOWN_ACTOR |

    Scenario: A role nobody knows is not given
      When admin sends "core.appoint_staff"
        | user | visitor |
        | role | visitor |
      Then it is refused because BAD_FIELD
      And the refusal says field is role
      And nothing has changed

    Scenario: A name that is taken is not appointed
      When admin sends "core.appoint_staff"
        | user | Alpha     |
        | role | regulator |
      Then it is refused because OPERATOR_EXISTS
      And nothing has changed

    Scenario: An operator is no member of the staff
      When Alpha sends "core.appoint_staff"
        | user | Alpha-9 |
        | role | staff   |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A regulator only reads
      When regulator sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When regulator asks "core.cash"
      Then the answer shows
        | account | total   |
        | Alpha   | 1000.00 |

    Scenario: Someone unknown does nothing
      When Omega sends "core.withdraw"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is refused because UNKNOWN_ACTOR
      And nothing has changed

    Scenario: Someone who has not signed in does nothing
      When nobody sends "core.withdraw"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is refused because AUTH_REQUIRED
      And nothing has changed
