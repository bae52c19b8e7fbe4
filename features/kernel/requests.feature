Feature: Requests sent twice
  A request sent again acts once and is answered the same; its id under another body is refused.

  Background:
    Given the exchange runs "neutral_market" on 2026-03-02
    And U1 of UNIT is listed on board at 50.00
    And these accounts
      | account | cash    | U1  |
      | Alpha   | 1000.00 | 500 |
      | Beta    | 1000.00 | 0   |
    And board is open at 09:30

  Scenario: The same request acts once
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.00 |
    Then it is accepted
    And the answer is the same as before
    And nothing has changed
    And Alpha has 900.00 yuan total

  Scenario: The same request is answered the same after the state has moved on
    When Alpha sends "core.post_listing" as request "p-1"
      | account    | Alpha |
      | instrument | U1    |
      | side       | sell  |
      | quantity   | 500   |
      | price      | 50.00 |
    And it is 15:00
    And Alpha sends "core.post_listing" as request "p-1"
      | account    | Alpha |
      | instrument | U1    |
      | side       | sell  |
      | quantity   | 500   |
      | price      | 50.00 |
    Then it is accepted
    And the answer is the same as before
    And nothing has changed
    And Alpha has 500 t of U1 available

  Scenario: A written form that says the same is the same request
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Alpha sends "core.withdraw" as request "w-1"
      | amount  | 100   |
      | account | Alpha |
    Then the answer is the same as before
    And Alpha has 900.00 yuan total

  Scenario: The same id with another body is refused
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.01 |
    Then it is refused because REQUEST_REUSED
    And the refusal says request_id is w-1
    And nothing has changed
    And Alpha has 900.00 yuan total

  Scenario: The same id with another command is refused
    When Alpha sends "core.withdraw" as request "r-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Alpha sends "core.transfer_out" as request "r-1"
      | account    | Alpha |
      | instrument | U1    |
      | quantity   | 100   |
    Then it is refused because REQUEST_REUSED
    And nothing has changed

  Scenario: The same id from someone else is another request
    When Alpha sends "core.withdraw" as request "1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Beta sends "core.withdraw" as request "1"
      | account | Beta   |
      | amount  | 200.00 |
    Then it is accepted
    And Alpha has 900.00 yuan total
    And Beta has 800.00 yuan total

  Scenario: Someone else's id opens nobody's account
    When Alpha sends "core.withdraw" as request "r-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Beta sends "core.withdraw" as request "r-1"
      | account | Alpha  |
      | amount  | 100.00 |
    Then it is refused because PERMISSION_DENIED
    And nothing has changed

  Scenario: A refused request leaves its id free
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha   |
      | amount  | 1000.01 |
    Then it is refused because INSUFFICIENT_WITHDRAWABLE
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha   |
      | amount  | 1000.00 |
    Then it is accepted
    And Alpha has 0.00 yuan total

  Scenario: Two requests that say the same act twice
    When Alpha sends "core.withdraw" as request "w-1"
      | account | Alpha  |
      | amount  | 100.00 |
    And Alpha sends "core.withdraw" as request "w-2"
      | account | Alpha  |
      | amount  | 100.00 |
    Then it is accepted
    And Alpha has 800.00 yuan total

  Scenario: A proposal sent twice is one proposal
    When registry sends "core.register_instrument"
      | instrument | U2    |
      | market     | board |
      | product    | UNIT  |
    And admin sends "core.list_instrument" as request "l-1"
      | instrument  | U2         |
      | listing_day | 2026-03-03 |
      | reference   | 50.00      |
    And admin sends "core.list_instrument" as request "l-1"
      | instrument  | U2         |
      | listing_day | 2026-03-03 |
      | reference   | 50.00      |
    Then the answer is the same as before
    When admin asks "core.proposals"
    Then the answer has 1 rows
