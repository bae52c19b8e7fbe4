Feature: Trading fees of the CCER market
  Buyer and seller each pay 6 per mille of the turnover, trade by trade, rounded half up to the fen.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash        | CCER-P1-2024 |
      | Alpha   | 0           | 400000       |
      | Beta    | 30000000.00 | 0            |
    And ccer is open at 09:30

  Rule: Question 32, 6 per mille of turnover from both sides

    @CCER-Q32
    Scenario: Three trades and their fees (worked example 2)
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta takes to buy 100 t of CCER-P1-2024 at 63.51
      Then Beta buys 100 t from Alpha at 63.51
      And each side pays a fee of 38.11 yuan
      When Alpha posts to sell 250 t of CCER-P1-2024 at 64.00
      And Beta takes to buy 250 t of CCER-P1-2024 at 64.00
      Then Beta buys 250 t from Alpha at 64.00
      And each side pays a fee of 96.00 yuan
      When Alpha posts to sell 33 t of CCER-P1-2024 at 62.99
      And Beta takes to buy 33 t of CCER-P1-2024 at 62.99
      Then Beta buys 33 t from Alpha at 62.99
      And each side pays a fee of 12.47 yuan
      And the fee income is 293.16 yuan
      And Alpha has 24283.09 yuan total
      And Beta has 29975423.75 yuan total
      # 38.11 + 96.00 + 12.47 = 146.58 a side
      When admin asks "core.cash_statements"
      Then the answer shows
        | account | bought   | sold     | fees   |
        | Alpha   | 0.00     | 24429.67 | 146.58 |
        | Beta    | 24429.67 | 0.00     | 146.58 |

    @CCER-Q32
    Scenario: The fee of a turnover of 23,835,280.00 yuan (worked example 3)
      # 384,440 t at 62.00
      When Alpha posts to sell 384440 t of CCER-P1-2024 at 62.00
      And Beta takes to buy 384440 t of CCER-P1-2024 at 62.00
      Then Beta buys 384440 t from Alpha at 62.00
      And each side pays a fee of 143011.68 yuan
      And the fee income is 286023.36 yuan

    @CCER-Q32
    Scenario: Fees are rounded per trade, not over their sum (worked example 10)
      # 6 per mille of 101.22 is 0.60732; of 303.66 it would be 1.82
      Given CCER-P2-2024 of CCER is listed on ccer at 101.22
      And Alpha holds 3 t of CCER-P2-2024
      And 1 trading days later ccer is open at 09:30
      When Alpha posts to sell 3 t of CCER-P2-2024 at 101.22
      And Beta takes to buy 1 t of CCER-P2-2024 at 101.22
      Then Beta buys 1 t from Alpha at 101.22
      And each side pays a fee of 0.61 yuan
      When Beta takes to buy 1 t of CCER-P2-2024 at 101.22
      Then Beta buys 1 t from Alpha at 101.22
      And each side pays a fee of 0.61 yuan
      When Beta takes to buy 1 t of CCER-P2-2024 at 101.22
      Then Beta buys 1 t from Alpha at 101.22
      And each side pays a fee of 0.61 yuan
      And Alpha has 301.83 yuan total
      And Beta has 29999694.51 yuan total
      And the fee income is 3.66 yuan

    @CCER-Q32
    Scenario: A buy listing taken in parts pays the fee of each trade
      # frozen 303.66 and 1.82; charged 1.83 in the end
      Given CCER-P2-2024 of CCER is listed on ccer at 101.22
      And Alpha holds 3 t of CCER-P2-2024
      And 1 trading days later ccer is open at 09:30
      When Beta posts to buy 3 t of CCER-P2-2024 at 101.22
      Then Beta has 305.48 yuan frozen
      When Alpha takes to sell 1 t of CCER-P2-2024 at 101.22
      And Alpha takes to sell 1 t of CCER-P2-2024 at 101.22
      And Alpha takes to sell 1 t of CCER-P2-2024 at 101.22
      Then Beta buys 1 t from Alpha at 101.22
      And Beta buys 1 t from Alpha at 101.22
      And Beta buys 1 t from Alpha at 101.22
      And each side pays a fee of 0.61 yuan
      And Beta has 0.00 yuan frozen
      And Beta has 29999694.51 yuan total
      And the fee income is 3.66 yuan

    @CCER-Q32
    Scenario: A listing that is not taken costs nothing
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And Beta withdraws listing Beta#1
      Then it is accepted
      And the fee income is 0.00 yuan
      And Beta has 30000000.00 yuan total
      And no trade is done
