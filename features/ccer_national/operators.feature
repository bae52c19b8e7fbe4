Feature: Operators of a CCER account
  A participant manages the operators of its account; a new one has a mail address to which word is sent.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash      | CCER-P1-2024 |
      | Alpha   | 100000.00 | 500          |
    And ccer is open at 10:00

  Rule: Question 19, several operators with permissions of their own

    @CCER-Q19-b
    Scenario: Each operator does what he may
      When Alpha sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-desk       |
        | permissions | trade            |
        | mail        | desk@example.com |
      And Alpha-desk sends "core.post_listing"
        | account    | Alpha        |
        | instrument | CCER-P1-2024 |
        | side       | sell         |
        | quantity   | 100          |
        | price      | 63.51        |
        | trade_no   | A-1          |
      Then it is accepted
      When Alpha-desk sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @CCER-Q19-b
    Scenario: Nobody has a permission beyond those of who gives it
      When Alpha sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-desk       |
        | permissions | operators, trade |
        | mail        | desk@example.com |
      And Alpha-desk sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-till       |
        | permissions | cash             |
        | mail        | till@example.com |
      Then it is refused because PERMISSION_DENIED
      And the refusal says permission is cash
      And the refusal cites CCER-Q19-b
      And nothing has changed

  Rule: Question 75, operators are added, modified, frozen and unfrozen

    Background:
      When Alpha sends "core.add_operator"
        | account     | Alpha            |
        | operator    | Alpha-desk       |
        | permissions | query            |
        | mail        | desk@example.com |
        | mobile      | 13800138000      |
      Then it is accepted

    @CCER-Q75
    Scenario: An operator is modified
      When Alpha sends "core.modify_operator"
        | account  | Alpha             |
        | operator | Alpha-desk        |
        | mail     | other@example.com |
      Then it is accepted
      When Alpha asks "core.operators"
      Then the answer shows
        | operator   | mail              | mobile      | frozen |
        | Alpha-desk | o***@example.com  | 138****8000 | False  |

    @CCER-Q75
    Scenario: An operator is frozen and unfrozen
      When Alpha sends "core.freeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      And Alpha-desk asks "core.cash"
      Then it is refused because OPERATOR_FROZEN
      And nothing has changed
      When Alpha sends "core.unfreeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      And Alpha-desk asks "core.cash"
      Then the answer has 1 rows

    @CCER-Q75
    Scenario: An operator who is not frozen stays as he is
      When Alpha sends "core.unfreeze_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because BAD_STATE
      And the refusal cites CCER-Q75
      And nothing has changed

    @CCER-Q75
    Scenario: A name that is taken is not given to another operator
      When Alpha sends "core.add_operator"
        | account  | Alpha            |
        | operator | Alpha-desk       |
        | mail     | more@example.com |
      Then it is refused because OPERATOR_EXISTS
      And the refusal cites CCER-Q75
      And nothing has changed

  Rule: Question 76, a new operator is written to

    @CCER-Q76
    Scenario: A new operator without a mail address is refused
      When Alpha sends "core.add_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because BAD_EMAIL
      And the refusal cites CCER-Q76
      And nothing has changed

    @CCER-Q76
    Scenario Outline: The mail address <mail> is none
      When Alpha sends "core.add_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
        | mail     | <mail>     |
      Then it is refused because BAD_EMAIL
      And the refusal cites CCER-Q76
      And nothing has changed

      Examples:
        | mail              |
        | desk              |
        | desk@             |
        | desk@example      |
        | desk@@example.com |
