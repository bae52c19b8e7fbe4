Feature: Withdrawing and expiry on the CCER market
  What nobody has taken can be withdrawn by its owner and is withdrawn by the system at the close; what was frozen for it comes back.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash     | CCER-P1-2024 |
      | Alpha   | 0        | 500          |
      | Beta    | 10000.00 | 0            |
    And ccer is open at 09:30

  Rule: Question 33, a listing that is not filled can be withdrawn

    @CCER-Q33
    Scenario: The owner withdraws his listing
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      Then it is accepted
      And listing Alpha#1 is withdrawn with 0 t left
      And nothing stands to sell CCER-P1-2024
      And no trade is done

    @CCER-Q33
    Scenario: Nobody withdraws another's listing
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta withdraws listing Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      And listing Alpha#1 is live with 100 t left

    @CCER-Q33
    Scenario: A filled listing can't be withdrawn
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta takes to buy 100 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_FILLED
      And the refusal cites CCER-Q33
      And nothing has changed
      And Beta buys 100 t from Alpha at 63.51

    @CCER-Q33
    Scenario: A withdrawn listing can't be withdrawn again
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And the refusal cites CCER-Q33
      And nothing has changed
      And Alpha has 500 t of CCER-P1-2024 available

    @CCER-Q33
    Scenario: A withdrawn listing can't be taken
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      And Beta takes to buy 10 t of CCER-P1-2024 from listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed
      And no trade is done

    @CCER-Q33
    Scenario: A listing can be withdrawn in the lunch break
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And it is 12:15
      And Alpha withdraws listing Alpha#1
      Then it is accepted
      And Alpha has 500 t of CCER-P1-2024 available

  Rule: Question 34, of a partly taken listing the rest can be withdrawn

    @CCER-Q34
    Scenario: The rest of a sale is withdrawn and the trade stands
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta takes to buy 40 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      Then it is accepted
      And Beta buys 40 t from Alpha at 63.51
      And Alpha has 460 t of CCER-P1-2024 available
      And Alpha has 0 t of CCER-P1-2024 frozen
      And Beta has 40 t of CCER-P1-2024 undelivered
      And nothing stands to sell CCER-P1-2024

    @CCER-Q34 @CCER-Q36
    Scenario: The rest of a purchase is withdrawn and its cash comes back to the fen
      # paid 2,540.40 and a fee of 15.24; frozen at first 6,389.11
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And Alpha takes to sell 40 t of CCER-P1-2024 at 63.51
      And Beta withdraws listing Beta#1
      Then Beta buys 40 t from Alpha at 63.51
      And each side pays a fee of 15.24 yuan
      And Beta has 0.00 yuan frozen
      And Beta has 7444.36 yuan available
      And Beta has 7444.36 yuan total

    @CCER-Q34
    Scenario: Withdrawing the rest doesn't undo the part that was traded
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta takes to buy 40 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed
      And Alpha has 460 t of CCER-P1-2024 in-total
      And Beta has 40 t of CCER-P1-2024 in-total

  Rule: Question 35, what is open at the end of the day is withdrawn by the system

    @CCER-Q35
    Scenario: A listing stands until the close and not beyond it
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And it is 14:59:59
      Then listing Alpha#1 is live with 100 t left
      When it is 15:00
      Then listing Alpha#1 is expired with 0 t left
      And nothing stands to sell CCER-P1-2024
      And Alpha has 0 t of CCER-P1-2024 frozen
      And no trade is done

    @CCER-Q35
    Scenario: A listing of yesterday can't be taken today
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And 1 trading days later ccer is open at 09:30
      And Beta takes to buy 10 t of CCER-P1-2024 from listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed
      When Beta takes to buy 10 t of CCER-P1-2024 at 63.51
      Then it is refused because UNKNOWN_ORDER
      And no trade is done

    @CCER-Q35
    Scenario: An expired listing can't be withdrawn
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And it is 15:00
      And Alpha withdraws listing Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

    @CCER-Q35
    Scenario: Of a partly taken listing only the rest expires
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Beta takes to buy 40 t of CCER-P1-2024 at 63.51
      And it is 15:00
      Then Beta buys 40 t from Alpha at 63.51
      And listing Alpha#1 is expired with 0 t left
      And Alpha has 460 t of CCER-P1-2024 available
      When Alpha asks "core.orders" where
        | account | Alpha |
      Then the answer shows
        | account | quantity | rest | state   |
        | Alpha   | 100      | 60   | expired |

  Rule: Question 36, what was frozen is available again

    @CCER-Q36
    Scenario: A withdrawn buy listing gives back price and fee
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      Then Beta has 6389.11 yuan frozen
      When Beta withdraws listing Beta#1
      Then Beta has 0.00 yuan frozen
      And Beta has 10000.00 yuan available
      And Beta has 10000.00 yuan withdrawable

    @CCER-Q36
    Scenario: A withdrawn sell listing gives back its tonnes, which can be offered anew
      When Alpha posts to sell 500 t of CCER-P1-2024 at 63.51
      And Alpha withdraws listing Alpha#1
      Then Alpha has 500 t of CCER-P1-2024 available
      When Alpha posts to sell 500 t of CCER-P1-2024 at 63.00
      Then it is accepted

    @CCER-Q36
    Scenario: The close gives back price and fee
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And it is 15:00
      Then Beta has 0.00 yuan frozen
      And Beta has 10000.00 yuan available

    @CCER-Q36
    Scenario: The close gives back what a partly taken buy listing had left, to the fen
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And Alpha takes to sell 40 t of CCER-P1-2024 at 63.51
      And it is 15:00
      Then Beta buys 40 t from Alpha at 63.51
      And Beta has 0.00 yuan frozen
      And Beta has 7444.36 yuan available
