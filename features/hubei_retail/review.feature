Feature: Review of a personal opening at Hubei
  The exchange reviews what was submitted; nobody reviews what he filed, and nothing is reviewed without the quiz.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant

  Rule: 1.2 The back office does not review without the quiz

    Background:
      Given admin sends "hubei_retail.change_rule"
        | parameter | quiz_before |
        | value     | ["review"]  |
        | since     | 2026-03-03  |
        | notice    | 2026-001    |
      And admin2 confirms proposal 1
      And it is 09:00 on 2026-03-03
      And zhang has filled in everything

    @HB-1.2-d
    Scenario: Where the form may be submitted first, it is not reviewed before the quiz
      When zhang submits the application
      Then it is accepted
      When admin takes up the application of zhang
      Then it is refused because TEST_NOT_TAKEN
      And the refusal cites HB-1.2-d
      And nothing has changed

    @HB-1.2-d
    Scenario: Nor when it was failed
      When zhang submits the application
      And zhang enters the quiz
      And zhang answers 11 questions right
      And admin takes up the application of zhang
      Then it is refused because TEST_FAILED
      And the refusal cites HB-1.2-d
      And the refusal says score is 55
      And nothing has changed

    @HB-1.2-d
    Scenario: Once it is passed the review begins
      When zhang submits the application
      And zhang enters the quiz
      And zhang answers 12 questions right
      And admin takes up the application of zhang
      Then it is accepted

  Rule: 1.2 Staff compare the proof with its owner

    Background:
      Given zhang has submitted the application
      And admin takes up the application of zhang

    @HB-1.2-i
    Scenario Outline: A proof that shows the <shown> of the applicant will do
      When admin finds <shown> of the applicant on the proof of zhang
      And admin approves the application of zhang
      Then it is accepted
      And the application of zhang is approved

      Examples:
        | shown  |
        | name   |
        | number |

    @HB-1.2-i
    Scenario: A proof that shows neither name nor number will not
      When admin finds neither of the applicant on the proof of zhang
      Then it is refused because PROOF_OWNER_NOT_SHOWN
      And the refusal cites HB-1.2-i
      And nothing has changed

    @HB-1.2-i
    Scenario: Another person's proof will not
      When admin finds that the proof of zhang is another person's
      Then it is refused because PROOF_NOT_OWNER
      And the refusal cites HB-1.2-i
      And nothing has changed

    @HB-1.2-i
    Scenario: Nothing is approved before the owner was checked
      When admin approves the application of zhang
      Then it is refused because PROOF_NOT_CHECKED
      And the refusal cites HB-1.2-i
      And nothing has changed

    @HB-1.2-i
    Scenario: A proof that was replaced is checked anew
      When admin finds name of the applicant on the proof of zhang
      And admin returns the application of zhang because "截图不清晰"
      And zhang takes asset_proof back
      And zhang hands in asset_proof as image/jpeg
      And zhang submits the application
      And admin takes up the application of zhang
      And admin approves the application of zhang
      Then it is refused because PROOF_NOT_CHECKED
      When admin finds number of the applicant on the proof of zhang
      And admin approves the application of zhang
      Then it is accepted

    @HB-1.2-i
    Scenario: A proof is checked anew once the form names somebody else
      When admin finds name of the applicant on the proof of zhang
      And zhang fills in
        | real_name       | 张一意             |
        | identity_number | 999999199003070039 |
      And zhang submits the application
      And admin takes up the application of zhang
      And admin approves the application of zhang
      Then it is refused because PROOF_NOT_CHECKED
      And the refusal cites HB-1.2-i
      When admin finds name of the applicant on the proof of zhang
      And admin approves the application of zhang
      Then it is accepted

    @HB-1.2-i
    Scenario: What was checked is one of the proofs handed in
      When admin sends "core.state_fact"
        | application | 1                                                                               |
        | fact        | proof_checked                                                                   |
        | reference   | check-1                                                                         |
        | content     | {"proof_digest": "00", "owner_shown": "name", "owner_is_applicant": true}       |
      Then it is refused because DIGEST_MISMATCH
      And nothing has changed

  Rule: 1.2 The exchange reviews

    Background:
      Given zhang has submitted the application

    @HB-1.2-k
    Scenario: What is returned is corrected and submitted again
      When admin takes up the application of zhang
      And admin returns the application of zhang because "身份证图片不清晰"
      Then the application of zhang is returned
      When zhang hands in identity_image as image/jpeg
      And zhang submits the application
      Then it is accepted
      And the application of zhang is in-review

    @HB-1.2-k
    Scenario: Who has not taken it up approves nothing
      When admin approves the application of zhang
      Then it is refused because CLAIM_REQUIRED
      And nothing has changed

    @HB-1.2-k
    Scenario: Of two reviewers the first has it
      When admin takes up the application of zhang
      And admin2 takes up the application of zhang
      Then it is refused because ALREADY_CLAIMED
      And nothing has changed

    @HB-1.2-k
    Scenario: Nobody approves his own
      When zhang takes up the application of zhang
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-k
    Scenario: What is approved is not approved twice
      Given admin has reviewed the application of zhang
      When admin2 approves the application of zhang
      Then it is refused because BAD_STATE
      And nothing has changed

    @HB-1.2-k
    Scenario: What was rejected is over, and another may be filed
      When admin takes up the application of zhang
      And admin sends "core.reject_application"
        | application | 1        |
        | reason      | 资料虚假 |
      Then the application of zhang is rejected
      Given zhang has submitted the application
      Then the application of zhang is in-review
