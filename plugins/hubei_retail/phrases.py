"""Sentences of the feature files about opening an individual's account.

An applicant is called by his user name. What a scenario takes for granted is filled in as in `CONTENT`; the persons
are made up, with an area code that there is not.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from hubei_retail.bank import LETTERS, RIGHT_OR_WRONG, own_bank
from hubei_retail.rulebook import AGREEMENTS
from tanpan.phrases import PhraseBook, table_fields
from tanpan.phrases.words import NotSo, count_of, expect, one_of
from tanpan.phrases.world import World

BOOK: Final = PhraseBook()
KIND: Final = "hubei_retail.personal_opening"
SEED: Final = "8f14e45fceea167a5a36dedd4bea2543"

CONTENT: Final[dict[str, Any]] = {
    "user_kind": "personal",
    "real_name": "张一一",
    "document_type": "identity_card",
    "identity_number": "999999199003070012",
    "mobile": "13800138001",
    "asset_proof_kind": "asset",
    "asset_amount": "500000.00",
    "mail": "investor@example.com",
    "data_declared_true": True,
}
FEE: Final[dict[str, Any]] = {
    "fee_amount": "200.00",
    "fee_payee": "湖北碳排放权交易中心有限公司",
    "fee_account": "600990580",
    "fee_bank": "民生银行花桥支行",
    "fee_remark": "个人开户费",
}
PROOF: Final[dict[str, Any]] = {
    "mail_subject": "湖北碳排放权交易中心企业邮箱",
    "subject_name": "张一一",
    "real_name": "张一一",
    "identity_number": "999999199003070012",
    "proof_attached": True,
}
DOCUMENTS: Final = {
    "identity_image": "identity_image",
    "asset_proof": "asset_proof",
    "身份证附件": "identity_image",
    "资产证明附件": "asset_proof",
}
CONSENTS: Final = {
    **{name: name for name in AGREEMENTS},
    "入市协议书": "entry_agreement",
    "投资人须知": "investor_notice",
    "风险提示书": "risk_disclosure",
}
STATES: Final = {
    "draft": "draft",
    "in-review": "in_review",
    "returned": "returned",
    "approved": "approved",
    "effective": "effective",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "草稿": "draft",
    "审核中": "in_review",
    "退回补正": "returned",
    "审核通过": "approved",
    "已开户": "effective",
    "已驳回": "rejected",
    "已撤回": "withdrawn",
}
SHOWN: Final = {
    "name": "name",
    "number": "number",
    "neither": "neither",
    "姓名": "name",
    "身份证号": "number",
    "无": "neither",
}

# --- the quiz --------------------------------------------------------------------------------------


@BOOK.phrase("{who} is an applicant", "{who} 登记为开户申请人")
def _applicant(world: World, who: str) -> None:
    world.accepted()
    world.do("door", "core.register_applicant", user=who)


@BOOK.phrase("{who} enters the quiz", "{who} 进入入市测试")
def _enters(world: World, who: str) -> None:
    world.count += 1
    seed = sha256(f"{SEED} {who} {world.count}".encode()).hexdigest()
    world.attempt(who, "hubei_retail.enter_quiz", {"seed": seed})


@BOOK.phrase("{who} answers {count} questions right", "{who} 交卷，答对 {count} 题")
def _answers(world: World, who: str, count: str) -> None:
    """Of the paper that waits for its answers; the others are answered wrong."""
    world.accepted()
    paper = _paper(world, who)
    answers = answers_of(paper, count_of(count))
    world.attempt(who, "hubei_retail.answer_quiz", {"paper": paper["paper"], "answers": answers})


@BOOK.phrase("{who} hands in the same answers again", "{who} 再次提交同一份答卷")
def _again(world: World, who: str) -> None:
    world.accepted()
    paper = _papers(world, who)[-1]
    fields = {"paper": paper["paper"], "answers": answers_of(paper, len(paper["questions"]))}
    world.attempt(who, "hubei_retail.answer_quiz", fields)


@BOOK.phrase("{who} answers {other}'s paper", "{who} 提交 {other} 的试卷")
def _anothers(world: World, who: str, other: str) -> None:
    world.accepted()
    paper = _paper(world, other)
    fields = {"paper": paper["paper"], "answers": answers_of(paper, len(paper["questions"]))}
    world.attempt(who, "hubei_retail.answer_quiz", fields)


@BOOK.phrase("{who} has passed the quiz", "{who} 已通过入市测试")
def _passed(world: World, who: str) -> None:
    world.accepted()
    _enters(world, who)
    world.accepted()
    paper = _paper(world, who)
    answers = answers_of(paper, len(paper["questions"]))
    world.do(who, "hubei_retail.answer_quiz", paper=paper["paper"], answers=answers)


@BOOK.phrase("{who} answers {question} with {letter}", "{who} 对 {question} 作答 {letter}")
def _answers_one(world: World, who: str, question: str, letter: str) -> None:
    """Only one answer of the paper that waits, whether it asks that question or not; `first` is its first one."""
    world.accepted()
    paper = _paper(world, who)
    asked = paper["questions"][0]["id"] if question in ("first", "第一题") else question
    fields = {"paper": paper["paper"], "answers": {asked: letter}}
    world.attempt(who, "hubei_retail.answer_quiz", fields)


@BOOK.phrase(
    "{staff} replaces the quiz by {count} questions from {day}", "{staff} 自 {day} 起更换题库，共 {count} 题"
)
def _replaces_quiz(world: World, staff: str, count: str, day: str) -> None:
    """Statements that are all true, numbered from new-1."""
    fields = {"bank": bank_text(count_of(count)), "since": day, "notice": "2026-001"}
    world.attempt(staff, "hubei_retail.replace_quiz", fields)


@BOOK.phrase(
    "{staff} replaces the quiz by {count} questions without English from {day}",
    "{staff} 自 {day} 起更换题库，共 {count} 题，缺少英文",
)
def _replaces_half(world: World, staff: str, count: str, day: str) -> None:
    fields = {"bank": bank_text(count_of(count), en=""), "since": day, "notice": "2026-001"}
    world.attempt(staff, "hubei_retail.replace_quiz", fields)


@BOOK.phrase("every question that {who} is asked begins with {prefix}", "{who} 的每道题编号以 {prefix} 开头")
def _begins_with(world: World, who: str, prefix: str) -> None:
    world.accepted()
    names = [question["id"] for question in _papers(world, who)[-1]["questions"]]
    expect(all(name.startswith(prefix) for name in names), f"题目为 {names}", f"they are {names}")


def bank_text(count: int, en: str = "The statement numbered") -> str:
    """A bank of statements as a file has it."""
    lines = ['[[topic]]\nid = "new"\nzh = "新题"\nen = "new questions"\n']
    for number in range(1, count + 1):
        stem = f"{en} {number} is true." if en else ""
        lines.append(
            f'[[question]]\nid = "new-{number}"\ntopic = "new"\nkind = "judge"\nanswer = "A"\n'
            f'zh = "第{number}句是对的。"\nen = "{stem}"\nwhy_zh = "因为如此。"\nwhy_en = "Because it is."\n'
        )
    return "\n".join(lines)


@BOOK.phrase("{who} scores {score} points", "{who} 得 {score} 分")
def _scores(world: World, who: str, score: str) -> None:
    world.accepted()
    row = _papers(world, who)[-1]
    expect(
        (row["state"], row["score"]) == ("scored", count_of(score)),
        f"得 {row['score']} 分",
        f"it is {row['score']} points",
    )


@BOOK.phrase("{who} is shown {count} questions without their answers", "{who} 看到 {count} 道不含答案的试题")
def _is_shown(world: World, who: str, count: str) -> None:
    """Each as the bank has it, with its options and nothing else of it."""
    world.accepted()
    questions = _paper(world, who)["questions"]
    expect(len(questions) == count_of(count), f"共 {len(questions)} 题", f"there are {len(questions)}")
    words = sorted({word for question in questions for word in question})
    expect(words == ["en", "id", "kind", "options", "zh"], f"含有 {words}", f"it tells {words}")


def _papers(world: World, who: str) -> list[dict[str, Any]]:
    rows = world.ask("admin", "hubei_retail.papers", {"applicant": who})
    if not rows:
        raise NotSo(f"{who} 没有试卷", f"{who} has no paper")
    return rows


def _paper(world: World, who: str) -> dict[str, Any]:
    """The paper that waits for somebody's answers, as he reads it."""
    open_ones = [row for row in world.ask(who, "hubei_retail.papers", {}) if row["state"] == "open"]
    if not open_ones:
        raise NotSo(f"{who} 没有待答的试卷", f"{who} has no paper to answer")
    return open_ones[-1]


def answers_of(paper: dict[str, Any], right: int) -> dict[str, str]:
    """Answers to a paper as it is shown, so many of them right: by the pack's own bank, or as in `bank_text`."""
    bank = own_bank().by_id()
    answers = {}
    for place, question in enumerate(paper["questions"]):
        known = bank.get(question["id"])
        meant = known.choices()[LETTERS.index(known.answer)][0] if known is not None else RIGHT_OR_WRONG[0][0]
        letters = [letter for letter, zh, _ in question["options"] if (zh == meant) == (place < right)]
        answers[question["id"]] = letters[0]
    return answers


# --- the application ---------------------------------------------------------------------------------


@BOOK.phrase("{who} begins to open an account", "{who} 开始填写个人开户申请")
def _begins(world: World, who: str) -> None:
    """An empty form."""
    world.attempt(who, "core.draft_application", {"kind": KIND, "content": {}})


@BOOK.phrase("{who} fills in", "{who} 填写", table=True)
def _fills_in(world: World, who: str, table: list[list[str]]) -> None:
    """A two-column table of fields; an empty value clears one."""
    fields = {"application": _number(world, who), "content": table_fields(table)}
    world.attempt(who, "core.amend_application", fields)


@BOOK.phrase("{who} has filled in everything", "{who} 已填好全部资料")
def _filled_in(world: World, who: str) -> None:
    """The whole form and its papers, the mobile number proved, the agreements accepted; not submitted."""
    _filled_in_but(world, who, [])


@BOOK.phrase("{who} has filled in everything, but", "{who} 已填好全部资料，其中", table=True)
def _filled_in_but(world: World, who: str, table: list[list[str]]) -> None:
    """The same with other values in some fields, or none; an agreement without a value is not accepted."""
    world.accepted()
    said = {**CONTENT, "user_name": who, **table_fields(table)} if table else {**CONTENT, "user_name": who}
    filled = {name: value for name, value in said.items() if value != "" and name not in AGREEMENTS}
    world.do(who, "core.draft_application", kind=KIND, content=filled)
    number = _number(world, who)
    for document in ("identity_image", "asset_proof"):
        world.do(who, "core.attach_material", **_file(number, document, "image/png"))
    for agreement in AGREEMENTS:
        if said.get(agreement, "yes") != "":
            version = _version(world, agreement)
            world.do(who, "core.open_agreement", application=number, field=agreement, version=version)
            world.do(who, "core.amend_application", application=number, content={agreement: version})
    if "mobile" in filled:
        _prove(world, who, filled["mobile"])


@BOOK.phrase("{who} has submitted the application", "{who} 已提交开户申请")
def _submitted(world: World, who: str) -> None:
    """The quiz passed, everything filled in, submitted."""
    _passed(world, who)
    _filled_in(world, who)
    world.do(who, "core.submit_application", application=_number(world, who))


@BOOK.phrase("{who} proves the mobile number {mobile}", "{who} 验证手机号 {mobile}")
def _proves(world: World, who: str, mobile: str) -> None:
    """The code was right: that is the door's to know, and it says so."""
    world.accepted()
    _prove(world, who, mobile)


def _prove(world: World, who: str, mobile: str) -> None:
    world.count += 1
    world.do(
        "door",
        "core.state_fact",
        application=_number(world, who),
        fact="mobile_proved",
        reference=f"code {world.count}",
        content={"mobile": mobile},
        user=who,
    )


@BOOK.phrase("{who} hands in {document} as {media}", "{who} 上传 {document}，格式为 {media}")
def _hands_in(world: World, who: str, document: str, media: str) -> None:
    number = _number(world, who)
    fields = _file(number, one_of(document, DOCUMENTS), media, f"{document} {media} {world.count}")
    world.attempt(who, "core.attach_material", fields)


@BOOK.phrase("{who} takes {document} back", "{who} 撤下 {document}")
def _takes_back(world: World, who: str, document: str) -> None:
    material = one_of(document, DOCUMENTS)
    fields = {"application": _number(world, who), "material": material, "digest": _digest(material)}
    world.attempt(who, "core.detach_material", fields)


@BOOK.phrase("{who} opens {agreement}", "{who} 打开 {agreement}")
def _opens(world: World, who: str, agreement: str) -> None:
    name = one_of(agreement, CONSENTS)
    fields = {"application": _number(world, who), "field": name, "version": _version(world, name)}
    world.attempt(who, "core.open_agreement", fields)


@BOOK.phrase("{who} accepts {agreement}", "{who} 同意 {agreement}")
def _accepts(world: World, who: str, agreement: str) -> None:
    name = one_of(agreement, CONSENTS)
    fields = {"application": _number(world, who), "content": {name: _version(world, name)}}
    world.attempt(who, "core.amend_application", fields)


@BOOK.phrase(
    "{staff} replaces {agreement} by version {version} from {day}",
    "{staff} 自 {day} 起将 {agreement} 更换为版本 {version}",
)
def _replaces(world: World, staff: str, agreement: str, version: str, day: str) -> None:
    text = f'version = "{version}"\nzh = "新文本"\nen = "New text"\ntext_zh = "正文。"\ntext_en = "Text."\n'
    fields = {"agreement": one_of(agreement, CONSENTS), "text": text, "since": day, "notice": "2026-002"}
    world.attempt(staff, "hubei_retail.replace_agreement", fields)


@BOOK.phrase("{who} submits the application", "{who} 提交开户申请")
def _submits(world: World, who: str) -> None:
    world.attempt(who, "core.submit_application", {"application": _number(world, who)})


@BOOK.phrase("the application of {who} is {state}", "{who} 的开户申请 {state}")
def _is(world: World, who: str, state: str) -> None:
    world.accepted()
    wanted, row = one_of(state, STATES), _row(world, who)
    word = next(zh for zh, en in STATES.items() if en == row["state"] and not zh.isascii())
    expect(row["state"] == wanted, f"现在是 {word}", f"it is {row['state']}")


# --- review, fee, account ------------------------------------------------------------------------------


@BOOK.phrase("{staff} takes up the application of {who}", "{staff} 领取 {who} 的开户申请")
def _takes_up(world: World, staff: str, who: str) -> None:
    world.attempt(staff, "core.claim_application", {"application": _number(world, who)})


@BOOK.phrase("{staff} approves the application of {who}", "{staff} 审核通过 {who} 的开户申请")
def _approves(world: World, staff: str, who: str) -> None:
    world.attempt(staff, "core.approve_application", {"application": _number(world, who)})


@BOOK.phrase(
    '{staff} returns the application of {who} because "{reason}"',
    '{staff} 退回 {who} 的开户申请，原因 "{reason}"',
)
def _returns(world: World, staff: str, who: str, reason: str) -> None:
    fields = {"application": _number(world, who), "opinion": reason}
    world.attempt(staff, "core.return_application", fields)


@BOOK.phrase("{staff} has reviewed the application of {who}", "{staff} 已审核通过 {who} 的开户申请")
def _reviewed(world: World, staff: str, who: str) -> None:
    """Taken up, the proof's owner checked, approved."""
    world.accepted()
    number = _number(world, who)
    world.do(staff, "core.claim_application", application=number)
    world.do(staff, "core.state_fact", **_owner(world, number, "name", True))
    world.do(staff, "core.approve_application", application=number)


@BOOK.phrase(
    "{staff} finds {shown} of the applicant on the proof of {who}",
    "{staff} 核对 {who} 的资产证明，显示申请人的 {shown}",
)
def _finds(world: World, staff: str, shown: str, who: str) -> None:
    said = one_of(shown, SHOWN)
    world.attempt(staff, "core.state_fact", _owner(world, _number(world, who), said, said != "neither"))


@BOOK.phrase(
    "{staff} finds that the proof of {who} is another person's", "{staff} 核对 {who} 的资产证明，户主为他人"
)
def _finds_another(world: World, staff: str, who: str) -> None:
    world.attempt(staff, "core.state_fact", _owner(world, _number(world, who), "name", False))


def _owner(world: World, number: int, shown: str, own: bool) -> dict[str, Any]:
    files = world.ask("admin", "core.application", {"application": number})[0]["materials"]
    digest = next((one["digest"] for one in files if one["material"] == "asset_proof"), "")
    world.count += 1
    return {
        "application": number,
        "fact": "proof_checked",
        "reference": f"check {world.count}",
        "content": {"proof_digest": digest, "owner_shown": shown, "owner_is_applicant": own},
    }


@BOOK.phrase("{staff} books the fee of {who}", "{staff} 登记 {who} 的开户费到账")
def _books(world: World, staff: str, who: str) -> None:
    _books_with(world, staff, who, [])


@BOOK.phrase("{staff} books the fee of {who} with", "{staff} 登记 {who} 的开户费到账，其中", table=True)
def _books_with(world: World, staff: str, who: str, table: list[list[str]]) -> None:
    """200.00 yuan to the published account; a two-column table of what is different, `reference` included."""
    world.attempt(staff, "core.state_fact", _stated(world, who, "opening_fee", FEE, table))


@BOOK.phrase("{staff} books the mailed proof of {who}", "{staff} 登记 {who} 的缴费凭证邮件")
def _books_proof(world: World, staff: str, who: str) -> None:
    _books_proof_with(world, staff, who, [])


@BOOK.phrase(
    "{staff} books the mailed proof of {who} with", "{staff} 登记 {who} 的缴费凭证邮件，其中", table=True
)
def _books_proof_with(world: World, staff: str, who: str, table: list[list[str]]) -> None:
    """The application's name and number under the right subject; a two-column table of what is different."""
    world.attempt(staff, "core.state_fact", _stated(world, who, "payment_proof", PROOF, table))


def _stated(
    world: World, who: str, fact: str, usual: dict[str, Any], table: list[list[str]]
) -> dict[str, Any]:
    other = table_fields(table) if table else {}
    world.count += 1
    reference = other.pop("reference", f"{fact} {world.count}")
    return {
        "application": _number(world, who),
        "fact": fact,
        "reference": reference,
        "content": {**usual, **other},
        "user": who,
    }


@BOOK.phrase(
    "{who} has the account {account} and the seat {seat}", "{who} 取得交易账号 {account} 和席位号 {seat}"
)
def _has(world: World, who: str, account: str, seat: str) -> None:
    world.accepted()
    seats = world.ask("admin", "hubei_retail.seats", {"account": account})
    expect(bool(seats), f"没有账号 {account}", f"there is no account {account}")
    expect(seats[0]["seat"] == seat, f"席位号为 {seats[0]['seat']}", f"the seat is {seats[0]['seat']}")
    operators = [row["operator"] for row in world.ask("admin", "core.operators", {"account": account})]
    expect(who in operators, f"操作员为 {operators}", f"its operators are {operators}")


@BOOK.phrase("no account is opened", "没有开立交易账户")
def _no_account(world: World) -> None:
    world.accepted()
    rows = world.ask("admin", "hubei_retail.seats", {})
    expect(not rows, f"有 {len(rows)} 个账户", f"there are {len(rows)}")


# --- helpers ---------------------------------------------------------------------------------------


def _row(world: World, who: str) -> dict[str, Any]:
    """The last application of an applicant."""
    rows = world.ask("admin", "core.applications", {"applicant": who})
    if not rows:
        raise NotSo(f"{who} 没有开户申请", f"{who} has no application")
    return max(rows, key=lambda row: int(row["application"]))


def _number(world: World, who: str) -> int:
    return int(_row(world, who)["application"])


def _version(world: World, agreement: str) -> str:
    """The version of an agreement in force today."""
    today = world.today().isoformat()
    rows = world.ask("admin", "hubei_retail.agreements", {"agreement": agreement})
    return str(max((row["since"], row["version"]) for row in rows if row["since"] <= today)[1])


def _file(number: int, material: str, media: str, content: str = "") -> dict[str, Any]:
    return {
        "application": number,
        "material": material,
        "digest": _digest(content or material),
        "size": 1_000,
        "media_type": media,
    }


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()
