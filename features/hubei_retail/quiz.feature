Feature: Entry quiz of Hubei
  Whoever wants an account passes a quiz first: twenty questions of five points, sixty points pass, as often as he likes.
  Nobody is told which answers are right.

  Background:
    Given the exchange runs "hubei_retail" on 2026-03-02
    And zhang is an applicant

  Rule: 1.2 The quiz is passed with sixty points

    @HB-1.2-b
    Scenario Outline: <right> right answers are <points> points
      When zhang enters the quiz
      Then zhang is shown 20 questions without their answers
      When zhang answers <right> questions right
      Then it is accepted
      And zhang scores <points> points
      When zhang asks "hubei_retail.papers"
      Then the answer shows
        | paper | state  | score    | pass_mark | passed   |
        | 1     | scored | <points> | 60        | <passed> |
      And a replay of the journal gives the same state

      Examples:
        | right | points | passed |
        | 20    | 100    | 1      |
        | 12    | 60     | 1      |
        | 11    | 55     | 0      |
        | 0     | 0      | 0      |

    @HB-1.2-b
    Scenario: What is left out is wrong
      When zhang enters the quiz
      And zhang answers first with A
      Then it is accepted
      When zhang asks "hubei_retail.papers"
      Then the answer shows
        | state  | passed |
        | scored | 0      |

    @HB-1.2-b
    Scenario: Without the quiz nothing is submitted
      Given zhang has filled in everything
      When zhang submits the application
      Then it is refused because TEST_NOT_TAKEN
      And the refusal cites HB-1.2-b
      And nothing has changed

    @HB-1.2-b
    Scenario: Whoever failed submits nothing either
      Given zhang has filled in everything
      When zhang enters the quiz
      And zhang answers 11 questions right
      And zhang submits the application
      Then it is refused because TEST_FAILED
      And the refusal cites HB-1.2-b
      And the refusal says score is 55
      And the refusal says least is 60
      And nothing has changed

    @HB-1.2-b
    Scenario: Another applicant's pass is no help
      Given li is an applicant
      And li has passed the quiz
      And zhang has filled in everything
      When zhang submits the application
      Then it is refused because TEST_NOT_TAKEN

  Rule: 1.2 Taken again by entering again

    @HB-1.2-c
    Scenario: Whoever failed enters again, without limit
      When zhang enters the quiz
      And zhang answers 0 questions right
      And zhang enters the quiz
      And zhang answers 11 questions right
      And zhang enters the quiz
      And zhang answers 12 questions right
      Then it is accepted
      And zhang scores 60 points
      Given zhang has filled in everything
      When zhang submits the application
      Then it is accepted

    @HB-1.2-c
    Scenario: Who has passed stays so, however he does later
      Given zhang has passed the quiz
      And zhang has filled in everything
      When zhang enters the quiz
      And zhang answers 0 questions right
      And zhang submits the application
      Then it is accepted

    @HB-1.2-c
    Scenario: Each paper is another one, drawn anew
      When zhang enters the quiz
      And zhang answers 0 questions right
      And zhang enters the quiz
      And zhang asks "hubei_retail.papers"
      Then the answer has 2 rows

    @HB-1.2-c
    Scenario: Answers are not sent twice
      When zhang enters the quiz
      And zhang answers 11 questions right
      And zhang hands in the same answers again
      Then it is refused because PAPER_CLOSED
      And the refusal cites HB-1.2-c
      And nothing has changed

    @HB-1.2-c
    Scenario: A paper that was left behind is void
      When zhang enters the quiz
      And zhang enters the quiz
      And zhang sends "hubei_retail.answer_quiz"
        | paper   | 1                |
        | answers | {"risk-01": "A"} |
      Then it is refused because PAPER_CLOSED
      When zhang asks "hubei_retail.papers"
      Then the answer shows
        | paper | state |
        | 1     | void  |
        | 2     | open  |

    @HB-1.2-c
    Scenario: An hour is enough
      When zhang enters the quiz
      And it is 10:00
      And zhang answers 20 questions right
      Then it is accepted
      When zhang enters the quiz
      And it is 11:01
      And zhang answers 20 questions right
      Then it is refused because PAPER_CLOSED
      And nothing has changed

  Rule: Answers that are not one's own, or not of the paper, do not count

    @HB-1.2-b
    Scenario: Another's paper is not answered
      Given li is an applicant
      When li enters the quiz
      And zhang answers li's paper
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-b
    Scenario: There is no such paper
      When zhang sends "hubei_retail.answer_quiz"
        | paper   | 7                |
        | answers | {"risk-01": "A"} |
      Then it is refused because UNKNOWN_PAPER
      And nothing has changed

    @HB-1.2-b
    Scenario: A question that was not asked is not answered
      When zhang enters the quiz
      And zhang answers nothing-1 with A
      Then it is refused because ANSWERS_NOT_OF_PAPER
      And nothing has changed

    @HB-1.2-b
    Scenario: An option that was not shown is not chosen
      When zhang enters the quiz
      And zhang answers first with E
      Then it is refused because ANSWERS_NOT_OF_PAPER
      And nothing has changed

    @HB-1.2-b
    Scenario: A paper is read by whom it was drawn for, and by staff
      Given li is an applicant
      When zhang enters the quiz
      And li asks "hubei_retail.papers"
      Then the answer has 0 rows
      When li asks "hubei_retail.papers" where
        | applicant | zhang |
      Then it is refused because PERMISSION_DENIED
      When admin asks "hubei_retail.papers"
      Then the answer has 1 rows

    @HB-1.2-b
    Scenario: Staff take no quiz
      When admin sends "hubei_retail.enter_quiz"
        | seed | 7d0c1f5a9e3b48d2 |
      Then it is refused because PERMISSION_DENIED
      And nothing has changed

    @HB-1.2-b
    Scenario: A pack that is draining draws no paper
      When admin sends "core.drain_pack"
        | pack | hubei_retail |
      And zhang enters the quiz
      Then it is refused because PACK_DRAINING
      And nothing has changed

  Rule: The operator replaces the bank and the mark, as two persons and with a notice

    @HB-1.2-b
    Scenario: A new bank holds from its day on
      When admin replaces the quiz by 60 questions from 2026-03-03
      And admin2 confirms proposal 1
      Then it is accepted
      When zhang enters the quiz
      And it is 09:00 on 2026-03-03
      And zhang enters the quiz
      Then every question that zhang is asked begins with new-
      When zhang answers 20 questions right
      Then zhang scores 100 points
      And a replay of the journal gives the same state

    @HB-1.2-b
    Scenario: A paper is scored by the bank it was drawn from
      When admin replaces the quiz by 60 questions from 2026-03-03
      And admin2 confirms proposal 1
      And it is 23:30
      And zhang enters the quiz
      And it is 00:10 on 2026-03-03
      And zhang answers 12 questions right
      Then zhang scores 60 points

    @HB-1.2-b
    Scenario: One person does not replace the bank
      When admin replaces the quiz by 60 questions from 2026-03-03
      And admin confirms proposal 1
      Then it is refused because SAME_PERSON

    @HB-1.2-b
    Scenario: A bank of fewer than sixty questions is refused
      When admin replaces the quiz by 59 questions from 2026-03-03
      Then it is refused because BAD_QUIZ
      And the refusal says least is 60
      And nothing has changed

    @HB-1.2-b
    Scenario: A bank in one language is refused
      When admin replaces the quiz by 60 questions without English from 2026-03-03
      Then it is refused because BAD_QUIZ
      And the refusal says question is new-1
      And nothing has changed

    @HB-1.2-b
    Scenario: A bank is not replaced today
      When admin replaces the quiz by 60 questions from 2026-03-02
      Then it is refused because PARAMETER_NOT_FUTURE
      And nothing has changed

    @HB-1.2-b
    Scenario: The pass mark changes from its day on
      When admin sends "hubei_retail.change_rule"
        | parameter | quiz_pass_mark |
        | value     | 80             |
        | since     | 2026-03-03     |
        | notice    | 2026-001       |
      And admin2 confirms proposal 1
      And zhang enters the quiz
      And zhang answers 12 questions right
      Then it is accepted
      When it is 09:00 on 2026-03-03
      And zhang enters the quiz
      And zhang answers 15 questions right
      And zhang asks "hubei_retail.papers"
      Then the answer shows
        | paper | score | pass_mark | passed |
        | 1     | 60    | 60        | 1      |
        | 2     | 75    | 80        | 0      |

    @HB-1.2-b
    Scenario Outline: <parameter> is not <value>
      When admin sends "hubei_retail.change_rule"
        | parameter | <parameter> |
        | value     | <value>     |
        | since     | 2026-03-03  |
        | notice    | 2026-001    |
      Then it is refused because <code>
      And nothing has changed

      Examples:
        | parameter       | value   | code              |
        | quiz_pass_mark  | many    | BAD_PARAMETER     |
        | quiz_pass_mark  | -1      | BAD_PARAMETER     |
        | quiz_questions  | 61      | BAD_PARAMETER     |
        | must_be_opened  | [1]     | BAD_PARAMETER     |
        | must_be_opened  | ["all"] | BAD_PARAMETER     |
        | account_prefix  | H B     | BAD_PARAMETER     |
        | quiz_colour     | red     | UNKNOWN_PARAMETER |

    @HB-1.2-b
    Scenario: A change of opening without a notice is refused
      When admin sends "hubei_retail.change_rule"
        | parameter | quiz_pass_mark |
        | value     | 80             |
        | since     | 2026-03-03     |
      Then it is refused because NOTICE_REQUIRED
      And nothing has changed
