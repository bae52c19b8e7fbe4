Feature: The market around the repos
  Allowances and reductions trade by listing as well, under parameters the operator sets. A repo makes no price: it
  counts in the day's volume and turnover only. Reductions may stand in several rows where the operator allows it.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And SHCER01 of SHCER is listed on shea at 40.00
    And CCER01 of CCER is listed on shea at 50.00
    And these accounts
      | account | cash       | SHEA  | SHCER01 | CCER01 |
      | Alpha   | 10000.00   | 60000 | 1000    | 1000   |
      | Beta    | 5000000.00 | 0     | 0       | 0      |
      | Gamma   | 5000000.00 | 1000  | 0       | 0      |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30

  Rule: Article 1.4: plain listed trading

    @REPO-A6-1.4
    Scenario Outline: <instrument> is posted and taken
      When Alpha posts to sell 100 t of <instrument> at <price>
      And Beta takes to buy 100 t of <instrument> at <price>
      Then Beta buys 100 t from Alpha at <price>
      And each side pays a fee of <fee> yuan
      And Beta has 100 t of <instrument> in-total

      # 0.08 per cent of 4,300.00, 4,000.00 and 5,000.00
      Examples:
        | instrument | price | fee  |
        | SHEA       | 43.00 | 3.44 |
        | SHCER01    | 40.00 | 3.20 |
        | CCER01     | 50.00 | 4.00 |

    @REPO-A6-1.4
    Scenario: A product that the market does not know
      When registry sends "core.register_instrument"
        | instrument | OIL1 |
        | market     | shea |
        | product    | OIL  |
      Then it is refused because UNKNOWN_PRODUCT
      And the refusal cites REPO-A6-1.4
      And nothing has changed

    @REPO-A6-1.4
    Scenario Outline: The operator's band of ten per cent around 43.00: <price>
      When Alpha posts to sell 100 t of SHEA at <price>
      Then <outcome>

      Examples:
        | price | outcome                                 |
        | 47.30 | it is accepted                          |
        | 38.70 | it is accepted                          |
        | 47.31 | it is refused because PRICE_OUT_OF_BAND |
        | 38.69 | it is refused because PRICE_OUT_OF_BAND |

    @REPO-A6-1.4 @REPO-PUB-1
    Scenario: Outside the sessions nothing is posted
      When it is 11:30
      And Alpha posts to sell 100 t of SHEA at 43.00
      Then it is refused because OUTSIDE_SESSION
      And the refusal cites REPO-PUB-1
      And nothing has changed

    @REPO-A6-1.4
    Scenario: Of the other methods none is open here
      When Alpha offers a block to sell 1000 t of SHEA at 43.00
      Then it is refused because METHOD_NOT_OPEN
      And nothing has changed

    @REPO-A4-3 @REPO-A6-1.4
    Scenario: What was bought by listing is tradable as soon as it is settled, and no gap follows
      When Alpha posts to sell 100 t of SHEA at 43.00
      And Beta takes to buy 100 t of SHEA at 43.00
      Then Beta has 100 t of SHEA undelivered
      When Beta posts to sell 100 t of SHEA at 43.00
      Then it is refused because RESALE_FREEZE
      And nothing has changed
      Given every day of shea up to today is settled
      Then Beta has 100 t of SHEA available
      When shea trades until it is 10:00 on 2026-02-27
      And Beta posts to sell 100 t of SHEA at 43.00
      Then it is accepted

    @REPO-A4-3 @REPO-A6-19
    Scenario: What was bought in a repo and is not frozen is tradable at once
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      When Beta posts to sell 40000 t of SHEA at 43.00
      Then it is accepted
      When Beta posts to sell 1 t of SHEA at 43.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed

  Rule: 1: while the pack is drained

    @REPO-1-a @REPO-A6-4.2.2
    Scenario: No new filing, no new initial trade; what is outstanding is bought back
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 2000 t of SHEA from 2026-03-05 to 2026-03-10 with
        | agreement_no | R-2026-002 |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      When admin sends "core.drain_pack"
        | pack | sh_repo |
      And Alpha drafts a "sh_repo.filing" application with
        | agreement_no | R-2026-003 |
        | party buyer  | Beta       |
      Then it is refused because PACK_DRAINING
      And nothing has changed
      Given shea trades until it is 10:00 on 2026-03-05
      When Alpha submits the initial trade of Alpha#2
      Then it is refused because PACK_DRAINING
      And nothing has changed
      Given shea trades until it is 10:00 on 2026-03-10
      When Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased

  Rule: REPO-PUB-5: a repo makes no price

    @REPO-PUB-5
    Scenario: Open, high, low, last and the next day's reference are the listed trades' alone
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 09:31 on 2026-03-04
      And the initial trade of Alpha#1 is done
      Then SHEA has the reference price 43.00
      And SHEA has the open price 0.00
      And SHEA has the last price 0.00
      Given these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 43.00 |
        | Beta  | Gamma  | 100    | 44.00 |
      Then SHEA has the open price 43.00
      And SHEA has the high price 44.00
      And SHEA has the low price 43.00
      And SHEA has the last price 44.00
      When Gamma asks "core.quotes" where
        | instrument | SHEA |
      Then the answer shows
        | listed_tonnes | listed  | other_tonnes | other      | block_tonnes |
        | 200           | 8700.00 | 50000        | 1720000.00 | 0            |

    # (100 x 43.00 + 300 x 44.00) / 400 = 43.75; with the repo in it the close would be 34.47.
    @REPO-PUB-5
    Scenario: In the day's figures a repo stands in volume and turnover, and in no price
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 09:31 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 43.00 |
        | Beta  | Gamma  | 300    | 44.00 |
      And every day of shea up to today is settled
      When Gamma asks "core.day_prices"
      Then the answer shows
        | day        | instrument | open  | high  | low   | close | listed_tonnes | listed_fen | other_tonnes | other_fen  | total_tonnes | total_fen  |
        | 2026-03-04 | SHEA       | 43.00 | 44.00 | 43.00 | 43.75 | 400           | 17500.00   | 50000        | 1720000.00 | 50400        | 1737500.00 |
      When shea trades until it is 09:31 on 2026-03-05
      Then SHEA has the reference price 43.75

    @REPO-PUB-5
    Scenario: A day of repos and nothing else leaves the reference price as it is
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And shea trades until it is 09:31 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And shea trades until it is 10:00 on 2026-03-05
      Then SHEA has the reference price 43.00
      When Gamma asks "core.quotes" where
        | instrument | SHEA |
      Then the answer shows
        | listed_tonnes | other_tonnes | other |
        | 0             | 0            | 0.00  |

    @REPO-PUB-5
    Scenario: Nor does a repo enter the reference of another repo's freeze
      # 100 t at 43.00: the factor is 34.40 / 43.00 = 0.8 whatever the repo of 27 February was made at.
      Given these listed trades of SHEA are made
        | buyer | seller | tonnes | price |
        | Beta  | Gamma  | 100    | 43.00 |
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | initial_price  | 10.00    |
        | initial_amount | 10000.00 |
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-05 to 2026-03-10 with
        | agreement_no | R-2026-002 |
        | freeze_ratio |            |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      And shea trades until it is 10:00 on 2026-03-05
      And the initial trade of Alpha#2 is done
      Then contract Alpha#2 secures 200 t and 0.00 yuan

  Rule: 4.1: reduction parties trade reductions

    @REPO-4.1-b
    Scenario: The holder of reductions sells them in a repo and buys them back
      Given Delta has an account with 10000.00 yuan
      And Delta holds 1000 t of SHCER01
      And Delta is a reduction-party in Shanghai
      And shea trades until it is 10:00 on 2026-02-27
      And Delta and Beta agree on a repo of 1000 t of SHCER01 from 2026-03-04 to 2026-03-10 with
        | freezes      | false |
        | freeze_ratio |       |
      And the filing Delta#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Delta submits the initial trade of Delta#1
      And Beta confirms the initial trade of Delta#1
      And admin completes the initial trade of Delta#1
      Then Beta buys 1000 t from Delta at 34.40
      # 34,400.00 x 0.0008
      And each side pays a fee of 27.52 yuan
      And contract Delta#1 secures 0 t and 0.00 yuan
      When shea trades until it is 10:00 on 2026-03-10
      And Delta submits the repurchase of Delta#1
      And Beta confirms the repurchase of Delta#1
      Then Delta buys 1000 t from Beta at 35.00
      And Delta has 1000 t of SHCER01 available
      # 10,000.00 + 34,400.00 - 27.52 - 35,000.00 - 28.00
      And Delta has 9344.48 yuan withdrawable

    @REPO-4.1-a @REPO-4.1-b
    Scenario: A buyer that is eligible no more does not confirm, but what it holds it sells back
      Given shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10
      And the filing Alpha#1 is approved
      And Alpha and Beta agree on a repo of 2000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | agreement_no | R-2026-002 |
      And the filing Alpha#2 is approved
      And shea trades until it is 10:00 on 2026-03-04
      And the initial trade of Alpha#1 is done
      When Alpha submits the initial trade of Alpha#2
      And admin sends "sh_repo.withdraw_standing"
        | account  | Beta   |
        | standing | senior |
        | reason   | left   |
      And admin2 confirms proposal 7
      And Beta confirms the initial trade of Alpha#2
      Then it is refused because REPO_PARTICIPANT_NOT_ELIGIBLE
      And nothing has changed
      When shea trades until it is 10:00 on 2026-03-10
      And Alpha submits the repurchase of Alpha#1
      And Beta confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased

  Rule: 4.2.2: the grid of products

    @REPO-4.2.2-d @REPO-4.1-b
    Scenario: Several rows of reductions, where the operator allows it: one price, one trade each, each with its fee
      Given the repo rule several_rows_for_reductions becomes "true"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 2 t of SHCER01 from 2026-03-04 to 2026-03-10 with
        | underlying        | [{"instrument": "SHCER01", "quantity_tonnes": 1}, {"instrument": "CCER01", "quantity_tonnes": 1}] |
        | initial_price     | 6.25                                                                                              |
        | initial_amount    | 12.50                                                                                             |
        | repurchase_price  | 6.25                                                                                              |
        | repurchase_amount | 12.50                                                                                             |
        | freeze_ratio      | 100.00                                                                                            |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      And Beta confirms the initial trade of Alpha#1
      # Half a fen for each row, rounded up for each: two fen, not one.
      Then Beta has 12.52 yuan frozen
      When admin completes the initial trade of Alpha#1
      Then Beta buys 1 t from Alpha at 6.25
      And each side pays a fee of 0.01 yuan
      And Beta buys 1 t from Alpha at 6.25
      And each side pays a fee of 0.01 yuan
      And contract Alpha#1 secures 2 t and 0.00 yuan
      And Beta has 1 t of SHCER01 pledged
      And Beta has 1 t of CCER01 pledged
      When shea trades until it is 10:00 on 2026-03-10
      And Beta submits the repurchase of Alpha#1
      And Alpha confirms the repurchase of Alpha#1
      Then contract Alpha#1 is repurchased
      And Beta has 0 t of SHCER01 in-total
      And Beta has 0 t of CCER01 in-total
      And the fee income is 0.08 yuan
      And a replay of the journal gives the same state

    @REPO-4.2.2-d
    Scenario Outline: An allowance stands in one row alone, whatever the operator allows: <rows>
      Given the repo rule several_rows_for_reductions becomes "true"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-10 with
        | underlying | <rows> |
      When Alpha submits application Alpha#1
      Then it is refused because ONE_ROW_ONLY
      And nothing has changed

      Examples:
        | rows                                                                                               |
        | [{"instrument": "SHEA", "quantity_tonnes": 500}, {"instrument": "CCER01", "quantity_tonnes": 500}] |
        | [{"instrument": "CCER01", "quantity_tonnes": 500}, {"instrument": "SHEA", "quantity_tonnes": 500}] |

    @REPO-4.2.2-d @REPO-A6-4.2.2
    Scenario: One row short of units, nothing is submitted
      Given the repo rule several_rows_for_reductions becomes "true"
      And shea trades until it is 10:00 on 2026-02-27
      And Alpha and Beta agree on a repo of 1500 t of SHCER01 from 2026-03-04 to 2026-03-10 with
        | underlying | [{"instrument": "SHCER01", "quantity_tonnes": 499}, {"instrument": "CCER01", "quantity_tonnes": 1001}] |
      And the filing Alpha#1 is approved
      And shea trades until it is 10:00 on 2026-03-04
      When Alpha submits the initial trade of Alpha#1
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed
      And Alpha has 0 t of SHCER01 frozen
