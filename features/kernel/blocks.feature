Feature: Blocks
  A large quantity is offered, talked about and agreed between two parties; a trade is done once both have
  confirmed identical terms.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1   |
      | Alpha   | 100000.00 | 5000 |
      | Beta    | 100000.00 | 0    |
      | Gamma   | 100000.00 | 5000 |
    And board is open at 13:00

  Rule: An offer freezes what it promises

    Scenario: A block to sell freezes units
      When Alpha offers a block to sell 1000 t of U1 at 60.00
      Then it is accepted
      And Alpha has 1000 t of U1 frozen
      And Alpha has 4000 t of U1 available
      And no trade is done
      When Beta asks "core.blocks"
      Then the answer shows
        | offer | instrument | side | price | quantity | account |
        | 1     | U1         | sell | 60.00 | 1000     | Alpha   |

    Scenario: A block to buy freezes price and fee
      When Beta offers a block to buy 1500 t of U1 at 40.00
      Then it is accepted
      And Beta has 60060.00 yuan frozen
      And Beta has 39940.00 yuan available
      And no trade is done

    Scenario: A block below the smallest quantity is refused
      When Alpha offers a block to sell 999 t of U1 at 60.00
      Then it is refused because QTY_BELOW_BLOCK_MIN
      And the refusal says from is 1000
      And nothing has changed

    Scenario Outline: A block at the edge of its band, <price>, is accepted
      When Alpha offers a block to sell 1000 t of U1 at <price>
      Then it is accepted

      Examples:
        | price |
        | 35.00 |
        | 65.00 |

    Scenario Outline: A block beyond its band, at <price>, is refused
      When Alpha offers a block to sell 1000 t of U1 at <price>
      Then it is refused because PRICE_OUT_OF_BAND
      And nothing has changed

      Examples:
        | price |
        | 34.99 |
        | 65.01 |

    Scenario: A block without the units is refused
      When Beta offers a block to sell 1000 t of U1 at 60.00
      Then it is refused because INSUFFICIENT_POSITION
      And nothing has changed

    Scenario: A block without the cash is refused
      When Beta offers a block to buy 2000 t of U1 at 50.00
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 100100.00
      And nothing has changed

    Scenario: A block's trade number is used once
      When Alpha sends "core.offer_block"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 1000  |
        | price      | 60.00 |
        | trade_no   | A-1   |
      And Alpha sends "core.offer_block"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 1000  |
        | price      | 60.00 |
        | trade_no   | A-1   |
      Then it is refused because DUPLICATE_TRADE_NO
      And nothing has changed

  Rule: A block is taken directly on its own terms

    Background:
      When Alpha offers a block to sell 1000 t of U1 at 60.00

    Scenario: Accepting a block trades at once
      When Beta accepts block Alpha#1
      Then Beta buys 1000 t from Alpha at 60.00
      And each side pays a fee of 60.00 yuan
      And Beta has 39940.00 yuan available
      And Beta has 1000 t of U1 undelivered
      And Alpha has 59940.00 yuan proceeds
      And Alpha has 4000 t of U1 in-total
      And Alpha has 0 t of U1 frozen
      And no trade is done

    Scenario: A block never moves the listed prices
      When Beta accepts block Alpha#1
      Then U1 has the open price 0.00
      And U1 has the last price 0.00
      When it is 15:00
      And admin asks "core.day_prices"
      Then the answer shows
        | instrument | open  | high | low  | close | listed_tonnes | block_tonnes | block_fen |
        | U1         | 50.00 | 0.00 | 0.00 | 50.00 | 0             | 1000         | 60000.00  |

    Scenario: One's own block is not accepted
      When Alpha accepts block Alpha#1
      Then it is refused because SELF_TRADE
      And nothing has changed

    Scenario: A block is not accepted twice
      When Beta accepts block Alpha#1
      And Gamma accepts block Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed
      And Beta buys 1000 t from Alpha at 60.00
      And no trade is done

    Scenario: A block without the cash for it is not accepted
      Given Delta has an account with 60059.99 yuan
      When Delta accepts block Alpha#1
      Then it is refused because INSUFFICIENT_FUNDS
      And the refusal says needed is 60060.00
      And nothing has changed

    Scenario: A block nobody made is not accepted
      When Beta accepts block 7
      Then it is refused because UNKNOWN_ORDER
      And nothing has changed

    Scenario: A withdrawn block releases what it froze and is gone
      When Alpha withdraws block Alpha#1
      Then it is accepted
      And Alpha has 5000 t of U1 available
      And Alpha has 0 t of U1 frozen
      When Beta accepts block Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed
      And no trade is done

    Scenario: Another's block is not withdrawn
      When Beta withdraws block Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A block nobody took expires at the close
      When it is 15:00
      Then Alpha has 5000 t of U1 available
      And Alpha has 0 t of U1 frozen
      And no trade is done
      When Alpha withdraws block Alpha#1
      Then it is refused because ORDER_CLOSED
      And nothing has changed

  Rule: Terms are agreed in a dialogue and confirmed by both

    Background:
      When Alpha offers a block to sell 1000 t of U1 at 60.00
      And Beta opens a dialogue about block Alpha#1

    Scenario: What is proposed binds nobody
      When Beta proposes 1200 t at 58.00 in dialogue 1
      Then it is accepted
      And Beta has 0.00 yuan frozen
      And Alpha has 1000 t of U1 frozen
      And no trade is done

    Scenario: One confirmation freezes and makes no trade
      When Beta confirms 1200 t at 58.00 in dialogue 1
      Then it is accepted
      And Beta has 69669.60 yuan frozen
      And no trade is done

    Scenario: The one who offered freezes only what the offer lacks
      When Alpha confirms 1200 t at 58.00 in dialogue 1
      Then it is accepted
      And Alpha has 1200 t of U1 frozen
      And no trade is done

    Scenario: Two confirmations of the same terms make the trade
      When Alpha confirms 1200 t at 58.00 in dialogue 1
      And Beta confirms 1200 t at 58.00 in dialogue 1
      Then Beta buys 1200 t from Alpha at 58.00
      And each side pays a fee of 69.60 yuan
      And Alpha has 3800 t of U1 available
      And Alpha has 0 t of U1 frozen
      And Alpha has 69530.40 yuan proceeds
      And Beta has 30330.40 yuan available
      And Beta has 0.00 yuan frozen
      And no trade is done

    Scenario: Terms below the offer return the rest of its freeze
      Given Alpha offers a block to sell 2000 t of U1 at 40.00
      And Gamma opens a dialogue about block Alpha#2
      When Alpha confirms 1500 t at 40.00 in dialogue 2
      And Gamma confirms 1500 t at 40.00 in dialogue 2
      Then Gamma buys 1500 t from Alpha at 40.00
      And Alpha has 1000 t of U1 frozen
      And Alpha has 2500 t of U1 available

    Scenario Outline: Terms of <tonnes> t at <price> do not match
      When Alpha confirms 1200 t at 58.00 in dialogue 1
      And Beta confirms <tonnes> t at <price> in dialogue 1
      Then it is refused because TERMS_MISMATCH
      And the refusal says other_price is 58.00
      And nothing has changed
      And no trade is done

      Examples:
        | tonnes | price |
        | 1201   | 58.00 |
        | 1200   | 58.01 |

    Scenario: Words are part of the terms
      When Alpha sends "core.confirm_block"
        | account  | Alpha        |
        | dialogue | 1            |
        | price    | 58.00        |
        | quantity | 1200         |
        | terms    | paper by May |
      And Beta confirms 1200 t at 58.00 in dialogue 1
      Then it is refused because TERMS_MISMATCH
      And nothing has changed
      And no trade is done

    Scenario: Nobody confirms twice
      When Beta confirms 1200 t at 58.00 in dialogue 1
      And Beta confirms 1200 t at 58.00 in dialogue 1
      Then it is refused because ALREADY_CONFIRMED
      And nothing has changed
      And no trade is done

    Scenario Outline: Agreed terms keep the rules of blocks: <tonnes> t at <price>
      When Beta confirms <tonnes> t at <price> in dialogue 1
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | tonnes | price  | code                |
        | 999    | 58.00  | QTY_BELOW_BLOCK_MIN |
        | 1000   | 65.01  | PRICE_OUT_OF_BAND   |
        | 0      | 58.00  | BAD_QUANTITY        |
        | 1000   | 58.001 | BAD_PRICE_TICK      |

    Scenario: Proposed terms keep the rules of blocks
      When Beta proposes 999 t at 58.00 in dialogue 1
      Then it is refused because QTY_BELOW_BLOCK_MIN
      And nothing has changed

    Scenario: A third party has no word in a dialogue
      When Gamma proposes 1200 t at 58.00 in dialogue 1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: One's own block is not talked about with oneself
      When Alpha opens a dialogue about block Alpha#1
      Then it is refused because SELF_TRADE
      And nothing has changed

    Scenario: An ended dialogue releases the confirmation given in it
      When Beta confirms 1200 t at 58.00 in dialogue 1
      And Alpha ends dialogue 1
      Then it is accepted
      And Beta has 0.00 yuan frozen
      And Beta has 100000.00 yuan available
      And Alpha has 1000 t of U1 frozen
      When Alpha confirms 1200 t at 58.00 in dialogue 1
      Then it is refused because DIALOGUE_CLOSED
      And nothing has changed
      And no trade is done

    Scenario: A dialogue nobody opened is unknown
      When Beta ends dialogue 7
      Then it is refused because UNKNOWN_DIALOGUE
      And nothing has changed

    Scenario: A withdrawn block ends its dialogues
      When Beta confirms 1200 t at 58.00 in dialogue 1
      And Alpha withdraws block Alpha#1
      Then Beta has 0.00 yuan frozen
      And Alpha has 5000 t of U1 available
      When Beta proposes 1200 t at 58.00 in dialogue 1
      Then it is refused because DIALOGUE_CLOSED
      And nothing has changed

    Scenario: A traded block ends its other dialogues
      When Gamma opens a dialogue about block Alpha#1
      And Gamma confirms 1000 t at 40.00 in dialogue 2
      And Beta accepts block Alpha#1
      Then Beta buys 1000 t from Alpha at 60.00
      And Gamma has 0.00 yuan frozen
      And Gamma has 100000.00 yuan available
      And no trade is done

    Scenario: What was confirmed by one expires at the close
      When Beta confirms 1200 t at 58.00 in dialogue 1
      And it is 15:00
      Then Beta has 0.00 yuan frozen
      And Alpha has 5000 t of U1 available
      And no trade is done
