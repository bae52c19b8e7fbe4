"""What becomes of an application is told by mail, in Chinese and in English: to the mailbox in it, or where one is reached."""

from __future__ import annotations

from api.callers import NAME
from visitors.lobby import MAIL, Lobby, done, drafted, submitted


def approved(house: Lobby, number: int) -> None:
    """Both reviews are passed by two people."""
    house.tested(number)
    for reviewer in ("admin", "admin2"):
        house.do(reviewer, "core.claim_application", application=number)
        house.do(reviewer, "core.approve_application", application=number)


def test_submission_return_approval_and_effect_are_told(house: Lobby) -> None:
    browser = house.registered("l.one")
    number = submitted(browser, "L1")
    letter = house.letter(MAIL, f"申请已提交 / Application submitted: {number}")
    assert "开立交易账户" in letter and "opening of a trading account" in letter
    house.tested(number)
    house.do("admin", "core.claim_application", application=number)
    house.do(
        "admin",
        "core.return_application",
        application=number,
        opinion="请重拍",
        reasons={"identity_card": "不清晰", "participant": "有误"},
    )
    letter = house.letter(MAIL, f"申请退回补正 / Application returned for correction: {number}")
    assert "审核意见：请重拍" in letter and "身份证：不清晰；名称：有误" in letter
    assert "identity card: 不清晰; name: 有误" in letter and "补正截止：2026-" in letter
    done(browser, "core.submit_application", application=number)
    for reviewer in ("admin", "admin2"):
        house.do(reviewer, "core.claim_application", application=number)
        house.do(reviewer, "core.approve_application", application=number)
    house.letter(MAIL, f"申请已审核通过 / Application approved: {number}")
    house.do(
        "admin",
        "core.state_fact",
        application=number,
        fact="payment",
        reference="pay l.one",
        content={"amount": "200.00", "identity": "11010519491231002X"},
        user="l.one",
    )
    letter = house.letter(MAIL, f"申请已生效 / Application has taken effect: {number}")
    assert "交易账户：L1" in letter and "Trading account: L1" in letter
    assert browser.get("/session").json()["account"] == "L1"


def test_rejection_and_expiry_are_told(house: Lobby) -> None:
    house.registered("l.two")
    browser = house.signed_in("l.two")
    rejected = submitted(browser, "L2", identity="110101199003074514", mail="two@example.cn")
    waits = drafted(browser, "L3", mail="three@example.cn")
    house.tested(rejected)
    house.do("admin", "core.claim_application", application=rejected)
    house.do("admin", "core.reject_application", application=rejected, reason="不符合条件")
    letter = house.letter("two@example.cn", f"申请已驳回 / Application rejected: {rejected}")
    assert "原因：不符合条件" in letter
    day_us = 86_400_000_000
    house.clock(house.hosted.clock.now() + 20 * day_us)
    letter = house.letter("three@example.cn", f"申请已失效 / Application expired: {waits}")
    assert "expired" in letter


def test_a_withdrawal_is_told(house: Lobby) -> None:
    browser = house.registered("l.five")
    number = submitted(browser, "L5", identity="110101199003075971", mail="five@example.cn")
    done(browser, "core.withdraw_application", application=number, reason="改日再办")
    letter = house.letter("five@example.cn", f"申请已撤回 / Application withdrawn: {number}")
    assert "开立交易账户" in letter and "opening of a trading account" in letter
    assert "原因：改日再办" in letter and "Reason: 改日再办" in letter
    begun = drafted(browser, "L6", mail="six@example.cn")
    done(browser, "core.withdraw_application", application=begun)
    assert "Reason: —" in house.letter("six@example.cn", f"Application withdrawn: {begun}")


def test_an_accounts_operators_are_told_who_may_file(house: Lobby) -> None:
    house.do(
        "admin",
        "core.open_account",
        account="Gamma",
        participant="Gamma Ltd",
        kind="enterprise",
        operator="gamma.chief",
        data_declared_true=True,
        mail="chief@example.cn",
    )
    for operator, permissions in (("gamma.second", ["operators"]), ("gamma.reader", ["query"])):
        house.do(
            "gamma.chief",
            "core.add_operator",
            account="Gamma",
            operator=operator,
            permissions=permissions,
            mail=f"{operator}@example.cn",
        )
    made = house.do(
        "gamma.second", "core.draft_application", kind="neutral_market.invoice", content={"title": "抬头"}
    )
    number = made["events"][0]["application"]
    house.do("gamma.second", "core.submit_application", application=number)
    for mailbox in ("chief@example.cn", "gamma.second@example.cn"):
        house.letter(mailbox, f"Application submitted: {number}")
        house.letter(mailbox, f"Application approved: {number}")
    assert not any(f": {number}\n" in one for one in house.letters.said("gamma.reader@example.cn"))


def test_every_operator_of_an_account_is_told_that_it_was_closed(house: Lobby) -> None:
    house.do(
        "admin",
        "core.open_account",
        account="Epsilon",
        participant="Epsilon Ltd",
        kind="enterprise",
        operator="epsilon",
        data_declared_true=True,
        mail="epsilon@example.cn",
    )
    fields = {"account": "Epsilon", "operator": "epsilon.two", "mail": "epsilon.two@example.cn"}
    house.do("epsilon", "core.add_operator", **fields)
    made = house.do("admin", "core.close_account", account="Epsilon", reason="依申请")
    house.do("admin2", "core.confirm_proposal", proposal=made["events"][0]["proposal"])
    for user in ("epsilon", "epsilon.two"):
        letter = house.letter(f"{user}@example.cn", "交易账户已注销 / Trading account closed: Epsilon")
        assert "原因：依申请" in letter and f"Operator {user} can still read" in letter


def test_without_a_mailbox_nothing_waits_to_be_sent(house: Lobby) -> None:
    browser = house.registered("l.four")
    number = done(browser, "core.draft_application", kind="neutral_market.opening")["events"][0][
        "application"
    ]
    done(browser, "core.withdraw_application", application=number)
    assert house.host.identity.find(NAME, "l.four").mobile
