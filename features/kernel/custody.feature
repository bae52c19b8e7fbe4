Feature: Custody
  Cash comes and goes through the settlement channel, units through the registry; nothing else does.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash    | U1  |
      | Alpha   | 1000.00 | 500 |

  Rule: Cash

    Scenario: A deposit is available at once
      When channel sends "core.deposit"
        | account | Alpha |
        | amount  | 0.01  |
      Then it is accepted
      And Alpha has 1000.01 yuan available
      And Alpha has 1000.01 yuan withdrawable
      And Alpha has 1000.01 yuan total

    Scenario Outline: An amount of <amount> is no deposit
      When channel sends "core.deposit"
        | account | Alpha    |
        | amount  | <amount> |
      Then it is refused because BAD_AMOUNT
      And nothing has changed
      And Alpha has 1000.00 yuan total

      Examples:
        | amount              |
        | 0                   |
        | 0.00                |
        | -1.00               |
        | 1.001               |
        | ten                 |
        | 10000000000000.01   |
        | 9999999999999999999 |

    Scenario: The largest deposit is accepted
      When channel sends "core.deposit"
        | account | Alpha          |
        | amount  | 10000000000000 |
      Then it is accepted
      And Alpha has 10000000001000.00 yuan total

    Scenario: A deposit in another currency is refused
      When channel sends "core.deposit"
        | account | Alpha     |
        | amount  | 10.00 EUR |
      Then it is refused because BAD_UNIT
      And the refusal says unit is EUR
      And nothing has changed

    Scenario: A deposit for an unknown account is refused
      When channel sends "core.deposit"
        | account | Omega |
        | amount  | 10.00 |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: Nobody deposits but the settlement channel
      When Alpha sends "core.deposit"
        | account | Alpha |
        | amount  | 10.00 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A withdrawal takes the last fen
      When Alpha sends "core.withdraw"
        | account | Alpha   |
        | amount  | 1000.00 |
      Then it is accepted
      And Alpha has 0.00 yuan total

    Scenario: A withdrawal above the withdrawable balance is refused
      When Alpha sends "core.withdraw"
        | account | Alpha   |
        | amount  | 1000.01 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And the refusal says withdrawable is 1000.00
      And nothing has changed
      And Alpha has 1000.00 yuan total

    Scenario: A withdrawal of nothing is refused
      When Alpha sends "core.withdraw"
        | account | Alpha |
        | amount  | 0     |
      Then it is refused because BAD_AMOUNT
      And nothing has changed

    Scenario: Frozen cash does not leave
      Given board is open at 09:30
      When Alpha posts to buy 10 t of U1 at 50.00
      Then Alpha has 502.50 yuan frozen
      And Alpha has 497.50 yuan withdrawable
      When Alpha sends "core.withdraw"
        | account | Alpha  |
        | amount  | 497.51 |
      Then it is refused because INSUFFICIENT_WITHDRAWABLE
      And nothing has changed

  Rule: Units

    Scenario: Units that arrive are available at once
      When registry sends "core.transfer_in"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 1     |
      Then it is accepted
      And Alpha has 501 t of U1 available
      And Alpha has 501 t of U1 in-total

    Scenario Outline: A transfer of <quantity> t is refused
      When registry sends "core.transfer_in"
        | account    | Alpha      |
        | instrument | U1         |
        | quantity   | <quantity> |
      Then it is refused because BAD_QUANTITY
      And nothing has changed
      And Alpha has 500 t of U1 in-total

      Examples:
        | quantity             |
        | 0                    |
        | -1                   |
        | 0.5                  |
        | many                 |
        | 10000000001          |
        | 99999999999999999999 |

    Scenario: The registry never moves in more than there can be
      When registry sends "core.transfer_in"
        | account    | Alpha      |
        | instrument | U1         |
        | quantity   | 9999999501 |
      Then it is refused because BAD_QUANTITY
      And nothing has changed

    Scenario: Units of an unknown instrument do not arrive
      When registry sends "core.transfer_in"
        | account    | Alpha |
        | instrument | U9    |
        | quantity   | 1     |
      Then it is refused because UNKNOWN_INSTRUMENT
      And nothing has changed

    Scenario: Units of an unknown account do not arrive
      When registry sends "core.transfer_in"
        | account    | Omega |
        | instrument | U1    |
        | quantity   | 1     |
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed

    Scenario: Nobody moves units in but the registry
      When admin sends "core.transfer_in"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 1     |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Available units return to the registry
      When Alpha sends "core.transfer_out"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 500   |
      Then it is accepted
      And Alpha has 0 t of U1 in-total

    Scenario: More than the available units does not return
      When Alpha sends "core.transfer_out"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 501   |
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says transferable is 500
      And nothing has changed

    Scenario: Frozen units do not return
      Given board is open at 09:30
      When Alpha posts to sell 400 t of U1 at 50.00
      And Alpha sends "core.transfer_out"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 101   |
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says transferable is 100
      And nothing has changed
      And Alpha has 400 t of U1 frozen

    Scenario: Units bought today do not return
      Given Beta has an account with 1000.00 yuan
      And board is open at 09:30
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      Then Beta buys 10 t from Alpha at 50.00
      When Beta sends "core.transfer_out"
        | account    | Beta |
        | instrument | U1   |
        | quantity   | 1    |
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says transferable is 0
      And nothing has changed
      And Beta has 10 t of U1 undelivered

  Rule: What the bank or the registry reports is booked once

    Background:
      Given Gamma has an account with 0 yuan

    Scenario: A bank's reference is not credited twice
      When channel sends "core.deposit"
        | account   | Gamma  |
        | amount    | 100.00 |
        | reference | B-1    |
      Then it is accepted
      When channel sends "core.deposit"
        | account   | Gamma  |
        | amount    | 100.00 |
        | reference | B-1    |
      Then it is refused because ALREADY_BOOKED
      And the refusal says reference is B-1
      And nothing has changed
      And Gamma has 100.00 yuan available

    Scenario: A registry's reference is not booked twice
      When registry sends "core.transfer_in"
        | account    | Gamma |
        | instrument | U1    |
        | quantity   | 10    |
        | reference  | R-1   |
      And registry sends "core.transfer_in"
        | account    | Gamma |
        | instrument | U1    |
        | quantity   | 10    |
        | reference  | R-1   |
      Then it is refused because ALREADY_BOOKED
      And nothing has changed
      And Gamma has 10 t of U1 available

    Scenario: The bank and the registry may use the same number
      When channel sends "core.deposit"
        | account   | Gamma  |
        | amount    | 100.00 |
        | reference | 7      |
      And registry sends "core.transfer_in"
        | account    | Gamma |
        | instrument | U1    |
        | quantity   | 10    |
        | reference  | 7     |
      Then it is accepted
      And a replay of the journal gives the same state
