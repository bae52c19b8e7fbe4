Feature: Closing a CCER account
  A participant without product and cash leaves; its entity is free to apply for another account.

  Background:
    Given the exchange runs "ccer_national" on 2026-03-02
    And alpha has opened an account jointly
    And beta is let in as an applicant

  @CCER-Q19-a
  Scenario: An entity whose account was closed applies for another
    Given beta has filled in a joint opening
    When beta submits application beta#1
    Then it is refused because DUPLICATE_ACCOUNT
    And nothing has changed
    When admin sends "core.close_account"
      | account | CCER00000001 |
      | reason  | asked for    |
    And admin2 confirms proposal 1
    And beta submits application beta#1
    Then it is accepted
    When alpha asks "ccer_national.participants"
    Then the answer shows
      | account      | credit_code        |
      | CCER00000001 | 91999999MA0000000K |
    And a replay of the journal gives the same state

  @CCER-Q20-a
  Scenario: Of a closed account no yearly fee falls due
    When admin sends "core.close_account"
      | account | CCER00000001 |
      | reason  | asked for    |
    And admin2 confirms proposal 1
    And it is 09:00 on 2027-01-04
    And admin asks "ccer_national.account_fees"
    Then the answer has 1 rows
    And a replay of the journal gives the same state

  @CCER-Q22-a
  Scenario: The registry changes nothing of a closed account
    When admin sends "core.close_account"
      | account | CCER00000001 |
      | reason  | asked for    |
    And admin2 confirms proposal 1
    And registry sends a change of name of CCER00000001 as case R-1
      | participant | 新样例公司 |
    Then it is refused because ACCOUNT_CLOSED
    And nothing has changed

  @CCER-Q20-a
  Scenario: An account that owes the fee of a year is not closed before it is paid
    When it is 09:00 on 2027-01-04
    And admin sends "core.close_account"
      | account | CCER00000001 |
      | reason  | asked for    |
    Then it is refused because ACCOUNT_NOT_EMPTY
    And the refusal says engaged_in is yearly_fee_2027
    And nothing has changed
    When admin sends "ccer_national.record_yearly_fee"
      | account   | CCER00000001 |
      | year      | 2027         |
      | amount    | 1000.00      |
      | reference | Y-1          |
    And admin sends "core.close_account"
      | account | CCER00000001 |
      | reason  | asked for    |
    Then it is accepted
