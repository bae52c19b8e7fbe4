Feature: Rule packs
  A pack is enabled, drained and disabled. A draining pack takes nothing new, what is open runs to its end.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
    And board is open at 09:30

  Rule: Draining takes nothing new and lets what is open run to its end

    Background:
      When admin sends "core.drain_pack"
        | pack | neutral_market |
      Then it is accepted

    Scenario: The open day trades and settles to its end
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      Then Beta buys 10 t from Alpha at 50.00
      Given the day of board is closed and settled
      Then the market board is settled
      And Alpha has 100497.50 yuan withdrawable

    Scenario: Further days are counted and trade nothing
      When it is 09:00 on 2026-03-03
      And admin sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is accepted
      And it is 09:30
      When Alpha posts to sell 10 t of U1 at 50.00
      Then it is refused because METHOD_NOT_OPEN
      And nothing has changed

    Scenario: Units bought before come free while the pack drains
      When Alpha posts to sell 10 t of U1 at 50.00
      And Beta takes to buy 10 t of U1 at 50.00
      Then Beta buys 10 t from Alpha at 50.00
      Given the day of board is closed and settled
      Then Beta has 10 t of U1 locked
      Given 1 trading days later board is open at 09:30
      Then Beta has 10 t of U1 available

    Scenario: No further instrument is registered
      When registry sends "core.register_instrument"
        | instrument | U2    |
        | market     | board |
        | product    | UNIT  |
      Then it is refused because PACK_DRAINING
      And nothing has changed

    Scenario: What was registered before is not listed any more
      When admin sends "core.enable_pack"
        | pack | neutral_market |
      And registry sends "core.register_instrument"
        | instrument | U2    |
        | market     | board |
        | product    | UNIT  |
      And admin sends "core.drain_pack"
        | pack | neutral_market |
      And admin sends "core.list_instrument"
        | instrument  | U2         |
        | listing_day | 2026-03-03 |
        | reference   | 50.00      |
      Then it is refused because PACK_DRAINING
      And nothing has changed

    Scenario: A draining pack is not drained again
      When admin sends "core.drain_pack"
        | pack | neutral_market |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: It is not disabled before its days are settled
      When admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is refused because SETTLEMENT_PENDING
      And the refusal says day is 2026-03-02
      And nothing has changed

    Scenario: It is not disabled while units are held
      Given the day of board is closed and settled
      When admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is refused because BAD_STATE
      And the refusal says state is held
      And nothing has changed

    Scenario: It is disabled once nothing is held
      Given the day of board is closed and settled
      When Alpha sends "core.transfer_out"
        | account    | Alpha |
        | instrument | U1    |
        | quantity   | 500   |
      And admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is accepted
      And a replay of the journal gives the same state
      When it is 09:00 on 2026-03-03
      And admin sends "core.open_day"
        | market | board |
        | day    | today |
      Then it is refused because PACK_DRAINING
      And nothing has changed

    Scenario: It may be enabled again
      When admin sends "core.enable_pack"
        | pack | neutral_market |
      Then it is accepted
      Given 1 trading days later board is open at 09:30
      When Alpha posts to sell 10 t of U1 at 50.00
      Then it is accepted

  Rule: A pack goes through its states in order

    Scenario: An enabled pack is not enabled again
      When admin sends "core.enable_pack"
        | pack | neutral_market |
      Then it is refused because BAD_STATE
      And nothing has changed

    Scenario: An enabled pack is not disabled before it is drained
      When admin sends "core.disable_pack"
        | pack | neutral_market |
      Then it is refused because BAD_STATE
      And the refusal says state is enabled
      And nothing has changed

    Scenario Outline: A pack that is not installed answers no <command>
      When admin sends "<command>"
        | pack | lunar_market |
      Then it is refused because UNKNOWN_PACK
      And nothing has changed

      Examples:
        | command           |
        | core.enable_pack  |
        | core.drain_pack   |
        | core.disable_pack |

    Scenario: The registry drains no pack
      When registry sends "core.drain_pack"
        | pack | neutral_market |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
