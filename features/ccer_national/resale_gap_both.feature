Feature: Resale gap that reaches further than the lot
  The exchange may announce that from a day on the gap holds in both directions, or for the whole product. What was
  declared before and would then be filled within the gap is withdrawn with the trade that begins it.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And CCER-P2-2024 of CCER is listed on ccer at 50.00
    And these accounts
      | account | cash      | CCER-P1-2024 | CCER-P2-2024 |
      | Alpha   | 100000.00 | 1000         | 100          |
      | Beta    | 100000.00 | 0            | 0            |
      | Gamma   | 100000.00 | 200          | 0            |

  Rule: Question 61, both directions: who sold does not buy within the gap

    Background:
      Given admin sends "core.change_parameter"
        | market    | ccer                  |
        | parameter | resale_gap_directions |
        | value     | both                  |
        | since     | 2025-09-29            |
        | notice    | both directions       |
      And admin2 confirms proposal 3
      And ccer is open at 10:00

    @CCER-Q61-b
    Scenario: Before its day a purchase stands beside one's own sale
      When Gamma posts to buy 20 t of CCER-P1-2024 at 60.00
      And Gamma posts to sell 50 t of CCER-P1-2024 at 63.51
      And Alpha takes to buy 50 t of CCER-P1-2024 at 63.51
      Then Alpha buys 50 t from Gamma at 63.51
      And listing Gamma#1 is live with 20 t left

    @CCER-Q61-b
    Scenario: A purchase declared before one's own sale is withdrawn when the sale is taken
      # 20 t at 60.00 and 7.20 of fee were frozen
      Given 1 trading days later ccer is open at 10:00
      When Gamma posts to buy 20 t of CCER-P1-2024 at 60.00
      Then Gamma has 1207.20 yuan frozen
      When Gamma posts to sell 50 t of CCER-P1-2024 at 63.51
      Then listing Gamma#1 is live with 20 t left
      When Alpha takes to buy 30 t of CCER-P1-2024 at 63.51
      Then Alpha buys 30 t from Gamma at 63.51
      And listing Gamma#1 is withdrawn with 0 t left
      And Gamma has 0.00 yuan frozen
      And nothing stands to buy CCER-P1-2024
      And listing Gamma#2 is live with 20 t left
      When Gamma posts to buy 1 t of CCER-P1-2024 at 60.00
      Then it is refused because RESALE_FREEZE
      And the refusal cites CCER-Q61-b
      And the refusal says first_day is 2025-10-14
      And nothing has changed

    @CCER-Q61-b
    Scenario: A purchase declared before one's own sale is withdrawn when one sells by taking
      Given 1 trading days later ccer is open at 10:00
      When Gamma posts to buy 20 t of CCER-P1-2024 at 60.00
      And Beta posts to buy 10 t of CCER-P1-2024 at 63.51
      And Gamma takes to sell 10 t of CCER-P1-2024 at 63.51
      Then Beta buys 10 t from Gamma at 63.51
      And listing Gamma#1 is withdrawn with 0 t left
      And Gamma has 0.00 yuan frozen

    @CCER-Q61-b
    Scenario: Others' purchases, one's own of another instrument and the buyer's sales are left alone
      Given 1 trading days later ccer is open at 10:00
      When Beta posts to buy 20 t of CCER-P1-2024 at 60.00
      And Gamma posts to buy 20 t of CCER-P2-2024 at 50.00
      And Alpha posts to sell 5 t of CCER-P1-2024 at 69.00
      And Gamma posts to sell 50 t of CCER-P1-2024 at 63.51
      And Alpha takes to buy 50 t of CCER-P1-2024 at 63.51
      Then Alpha buys 50 t from Gamma at 63.51
      And listing Beta#1 is live with 20 t left
      And listing Gamma#1 is live with 20 t left
      And listing Alpha#1 is live with 5 t left
      And a replay of the journal gives the same state

    @CCER-Q61-b
    Scenario: A sale that nobody takes withdraws nothing
      Given 1 trading days later ccer is open at 10:00
      When Gamma posts to buy 20 t of CCER-P1-2024 at 60.00
      And Gamma posts to sell 50 t of CCER-P1-2024 at 63.51
      And Gamma withdraws listing Gamma#2
      Then it is accepted
      And listing Gamma#1 is live with 20 t left
      And no trade is done

  Rule: Question 61, the whole product: who bought sells nothing of it within the gap

    Background:
      Given admin sends "core.change_parameter"
        | market    | ccer               |
        | parameter | resale_gap_scope   |
        | value     | product            |
        | since     | 2025-09-29         |
        | notice    | the whole product  |
      And admin2 confirms proposal 3
      And ccer is open at 10:00

    @CCER-Q61-b
    Scenario: Before its day a sale of older units stands beside one's own purchase
      When Gamma posts to sell 30 t of CCER-P1-2024 at 69.00
      And Alpha posts to sell 50 t of CCER-P1-2024 at 63.51
      And Gamma takes to buy 50 t of CCER-P1-2024 at 63.51
      Then Gamma buys 50 t from Alpha at 63.51
      And listing Gamma#1 is live with 30 t left

    @CCER-Q61-b
    Scenario: A sale declared before one's own purchase is withdrawn with the purchase
      Given 1 trading days later ccer is open at 10:00
      When Gamma posts to sell 30 t of CCER-P1-2024 at 69.00
      And Alpha posts to sell 50 t of CCER-P1-2024 at 63.51
      And Gamma takes to buy 40 t of CCER-P1-2024 at 63.51
      Then Gamma buys 40 t from Alpha at 63.51
      And listing Gamma#1 is withdrawn with 0 t left
      And Gamma has 0 t of CCER-P1-2024 frozen
      And Gamma has 200 t of CCER-P1-2024 available
      And listing Alpha#1 is live with 10 t left
      When Gamma posts to sell 1 t of CCER-P1-2024 at 69.00
      Then it is refused because RESALE_FREEZE
      And the refusal says first_day is 2025-10-14
      And nothing has changed

    @CCER-Q61-b
    Scenario: A sale declared before is withdrawn when one's own purchase is taken
      Given 1 trading days later ccer is open at 10:00
      When Gamma posts to sell 30 t of CCER-P1-2024 at 69.00
      And Gamma posts to buy 20 t of CCER-P1-2024 at 60.00
      And Alpha takes to sell 5 t of CCER-P1-2024 at 60.00
      Then Gamma buys 5 t from Alpha at 60.00
      And listing Gamma#1 is withdrawn with 0 t left
      And listing Gamma#2 is live with 15 t left
      And a replay of the journal gives the same state
