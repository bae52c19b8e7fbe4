Feature: Changes of a CCER participant's data
  What the registry keeps is changed there and arrives with its documents; the trading representative is changed here.

  Background:
    Given the exchange runs "ccer_national" on 2026-03-02
    And alpha has opened an account jointly

  Rule: Question 21, the account type of an open account

    @CCER-Q21-b @CCER-Q21-c
    Scenario Outline: <who> does not change the type in the trading system
      When <who> sends a change of account_type of CCER00000001 as case T-1
        | account_type | other |
      Then it is refused because CHANGE_IN_REGISTRY
      And the refusal cites CCER-Q21-c
      And nothing has changed

      Examples:
        | who   |
        | alpha |
        | admin |

    @CCER-Q21-c
    Scenario: The type changes once the registry has approved
      When registry sends a change of account_type of CCER00000001 as case T-1
        | account_type | national_key_emitter |
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | account_type  |
        | CCER00000001 | project_owner |
      When registry claims and approves application CCER00000001#1
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | account_type         |
        | CCER00000001 | national_key_emitter |
      And a replay of the journal gives the same state

    @CCER-Q21-c
    Scenario: The registry's change names a known type
      When registry sends a change of account_type of CCER00000001 as case T-1
        | account_type | broker |
      Then it is refused because BAD_ACCOUNT_TYPE
      And the refusal cites CCER-Q21-a
      And nothing has changed

  Rule: Question 22, the name

    @CCER-Q22-a
    Scenario: The name is not edited in the trading system
      When alpha sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      Then it is refused because CHANGE_IN_REGISTRY
      And the refusal cites CCER-Q22-a
      And nothing has changed

    @CCER-Q22-a
    Scenario: Nor is what arrived from the registry
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And alpha amends application CCER00000001#1 with
        | participant | 样例别公司 |
      Then it is refused because PERMISSION_DENIED
      And the refusal cites CCER-Q22-a
      And nothing has changed

    @CCER-Q22-a @CCER-Q22-c
    Scenario: Two sets of paper, the exchange, the registry, and the name is changed; the old one is kept with its time
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And admin claims application CCER00000001#1
      And admin receives 1 sets of originals of application CCER00000001#1
      And admin approves application CCER00000001#1
      Then it is refused because PAPER_NOT_RECEIVED
      And the refusal cites CCER-Q22-c
      And nothing has changed
      When admin receives 1 sets of originals of application CCER00000001#1
      And admin approves application CCER00000001#1
      Then application CCER00000001#1 awaits registry_review
      When it is 09:00 on 2026-03-05
      And registry claims and approves application CCER00000001#1
      Then application 2 is effective
      When alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | participant |
        | CCER00000001 | 样例新公司  |
      When alpha asks "ccer_national.names"
      Then the answer has 2 rows
      And the answer shows
        | participant |
        | 样例公司    |
        | 样例新公司  |
      And a replay of the journal gives the same state

    @CCER-Q22-a
    Scenario: A trade keeps the name it was done under
      Given CCER-P1-2024 of CCER is listed on ccer at 63.51
      And CCER00000001 holds 500 t of CCER-P1-2024
      And Beta has an account with 100000.00 yuan
      And ccer is open at 10:00
      When alpha sends "core.post_listing"
        | account    | CCER00000001 |
        | instrument | CCER-P1-2024 |
        | side       | sell         |
        | quantity   | 100          |
        | price      | 63.51        |
      And Beta takes to buy 40 t of CCER-P1-2024 at 63.51
      And registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And admin receives 2 sets of originals of application CCER00000001#1
      And admin claims and approves application CCER00000001#1
      And registry claims and approves application CCER00000001#1
      And Beta takes to buy 10 t of CCER-P1-2024 at 63.51
      And Beta asks "ccer_national.certificates"
      Then the answer shows
        | counterparty | quantity |
        | 样例公司     | 40       |
        | 样例新公司   | 10       |

    @CCER-Q22-a
    Scenario: A name that another participant bears is not taken
      Given beta has opened an account jointly, but
        | participant | 样例二公司         |
        | credit_code | 91999999MA0000001N |
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例二公司 |
      And admin receives 2 sets of originals of application CCER00000001#1
      And admin claims and approves application CCER00000001#1
      And registry claims and approves application CCER00000001#1
      Then it is refused because DUPLICATE_ACCOUNT
      And nothing has changed

    @CCER-Q22-b
    Scenario Outline: A change of name comes with its <document>
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
        | without     | <document> |
      Then it is refused because DOC_MISSING
      And the refusal says document is <document>
      And the refusal cites CCER-Q22-b
      And nothing has changed
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
        | unstamped   | <document> |
      Then it is refused because NOT_STAMPED
      And the refusal cites CCER-Q22-b
      And nothing has changed

      Examples:
        | document                |
        | business_licence        |
        | name_change_certificate |
        | change_form             |

    @CCER-Q22-c
    Scenario: The registry does not review before the exchange
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And registry claims application CCER00000001#1
      Then it is refused because REVIEW_ORDER
      And the refusal cites CCER-Q22-c
      And nothing has changed

    @CCER-Q22-d
    Scenario: Paper on the twentieth working day is in time
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And it is 23:59 on 2026-03-30
      And admin receives 2 sets of originals of application CCER00000001#1
      And it is 09:00 on 2026-04-02
      Then application CCER00000001#1 is in-review

    @CCER-Q22-d
    Scenario: Without paper after twenty working days the change is rejected, and a fresh one is needed
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And it is 00:00 on 2026-03-31
      Then application 2 is rejected
      When admin receives 2 sets of originals of application CCER00000001#1
      Then it is refused because CASE_REJECTED
      And nothing has changed
      When registry sends a change of name of CCER00000001 as case N-2
        | participant | 样例新公司 |
      Then it is accepted

    @CCER-Q22-d
    Scenario: One change of a kind at a time, and a case of the registry's once
      When registry sends a change of name of CCER00000001 as case N-1
        | participant | 样例新公司 |
      And registry sends a change of name of CCER00000001 as case N-2
        | participant | 样例别公司 |
      Then it is refused because DUPLICATE_APPLICATION
      When registry sends a change of legal_representative of CCER00000001 as case N-1
        | legal_representative | 王三三 |
      Then it is refused because ALREADY_BOOKED
      And nothing has changed

  Rule: Question 23, the legal representative

    @CCER-Q23-a
    Scenario: The legal representative is not changed in the trading system
      When alpha sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三 |
      Then it is refused because CHANGE_IN_REGISTRY
      And the refusal cites CCER-Q23-a
      And nothing has changed

    @CCER-Q23-a @CCER-Q23-c
    Scenario: A new legal representative arrives from the registry and takes both reviews
      When registry sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三 |
      And admin claims application CCER00000001#1
      And admin approves application CCER00000001#1
      Then it is refused because PAPER_NOT_RECEIVED
      And the refusal cites CCER-Q23-c
      When admin receives 2 sets of originals of application CCER00000001#1
      And admin approves application CCER00000001#1
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | legal_representative |
        | CCER00000001 | 张***                |
      When registry claims and approves application CCER00000001#1
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | legal_representative |
        | CCER00000001 | 王***                |

    @CCER-Q23-b
    Scenario Outline: A new legal representative comes with the <document>
      When registry sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三     |
        | without              | <document> |
      Then it is refused because DOC_MISSING
      And the refusal cites CCER-Q23-b
      And nothing has changed
      When registry sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三     |
        | unstamped            | <document> |
      Then it is refused because NOT_STAMPED
      And the refusal cites CCER-Q23-b
      And nothing has changed

      Examples:
        | document                           |
        | business_licence                   |
        | legal_representative_identity_copy |
        | power_of_attorney                  |
        | change_form                        |

    @CCER-Q23-b
    Scenario: The legal representative signs the power of attorney
      When registry sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三            |
        | unsigned             | power_of_attorney |
      Then it is refused because SIGNATURE_MISSING
      And the refusal cites CCER-Q23-b
      And nothing has changed

    @CCER-Q23-c
    Scenario: Without paper after twenty working days a new legal representative is rejected too
      When registry sends a change of legal_representative of CCER00000001 as case L-1
        | legal_representative | 王三三 |
      And it is 00:00 on 2026-03-31
      Then application 2 is rejected
      When registry sends a change of legal_representative of CCER00000001 as case L-2
        | legal_representative | 王三三 |
      Then it is accepted

  Rule: Question 24, the trading representative

    @CCER-Q24-a
    Scenario Outline: The registry does not change the <what>
      When registry sends a change of <what> of CCER00000001 as case R-1
        | mail | other@example.com |
      Then it is refused because CHANGE_IN_TRADING_SYSTEM
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | what                | clause     |
        | representative      | CCER-Q24-a |
        | representative_data | CCER-Q24-c |

    @CCER-Q24-a
    Scenario Outline: A new trading representative comes with the <document>, stamped
      When alpha drafts a "ccer_national.representative_change" application with
        | representative          | 赵四四             |
        | representative_identity | 999999199003070012 |
        | mobile                  | 13800138004        |
        | mail                    | zhao@example.com   |
      And alpha attaches <first> to application CCER00000001#1
      And alpha attaches <second> to application CCER00000001#1
      And alpha submits application CCER00000001#1
      Then it is refused because DOC_MISSING
      And the refusal says document is <document>
      And the refusal cites CCER-Q24-a
      When alpha attaches <document> to application CCER00000001#1 with
        | stamps | 0 |
      And alpha submits application CCER00000001#1
      Then it is refused because NOT_STAMPED
      And the refusal cites CCER-Q24-a
      And nothing has changed

      Examples:
        | document                     | first       | second                       |
        | change_form                  | recommendation_letter | representative_identity_copy |
        | recommendation_letter        | change_form | representative_identity_copy |
        | representative_identity_copy | change_form | recommendation_letter        |

    @CCER-Q24-a @CCER-Q24-b
    Scenario: Two of the exchange's staff review, the second with the paper, the registry not at all
      When alpha drafts a "ccer_national.representative_change" application with
        | representative          | 赵四四             |
        | representative_identity | 999999199003070012 |
        | mobile                  | 13800138004        |
        | mail                    | zhao@example.com   |
      And alpha attaches change_form to application CCER00000001#1
      And alpha attaches recommendation_letter to application CCER00000001#1
      And alpha attaches representative_identity_copy to application CCER00000001#1
      And alpha submits application CCER00000001#1
      And registry claims application CCER00000001#1
      Then it is refused because PERMISSION_DENIED
      When admin claims and approves application CCER00000001#1
      And admin claims application CCER00000001#1
      Then it is refused because MAKER_CHECKER_SAME
      And the refusal cites CCER-Q24-b
      When admin2 claims application CCER00000001#1
      And admin2 approves application CCER00000001#1
      Then it is refused because PAPER_NOT_RECEIVED
      And the refusal cites CCER-Q24-b
      When alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | representative | mobile      |
        | CCER00000001 | 李***          | 138****8001 |
      When admin2 receives 2 sets of originals of application CCER00000001#1
      And admin2 approves application CCER00000001#1
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | representative | mobile      | mail             | address |
        | CCER00000001 | 赵***          | 138****8004 | z***@example.com |         |
      And a replay of the journal gives the same state

    @CCER-Q24-b
    Scenario: Paper for a new trading representative has no limit of twenty working days
      When alpha drafts a "ccer_national.representative_change" application with
        | representative          | 赵四四             |
        | representative_identity | 999999199003070012 |
        | mobile                  | 13800138004        |
        | mail                    | zhao@example.com   |
      And alpha attaches change_form to application CCER00000001#1
      And alpha attaches recommendation_letter to application CCER00000001#1
      And alpha attaches representative_identity_copy to application CCER00000001#1
      And alpha submits application CCER00000001#1
      And it is 09:00 on 2026-06-30
      Then application CCER00000001#1 is in-review

    @CCER-Q24-c
    Scenario: New contact data wait for the exchange, the old ones stay valid until then
      When alpha drafts a "ccer_national.representative_data" application with
        | mail | new@example.com |
      And alpha submits application CCER00000001#1
      Then it is refused because DOC_MISSING
      And the refusal cites CCER-Q24-c
      When alpha attaches information_change_form to application CCER00000001#1 with
        | stamps | 0 |
      And alpha submits application CCER00000001#1
      Then it is refused because NOT_STAMPED
      When alpha attaches information_change_form to application CCER00000001#1
      And alpha submits application CCER00000001#1
      And alpha asks "core.applications" where
        | state | in_review |
      Then the answer has 1 rows
      When alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | mail             |
        | CCER00000001 | r***@example.com |
      When admin claims application CCER00000001#1
      And admin approves application CCER00000001#1
      Then it is refused because PAPER_NOT_RECEIVED
      When admin receives 1 sets of originals of application CCER00000001#1
      And admin approves application CCER00000001#1
      And alpha asks "ccer_national.participants"
      Then the answer shows
        | account      | mail             | mobile      | representative |
        | CCER00000001 | n***@example.com | 138****8001 | 李***          |

    @CCER-Q24-c
    Scenario: A change of contact data that changes nothing is none
      When alpha drafts a "ccer_national.representative_data" application with
        |  |  |
      And alpha attaches information_change_form to application CCER00000001#1
      And alpha submits application CCER00000001#1
      Then it is refused because FIELD_MISSING
      And the refusal cites CCER-Q24-c
      And nothing has changed

    @CCER-Q24-c
    Scenario: Contact data are not changed twice at once
      When alpha drafts a "ccer_national.representative_data" application with
        | mail | new@example.com |
      And alpha attaches information_change_form to application CCER00000001#1
      And alpha submits application CCER00000001#1
      And alpha drafts a "ccer_national.representative_data" application with
        | mobile | 13800138009 |
      And alpha attaches information_change_form to application CCER00000001#2
      And alpha submits application CCER00000001#2
      Then it is refused because DUPLICATE_APPLICATION
      And the refusal cites CCER-Q24-c
      And nothing has changed

    @CCER-Q24-a
    Scenario: An account that staff opened by hand has no representative to change
      Given Beta has an account with 0 yuan
      When Beta drafts a "ccer_national.representative_data" application with
        | mail | new@example.com |
      And Beta attaches information_change_form to application Beta#1
      And Beta submits application Beta#1
      Then it is refused because UNKNOWN_ACCOUNT
      And nothing has changed
