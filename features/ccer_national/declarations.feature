Feature: Declarations on the CCER market
  What a listing must say, what must stand behind it, and what it freezes.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And CCER-P1-2024 of CCER is listed on ccer at 63.51
    And these accounts
      | account | cash     | CCER-P1-2024 |
      | Alpha   | 0        | 500          |
      | Beta    | 10000.00 | 0            |
    And ccer is open at 09:30

  Rule: Question 9, a buyer's cash may equal but not be less than what he buys costs

    @CCER-Q9
    Scenario: Cash to the fen for price and fee is enough to post
      Given Carol has an account with 6389.11 yuan
      When Carol posts to buy 100 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And Carol has 6389.11 yuan frozen
      And Carol has 0.00 yuan available

    @CCER-Q9
    Scenario: One fen too little is not enough to post
      Given Carol has an account with 6389.10 yuan
      When Carol posts to buy 100 t of CCER-P1-2024 at 63.51
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal cites CCER-Q9
      And the refusal says needed is 6389.11
      And the refusal says of_which_fee is 38.11
      And the refusal says available is 6389.10
      And nothing has changed
      And Carol has 6389.10 yuan available

    @CCER-Q9
    Scenario: One fen too little is not enough to take
      Given Carol has an account with 6389.10 yuan
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      And Carol takes to buy 100 t of CCER-P1-2024 at 63.51
      Then it is refused because INSUFFICIENT_FUNDS
      And nothing has changed
      And no trade is done
      And listing Alpha#1 is live with 100 t left

    @CCER-Q9
    Scenario: Cash that is frozen for one listing does not stand behind another
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And Beta posts to buy 100 t of CCER-P1-2024 at 60.00
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 6036.00
      And the refusal says available is 3610.89

  Rule: Question 10, a seller's quantity may equal but not exceed what he has available

    @CCER-Q10
    Scenario: All that is available may be offered
      When Alpha posts to sell 500 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And Alpha has 500 t of CCER-P1-2024 frozen
      And Alpha has 0 t of CCER-P1-2024 available

    @CCER-Q10
    Scenario: One tonne more than available is refused
      When Alpha posts to sell 501 t of CCER-P1-2024 at 63.51
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal cites CCER-Q10
      And the refusal says quantity is 501
      And the refusal says available is 500
      And nothing has changed

    @CCER-Q10
    Scenario: Tonnes that are frozen for one listing can't be offered in another
      When Alpha posts to sell 400 t of CCER-P1-2024 at 63.51
      And Alpha posts to sell 101 t of CCER-P1-2024 at 63.51
      Then it is refused because INSUFFICIENT_POSITION
      And the refusal says available is 100

    @CCER-Q10
    Scenario: Who has no units can't sell to a buyer
      When Beta posts to buy 10 t of CCER-P1-2024 at 63.51
      And Carol has an account with 1000.00 yuan
      And Carol takes to sell 10 t of CCER-P1-2024 at 63.51
      Then it is refused because INSUFFICIENT_POSITION
      And no trade is done

  Rule: Question 11, yuan per tonne and nothing else

    @CCER-Q11
    Scenario: A price in yuan per tonne may say so
      When Alpha sends "core.post_listing"
        | account    | Alpha        |
        | instrument | CCER-P1-2024 |
        | side       | sell         |
        | price      | 63.51 元/吨  |
        | quantity   | 10           |
      Then it is accepted
      And the best level to sell CCER-P1-2024 is 10 t at 63.51

    @CCER-Q11
    Scenario Outline: A price in <unit> is refused
      When Alpha sends "core.post_listing"
        | account    | Alpha        |
        | instrument | CCER-P1-2024 |
        | side       | sell         |
        | price      | 63.51 <unit> |
        | quantity   | 10           |
      Then it is refused because BAD_UNIT
      And the refusal cites CCER-Q11
      And the refusal says unit is <unit>
      And nothing has changed

      Examples:
        | unit  |
        | USD/t |
        | EUR/t |
        | 元/千克 |

  Rule: Question 12, whole tonnes

    @CCER-Q12
    Scenario: One tonne is the least that is declared
      When Alpha posts to sell 1 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And Alpha has 1 t of CCER-P1-2024 frozen

    @CCER-Q12
    Scenario Outline: A quantity of <tonnes> t is refused
      When Alpha posts to sell <tonnes> t of CCER-P1-2024 at 63.51
      Then it is refused because BAD_QUANTITY
      And the refusal cites CCER-Q12
      And nothing has changed

      Examples:
        | tonnes |
        | 0      |
        | -1     |
        | 1.5    |
        | 0.1    |

  Rule: Question 13, prices in steps of one fen

    @CCER-Q13
    Scenario: Neighbouring fen are different prices
      When Alpha posts to sell 10 t of CCER-P1-2024 at 63.52
      And Alpha posts to sell 10 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And the best level to sell CCER-P1-2024 is 10 t at 63.51

    @CCER-Q13
    Scenario Outline: A price of <price> yuan is refused
      When Alpha posts to sell 10 t of CCER-P1-2024 at <price>
      Then it is refused because BAD_PRICE_TICK
      And the refusal cites CCER-Q13
      And nothing has changed

      Examples:
        | price  |
        | 63.515 |
        | 0.00   |
        | -63.51 |

  Rule: Question 31, in force at once, and what it takes is frozen with it

    @CCER-Q31
    Scenario: A buy listing freezes the price and the fee
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And the best level to buy CCER-P1-2024 is 100 t at 63.51
      And Beta has 6389.11 yuan frozen
      And Beta has 3610.89 yuan available
      And Beta has 10000.00 yuan total
      And no trade is done

    @CCER-Q31
    Scenario: A sell listing freezes its tonnes and no cash
      When Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
      Then it is accepted
      And the best level to sell CCER-P1-2024 is 100 t at 63.51
      And Alpha has 100 t of CCER-P1-2024 frozen
      And Alpha has 400 t of CCER-P1-2024 available
      And Alpha has 0.00 yuan frozen
      And no trade is done

    @CCER-Q31
    Scenario: Outside the sessions there is no listing and no freeze
      When it is 11:30
      And Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      Then it is refused because OUTSIDE_SESSION
      And nothing stands to buy CCER-P1-2024
      And Beta has 0.00 yuan frozen
      And Beta has 10000.00 yuan available

    @CCER-Q31
    Scenario: After a part is taken, price and fee of the rest stay frozen and no more
      When Beta posts to buy 100 t of CCER-P1-2024 at 63.51
      And Alpha takes to sell 40 t of CCER-P1-2024 at 63.51
      Then Beta buys 40 t from Alpha at 63.51
      And each side pays a fee of 15.24 yuan
      And Beta has 3833.46 yuan frozen
      And Beta has 3610.90 yuan available
