"""Messages: caused by events, written without a secret, delivered by a real server, repeated recognisably."""

from __future__ import annotations

import email
import email.policy
import socket
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from identity.hands import BEIJING, LI, MAIL, MOBILE, OTHER, PASSWORD, Hands
from kernel.helpers import CALENDAR, SETUP, at
from tanpan.exchange import Exchange
from tanpan.messages import Envelope
from tanpan.packs import assemble, load
from tanpan.parties import AddOperator, FreezeOperator, ModifyOperator, OpenAccount, UnfreezeOperator
from tanpan_adapters.identity import DAY, MINUTE, SECOND, Objection
from tanpan_adapters.outbox import Delivery, messages_of
from tanpan_adapters.outbox.delivery import MOST_ATTEMPTS
from tanpan_adapters.service.configuration import ExchangeTable, Mail, Settings, Sms
from tanpan_adapters.store import Message, Outbox
from tanpan_adapters.vault import person_of


class Box:
    """A mail server's store; `answers` are given in turn instead of taking a letter."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refuse = ""
        self.fail = ""

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.fail:
            return self.fail
        found = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        self.letters.append(found)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def box() -> Iterator[Any]:
    box = Box()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield SimpleNamespace(store=box, port=port)
    controller.stop()


def settings(port: int = 0, **more: Any) -> Settings:
    mail = Mail(
        host="127.0.0.1" if port else "", port=port or 587, sender="desk@exchange.example", tls="none"
    )
    table = ExchangeTable(packs=["neutral_market"], name="北京绿色交易所")
    return Settings(mail=more.pop("mail", mail), exchanges={BEIJING: table}, **more)


def delivery_of(hands: Hands, settings: Settings) -> Delivery:
    return Delivery(hands.engine, BEIJING, hands.identity, hands.vault, settings, now_us=lambda: hands.now)


def waits(hands: Hands, kind: str, to: str, **words: str) -> Message:
    return hands.outbox.put(kind, to, msgspec.json.encode(words).decode(), hands.now)


def body(letter: EmailMessage) -> str:
    part = letter.get_body()
    assert part is not None
    found: str = part.get_content()
    return found


def test_events_cause_messages_with_tokens_and_no_secret(hands: Hands) -> None:
    exchange = Exchange(BEIJING, assemble(load(["neutral_market"])), CALENDAR)
    exchange.found(at(SETUP, "09:00"))
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    first = exchange.seq + 1
    commands = (
        OpenAccount("A", "A Ltd", "enterprise", "chief", True),
        AddOperator("A", LI, ["trade"], mail),
        FreezeOperator("A", LI),
        UnfreezeOperator("A", LI),
        ModifyOperator("A", LI, mail, ""),
    )
    exchange.drain()
    for number, command in enumerate(commands):
        exchange.execute(Envelope(f"m{number}", "admin", command), at(SETUP, "09:00"))
    messages = messages_of(exchange, exchange.drain())
    assert [(one.kind, one.to) for one in messages] == [
        ("operator_added", ""),
        ("operator_added", mail),
        ("operator_frozen", mail),
        ("operator_unfrozen", mail),
        ("operator_modified", mail),
    ]
    assert [one.seq for one in messages] == [first, first + 1, first + 2, first + 3, first + 4]
    assert MAIL not in repr(messages)


def test_a_new_operator_is_told_his_name_and_sets_his_password_with_the_code(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_added", mail, user=LI, account="A", mail=mail, mobile="")
    delivery = delivery_of(hands, settings(box.port))
    assert delivery.deliver_due() == 1
    assert delivery.deliver_due() == 0
    (letter,) = box.store.letters
    assert box.store.recipients == [MAIL]
    assert letter["Subject"] == f"操作员注册成功 / Registered as an operator: {LI}"
    assert letter["Auto-Submitted"] == "auto-generated"
    said = body(letter)
    assert "您已在北京绿色交易所成功注册为操作员" in said and "registered as an operator" in said
    assert f"用户名：{LI}" in said
    code = said.partition("Activation code: ")[2].split()[0]
    assert code not in hands.everything_stored()
    hands.identity.reset_password(BEIJING, LI, code, PASSWORD)
    hands.sign_in()


def test_a_message_sent_again_has_the_same_id_and_the_same_code(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    message = waits(hands, "operator_added", mail, user=LI, account="A", mail=mail, mobile="")
    delivery = delivery_of(hands, settings(box.port))
    delivery.deliver_due()
    with hands.engine.begin() as connection:  # as if the process had ended between sending and marking
        connection.execute(text("UPDATE outbox SET done_at = NULL, next_at = at"))
        connection.execute(text("UPDATE outbox SET data_json = :data"), {"data": message.data_json})
    delivery.deliver_due()
    one, two = box.store.letters
    assert one["Message-ID"] == two["Message-ID"] == f"<beijing.0.{message.number}@exchange.example>"
    assert body(one) == body(two)


def test_a_code_is_made_when_it_is_sent_and_good_then(hands: Hands, box: Any) -> None:
    hands.user(mail=MAIL)
    hands.identity.ask_reset(BEIJING, LI)
    assert "reset" in hands.everything_stored()
    hands.later(4 * MINUTE)
    delivery_of(hands, settings(box.port)).deliver_due()
    said = body(box.store.letters[0])
    assert "您正在北京绿色交易所重置密码" in said
    code = said.partition("验证码：")[2].split()[0]
    assert len(code) == 6 and code.isdigit()
    assert f": {code}\n" in said
    hands.later(4 * MINUTE)
    hands.identity.reset_password(BEIJING, LI, code, OTHER)


def test_a_code_asked_for_long_ago_is_not_sent_any_more(hands: Hands, box: Any) -> None:
    hands.user(mail=MAIL)
    hands.identity.ask_reset(BEIJING, LI)
    hands.later(11 * MINUTE)
    delivery_of(hands, settings(box.port)).deliver_due()
    assert box.store.letters == []
    assert hands.outbox.undelivered() == (0, 1)
    assert hands.outcomes("message identity.code") == ["given_up too late"]


def test_text_messages_are_recorded_where_no_gateway_is(hands: Hands, tmp_path: Path) -> None:
    hands.user(mobile=MOBILE)
    hands.identity.ask_reset(BEIJING, LI)
    path = tmp_path / "sms.jsonl"
    delivery_of(hands, settings(sms=Sms(record=str(path)))).deliver_due()
    line = msgspec.json.decode(path.read_bytes())
    assert line["to"] == "138****1234"
    assert path.stat().st_mode & 0o777 == 0o600
    code = line["text"].partition("验证码 ")[2][:6]
    hands.identity.reset_password(BEIJING, LI, code, OTHER)


def test_what_the_server_does_not_take_is_tried_again_later_and_later(hands: Hands, box: Any) -> None:
    hands.user(mail=MAIL)
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_frozen", mail, user=LI)
    delivery = delivery_of(hands, settings(box.port))
    box.store.fail = "451 try later"
    waited = []
    for _ in range(4):
        assert delivery.deliver_due() == 1
        start = hands.now
        while not hands.outbox.due(hands.now):
            hands.later(5 * SECOND)
        waited.append((hands.now - start) // SECOND)
    assert waited == [10, 20, 40, 80]
    box.store.fail = ""
    delivery.deliver_due()
    assert len(box.store.letters) == 1
    assert hands.outbox.undelivered() == (0, 0)


def test_after_many_attempts_it_is_given_up_with_a_line(hands: Hands, box: Any) -> None:
    hands.user()
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_frozen", mail, user=LI)
    delivery = delivery_of(hands, settings(box.port))
    box.store.fail = "451 try later"
    for _ in range(MOST_ATTEMPTS):
        assert delivery.deliver_due() == 1
        hands.later(DAY)
    assert delivery.deliver_due() == 0
    assert hands.outcomes("message operator_frozen") == ["given_up SMTPDataError 451"]


def test_an_address_the_server_refuses_for_good_is_given_up_at_once(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_frozen", mail, user=LI)
    box.store.refuse = f"550 no such mailbox {MAIL}"
    delivery_of(hands, settings(box.port)).deliver_due()
    assert hands.outbox.undelivered() == (0, 1)
    assert hands.outcomes("message operator_frozen") == ["given_up SMTPRecipientsRefused"]
    assert MAIL not in hands.everything_stored()


def test_a_server_that_is_down_and_one_without_encryption_get_nothing(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_frozen", mail, user=LI)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        delivery_of(hands, settings(closed.getsockname()[1])).deliver_due()
    hands.later(MINUTE)
    encrypted = Mail(host="127.0.0.1", port=box.port, sender="desk@exchange.example", tls="starttls")
    delivery_of(hands, settings(mail=encrypted)).deliver_due()
    assert box.store.letters == []
    assert hands.outbox.undelivered() == (1, 0)


def test_the_forgotten_get_no_mail(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_unfrozen", mail, user=LI)
    hands.vault.forget(person_of(BEIJING, LI))
    delivery_of(hands, settings(box.port)).deliver_due()
    assert hands.outcomes("message operator_unfrozen") == ["given_up Forgotten"]


def test_without_a_mail_server_messages_wait_but_have_their_effect(hands: Hands) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_added", mail, user=LI, account="A", mail=mail, mobile="")
    delivery = delivery_of(hands, settings())
    delivery.deliver_due()
    assert delivery.deliver_due() == 0
    assert hands.outbox.undelivered() == (1, 0)
    found = hands.identity.find(BEIJING, LI)
    assert found is not None and found.mail == mail


def test_freezing_ends_the_sessions_of_an_operator_without_any_address(hands: Hands) -> None:
    hands.user()
    signed = hands.sign_in()
    waits(hands, "operator_frozen", "", user=LI)
    delivery_of(hands, settings()).deliver_due()
    assert hands.outbox.undelivered() == (0, 0)
    with pytest.raises(Objection):
        hands.identity.change_password(signed.principal, "wrong password", OTHER)
    assert hands.outcomes("sessions_end") == ["frozen"]


def test_one_bad_message_does_not_keep_the_others(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "no_such_kind", mail, user=LI)
    waits(hands, "operator_frozen", "mail:nonsense", user=LI)
    waits(hands, "operator_frozen", mail, user=LI)
    delivery_of(hands, settings(box.port)).deliver_due()
    assert len(box.store.letters) == 1
    assert hands.outbox.undelivered() == (0, 2)


def test_words_of_a_message_are_only_words(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    words = {
        "user": LI,
        "account": "{code}",
        "measure": "warn\nBcc: all@example.cn",
        "reason": "{0.__class__}",
    }
    waits(hands, "measure_taken", mail, **words)
    delivery_of(hands, settings(box.port)).deliver_due()
    (letter,) = box.store.letters
    assert letter["Bcc"] is None
    assert "{0.__class__}" in body(letter) and "{code}" in letter["Subject"]


def test_the_thread_delivers_between_start_and_stop(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    delivery = Delivery(
        hands.engine,
        BEIJING,
        hands.identity,
        hands.vault,
        settings(box.port),
        now_us=lambda: hands.now,
        every_s=0.02,
    )
    for number in (1, 2):  # it can be started again: an office is lost and won
        delivery.start()
        waits(hands, "operator_frozen", mail, user=LI)
        deadline = time.monotonic() + 20
        while hands.outbox.undelivered() != (0, 0) and time.monotonic() < deadline:
            time.sleep(0.01)
        delivery.stop()
        assert len(box.store.letters) == number
    waits(hands, "operator_frozen", mail, user=LI)
    time.sleep(0.1)
    assert len(box.store.letters) == 2


def test_a_mail_server_that_says_nothing_does_not_hold_up_the_end(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tanpan_adapters.outbox.delivery.PATIENCE_S", 0.2)
    monkeypatch.setattr("tanpan_adapters.outbox.mail.TIMEOUT_S", 60)
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    waits(hands, "operator_frozen", mail, user=LI)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        delivery = delivery_of(hands, settings(silent.getsockname()[1]))
        delivery.start()
        thread = delivery._thread
        assert thread is not None
        spoken_to, _ = silent.accept()
        with spoken_to:
            delivery.stop()
            assert thread.is_alive(), "it waited for the server"
        thread.join()
    assert hands.outbox.undelivered() == (1, 0)


def test_the_outbox_of_another_exchange_is_left_alone(hands: Hands, box: Any) -> None:
    mail = hands.vault.keep(person_of(BEIJING, LI), "mail", MAIL)
    elsewhere = Outbox(hands.engine, "shanghai")
    elsewhere.put("operator_frozen", mail, msgspec.json.encode({"user": LI}).decode(), hands.now)
    assert delivery_of(hands, settings(box.port)).deliver_due() == 0
