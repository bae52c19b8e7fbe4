Feature: The manual's first day
  The manual was published on 31 December 2025, on trial from that day; nothing of it holds before.

  Rule: 1: the manual and its basis

    @REPO-1-a
    Scenario: A day before its publication nothing of it is in force
      Given the exchange runs "sh_repo" on 2025-12-30
      When registry sends "core.register_instrument"
        | instrument | SHEA |
        | market     | shea |
        | product    | SHEA |
      Then it is refused because RULE_NOT_IN_FORCE
      And the refusal cites REPO-1-a
      And nothing has changed

    @REPO-1-a @REPO-5-b
    Scenario: On its day it is, on trial
      Given the exchange runs "sh_repo" on 2025-12-31
      When registry sends "core.register_instrument"
        | instrument | SHEA |
        | market     | shea |
        | product    | SHEA |
      Then it is accepted
      When admin asks "sh_repo.edition"
      Then the answer shows
        | version    | relied_on_from | trial_through | formal_from |
        | 2025-12-31 | 2025-12-31     | 2026-01-31    | 2026-02-01  |

    @REPO-1-a @REPO-5-a
    Scenario Outline: What the manual says and what it leaves to the operator is told with its source: <parameter>
      Given the exchange runs "sh_repo" on 2026-01-05
      Then <parameter> of shea is "<value>" on 2026-01-05 by <clause>

      Examples:
        | parameter                    | value             | clause        |
        | products                     | SHEA, SHCER, CCER | REPO-A6-1.4   |
        | listed_band_ppm              | 100000            | REPO-1-a      |
        | repo_fee_ppm                 | -1                | REPO-A6-4.2.4 |
        | filing_trading_days          | 3                 | REPO-4.2.1-b  |
        | filing_working_days          | 3                 | REPO-A6-16    |
        | vwap_trading_days            | 20                | REPO-A6-21    |
        | cutoff_trading_days          | 3                 | REPO-A6-12    |
        | trial_months                 | 1                 | REPO-5-b      |
        | post_delivery_days           | 5                 | REPO-A6-28.3  |
        | document_notice_working_days | 3                 | REPO-A6-4.2.1 |
