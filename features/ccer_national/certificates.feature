Feature: Certificates and records of CCER trades
  Every trade yields a certificate for each side by itself; the record of the system is what counts.

  Background:
    Given the exchange runs "ccer_national" on 2025-09-26
    And registry sends "core.register_instrument"
      | instrument | CCER-P1-2024 |
      | market     | ccer         |
      | product    | CCER         |
      | project    | P1           |
      | vintage    | 2024         |
    And admin sends "core.list_instrument"
      | instrument  | CCER-P1-2024 |
      | listing_day | 2025-09-26   |
      | reference   | 63.51        |
    And admin2 confirms proposal 1
    And these accounts
      | account | cash      | CCER-P1-2024 |
      | Alpha   | 0         | 500          |
      | Beta    | 100000.00 | 0            |
      | Carol   | 100000.00 | 0            |
    And ccer is open at 10:00
    And Alpha posts to sell 100 t of CCER-P1-2024 at 63.51
    And Beta takes to buy 40 t of CCER-P1-2024 at 63.51

  Rule: Question 29, a certificate for each side of each trade

    @CCER-Q29
    Scenario: The buyer's certificate names the trade and the counterparty
      # 40 x 63.51 = 2,540.40; 6 per mille of it 15.24
      When Beta asks "ccer_national.certificates"
      Then the answer has 1 rows
      And the answer shows
        | side | participant | counterparty | instrument   | project | vintage | price | quantity | turnover | fee   |
        | buy  | Beta        | Alpha        | CCER-P1-2024 | P1      | 2024    | 63.51 | 40       | 2540.40  | 15.24 |
      And the answer shows
        | institution            | method | traded_at                 | trade |
        | 北京绿色交易所有限公司 | listed | 2025-09-26T10:00:00+08:00 | 1     |

    @CCER-Q29
    Scenario: The seller has a certificate of his own
      When Alpha asks "ccer_national.certificates"
      Then the answer has 1 rows
      And the answer shows
        | side | participant | counterparty | price | quantity | turnover | fee   |
        | sell | Alpha       | Beta         | 63.51 | 40       | 2540.40  | 15.24 |

    @CCER-Q29
    Scenario: Each trade has its certificate, a listing has none
      When Carol takes to buy 50 t of CCER-P1-2024 at 63.51
      And Alpha asks "ccer_national.certificates"
      Then the answer has 2 rows
      And the answer shows
        | counterparty | quantity |
        | Beta         | 40       |
        | Carol        | 50       |
      When Beta posts to buy 10 t of CCER-P1-2024 at 63.00
      And Beta asks "ccer_national.certificates"
      Then the answer has 1 rows

    @CCER-Q29
    Scenario: The certificate is there at once and stays the same after settlement
      When Beta asks "ccer_national.certificates"
      Then the answer has 1 rows
      When the day of ccer is closed and settled
      And Beta asks "ccer_national.certificates"
      Then the answer has 1 rows
      And the answer shows
        | side | counterparty | price | quantity | fee   |
        | buy  | Alpha        | 63.51 | 40       | 15.24 |

    @CCER-Q29
    Scenario: Nobody sees the certificate of another's trade
      When Carol asks "ccer_national.certificates"
      Then the answer has 0 rows
      When Carol asks "ccer_national.certificates" where
        | account | Beta |
      Then it is refused because PERMISSION_DENIED

    @CCER-Q29
    Scenario: Certificates are for who has signed in
      When nobody asks "ccer_national.certificates"
      Then it is refused because AUTH_REQUIRED

  Rule: Question 37, the system's record of a trade is its result

    @CCER-Q37
    Scenario: The record of a trade is the same for both sides and for the exchange
      When admin asks "core.trades"
      Then the answer has 1 rows
      And the answer shows
        | day        | method | instrument   | buyer | seller | price | quantity | turnover | buyer_fee | seller_fee |
        | 2025-09-26 | listed | CCER-P1-2024 | Beta  | Alpha  | 63.51 | 40       | 2540.40  | 15.24     | 15.24      |
      When Alpha asks "core.trades"
      Then the answer shows
        | trade | buyer | seller | price | quantity |
        | 1     | Beta  | Alpha  | 63.51 | 40       |
      When Beta asks "core.trades"
      Then the answer shows
        | trade | buyer | seller | price | quantity |
        | 1     | Beta  | Alpha  | 63.51 | 40       |

    @CCER-Q37
    Scenario: The record can be read back from the journal and gives the same result
      Then a replay of the journal gives the same state

    @CCER-Q37
    Scenario: Withdrawing what is left of the listing leaves the record of the trade alone
      When Alpha withdraws listing Alpha#1
      And admin asks "core.trades"
      Then the answer has 1 rows
      And the answer shows
        | buyer | seller | price | quantity |
        | Beta  | Alpha  | 63.51 | 40       |

    @CCER-Q37
    Scenario: A clearing that differs from the record is not confirmed
      When it is 15:00
      And admin clears the day of ccer
      And registry sends "core.confirm_clearing"
        | market | ccer                     |
        | day    | 2025-09-26               |
        | digest | of another list of trades |
      Then it is refused because RECONCILIATION_BREAK
      And nothing has changed
