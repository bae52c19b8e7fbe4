Feature: Risk measures
  The exchange offers three measures: a product freeze in the buyer's account, a margin freeze in the seller's cash
  account, and the monitoring of the collateral ratio. A stated freeze ratio governs; a computed one is one minus the
  initial price over the volume-weighted mean price of the listed trades of the twenty trading days before.

  Background:
    Given the exchange runs "sh_repo" on 2026-01-05
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA   |
      | Alpha   | 500000.00  | 100000 |
      | Beta    | 5000000.00 | 50000  |
      | Gamma   | 5000000.00 | 10000  |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille

  Rule: Product freeze (article 21)

    @REPO-A6-21 @REPO-A6-1.15 @REPO-A3-5 @REPO-A6-20
    Scenario: A stated ratio governs: 20.00 per cent of 50,000 t are 10,000 t
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio | 20.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then contract Alpha#1 secures 10000 t and 0.00 yuan
      And Beta has 10000 t of SHEA pledged
      And Beta has 90000 t of SHEA available

    @REPO-A6-21
    Scenario: A stated ratio that doesn't come out whole is rounded up to the tonne
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 49999 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio      | 20.00      |
        | initial_amount    | 1719965.60 |
        | repurchase_amount | 1749965.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then contract Alpha#1 secures 10000 t and 0.00 yuan

    @REPO-A6-21 @REPO-A6-1.15
    Scenario: A computed ratio: volume-weighted over the window, never the mean of the closes
      # 300 t at 43.00 and 100 t at 42.00 make 17,100.00 / 400 t = 42.75; 34.20 is 0.8 of it, so a fifth is frozen.
      Given shea is open at 10:00
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 999    | 40.00 |
      And shea trades until it is 10:00 on 2026-02-02
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 300    | 43.00 |
      And shea trades until it is 10:00 on 2026-02-11
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 42.00 |
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio   |            |
        | initial_price  | 34.20      |
        | initial_amount | 1710000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 500    | 46.00 |
      And the initial trade of Alpha#1 is done
      Then contract Alpha#1 secures 10000 t and 0.00 yuan

    @REPO-A6-21
    Scenario: The window holds twenty trading days, and the tonnes are rounded up
      # Twenty trading days before 2026-03-04 begin on 2026-01-27, the Spring Festival in between.
      # 7 t at 43.00 and 2 t at 41.00 make 383.00 / 9 t; 1 - 34.40 x 9 / 383.00 = 73.40 / 383.00; of 50,000 t: 9,582.24…
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-01-26
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 999    | 40.00 |
      And shea trades until it is 10:00 on 2026-01-27
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 7      | 43.00 |
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio |  |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-03
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 2      | 41.00 |
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then contract Alpha#1 secures 9583 t and 0.00 yuan

    @REPO-A6-21
    Scenario: Without a listed trade in the window the parties must state the ratio
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio |  |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then it is refused because NO_REFERENCE_VWAP
      And nothing has changed

    @REPO-A6-21
    Scenario: An initial price above the market's computes no freeze: a ratio must be stated
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 39.00 |
      And Alpha and Beta agree on a repo of 10000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | freeze_ratio   |           |
        | initial_price  | 39.00     |
        | initial_amount | 390000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then it is refused because FREEZE_REQUIRED
      And nothing has changed

  Rule: Margin freeze (article 1, item 16)

    @REPO-A6-1.16 @REPO-A3-6
    Scenario: The margin is frozen in the seller's account, counts towards the repurchase, and is released with it
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | margin | 100000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then contract Alpha#1 secures 10000 t and 100000.00 yuan
      And Alpha has 100000.00 yuan margin
      And Alpha has 2118624.00 yuan available
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      Then Alpha has 1651400.00 yuan frozen
      When Beta confirms the repurchase of Alpha#1
      Then Alpha has 0.00 yuan margin
      And Alpha has 467224.00 yuan available
      And contract Alpha#1 secures 0 t and 0.00 yuan

    @REPO-A6-1.16
    Scenario: A margin that the seller can't put up, what it is paid included
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | margin | 2218624.01 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      And admin completes the initial trade of Alpha#1
      Then it is refused because INSUFFICIENT_FUNDS
      And nothing has changed

  Rule: Collateral ratio (article 1, item 17)

    @REPO-A6-1.17-a @REPO-A6-1.17-b
    Scenario: Computed after each close on the buyer's account, with its alarm
      # 100,000 t at 44.00 and 500,000.00 yuan make 4,900,000.00; 50,000 t at 44.00 are 2,200,000.00: 2.2273.
      Given Delta has an account with 2221376.00 yuan
      And Delta holds 50000 t of SHEA
      And Delta is a senior-trader in Shanghai
      And Delta is qualified for repos
      And shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Delta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-06 with
        | monitored          | true      |
        | monitoring_formula | reference |
        | alarm_ratio        | 220.00    |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 44.00 |
      When it is 15:01
      Then the collateral ratio of Alpha#1 on 2026-03-04 is 2.2273
      And no collateral alarm rings for Alpha#1
      When shea trades until it is 10:00 on 2026-03-05
      And Delta sends "core.withdraw"
        | account | Delta     |
        | amount  | 100000.00 |
      And it is 15:01
      # 4,800,000.00 / 2,200,000.00
      Then the collateral ratio of Alpha#1 on 2026-03-05 is 2.1818
      And a collateral alarm rings for Alpha#1 on 2026-03-05
      And contract Alpha#1 is outstanding
      And a replay of the journal gives the same state

    @REPO-A6-1.17-a
    Scenario: Several monitored contracts of one buyer count together
      # 80,000 t at 43.00 and 1,935,000.00 yuan over 30,000 t at 43.00: (3,440,000 + 1,935,000) / 1,290,000 = 4.1667
      Given Delta has an account with 2967825.60 yuan
      And Delta holds 50000 t of SHEA
      And Delta is a senior-trader in Shanghai
      And Delta is qualified for repos
      And shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Delta agree on a repo of 10000 t of SHEA from 2026-03-04 to 2026-03-06 with
        | monitored          | true      |
        | monitoring_formula | reference |
      And the filing Alpha#1 is approved
      And Alpha and Delta agree on a repo of 20000 t of SHEA from 2026-03-04 to 2026-03-06 with
        | agreement_no       | R-2026-002 |
        | monitored          | true       |
        | monitoring_formula | reference  |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And the initial trade of Alpha#2 is done
      When it is 15:01
      Then the collateral ratio of Alpha#1 on 2026-03-04 is 4.1667
      And the collateral ratio of Alpha#2 on 2026-03-04 is 4.1667
      And no collateral alarm rings for Alpha#1

  Rule: Each measure is seen with its contract

    @REPO-A6-20
    Scenario: What is frozen, of whom, since when and until when
      Given shea is open at 10:00
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | margin | 100000.00 |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      When Beta asks "sh_repo.measures"
      Then the answer shows
        | contract   | seller | buyer | instrument | pledged | margin    | released_by |
        | HG00000002 | Alpha  | Beta  | SHEA       | 10000   | 100000.00 |             |
      When Gamma asks "sh_repo.measures"
      Then the answer has 0 rows
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      And Alpha asks "sh_repo.measures"
      Then the answer shows
        | contract   | pledged | margin    | released_by                  |
        | HG00000002 | 10000   | 100000.00 | sh_repo.repurchase_completed |
