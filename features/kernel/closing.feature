Feature: Closing an account
  Two of the staff close an account that holds nothing and owes nothing (AMB-80). It acts no more, its operators read
  on, and its participant may open another one.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1   |
      | Alpha   | 0         | 0    |
      | Beta    | 100000.00 | 0    |
      | Gamma   | 0         | 5000 |

  Rule: Two persons close an account that is empty

    Scenario: An empty account is closed by two of the staff
      When admin sends "core.close_account"
        | account | Alpha             |
        | reason  | asked for in 2026 |
      Then it is accepted
      When Alpha asks "core.accounts"
      Then the answer shows
        | account | state |
        | Alpha   | open  |
      When admin2 confirms proposal 2
      Then it is accepted
      When Alpha asks "core.accounts"
      Then the answer shows
        | account | participant | state  |
        | Alpha   | Alpha       | closed |
      And a replay of the journal gives the same state

    Scenario: A reason is said
      When admin sends "core.close_account"
        | account | Alpha |
        | reason  |       |
      Then it is refused because FIELD_MISSING
      And the refusal says field is reason
      And nothing has changed

    Scenario Outline: <who> closes no account
      When <who> sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

      Examples:
        | who      |
        | Alpha    |
        | registry |

    Scenario: There must be such an account
      When admin sends "core.close_account"
        | account | Omega     |
        | reason  | asked for |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: An account is not closed twice
      When admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      And admin confirms proposal 2
      Then it is refused because SAME_PERSON
      When admin2 confirms proposal 2
      And admin sends "core.close_account"
        | account | Alpha       |
        | reason  | asked again |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

  Rule: What an account holds, owes or has in progress stands against it

    Scenario: An account with cash is not closed
      When admin sends "core.close_account"
        | account | Beta      |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says cash is 100000.00
      And nothing has changed

    Scenario: An account with units is not closed
      When admin sends "core.close_account"
        | account | Gamma     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says instrument is U1
      And the refusal says quantity is 5000
      And nothing has changed

    Scenario: An account all of whose cash stands in a listing is not closed
      Given board is open at 13:00
      When channel sends "core.deposit"
        | account | Alpha  |
        | amount  | 502.50 |
      And Alpha posts to buy 10 t of U1 at 50.00
      Then Alpha has 0.00 yuan available
      When admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says cash is 502.50
      And nothing has changed

    Scenario: An account all of whose units stand in a block is not closed
      Given board is open at 13:00
      When Gamma offers a block to sell 5000 t of U1 at 50.00
      Then Gamma has 0 t of U1 available
      When admin sends "core.close_account"
        | account | Gamma     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And nothing has changed

    Scenario: What was sold today and is not settled is no reason to forget the seller
      Given board is open at 13:00
      When Gamma posts to sell 1000 t of U1 at 50.00
      And Beta takes to buy 1000 t of U1 at 50.00
      And Gamma sends "core.transfer_out"
        | account    | Gamma |
        | instrument | U1    |
        | quantity   | 4000  |
      And admin sends "core.close_account"
        | account | Gamma     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says cash is 49750.00
      And nothing has changed

    Scenario: An account that owes a fee is not closed, though nothing is left in it
      Given Delta has an account with 102.71 yuan
      And board is open at 13:00
      When Delta posts to buy 2 t of U1 at 51.10
      And Gamma takes to sell 1 t of U1 at 51.10
      And Gamma takes to sell 1 t of U1 at 51.10
      Then Delta has 0.00 yuan total
      When admin sends "core.close_account"
        | account | Delta     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says fee is 0.01
      And nothing has changed

    Scenario: An account that talks about a block is not closed before the dialogue ends
      Given board is open at 13:00
      When Gamma offers a block to sell 1000 t of U1 at 50.00
      And Alpha opens a dialogue about block Gamma#1
      And admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says dialogue is 1
      When Alpha ends dialogue 1
      And admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is accepted

    Scenario Outline: An account with an open application is not closed, as <side> of it
      When <applicant> drafts a "neutral_market.pledge" application with
        | party seller | <seller>   |
        | starts       | 2026-03-05 |
        | quantity     | 100        |
      And admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says application is 1
      When <applicant> withdraws application <applicant>#1
      And admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      Then it is accepted

      Examples:
        | side   | applicant | seller |
        | buyer  | Alpha     | Beta   |
        | seller | Beta      | Alpha  |

    Scenario: What came in between the two persons stands against it
      When admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      And channel sends "core.deposit"
        | account | Alpha |
        | amount  | 0.01  |
      And admin2 confirms proposal 2
      Then it is refused because ACCOUNT_NOT_EMPTY
      And the refusal says cash is 0.01
      And nothing has changed

  Rule: A closed account reads and does nothing else

    Background:
      Given board is open at 13:00
      When admin sends "core.close_account"
        | account | Alpha     |
        | reason  | asked for |
      And admin2 confirms proposal 2
      Then it is accepted

    Scenario: It declares nothing
      When Alpha posts to buy 10 t of U1 at 50.00
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When Gamma posts to sell 10 t of U1 at 50.00
      And Alpha takes to buy 10 t of U1 at 50.00
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When Alpha offers a block to buy 1000 t of U1 at 50.00
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: No cash comes in and none leaves
      When channel sends "core.deposit"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 1.00  |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: No units come in and none leave
      When registry sends "core.transfer_in"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 1     |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When Alpha sends "core.transfer_out"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 1     |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: It applies for nothing, neither by itself nor beside another
      When Alpha drafts a "neutral_market.pledge" application with
        | party seller | Beta |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When Beta drafts a "neutral_market.pledge" application with
        | party seller | Alpha |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: It gets no operator, from nobody
      When Alpha sends "core.add_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      When admin sends "core.add_operator"
        | account  | Alpha      |
        | operator | Alpha-desk |
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: Its operator reads what there was until the staff freeze him
      When Alpha asks "core.cash"
      Then the answer shows
        | account | total |
        | Alpha   | 0.00  |
      When Alpha sends "core.set_permissions"
        | account     | Alpha |
        | operator    | Alpha |
        | permissions | query |
      Then it is refused because ACCOUNT_CLOSED
      When admin sends "core.freeze_operator"
        | account  | Alpha |
        | operator | Alpha |
      Then it is accepted
      When Alpha asks "core.cash"
      Then it is refused because OPERATOR_FROZEN

    Scenario: It stays closed when a measure against it ends
      When admin sends "core.open_case"
        | account   | Alpha    |
        | behaviour | layering |
        | report    | R-1      |
      And admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | layering         |
        | case    | 1                |
      And admin sends "core.lift_measure"
        | measure_no | 1    |
        | reason     | over |
      And Alpha posts to buy 10 t of U1 at 50.00
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed

    Scenario: Its participant opens another account, under another number and another operator
      When admin sends "core.open_account"
        | account            | Alpha   |
        | participant        | Alpha   |
        | kind               | company |
        | operator           | Alpha-2 |
        | data_declared_true | true    |
      Then it is refused because DUPLICATE_ACCOUNT
      When admin sends "core.open_account"
        | account            | A-2     |
        | participant        | Alpha   |
        | kind               | company |
        | operator           | Alpha-2 |
        | data_declared_true | true    |
      Then it is accepted
      When channel sends "core.deposit"
        | account | A-2    |
        | amount  | 502.50 |
      And Alpha-2 sends "core.post_listing"
        | account    | A-2   |
        | instrument | U1    |
        | side       | buy   |
        | quantity   | 10    |
        | price      | 50.00 |
      Then it is accepted
      When Alpha posts to buy 10 t of U1 at 50.00
      Then it is refused because ACCOUNT_CLOSED
      And nothing has changed
      And a replay of the journal gives the same state
