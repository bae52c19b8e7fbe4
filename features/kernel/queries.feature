Feature: Queries and views
  Everyone reads what is public, participants what is their own, staff and regulator everything; nobody more.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash      | U1  |
      | Alpha   | 100000.00 | 500 |
      | Beta    | 100000.00 | 0   |
      | Gamma   | 100000.00 | 0   |
    And board is open at 09:30
    When Alpha posts to sell 100 t of U1 at 50.00
    And Beta takes to buy 60 t of U1 at 50.00
    Then Beta buys 60 t from Alpha at 50.00

  Rule: What is public is read by everyone who has a role

    Scenario Outline: The <who> reads <query>
      When <who> asks "<query>"
      Then the answer has <count> rows

      Examples:
        | who       | query           | count |
        | Gamma     | core.board      | 1     |
        | Gamma     | core.quotes     | 1     |
        | Gamma     | core.markets    | 2     |
        | Gamma     | core.blocks     | 0     |
        | Gamma     | core.notices    | 0     |
        | Gamma     | core.day_prices | 0     |
        | registry  | core.board      | 1     |
        | channel   | core.markets    | 2     |
        | regulator | core.quotes     | 1     |

    Scenario Outline: Nobody reads <query> without signing in
      When nobody asks "<query>"
      Then it is refused because AUTH_REQUIRED
      And nothing has changed

      Examples:
        | query       |
        | core.board  |
        | core.cash   |
        | core.trades |

    Scenario: An applicant has no market yet
      Given newcomer is appointed as applicant with the permissions ""
      When newcomer asks "core.board"
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A query nobody knows is refused
      When Alpha asks "core.fortune"
      Then it is refused because UNKNOWN_QUERY
      And the refusal says query is core.fortune
      And nothing has changed

    Scenario: An unknown instrument has no board
      When Alpha asks "core.board" where
        | instrument | U9 |
      Then it is refused because UNKNOWN_INSTRUMENT
      And nothing has changed

    Scenario: The number of levels is a number
      When Alpha asks "core.board" where
        | levels | many |
      Then it is refused because BAD_FIELD
      And the refusal says field is levels
      And nothing has changed

    Scenario Outline: From one to fifty levels are shown
      When Alpha asks "core.board" where
        | levels | <levels> |
      Then it is refused because BAD_FIELD
      And the refusal says most is 50

      Examples:
        | levels |
        | 0      |
        | 51     |
        | -1     |

  Rule: What is a participant's own is read by its operators only

    Scenario: Each sees its own cash
      When Alpha asks "core.cash"
      Then the answer has 1 rows
      And the answer shows
        | account | total     | available | proceeds |
        | Alpha   | 102985.00 | 100000.00 | 2985.00  |

    Scenario Outline: Another's <query> is refused
      When Gamma asks "<query>" where
        | account | Alpha |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

      Examples:
        | query                |
        | core.cash            |
        | core.units           |
        | core.listings        |
        | core.orders          |
        | core.cash_statements |
        | core.unit_statements |
        | core.measures        |

    Scenario: Each sees the trades it was part of
      When Alpha asks "core.trades"
      Then the answer has 1 rows
      And the answer shows
        | trade | method | buyer | seller | taker_side | price | quantity | turnover | buyer_fee | settled |
        | 1     | listed | Beta  | Alpha  | buy        | 50.00 | 60       | 3000.00  | 15.00     | 0       |
      When Beta asks "core.trades"
      Then the answer has 1 rows
      When Gamma asks "core.trades"
      Then the answer has 0 rows

    Scenario: By the other side each finds what they have in common
      When Alpha asks "core.trades" where
        | buyer | Beta |
      Then the answer has 1 rows
      When Gamma asks "core.trades" where
        | buyer | Beta |
      Then the answer has 0 rows

    Scenario: Another's trades are refused when asked for
      When Gamma asks "core.trades" where
        | buyer  | Beta  |
        | seller | Alpha |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: Each sees its own orders
      When Alpha asks "core.orders"
      Then the answer has 1 rows
      And the answer shows
        | listing | account | operator | side | price | quantity | rest | state |
        | 1       | Alpha   | Alpha    | sell | 50.00 | 100      | 40   | live  |
      When Gamma asks "core.orders"
      Then the answer has 0 rows

    Scenario: Each sees its own postings
      When Beta asks "core.postings" where
        | cause | core.trade_done |
      Then the answer shows
        | holder | asset | phase       | amount  |
        | Beta   | CNY   | available   | -301500 |
        | Beta   | CNY   | frozen      | 301500  |
        | Beta   | CNY   | frozen      | -301500 |
        | Beta   | U1    | undelivered | 60      |
      When Gamma asks "core.postings" where
        | holder | Beta |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: A day's statement adds up
      When it is 15:00
      And Beta asks "core.cash_statements"
      Then the answer shows
        | day        | account | opening | deposited | bought  | sold | fees  | closing  |
        | 2026-03-02 | Beta    | 0.00    | 100000.00 | 3000.00 | 0.00 | 15.00 | 96985.00 |
      When Beta asks "core.unit_statements"
      Then the answer shows
        | day        | account | instrument | opening | bought | sold | closing | undelivered |
        | 2026-03-02 | Beta    | U1         | 0       | 60     | 0    | 60      | 60          |

    Scenario: The board shows quantities and no names
      When Gamma asks "core.board" where
        | instrument | U1 |
      Then the answer shows
        | instrument | crossed | bids | asks                                                                      |
        | U1         | False   |      | {'price_fen': 5000, 'quantity_tonnes': 40, 'listings': [[1, 40]]} |

  Rule: Staff and regulator read everything, the institutions what they need

    Scenario: The regulator sees every account
      When regulator asks "core.cash"
      Then the answer has 3 rows
      When regulator asks "core.trades"
      Then the answer has 1 rows
      When regulator asks "core.trades" where
        | seller | Beta |
      Then the answer has 0 rows

    Scenario Outline: The <who> does not read <query>
      When <who> asks "<query>"
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

      Examples:
        | who      | query                |
        | registry | core.cash            |
        | channel  | core.units           |
        | channel  | core.trades          |
        | channel  | core.unit_statements |
        | registry | core.cash_statements |
        | registry | core.orders          |
        | Alpha    | core.reserves        |
        | Alpha    | core.proposals       |
        | Alpha    | core.clearings       |

    Scenario: A column nobody knows is refused
      When regulator asks "core.trades" where
        | colour | green |
      Then it is refused because BAD_FIELD
      And the refusal says field is colour
      And nothing has changed

    Scenario: A column of numbers is asked by its number
      When regulator asks "core.orders" where
        | listing | 1 |
      Then the answer has 1 rows
      When regulator asks "core.orders" where
        | listing | first |
      Then it is refused because BAD_FIELD
      And the refusal says field is listing

  Rule: Every act is kept with the operator who did it and the account he acted for

    Scenario: The journal names actor, account, command and what came of it
      When Alpha sends "core.add_operator"
        | account     | Alpha        |
        | operator    | Alpha-desk   |
        | permissions | trade, query |
      And Alpha-desk posts to sell 7 t of U1 at 50.00
      Then it is refused because UNKNOWN_ACCOUNT
      When Alpha-desk sends "core.post_listing"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 7     |
        | price      | 50.00 |
      And regulator asks "core.journal" where
        | actor | Alpha-desk |
      Then the answer has 1 rows
      And the answer shows
        | actor      | account | command           | events              |
        | Alpha-desk | Alpha   | core.post_listing | core.listing_posted |
      When Alpha-desk asks "core.journal"
      Then the answer shows
        | actor      | account | command           | events              |
        | Alpha      | Alpha   | core.post_listing | core.listing_posted |
        | Alpha      | Alpha   | core.add_operator | core.operator_added |
        | Alpha-desk | Alpha   | core.post_listing | core.listing_posted |
      And the answer has 3 rows

    Scenario: The journal names who confirmed what another proposed
      When admin asks "core.journal" where
        | command | core.confirm_proposal |
      Then the answer shows
        | actor | approver | events                                         |
        | admin | admin2   | core.proposal_confirmed, core.instrument_admitted |

    Scenario: Another's part of the journal is refused
      When Gamma asks "core.journal" where
        | account | Alpha |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When registry asks "core.journal"
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

  Rule: Who there is and what there is can be asked

    Scenario: A participant reads its own account and operators, the staff all
      When Alpha asks "core.operators"
      Then the answer has 1 rows
      And the answer shows
        | account | operator | permissions                          | frozen |
        | Alpha   | Alpha    | trade, cash, units, operators, query | False  |
      When admin asks "core.operators"
      Then the answer has 3 rows
      When Alpha asks "core.accounts"
      Then the answer has 1 rows
      When regulator asks "core.accounts"
      Then the answer shows
        | account | participant | restricted |
        | Alpha   | Alpha       |            |
        | Gamma   | Gamma       |            |

    Scenario: A restriction shows at the account
      When admin sends "core.open_case"
        | account   | Alpha        |
        | behaviour | manipulation |
        | report    | R-1          |
      And admin sends "core.take_measure"
        | market  | board            |
        | account | Alpha            |
        | measure | restrict_trading |
        | reason  | manipulation     |
        | case    | 1                |
      And Alpha asks "core.accounts"
      Then the answer shows
        | account | restricted |
        | Alpha   | trade      |

    Scenario: The users of the institutions are read by staff and regulator
      When regulator asks "core.users"
      Then the answer shows
        | user      | role      | frozen |
        | admin     | staff     | False  |
        | registry  | registry  | False  |
        | regulator | regulator | False  |
      When Alpha asks "core.users"
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    Scenario: The packs and the instruments of the exchange
      When Gamma asks "core.packs"
      Then the answer shows
        | pack           | version | state   | markets     |
        | neutral_market | 1.0     | enabled | auto, board |
      When Gamma asks "core.instruments" where
        | market | board |
      Then the answer shows
        | instrument | market | product | state  | initial | listing_day | suspended |
        | U1         | board  | UNIT    | listed | 50.00   | 2026-03-02  | False     |
      When Gamma asks "core.instruments" where
        | market | auto |
      Then the answer has 0 rows

    Scenario: What is frozen says why
      When it is 13:00
      And Beta posts to buy 10 t of U1 at 40.00
      Then it is refused because PRICE_OUT_OF_BAND
      When Beta posts to buy 10 t of U1 at 49.00
      And Alpha sends "core.offer_block"
        | account    | Alpha |
        | instrument | U1    |
        | side       | sell  |
        | quantity   | 400   |
        | price      | 50.00 |
      Then it is refused because QTY_BELOW_BLOCK_MIN
      When Alpha asks "core.holds"
      Then the answer has 1 rows
      And the answer shows
        | account | instrument | cause   | number | frozen_tonnes |
        | Alpha   | U1         | listing | 1      | 40            |
      When Beta asks "core.holds"
      Then the answer shows
        | account | instrument | cause   | number | frozen_fen |
        | Beta    | U1         | listing | 2      | 492.45     |
      When Gamma asks "core.holds"
      Then the answer has 0 rows
