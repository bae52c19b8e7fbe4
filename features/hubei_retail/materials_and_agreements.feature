Feature: Papers and agreements of a personal opening at Hubei
  The identity card and the proof of assets are pictures; the three agreements are opened before they are accepted.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant
    And zhang has passed the quiz

  Rule: 1.2 The identity card is a picture

    @HB-1.2-g
    Scenario Outline: A picture may be <media>
      Given zhang has filled in everything
      When zhang hands in identity_image as <media>
      Then it is accepted

      Examples:
        | media      |
        | image/jpeg |
        | image/gif  |
        | image/png  |

    @HB-1.2-g
    Scenario Outline: It is not <media>
      Given zhang has filled in everything
      When zhang hands in identity_image as <media>
      Then it is refused because BAD_FILE_TYPE
      And the refusal cites HB-1.2-g
      And nothing has changed

      Examples:
        | media           |
        | application/pdf |
        | image/svg+xml   |
        | image/webp      |
        | text/html       |

    @HB-1.2-f
    Scenario Outline: Nothing is submitted without <document>
      Given zhang has filled in everything
      When zhang takes <document> back
      And zhang submits the application
      Then it is refused because DOC_MISSING
      And the refusal says document is <document>
      And the refusal cites <clause>
      And nothing has changed

      Examples:
        | document       | clause   |
        | identity_image | HB-1.2-g |
        | asset_proof    | HB-1.2-h |

  Rule: 1.2 Assets or turnover of at least 500,000 yuan

    @HB-1.2-h
    Scenario: Exactly 500,000 yuan are enough
      Given zhang has filled in everything, but
        | asset_amount | 500000.00 |
      When zhang submits the application
      Then it is accepted

    @HB-1.2-h
    Scenario: One fen less is not
      Given zhang has filled in everything, but
        | asset_amount | 499999.99 |
      When zhang submits the application
      Then it is refused because ASSET_BELOW_MINIMUM
      And the refusal cites HB-1.2-h
      And the refusal says amount is 499999.99
      And the refusal says least is 500000.00
      And nothing has changed

    @HB-1.2-i
    Scenario Outline: Turnover of <amount> yuan since <from> is <outcome>
      Given zhang has filled in everything, but
        | asset_proof_kind | turnover_1y |
        | asset_amount     | <amount>    |
        | turnover_of      | futures     |
        | turnover_from    | <from>      |
        | turnover_to      | 2026-02-27  |
      When zhang submits the application
      Then it is accepted

      Examples:
        | amount    | from       | outcome                    |
        | 500000.00 | 2025-03-02 | enough, a year to the day  |
        | 800000.00 | 2025-12-01 | enough, a quarter          |

    @HB-1.2-i
    Scenario Outline: Turnover from <from> to <to> is refused because <code>
      Given zhang has filled in everything, but
        | asset_proof_kind | turnover_1y |
        | asset_amount     | <amount>    |
        | turnover_of      | funds       |
        | turnover_from    | <from>      |
        | turnover_to      | <to>        |
      When zhang submits the application
      Then it is refused because <code>
      And the refusal cites HB-1.2-i
      And nothing has changed

      Examples:
        | amount    | from       | to         | code                |
        | 500000.00 | 2025-03-01 | 2026-02-27 | PROOF_TOO_OLD       |
        | 499999.99 | 2025-06-01 | 2026-02-27 | ASSET_BELOW_MINIMUM |
        | 500000.00 | 2025-06-01 | 2026-03-03 | BAD_FIELD           |
        | 500000.00 | 2026-02-01 | 2026-01-01 | BAD_FIELD           |

    @HB-1.2-i
    Scenario: Turnover says of what and when
      Given zhang has filled in everything, but
        | asset_proof_kind | turnover_1y |
      When zhang submits the application
      Then it is refused because FIELD_MISSING
      And the refusal says field is turnover_of
      And nothing has changed

    @HB-1.2-i
    Scenario: Turnover that waited too long is too old when it is submitted
      Given zhang has filled in everything, but
        | asset_proof_kind | turnover_1y |
        | turnover_of      | securities  |
        | turnover_from    | 2025-03-02  |
        | turnover_to      | 2026-02-27  |
      When it is 09:00 on 2026-03-03
      And zhang submits the application
      Then it is refused because PROOF_TOO_OLD
      And the refusal says from_day is 2025-03-03
      And nothing has changed

    @HB-1.2-h
    Scenario: The operator changes the minimum from a day on
      Given zhang has filled in everything
      When admin sends "hubei_retail.change_rule"
        | parameter | asset_minimum_fen |
        | value     | 60000000          |
        | since     | 2026-03-03        |
        | notice    | 2026-001          |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-03
      And zhang submits the application
      Then it is refused because ASSET_BELOW_MINIMUM
      And the refusal says least is 600000.00

  Rule: 1.2 Three agreements, opened and then accepted

    @HB-1.2-j
    Scenario Outline: <agreement> is not accepted before it is opened
      When zhang begins to open an account
      And zhang accepts <agreement>
      Then it is refused because AGREEMENT_NOT_READ
      And the refusal cites HB-1.2-j
      And nothing has changed
      When zhang opens <agreement>
      And zhang accepts <agreement>
      Then it is accepted

      Examples:
        | agreement       |
        | entry_agreement |
        | investor_notice |
        | risk_disclosure |

    @HB-1.2-j
    Scenario Outline: Nothing is submitted before <agreement> is accepted
      Given zhang has filled in everything, but
        | <agreement> |  |
      When zhang submits the application
      Then it is refused because AGREEMENT_NOT_ACCEPTED
      And the refusal cites HB-1.2-j
      And the refusal says field is <agreement>
      And nothing has changed

      Examples:
        | agreement       |
        | entry_agreement |
        | investor_notice |
        | risk_disclosure |

    @HB-1.2-j
    Scenario: Version and time of opening are kept
      Given zhang has filled in everything
      When zhang asks "hubei_retail.agreements"
      Then the answer shows
        | agreement       | version | since      |
        | entry_agreement | 2024-1  | 2024-01-01 |
        | investor_notice | 2024-1  | 2024-01-01 |
        | risk_disclosure | 2024-1  | 2024-01-01 |
      When zhang asks "core.application_steps" where
        | step | agreement_opened |
      Then the answer has 3 rows

    @HB-1.2-j
    Scenario: A version that there is not is not opened
      When zhang begins to open an account
      And zhang sends "core.open_agreement"
        | application | 1               |
        | field       | entry_agreement |
        | version     | 2019-7          |
      Then it is refused because BAD_FIELD
      And nothing has changed

    @HB-1.2-j
    Scenario: The operator asks for the entry agreement only to be opened
      When admin sends "hubei_retail.change_rule"
        | parameter | must_be_opened      |
        | value     | ["entry_agreement"] |
        | since     | 2026-03-03          |
        | notice    | 2026-001            |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-03
      And zhang begins to open an account
      And zhang accepts risk_disclosure
      Then it is accepted
      When zhang accepts entry_agreement
      Then it is refused because AGREEMENT_NOT_READ

    @HB-1.2-j
    Scenario: A new version is accepted anew
      Given zhang has filled in everything
      When admin replaces risk_disclosure by version 2026-1 from 2026-03-03
      And admin2 confirms proposal 1
      Then it is accepted
      When it is 09:00 on 2026-03-03
      And zhang submits the application
      Then it is refused because AGREEMENT_NOT_ACCEPTED
      And the refusal says version is 2026-1
      And nothing has changed
      When zhang accepts risk_disclosure
      Then it is refused because AGREEMENT_NOT_READ
      When zhang opens risk_disclosure
      And zhang accepts risk_disclosure
      And zhang submits the application
      Then it is accepted
      And a replay of the journal gives the same state

    @HB-1.2-j
    Scenario: A version is used once
      When admin replaces risk_disclosure by version 2024-1 from 2026-03-03
      Then it is refused because BAD_AGREEMENT
      And the refusal cites HB-1.2-j
      And nothing has changed

    @HB-1.2-j
    Scenario: An agreement is not replaced today
      When admin replaces risk_disclosure by version 2026-1 from 2026-03-02
      Then it is refused because PARAMETER_NOT_FUTURE
      And nothing has changed
