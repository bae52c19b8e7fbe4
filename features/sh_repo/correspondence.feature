Feature: What the parties tell each other and the exchange
  Notices with the time at which they count as delivered, changed contacts, requests for documents, changed documents
  with their reminder, and reports. The exchange keeps them for the two parties and judges none of them.

  Background:
    Given the exchange runs "sh_repo" on 2026-02-26
    And SHEA of SHEA is listed on shea at 43.00
    And these accounts
      | account | cash       | SHEA  |
      | Alpha   | 10000.00   | 60000 |
      | Beta    | 5000000.00 | 0     |
      | Gamma   | 5000000.00 | 0     |
    And Alpha is a managed-unit in Shanghai
    And Beta is a senior-trader in Shanghai
    And Beta is qualified for repos
    And the repo fee is 0.8 per mille
    And shea is open at 09:30
    And shea trades until it is 10:00 on 2026-02-27
    And Alpha and Beta agree on a repo of 50000 t of SHEA from 2026-03-04 to 2026-03-20
    And the filing Alpha#1 is approved
    And shea trades until it is 10:00 on 2026-03-04
    And the initial trade of Alpha#1 is done

  Rule: Article 28: notices and contacts

    @REPO-A6-28.3 @REPO-A6-28.2
    Scenario Outline: Delivered when connected, when sent, or five days after posting: <way>
      When Alpha records the notice about contract Alpha#1
        | text  | we ask for the repurchase in the morning |
        | <way> | <at>                                     |
      Then it is accepted
      And entry 1 about contract Alpha#1 is delivered at <clock> on <day>

      Examples:
        | way      | at               | clock | day        |
        | by phone | 2026-03-04 09:40 | 09:40 | 2026-03-04 |
        | by mail  | 2026-03-04 09:41 | 09:41 | 2026-03-04 |
        | by post  | 2026-03-03 17:00 | 17:00 | 2026-03-08 |

    @REPO-A6-28.2 @REPO-A6-28.3
    Scenario: Of several channels the earliest counts
      When Alpha records the notice about contract Alpha#1
        | text     | we ask for the repurchase in the morning |
        | by post  | 2026-02-27 17:00                         |
        | by mail  | 2026-03-04 09:41                         |
        | by phone | 2026-03-04 09:55                         |
      Then entry 1 about contract Alpha#1 is delivered at 09:41 on 2026-03-04
      When Alpha records the notice about contract Alpha#1
        | text    | the same once more |
        | by post | 2026-02-26 09:00   |
        | by mail | 2026-03-04 09:41   |
      Then entry 2 about contract Alpha#1 is delivered at 09:00 on 2026-03-03

    @REPO-A6-28.2
    Scenario Outline: A notice that was none: <what>
      When Alpha records the notice about contract Alpha#1
        | text  | <text> |
        | <way> | <at>   |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | what                            | text  | way       | at               | code          |
        | nothing written                 |       | by mail   | 2026-03-04 09:00 | FIELD_MISSING |
        | no channel                      | hello | about     | 0                | FIELD_MISSING |
        | a channel nobody knows          | hello | by pigeon | 2026-03-04 09:00 | BAD_FIELD     |
        | a channel the other didn't name | hello | by fax    | 2026-03-04 09:00 | BAD_FIELD     |
        | a time to come                  | hello | by mail   | 2026-03-04 10:01 | BAD_FIELD     |
        | no time                         | hello | by mail   | yesterday        | BAD_FIELD     |

    @REPO-A6-28.1
    Scenario: A change of contact is told by mail or in writing; until then the old ones hold
      When Beta records the contact-change about contract Alpha#1
        | told_by | phone        |
        | fax     | 021-56903001 |
      Then it is refused because CONTACT_CHANGE_FORM
      And the refusal cites REPO-A6-28.1
      And nothing has changed
      When Alpha records the notice about contract Alpha#1
        | text   | a fax            |
        | by fax | 2026-03-04 09:50 |
      Then it is refused because BAD_FIELD
      When Beta records the contact-change about contract Alpha#1
        | told_by | mail         |
        | fax     | 021-56903001 |
      Then it is accepted
      When Alpha records the notice about contract Alpha#1
        | text   | a fax            |
        | by fax | 2026-03-04 09:50 |
      Then entry 2 about contract Alpha#1 is delivered at 09:50 on 2026-03-04
      # The buyer's fax is the buyer's alone.
      When Beta records the notice about contract Alpha#1
        | text   | a fax            |
        | by fax | 2026-03-04 09:50 |
      Then it is refused because BAD_FIELD
      And nothing has changed

    @REPO-A6-28.1
    Scenario Outline: A change of contact with nothing in it, or nothing of its form: <field> "<value>"
      When Beta records the contact-change about contract Alpha#1
        | told_by | writing |
        | <field> | <value> |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | field | value   | code          |
        | phone |         | FIELD_MISSING |
        | phone | none    | BAD_PHONE     |
        | mail  | nowhere | BAD_EMAIL     |

  Rule: Article 4.1: asking for documents

    @REPO-A6-4.1.1
    Scenario: Asked for, handed over, kept for the two with its times
      When Beta records the information-request about contract Alpha#1
        | text | the last audited balance sheet |
      Then it is accepted
      When Beta records the information about contract Alpha#1
        | about | 1         |
        | text  | our sheet |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Alpha records the information about contract Alpha#1
        | about | 7                 |
        | text  | the sheet of 2025 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Alpha records the information about contract Alpha#1
        | about | 1                 |
        | text  | the sheet of 2025 |
      Then it is accepted
      When Alpha records the information about contract Alpha#1
        | about | 1                 |
        | text  | the sheet of 2025 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Beta asks "sh_repo.correspondence"
      Then the answer shows
        | entry | contract   | what                    | by     | text                           | about |
        | 1     | HG00000002 | information_asked       | buyer  | the last audited balance sheet | 0     |
        | 2     | HG00000002 | information_handed_over | seller | the sheet of 2025              | 1     |
      And a replay of the journal gives the same state

    @REPO-A6-4.1.1 @REPO-A6-35
    Scenario: Third parties neither ask nor read
      When Beta records the information-request about contract Alpha#1
        | text | the last audited balance sheet |
      And Gamma records the information-request about contract Alpha#1
        | text | and for us |
      Then it is refused because PERMISSION_DENIED
      And the refusal cites REPO-A6-35
      And nothing has changed
      When Gamma asks "sh_repo.correspondence"
      Then the answer has 0 rows
      When regulator asks "sh_repo.correspondence"
      Then the answer has 1 rows

  Rule: Article 4.2: telling of changed documents

    # Of 4 March: 5, 6 and 9 March are the three working days. The buyer tells at once: 5 March.
    @REPO-A6-4.2.1
    Scenario Outline: The <side> is reminded if the other was not told in time
      When <who> records the document-change about contract Alpha#1
        | text       | a new business licence |
        | changed_on | 2026-03-04             |
      Then entry 1 about contract Alpha#1 is due at 00:00 on <due>
      When shea trades until it is 23:59 on <last>
      Then entry 1 about contract Alpha#1 is not reminded
      When it is 00:00 on <due>
      Then entry 1 about contract Alpha#1 is reminded at 00:00 on <due>
      And contract Alpha#1 is outstanding

      Examples:
        | side   | who   | last       | due        |
        | seller | Alpha | 2026-03-09 | 2026-03-10 |
        | buyer  | Beta  | 2026-03-05 | 2026-03-06 |

    @REPO-A6-4.2.1
    Scenario: Told in time, nobody is reminded
      When Alpha records the document-change about contract Alpha#1
        | text       | a new business licence |
        | changed_on | 2026-03-03             |
      And Beta records the notice about contract Alpha#1
        | text    | thank you        |
        | about   | 1                |
        | by mail | 2026-03-04 09:50 |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Alpha records the notice about contract Alpha#1
        | text    | here is our new licence |
        | about   | 1                       |
        | by mail | 2026-03-04 09:50        |
      Then it is accepted
      When shea trades until it is 10:00 on 2026-03-12
      Then entry 1 about contract Alpha#1 is not reminded

    @REPO-A6-4.2.1
    Scenario Outline: A change of documents that can't be: <what>
      When Alpha records the document-change about contract Alpha#1
        | text       | <text> |
        | changed_on | <day>  |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | what           | text          | day        | code          |
        | without a word |               | 2026-03-04 | FIELD_MISSING |
        | tomorrow's     | a new licence | 2026-03-05 | BAD_FIELD     |

  Rule: Articles 25 to 27 and 31: cases that are reported

    @REPO-A6-25 @REPO-A6-26 @REPO-A6-27 @REPO-A6-31 @REPO-A4-6
    Scenario Outline: A <what> is reported and kept, and changes nothing of the contract
      When Beta records the case about contract Alpha#1
        | what | <what>                         |
        | text | we settle it between ourselves |
      Then it is accepted
      And contract Alpha#1 is outstanding
      And contract Alpha#1 secures 10000 t and 0.00 yuan
      When Alpha asks "sh_repo.correspondence"
      Then the answer shows
        | entry | what   | by    | text                           |
        | 1     | <what> | buyer | we settle it between ourselves |
      When Gamma asks "sh_repo.correspondence"
      Then the answer has 0 rows

      Examples:
        | what             |
        | termination_case |
        | abnormal         |
        | default          |
        | force_majeure    |

    @REPO-A6-27
    Scenario: What is no such case
      When Beta records the case about contract Alpha#1
        | what | gossip     |
        | text | they say … |
      Then it is refused because BAD_FIELD
      And nothing has changed
      When Gamma records the case about contract Alpha#1
        | what | default    |
        | text | they say … |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @REPO-A6-35
    Scenario: Of a contract that is closed nothing waits any more, and nothing is added
      When Alpha records the document-change about contract Alpha#1
        | text       | a new business licence |
        | changed_on | 2026-03-04             |
      Given Alpha and Beta apply for the termination of contract Alpha#1 with
        | release_measures | true |
        | abnormal_case    | 0    |
      And the filing Alpha#2 is approved
      When shea trades until it is 10:00 on 2026-03-12
      Then entry 1 about contract Alpha#1 is not reminded
      When Alpha records the notice about contract Alpha#1
        | text    | too late         |
        | by mail | 2026-03-12 09:00 |
      Then it is refused because BAD_STATE
      And nothing has changed
