Feature: What is filed before the initial trade
  Both parties file the agreement with its form, the risk disclosures, the powers of attorney and their copies; two
  persons of the exchange review them. The approval makes the contract. Every element is asked for by itself.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And SHCER01 of SHCER is listed on shea at 40.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 10000.00   | 60000 |
      | Beta    | 5000000.00 | 0     |
      | Gamma   | 5000000.00 | 0     |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Gamma is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27

  Rule: 4.2.1 Filing and review

    @REPO-4.2.1-a @REPO-A1-2 @REPO-A3-1 @REPO-A3-4 @REPO-A6-4.1.3
    Scenario: Filed by both, handled by one person, checked by another: then there is a contract
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then application Alpha#1 awaits handling
      When admin claims and approves application Alpha#1
      Then it is refused because PAPER_NOT_RECEIVED
      And the refusal cites REPO-A1-2
      And nothing has changed
      When admin receives 1 sets of originals of application Alpha#1
      And admin approves application Alpha#1
      Then application Alpha#1 awaits checking
      When admin claims application Alpha#1
      Then it is refused because MAKER_CHECKER_SAME
      And the refusal cites REPO-4.2.1-a
      And nothing has changed
      When admin2 claims and approves application Alpha#1
      Then application Alpha#1 is effective
      And contract Alpha#1 is filed
      And contract Alpha#1 shows
        | agreement_no      | R-2026-001 |
        | seller            | Alpha      |
        | buyer             | Beta       |
        | quantity          | 50000      |
        | initial_day       | 2026-03-04 |
        | initial           | 34.40      |
        | initial_amount    | 1720000.00 |
        | repurchase_day    | 2026-03-31 |
        | repurchase        | 35.00      |
        | repurchase_amount | 1750000.00 |
        | term_days         | 28         |
        | version           | 1          |
        | stage             | initial    |
      And Alpha has 0 t of SHEA frozen
      And Beta has 0.00 yuan frozen
      And a replay of the journal gives the same state

    @REPO-4.2.1-a
    Scenario: Both are told outside the system; the day of telling is recorded once
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When admin records that both sides of Alpha#1 were told the result on 2026-02-27
      Then it is refused because DOCS_NOT_APPROVED
      And nothing has changed
      Given the filing Alpha#1 is approved
      When admin records that both sides of Alpha#1 were told the result on 2026-02-26
      Then it is refused because BAD_FIELD
      And nothing has changed
      When admin records that both sides of Alpha#1 were told the result on 2026-03-02
      Then it is refused because BAD_FIELD
      When admin records that both sides of Alpha#1 were told the result on 2026-02-27
      Then contract Alpha#1 shows
        | told_on | 2026-02-27 |
      When admin records that both sides of Alpha#1 were told the result on 2026-02-27
      Then it is refused because ALREADY_STATED
      And the refusal cites REPO-4.2.1-a
      And nothing has changed

    @REPO-4.2.1-a
    Scenario: Rejected: no contract, nothing to trade
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      And admin claims application Alpha#1
      And admin rejects application Alpha#1 because "the seals are not theirs"
      Then application Alpha#1 is rejected
      When shea trades until it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      Then it is refused because CONTRACT_UNKNOWN
      And nothing has changed

    @REPO-4.2.1-a @REPO-4.2.1-b
    Scenario: Returned, put right, signed anew and in time because it was first submitted in time
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      And admin claims application Alpha#1
      And admin returns application Alpha#1 for
        | repurchase_price | the agreement says 35.10 |
      Then application Alpha#1 is returned
      When shea trades until it is 10:00 on 2026-03-03
      And Alpha amends application Alpha#1 with
        | repurchase_price  | 35.10      |
        | repurchase_amount | 1755000.00 |
      And Alpha submits application Alpha#1
      Then it is refused because JOINT_APPLICATION_REQUIRED
      And nothing has changed
      When Alpha signs application Alpha#1 as seller
      And Beta signs application Alpha#1 as buyer
      And Alpha submits application Alpha#1
      Then application Alpha#1 is in-review
      And application Alpha#1 awaits handling
      When admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      And admin2 claims and approves application Alpha#1
      Then contract Alpha#1 shows
        | repurchase | 35.10 |

    @REPO-4.2.1-b
    Scenario Outline: A filing that is not approved on its initial day expires: <how>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      And admin claims application Alpha#1
      And <step>
      And shea trades until it is 23:59 on 2026-03-04
      Then application Alpha#1 is <state>
      When it is 00:01 on 2026-03-05
      Then application Alpha#1 is expired
      When admin2 claims application Alpha#1
      Then it is refused because APPLICATION_CLOSED
      And nothing has changed

      Examples:
        | how       | step                                                      | state     |
        | in review | admin receives 1 sets of originals of application Alpha#1 | in-review |
        | returned  | admin returns application Alpha#1 because "unreadable"    | returned  |

    @REPO-A3-1
    Scenario: One agreement leads to one contract at a time
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-05 to 2026-03-31
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-06 to 2026-03-31
      When Alpha submits application Alpha#1
      And Alpha submits application Alpha#2
      Then it is refused because DUPLICATE_APPLICATION
      And nothing has changed
      When admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      And admin2 claims and approves application Alpha#1
      And Alpha submits application Alpha#2
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal cites REPO-A3-1
      And nothing has changed
      # The initial trade is not made: the contract expires, and the agreement may be filed again.
      When shea trades until it is 10:00 on 2026-03-05
      Then contract Alpha#1 is expired
      Given Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-10 to 2026-03-31
      When Alpha submits application Alpha#4
      Then it is accepted

    @REPO-4.2.1-a
    Scenario: Withdrawn before the review, the agreement may be filed again
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      And Beta withdraws application Alpha#1
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Alpha withdraws application Alpha#1
      Then application Alpha#1 is withdrawn
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#2
      Then it is accepted

    @REPO-4.2.1-a @REPO-5-c
    Scenario: What changed between the two reviews is asked once more: the manual
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-06 to 2026-03-31
      When Alpha submits application Alpha#1
      And admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      Given the repo rule manual_version becomes "2026-03-02"
      And shea trades until it is 10:00 on 2026-03-02
      When admin2 claims application Alpha#1
      And admin2 approves application Alpha#1
      Then it is refused because RULE_SUPERSEDED
      And the refusal cites REPO-5-c
      And nothing has changed

    @REPO-4.2.1-a @REPO-A6-6-15
    Scenario: The initial day is closed by an announcement: the filing is not approved
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-06 to 2026-03-31
      When Alpha submits application Alpha#1
      And admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      And admin sends "core.announce_closure"
        | day    | 2026-03-06 |
        | notice | 2026-006   |
      And admin2 claims application Alpha#1
      And admin2 approves application Alpha#1
      Then it is refused because NOT_TRADING_DAY
      And the refusal says field is initial_day
      And nothing has changed

    @REPO-4.2.1-c @REPO-4.2.1-b
    Scenario: The initial day of a contract is closed by an announcement: nothing is traded, the contract expires
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      And the filing Alpha#1 is approved
      When admin sends "core.announce_closure"
        | day    | 2026-03-04 |
        | notice | 2026-006   |
      And it is 10:00 on 2026-03-04
      And Alpha submits the initial trade of Alpha#1
      Then it is refused because NOT_TRADING_DAY
      And nothing has changed
      When shea trades until it is 10:00 on 2026-03-05
      And Alpha submits the initial trade of Alpha#1
      Then it is refused because WRONG_TRADE_DATE
      And nothing has changed
      When it is 15:01
      Then contract Alpha#1 is expired

  Rule: 4.2.1, article 16: three trading days and three working days before

    # 2026-02-28 is a Saturday on which people work, after the spring festival: a working day, no trading day.
    @REPO-4.2.1-b @REPO-A6-16
    Scenario Outline: Filed on 27 February for <first>: <outcome>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from <first> to 2026-03-31
      When Alpha submits application Alpha#1
      Then <outcome>

      Examples:
        | first      | outcome                               |
        | 2026-03-05 | it is accepted                        |
        | 2026-03-04 | it is accepted                        |
        | 2026-03-03 | it is refused because FILING_TOO_LATE |
        | 2026-03-02 | it is refused because FILING_TOO_LATE |

    @REPO-4.2.1-b @REPO-A6-16
    Scenario: The third working day before is too late where the third trading day has passed
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When it is 10:00 on 2026-02-28
      And Alpha submits application Alpha#1
      Then it is refused because FILING_TOO_LATE
      And the refusal cites REPO-4.2.1-b
      And the refusal says last_day is 2026-02-27
      And nothing has changed

    @REPO-4.2.1-b
    Scenario: The last day counts to its end
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When it is 23:59:59
      And Alpha submits application Alpha#1
      Then it is accepted

    @REPO-A6-16
    Scenario: With a shorter limit of trading days the working days decide
      Given the repo rule filing_trading_days becomes "1"
      And shea trades until it is 10:00 on 2026-03-02
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is refused because FILING_TOO_LATE
      And the refusal cites REPO-A6-16
      And the refusal says last_day is 2026-02-28
      And nothing has changed

    @REPO-A6-16 @REPO-A6-38
    Scenario Outline: Without the signature of the <side> there is no joint application
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | unsigned | <side> |
      When Alpha submits application Alpha#1
      Then it is refused because JOINT_APPLICATION_REQUIRED
      And the refusal cites REPO-A6-16
      And the refusal says party is <side>
      And nothing has changed

      Examples:
        | side   |
        | seller |
        | buyer  |

    @REPO-A6-16
    Scenario: What is changed after the signatures is signed again
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha amends application Alpha#1 with
        | repurchase_price  | 36.00      |
        | repurchase_amount | 1800000.00 |
      And Alpha submits application Alpha#1
      Then it is refused because JOINT_APPLICATION_REQUIRED
      When Alpha signs application Alpha#1 as seller
      And Alpha submits application Alpha#1
      Then it is refused because JOINT_APPLICATION_REQUIRED
      And the refusal says party is buyer
      When Gamma signs application Alpha#1 as buyer
      Then it is refused because PERMISSION_DENIED
      And nothing has changed
      When Beta signs application Alpha#1 as buyer
      And Alpha submits application Alpha#1
      Then it is accepted

  Rule: Article 12: in time for the surrender

    @REPO-A6-12
    Scenario: No deadline is set, though the allowances are for this year's surrender
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | for_surrender | true |
      When Alpha submits application Alpha#1
      Then it is refused because CUTOFF_NOT_CONFIGURED
      And the refusal cites REPO-A6-12
      And nothing has changed

    # Before 3 April come 2 April, 1 April, 31 March. 5 April is a Sunday of a holiday: before it 3, 2 and 1 April.
    @REPO-A6-12
    Scenario Outline: Deadline <deadline>, repurchase on <last>: <outcome>
      Given the repo rule surrender_deadline becomes "<deadline>"
      And shea trades until it is 10:00 on 2026-03-02
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-05 to <last> with
        | for_surrender | <for_surrender> |
      When Alpha submits application Alpha#1
      Then <outcome>

      Examples:
        | deadline   | last       | for_surrender | outcome                                       |
        | 2026-04-03 | 2026-03-31 | true          | it is accepted                                |
        | 2026-04-03 | 2026-04-01 | true          | it is refused because AFTER_COMPLIANCE_CUTOFF |
        | 2026-04-03 | 2026-04-01 | false         | it is accepted                                |
        | 2026-04-05 | 2026-04-01 | true          | it is accepted                                |
        | 2026-04-05 | 2026-04-02 | true          | it is refused because AFTER_COMPLIANCE_CUTOFF |
        | 2026-03-01 | 2026-03-31 | true          | it is refused because CUTOFF_NOT_CONFIGURED   |

    @REPO-A6-12
    Scenario Outline: Allowances of a vintage that is surrendered this year need not be said to be so: <instrument>
      Given the repo rule surrender_deadline becomes "2026-04-03"
      And the repo rule surrender_vintages becomes "['2025']"
      When registry sends "core.register_instrument"
        | instrument | <product>25 |
        | market     | shea        |
        | product    | <product>   |
        | vintage    | 2025        |
      And admin sends "core.list_instrument"
        | instrument  | <product>25 |
        | listing_day | 2026-03-02 |
        | reference   | 43.00      |
      And admin2 confirms proposal 9
      Given shea trades until it is 10:00 on 2026-03-02
      And Alpha and Beta agree on a repo of 1000 t of <instrument> from 2026-03-05 to 2026-04-01
      When Alpha submits application Alpha#1
      Then <outcome>

      # A reduction of the year is no allowance.
      Examples:
        | product | instrument | outcome                                       |
        | SHEA    | SHEA25     | it is refused because AFTER_COMPLIANCE_CUTOFF |
        | SHEA    | SHEA       | it is accepted                                |
        | SHCER   | SHCER25    | it is accepted                                |

  Rule: Article 6 to 15: the ten elements

    @REPO-A6-6-15 @REPO-A3-1 @REPO-A6-P
    Scenario Outline: The <field> is missing
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> |  |
      When Alpha submits application Alpha#1
      Then it is refused because FIELD_MISSING
      And the refusal cites <clause>
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field                       | clause       |
        | underlying                  | REPO-A6-6-15 |
        | initial_day                 | REPO-A6-6-15 |
        | initial_price               | REPO-A6-6-15 |
        | initial_amount              | REPO-A6-6-15 |
        | repurchase_quantity         | REPO-A6-6-15 |
        | repurchase_day              | REPO-A6-6-15 |
        | repurchase_price            | REPO-A6-6-15 |
        | repurchase_amount           | REPO-A6-6-15 |
        | term_days                   | REPO-A6-6-15 |
        | for_surrender               | REPO-A6-12   |
        | agreement_no                | REPO-A3-1    |
        | manual                      | REPO-5-c     |
        | seller_managed              | REPO-A3-3    |
        | freezes                     | REPO-A3-5    |
        | monitored                   | REPO-A6-20   |
        | seller_name                 | REPO-A3-3    |
        | buyer_name                  | REPO-A3-2    |
        | seller_legal_representative | REPO-A6-P    |
        | buyer_legal_representative  | REPO-A6-P    |
        | seller_domicile             | REPO-A6-P    |
        | buyer_domicile              | REPO-A6-P    |
        | seller_contact              | REPO-A6-28.1 |
        | buyer_phone                 | REPO-A6-28.1 |
        | seller_mail                 | REPO-A6-28.1 |
        | buyer_post                  | REPO-A6-28.1 |
        | seller_agent                | REPO-A5-1    |
        | buyer_agent_id_kind         | REPO-A5-1    |
        | seller_agent_identity       | REPO-A5-1    |
        | buyer_handler_identity      | REPO-A5-1    |
        | seller_authority_from       | REPO-A5-1    |
        | buyer_authority_until       | REPO-A5-1    |

    @REPO-A6-1.5-9 @REPO-A6-1.3 @REPO-A6-1.12 @REPO-A6-6-15
    Scenario Outline: <field> <value> does not agree with the rest
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | <value> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field               | value      | code            | clause        |
        | repurchase_quantity | 49999      | TERMS_MISMATCH  | REPO-A6-1.5-9 |
        | initial_amount      | 1720000.01 | AMOUNT_MISMATCH | REPO-A6-1.5-9 |
        | repurchase_amount   | 1749999.99 | AMOUNT_MISMATCH | REPO-A6-1.5-9 |
        | initial_price       | 34.41      | AMOUNT_MISMATCH | REPO-A6-1.5-9 |
        | repurchase_price    | 34.99      | AMOUNT_MISMATCH | REPO-A6-1.5-9 |
        | term_days           | 27         | TERM_MISMATCH   | REPO-A6-1.12  |
        | term_days           | 29         | TERM_MISMATCH   | REPO-A6-1.12  |
        | repurchase_day      | 2026-03-04 | BAD_DATES       | REPO-A6-1.3   |
        | repurchase_day      | 2026-03-03 | BAD_DATES       | REPO-A6-1.3   |

    @REPO-A6-6-15 @REPO-A6-1.12
    Scenario Outline: Days that do not trade, from <first> to <last>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from <first> to <last>
      When Alpha submits application Alpha#1
      Then it is refused because NOT_TRADING_DAY
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | first      | last       | field          |
        | 2026-03-07 | 2026-03-31 | initial_day    |
        | 2026-03-04 | 2026-03-29 | repurchase_day |
        | 2026-03-04 | 2026-04-06 | repurchase_day |

    @REPO-A6-1.4 @REPO-4.2.2-d @REPO-A6-6-15
    Scenario Outline: The underlying is <what>
      Given CCER01 is registered on shea as CCER
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | underlying | <rows> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | what              | rows                                                                                                    | code               | clause       |
        | unknown           | [{"instrument": "NOPE", "quantity_tonnes": 50000}]                                                      | UNKNOWN_INSTRUMENT | REPO-A6-1.4  |
        | not listed        | [{"instrument": "CCER01", "quantity_tonnes": 50000}]                                                    | NOT_LISTED         | REPO-A6-1.4  |
        | nothing           | [{"instrument": "SHEA", "quantity_tonnes": 0}]                                                          | BAD_QUANTITY       | REPO-A6-6-15 |
        | less than nothing | [{"instrument": "SHEA", "quantity_tonnes": -1}]                                                         | BAD_QUANTITY       | REPO-A6-6-15 |
        | two products      | [{"instrument": "SHEA", "quantity_tonnes": 25000}, {"instrument": "SHCER01", "quantity_tonnes": 25000}] | ONE_ROW_ONLY       | REPO-4.2.2-d |
        | one twice         | [{"instrument": "SHEA", "quantity_tonnes": 25000}, {"instrument": "SHEA", "quantity_tonnes": 25000}]    | BAD_FIELD          | REPO-4.2.2-d |
        | frozen above all  | [{"instrument": "SHEA", "quantity_tonnes": 50000, "frozen_tonnes": 50001}]                              | FREEZE_EXCEEDS_QTY | REPO-4.2.2-d |
        | frozen too little | [{"instrument": "SHEA", "quantity_tonnes": 50000, "frozen_tonnes": 9999}]                               | FREEZE_MISMATCH    | REPO-A6-21   |
        | frozen too much   | [{"instrument": "SHEA", "quantity_tonnes": 50000, "frozen_tonnes": 10001}]                              | FREEZE_MISMATCH    | REPO-A6-21   |

    @REPO-A6-P @REPO-A3-2 @REPO-A3-3
    Scenario Outline: A party that is not who it says: <field> <value>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | <value> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field          | value | code           | clause    |
        | seller_name    | Gamma | PARTY_MISMATCH | REPO-A3-3 |
        | buyer_name     | Gamma | PARTY_MISMATCH | REPO-A3-2 |
        | buyer_name     | Alpha | SELF_TRADE     | REPO-A6-P |
        | seller_managed | false | PARTY_MISMATCH | REPO-A3-3 |

    @REPO-A6-P
    Scenario: Without a second party there is no agreement
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | unsigned | alone |
      When Alpha submits application Alpha#1
      Then it is refused because PARTY_MISSING
      And the refusal cites REPO-A6-P
      And nothing has changed
      When Alpha amends application Alpha#1 with
        | party buyer | Alpha |
      Then it is refused because BAD_FIELD
      And the refusal cites REPO-A6-P
      And nothing has changed

    @REPO-A6-6-15 @REPO-A6-21
    Scenario Outline: What is no <field> is refused as it is filled in: <value>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha amends application Alpha#1 with
        | <field> | <value> |
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field         | value   | code      | clause       |
        | initial_price | 0.00    | BAD_FIELD | REPO-A6-6-15 |
        | initial_price | 34.405  | BAD_FIELD | REPO-A6-6-15 |
        | initial_day   | 4 March | BAD_FIELD | REPO-A6-6-15 |
        | margin        | -1.00   | BAD_FIELD | REPO-A6-6-15 |
        | freeze_ratio  | 100.01  | BAD_RATIO | REPO-A6-21   |
        | freeze_ratio  | -0.01   | BAD_RATIO | REPO-A6-21   |
        | freeze_ratio  | 20.001  | BAD_RATIO | REPO-A6-21   |

    # What is personal never reaches the rules in clear: it is read at the door, which knows no clauses.
    @REPO-A6-28.1 @REPO-A5-1
    Scenario Outline: What is no <field> is refused at the door: <value>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31
      When Alpha amends application Alpha#1 with
        | <field> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | field                 | value              | code                |
        | seller_phone          | none               | BAD_PHONE           |
        | buyer_mail            | nowhere            | BAD_EMAIL           |
        | seller_agent_identity | 999999199003070013 | BAD_IDENTITY_NUMBER |

  Rule: Article 20 and 21, annex 3: risk measures at filing

    @REPO-A6-1.15 @REPO-A3-5
    Scenario: A managed seller's allowances need a product freeze, a senior trader's don't
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | freezes      | false |
        | freeze_ratio |       |
      When Alpha submits application Alpha#1
      Then it is refused because FREEZE_REQUIRED
      And the refusal cites REPO-A6-1.15
      And nothing has changed
      Given Gamma holds 1000 t of SHEA
      And Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | freezes      | false |
        | freeze_ratio |       |
      When Gamma submits application Gamma#1
      Then it is accepted
      Given Gamma and Beta agree on a repo of 1000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | agreement_no | R-2026-002 |
        | freezes      | false      |
      When Gamma submits application Gamma#2
      Then it is refused because BAD_FIELD
      And the refusal cites REPO-A3-5
      And nothing has changed

    @REPO-A6-21 @REPO-A3-5
    Scenario: The formula is about allowances: a freeze of reductions states its ratio
      Given Alpha and Beta agree on a repo of 50000 t of SHCER01 from 2026-03-04 to 2026-03-31 with
        | freeze_ratio |  |
      When Alpha submits application Alpha#1
      Then it is refused because FIELD_MISSING
      And the refusal cites REPO-A3-5
      And nothing has changed

    @REPO-A6-21
    Scenario Outline: A fifth of 49,999 t is 9,999.8 t: <frozen> t is less than a tonne from it
      Given Alpha and Beta agree on a repo of 49999 t of SHEA from 2026-03-04 to 2026-03-31 with
        | underlying | [{"instrument": "SHEA", "quantity_tonnes": 49999, "frozen_tonnes": <frozen>}] |
      When Alpha submits application Alpha#1
      Then it is accepted

      Examples:
        | frozen |
        | 9999   |
        | 10000  |

    @REPO-A6-1.17-a @REPO-A6-1.17-b @REPO-A6-1.17-c @REPO-A6-20
    Scenario Outline: The exchange monitors its own formula only: <field>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | monitored | <monitored> |
        | <field>   | <value>     |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | monitored | field              | value  | code                     | clause         |
        | true      | monitoring_formula |        | FIELD_MISSING            | REPO-A6-1.17-b |
        | true      | monitoring_formula | other  | MONITORING_NOT_AVAILABLE | REPO-A6-1.17-c |
        | false     | alarm_ratio        | 150.00 | MONITORING_NOT_AVAILABLE | REPO-A6-1.17-c |

    @REPO-A6-1.17-a
    Scenario Outline: No monitoring for a <whose>
      Given Gamma is qualified for repos
      And Gamma holds 1000 t of <instrument>
      And <seller> and Beta agree on a repo of 1000 t of <instrument> from 2026-03-04 to 2026-03-31 with
        | monitored          | true      |
        | monitoring_formula | reference |
      When <seller> submits application <seller>#<number>
      Then it is refused because MONITORING_NOT_AVAILABLE
      And the refusal cites REPO-A6-1.17-a
      And nothing has changed

      Examples:
        | whose                       | seller | number | instrument |
        | seller that is not managed  | Gamma  | 2      | SHEA       |
        | managed seller's reductions | Alpha  | 1      | SHCER01    |

    @REPO-A6-22 @REPO-A6-20 @REPO-A6-25 @REPO-A6-26 @REPO-A6-27
    Scenario: Other measures, cases and defaults are kept as the parties wrote them
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | other_measures    | a bank guarantee  |
        | termination_cases | both agree        |
        | abnormal_cases    | a court's freeze  |
        | seller_default    | does not buy back |
        | buyer_default     | does not deliver  |
      And the filing Alpha#1 is approved
      Then contract Alpha#1 says other_measures "a bank guarantee"
      And contract Alpha#1 says termination_cases "both agree"
      And contract Alpha#1 says abnormal_cases "a court's freeze"
      And contract Alpha#1 says seller_default "does not buy back"
      And contract Alpha#1 says buyer_default "does not deliver"

    @REPO-A6-23 @REPO-A6-24 @REPO-A6-1.13-14
    Scenario Outline: An early or deferred repurchase is agreed whole or not at all: <field> alone
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | as the two agree |
      When Alpha submits application Alpha#1
      Then it is refused because FIELD_MISSING
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field               | clause     |
        | early_conditions    | REPO-A6-23 |
        | early_price         | REPO-A6-23 |
        | early_day           | REPO-A6-23 |
        | deferred_conditions | REPO-A6-24 |
        | deferred_price      | REPO-A6-24 |
        | deferred_day        | REPO-A6-24 |

  Rule: Annex 1: the papers

    @REPO-A1-2
    Scenario Outline: Without <paper> nothing is filed
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <paper> | - |
      When Alpha submits application Alpha#1
      Then it is refused because DOC_MISSING
      And the refusal cites REPO-A1-2
      And the refusal says document is <paper>
      And nothing has changed

      Examples:
        | paper                |
        | application_form     |
        | repo_agreement       |
        | risk_disclosure      |
        | power_of_attorney    |
        | licence_copy         |
        | legal_person_id_copy |
        | handler_id_copy      |

    @REPO-A1-2 @REPO-A3-7 @REPO-A6-38
    Scenario Outline: <paper> bears <seals> seals
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <paper> | - |
      When Alpha attaches <paper> to application Alpha#1 with
        | stamps | <seals> |
      And Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites REPO-A1-2
      And nothing has changed

      Examples:
        | paper            | seals | code              |
        | application_form | 1     | SINGLE_STAMP_ONLY |
        | application_form | 0     | NOT_STAMPED       |
        | repo_agreement   | 1     | SINGLE_STAMP_ONLY |
        | repo_agreement   | 0     | NOT_STAMPED       |

    @REPO-A1-2 @REPO-A4-7
    Scenario: One side's own papers bear its seal, and the disclosure its hand
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | risk_disclosure | - |
      When Alpha attaches risk_disclosure to application Alpha#1 with
        | party | seller |
      And Alpha submits application Alpha#1
      Then it is refused because DOC_MISSING
      And the refusal says party is buyer
      When Beta attaches risk_disclosure to application Alpha#1 with
        | party       | buyer |
        | hand_signed | false |
      And Alpha submits application Alpha#1
      Then it is refused because SIGNATURE_MISSING
      And the refusal cites REPO-A4-7
      And nothing has changed

  Rule: Annex 4, article 18: the risk disclosure

    @REPO-A4-7 @REPO-A6-18 @REPO-A4-1
    Scenario Outline: The disclosure's <field> is "<value>"
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | <value> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | field             | value      | code                  | clause     |
        | seller_disclosure |            | DISCLOSURE_MISSING    | REPO-A6-18 |
        | buyer_disclosure  |            | DISCLOSURE_MISSING    | REPO-A6-18 |
        | seller_disclosure | 2023-11-01 | DISCLOSURE_OUTDATED   | REPO-A4-7  |
        | buyer_disclosure  | 2023-11-01 | DISCLOSURE_OUTDATED   | REPO-A4-7  |
        | seller_copied     |            | DISCLOSURE_NOT_COPIED | REPO-A4-7  |
        | buyer_copied      | we agree   | DISCLOSURE_NOT_COPIED | REPO-A4-7  |

    @REPO-A4-7
    Scenario: The sentence may be copied in English, points and spaces aside
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | buyer_copied | we have read and understood every item of the above disclosure agree to all of it and bear the risks and losses of taking part in repos of our own will |
      When Alpha submits application Alpha#1
      Then it is accepted

    @REPO-A4-1 @REPO-A4-7
    Scenario: A newer version is announced: from its day the old one is refused, at submission and at approval
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-06 to 2026-03-31
      And Alpha and Beta agree on a repo of 1000 t of SHEA from 2026-03-06 to 2026-03-31 with
        | agreement_no | R-2026-002 |
      And the exchange publishes version "2026-03-02" of the risk disclosure for 2026-03-02
      When Alpha submits application Alpha#1
      Then it is accepted
      When admin receives 1 sets of originals of application Alpha#1
      And admin claims and approves application Alpha#1
      Given shea trades until it is 10:00 on 2026-03-02
      When Alpha submits application Alpha#2
      Then it is refused because DISCLOSURE_OUTDATED
      And the refusal says version is 2026-03-02
      And nothing has changed
      When admin2 claims application Alpha#1
      And admin2 approves application Alpha#1
      Then it is refused because DISCLOSURE_OUTDATED
      And nothing has changed
      When Beta asks "sh_repo.disclosures"
      Then the answer shows
        | version    | since      |
        | 2025-12-31 | 2025-12-31 |
        | 2026-03-02 | 2026-03-02 |

    @REPO-A4-1
    Scenario Outline: A new text of the disclosure: <what>
      When admin sends "sh_repo.replace_disclosure"
        | text   | <text>     |
        | since  | 2026-03-02 |
        | notice | 2026-003   |
      Then it is refused because BAD_DISCLOSURE
      And nothing has changed

      Examples:
        | what              | text                |
        | no text of a form | twelve risks        |
        | incomplete        | version = "2026-03" |

  Rule: Annex 5: the power of attorney

    @REPO-A5-1
    Scenario Outline: The power of attorney's <field> is "<value>"
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | <value> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites REPO-A5-1
      And nothing has changed

      Examples:
        | field                   | value              | code              |
        | seller_authority_until  | 2026-03-03         | AUTH_EXPIRED      |
        | buyer_authority_until   | 2026-03-03         | AUTH_EXPIRED      |
        | buyer_authority_from    | 2026-02-28         | AUTH_EXPIRED      |
        | seller_may_initial      | false              | AUTH_SCOPE        |
        | buyer_may_initial       |                    | AUTH_SCOPE        |
        | buyer_may_measures      | false              | AUTH_SCOPE        |
        | seller_handler_identity | 99999919880412002X | AGENT_ID_MISMATCH |
        | buyer_agent_identity    | 99999919880412002X | AGENT_ID_MISMATCH |

    @REPO-A5-1
    Scenario: A power of attorney that runs through the initial day is in force
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | seller_authority_until | 2026-03-04 |
        | buyer_authority_from   | 2026-02-27 |
      When Alpha submits application Alpha#1
      Then it is accepted

  Rule: Articles 2, 3 and 38, annex 3: declarations and signatures

    @REPO-A6-2.3 @REPO-A3-7
    Scenario Outline: The declaration <field> is not made
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> |  |
      When Alpha submits application Alpha#1
      Then it is refused because DECLARATION_MISSING
      And the refusal cites <clause>
      And the refusal says field is <field>
      And nothing has changed

      Examples:
        | field                           | clause      |
        | seller_declares_eligible        | REPO-A6-2.3 |
        | buyer_declares_compliant        | REPO-A6-2.3 |
        | seller_declares_clean_title     | REPO-A6-2.3 |
        | buyer_declares_account_care     | REPO-A6-2.3 |
        | seller_declares_self_assessed   | REPO-A6-2.3 |
        | buyer_declares_no_litigation    | REPO-A6-2.3 |
        | seller_declares_approvals       | REPO-A6-2.3 |
        | buyer_declares_accepts_measures | REPO-A6-2.3 |
        | declared_true                   | REPO-A3-7   |

    @REPO-A6-38
    Scenario Outline: The agreement is signed by both before it is filed: <field> "<value>"
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | <field> | <value> |
      When Alpha submits application Alpha#1
      Then it is refused because AGREEMENT_NOT_IN_FORCE
      And the refusal cites REPO-A6-38
      And nothing has changed

      Examples:
        | field            | value      |
        | seller_signed_on |            |
        | buyer_signed_on  |            |
        | buyer_signed_on  | 2026-02-28 |

  Rule: 1 and 5: the manual and its editions

    @REPO-1-a @REPO-5-b @REPO-5-d
    Scenario: The first edition is on trial for a month and formal after it
      When Beta asks "sh_repo.edition"
      Then the answer shows
        | version    | trial_through | formal_from | supersedes |
        | 2025-12-31 | 2026-01-31    | 2026-02-01  | earlier    |

    @REPO-5-c @REPO-1-a
    Scenario Outline: A filing that relies on the manual of <manual>
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-31 with
        | manual | <manual> |
      When Alpha submits application Alpha#1
      Then it is refused because <code>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | manual     | code            | clause   |
        | 2023-11-01 | RULE_SUPERSEDED | REPO-5-c |
        | 2026-06-01 | BAD_FIELD       | REPO-1-a |

    @REPO-5-b @REPO-5-c @REPO-5-a
    Scenario: A new edition of the exchange voids the first one
      Given the repo rule manual_version becomes "2026-03-02"
      And shea trades until it is 10:00 on 2026-03-02
      And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-05 to 2026-03-31
      When Alpha submits application Alpha#1
      Then it is refused because RULE_SUPERSEDED
      And nothing has changed
      When Alpha asks "sh_repo.edition"
      Then the answer shows
        | version    | trial_through | formal_from | supersedes |
        | 2025-12-31 | 2026-01-31    | 2026-02-01  | earlier    |
        | 2026-03-02 | 2026-04-02    | 2026-04-03  | 2025-12-31 |
      Given Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-05 to 2026-03-31 with
        | manual | 2026-03-02 |
      When Alpha submits application Alpha#2
      Then it is accepted
