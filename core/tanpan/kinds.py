"""Kinds of application: what a pack declares as data, and the kernel runs.

A kind says what is asked (form), what is handed in (materials), who applies and signs (parties), who reviews in
which order, by when, what must hold before, what is locked meanwhile, when it takes effect and what it then does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from tanpan.messages import APPLICANT, OPERATOR, STAFF, Command
from tanpan.personal import KINDS as PERSONAL
from tanpan.quantities import parse_percent, parse_yuan
from tanpan.refusals import Refusal

if TYPE_CHECKING:
    from tanpan.application import Application
    from tanpan.exchange import Exchange

Content = Mapping[str, Any]

# --- shapes of a field ------------------------------------------------------------------------------

TEXT: Final = "text"
CHOICE: Final = "choice"
WHOLE: Final = "whole"
YUAN: Final = "yuan"
PERCENT: Final = "percent"
"""A ratio in per cent with at most two decimals."""
DATE: Final = "date"
BOOL: Final = "bool"
CONSENT: Final = "consent"
CREDIT_CODE: Final = "credit_code"
ROWS: Final = "rows"
"""A table: a list of rows, each filled in over the field's own `form`."""
IDENTITY: Final = "identity"
MOBILE: Final = "mobile"
MAIL: Final = "mail"
ADDRESS: Final = "address"
PLACE: Final = "place"
"""An address in four parts: province, city, district or county, detail (CSDC-1.1.7-b)."""
NAME: Final = "name"
PHONE: Final = "phone"
SHAPES: Final = (TEXT, CHOICE, WHOLE, YUAN, PERCENT, DATE, BOOL, CONSENT, CREDIT_CODE, ROWS, *PERSONAL)
MOST_ROWS: Final = 20


@frozen
class Choice:
    """One value a field may have, named in both languages."""

    value: str
    zh: str
    en: str


@frozen(kw_only=True)
class Field:
    """One field of a form. What is personal by its shape holds tokens only; an amount is decimal text in yuan.

    Throughout an exchange a name is personal in one way or not at all: the door goes by it. `needed` says of a
    form so far whether a required field is asked for at all; `same_as` names the field that it repeats.
    A consent holds the version that was accepted, and is given only after that version was opened.
    `least` and `most` are of whole numbers, in fen of amounts, in hundredths of a per cent of ratios; of a table
    `most` is how many rows it may have (20 unless said), and `form` what each row holds.
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    shape: str = field(default=TEXT, kw_only=False)
    required: bool = True
    choices: tuple[Choice, ...] = ()
    longest: int = 200
    least: int | None = None
    most: int | None = None
    same_as: str = ""
    version: str | Callable[[Exchange], str] = ""
    """The version that is accepted now; by the exchange where its operator may put another in place."""
    opened_first: bool | Callable[[Exchange], bool] = True
    needed: Callable[[Content], bool] | None = None
    code: str = ""
    """The refusal code of what is wrong with it, where it is not its shape's own."""
    form: tuple[Field, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.shape not in SHAPES:
            raise ValueError(f"field {self.name!r} has an unknown shape {self.shape!r}")
        if (self.shape == CHOICE) != bool(self.choices) or (self.shape == CONSENT) != bool(self.version):
            raise ValueError(f"field {self.name!r}: a choice has choices and a consent has a version")
        if (self.shape == ROWS) != bool(self.form):
            raise ValueError(f"field {self.name!r}: a table has a form of its rows")
        if any(one.personal or one.shape in (ROWS, CONSENT) for one in self.form):
            raise ValueError(f"field {self.name!r}: rows hold nothing personal, no table and no consent")

    def version_at(self, exchange: Exchange) -> str:
        """The version of an agreement that is accepted at an exchange now."""
        return self.version if isinstance(self.version, str) else self.version(exchange)

    def opened_before(self, exchange: Exchange) -> bool:
        """Whether an agreement must be opened before it is accepted."""
        return self.opened_first if isinstance(self.opened_first, bool) else self.opened_first(exchange)

    @property
    def most_rows(self) -> int:
        """How many rows a table may have."""
        return MOST_ROWS if self.most is None else self.most

    @property
    def personal(self) -> bool:
        """Whether it holds a token, never the clear text."""
        return self.shape in PERSONAL

    def asked(self, content: Content) -> bool:
        """Whether it must be filled in, as the form stands."""
        return self.required and (self.needed is None or self.needed(content))


# --- what is handed in ------------------------------------------------------------------------------

IMAGES: Final = ("image/jpeg", "image/png", "image/gif")
PDF: Final = ("application/pdf",)
SCANS: Final = (*PDF, "image/jpeg", "image/png")


@frozen(kw_only=True)
class Material:
    """A document that is handed in: `formats` are media types; empty `parties` means once for all of them.

    `stamped` and `both_stamped` (a seal of every party), `colour`, `hand_signed` and `copies` are declared by
    who attaches it and compared by who reviews it. Where it `expires` a last day of validity is given (or that
    it is valid for long) and must not have passed. `needed` as for a field.
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    formats: tuple[str, ...] = SCANS
    parties: tuple[str, ...] = ()
    stamped: bool = False
    both_stamped: bool = False
    colour: bool = False
    hand_signed: bool = False
    copies: int = 1
    files: int = 1
    """How many files it may consist of."""
    expires: bool = False
    optional: bool = False
    needed: Callable[[Content], bool] | None = None

    def asked(self, content: Content) -> bool:
        """Whether it must be there, as the form stands."""
        return not self.optional and (self.needed is None or self.needed(content))


@frozen
class Party:
    """One of those who apply. The first of a kind's parties is the applicant; the others are accounts."""

    name: str
    zh: str
    en: str


THE_APPLICANT: Final = Party("applicant", "申请人", "applicant")


@frozen(kw_only=True)
class Paper:
    """Originals that are expected: how many sets, by whom they are received, and within how many working days.

    Day 1 is the first working day after submission; what lacks its paper is rejected at the end of the last
    (AMB-30), counted from the first submission. 0 days: no limit. They must be there before every review, or
    before the one named in `before` and those after it. `anew`: an amendment wants them once more.
    """

    sets: int = 1
    by: tuple[str, ...] = (STAFF,)
    permission: str = "parties"
    working_days: int = 0
    before: str = ""
    anew: bool = False


# --- who decides, by when -----------------------------------------------------------------------------


@frozen(kw_only=True)
class Review:
    """One review of an application. Those of `role` do it; staff need `permission`.

    `another` demands somebody who has done no earlier review of it. A claim lapses after `claim_minutes`.
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    role: str = field(default=STAFF, kw_only=False)
    permission: str = "parties"
    another: bool = True
    claim_minutes: int = 120


FIRST_REVIEW: Final = Review("first_review", "初审", "first review")
RE_REVIEW: Final = Review("re_review", "复审", "re-review")
REGISTRY_REVIEW: Final = Review("registry_review", "注册登记机构复审", "registry re-review", "registry")

DRAFT: Final = "draft"
IN_REVIEW: Final = "in_review"
RETURNED: Final = "returned"
APPROVED: Final = "approved"
EFFECTIVE: Final = "effective"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
EXPIRED: Final = "expired"
FAILED: Final = "failed"
OPEN_STATES: Final = (DRAFT, IN_REVIEW, RETURNED, APPROVED)
STATES: Final = (*OPEN_STATES, EFFECTIVE, REJECTED, WITHDRAWN, EXPIRED, FAILED)

TRADING_DAYS: Final = "trading_days"
WORKING_DAYS: Final = "working_days"
CALENDAR_DAYS: Final = "calendar_days"

Moment = Callable[["Exchange", "Application"], int]
"""An instant (UTC microseconds) by the application as it stands; it may refuse."""


@frozen(kw_only=True)
class Deadline:
    """How long an application may stay in a state: to the end of the count-th day after, or to a moment.

    When it has passed the application is `then` expired or rejected. Entering the state anew starts it anew.
    """

    name: str = field(kw_only=False)
    state: str = field(kw_only=False)
    days: int = 0
    unit: str = WORKING_DAYS
    moment: Moment | None = None
    then: str = EXPIRED

    def __attrs_post_init__(self) -> None:
        if self.name in ("paper", "claim", "effect"):
            raise ValueError(f"deadline {self.name!r} bears a name of the kernel's own")
        if self.state not in OPEN_STATES or self.then not in (EXPIRED, REJECTED):
            raise ValueError(f"deadline {self.name!r} is of no open state or ends in none that is closed")
        if (self.moment is None) != (self.days > 0) or self.unit not in (
            TRADING_DAYS,
            WORKING_DAYS,
            CALENDAR_DAYS,
        ):
            raise ValueError(f"deadline {self.name!r} counts days or has a moment")


# --- what must hold, what is locked, what it does ------------------------------------------------------

SUBMISSION: Final = "submission"
REVIEW: Final = "review"
APPROVAL: Final = "approval"
EFFECT: Final = "effect"


@frozen
class Condition:
    """Something that must hold before submission, a review is taken up, it is passed, or the effect.

    `missing` gives the objection, or None where it holds. What is missing before the effect doesn't stop the
    reviews: the application waits, approved, in whatever order the rest comes (AMB-72).
    """

    name: str
    zh: str
    en: str
    before: str
    missing: Callable[[Exchange, Application], Refusal | None]


Check = Callable[["Exchange", "Application", Content], None]
"""Looks at what was said, and refuses."""


@frozen(kw_only=True)
class Fact:
    """Something that is stated about an application from outside, such as a payment: its fields, and who states it.

    `check` compares it with the application. It is stated once per application, its reference once per exchange.
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    form: tuple[Field, ...] = ()
    by: tuple[str, ...] = (STAFF,)
    permission: str = "parties"
    check: Check | None = None
    again: str = "ALREADY_STATED"
    """The refusal code of stating it a second time; empty where it may be, and the last one counts."""
    of_content: bool = False
    """Whether it was found by comparing what was filed: a change of that voids it, as it does what was signed."""


def stated(name: str, code: str = "STEP_ORDER") -> Callable[[Exchange, Application], Refusal | None]:
    """A condition's question: whether a fact has been stated."""

    def missing(exchange: Exchange, application: Application) -> Refusal | None:
        return None if name in application.facts else Refusal(code, missing=name)

    return missing


@frozen(kw_only=True)
class Lock:
    """A key that one live application at a time may have, from submission until it is closed.

    The key is a field of the form (a personal one by its fingerprint) or what `of` finds; empty: none. Locks of
    one name are shared by all kinds. Where it `stays` the key is taken for good once the application took
    effect, and refused with `taken`; a pack frees it again, where the account is closed (`applications.free`).
    """

    name: str = field(kw_only=False)
    field: str = ""
    of: Callable[[Exchange, Application], str] | None = None
    code: str = "DUPLICATE_APPLICATION"
    stays: bool = False
    taken: str = "DUPLICATE_ACCOUNT"


AT_ONCE: Final = "at_once"
NEXT_DAY: Final = "next_day"
NEXT_TRADING_DAY: Final = "next_trading_day"
ON_DATE: Final = "on_date"


@frozen
class Effect:
    """When an approved application takes effect: at once, at 00:00 of the next calendar day (AMB-36) or of the
    next trading day, or of the date in a field, or at a moment; at once where that has passed."""

    when: str = AT_ONCE
    field: str = ""
    moment: Moment | None = None


Consequence = Callable[["Exchange", "Application"], Sequence[Command]]
"""The commands that an application's effect carries out; none may rest on what another of them changes."""


@frozen(kw_only=True)
class Kind:
    """A kind of application; its name is `pack.kind`.

    `applicants` are the roles that may file one, operators with `permission`. Kinds without reviews are approved
    by their submission. `checks` look at the whole form before it is submitted. `clauses` cites the clause
    behind a refusal code, or behind "CODE document" and "CODE field".
    """

    name: str = field(kw_only=False)
    zh: str = field(kw_only=False)
    en: str = field(kw_only=False)
    form: tuple[Field, ...]
    applicants: tuple[str, ...] = (APPLICANT, OPERATOR)
    permission: str = "operators"
    parties: tuple[Party, ...] = (THE_APPLICANT,)
    materials: tuple[Material, ...] = ()
    reviews: tuple[Review, ...] = ()
    paper: Paper | None = None
    deadlines: tuple[Deadline, ...] = ()
    conditions: tuple[Condition, ...] = ()
    facts: tuple[Fact, ...] = ()
    locks: tuple[Lock, ...] = ()
    checks: tuple[Check, ...] = ()
    effect: Effect = Effect()
    consequence: Consequence | None = None
    most_live: int = 10
    """How many of one owner's may be open at a time."""
    unsigned: str = "SIGNATURE_MISSING"
    """The refusal code where one of several parties has not signed."""
    clauses: Mapping[str, str] = field(factory=dict)

    @property
    def pack(self) -> str:
        """The pack that declares it."""
        return self.name.partition(".")[0]

    def named(self, name: str) -> Field | None:
        """The field of a name, or None."""
        return next((one for one in self.form if one.name == name), None)

    def material(self, name: str) -> Material | None:
        """The material of a name, or None."""
        return next((one for one in self.materials if one.name == name), None)

    def fact(self, name: str) -> Fact | None:
        """The fact of a name, or None."""
        return next((one for one in self.facts if one.name == name), None)

    def clause(self, refusal: Refusal) -> str:
        """The clause behind a refusal; empty where none is given."""
        details = refusal.details
        about = [details.get(name) for name in ("document", "field", "missing", "lock")]
        keys = [f"{refusal.code} {one}" for one in about if one]
        return next((self.clauses[key] for key in (*keys, refusal.code) if key in self.clauses), "")

    def titles(self, details: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        """What people call the fields, papers, parties and reviews that a refusal's details name."""
        named: dict[str, tuple[Field | Material | Party | Review, ...]] = {
            "field": self.fields(),
            "document": self.materials,
            "party": self.parties,
            "stage": self.reviews,
        }
        return {
            key: (one.zh, one.en)
            for key, ones in named.items()
            for one in ones
            if key in details and one.name == details[key]
        }

    def fields(self) -> tuple[Field, ...]:
        """Every field, the facts' too."""
        return (*self.form, *(one for fact in self.facts for one in fact.form))


def personal_names(kinds: Sequence[Kind]) -> dict[str, str]:
    """The personal shape of each form field's name, empty for what isn't personal; ValueError where it has two."""
    found: dict[str, str] = {}
    for kind in kinds:
        for one in kind.fields():
            shape = one.shape if one.personal else ""
            if found.setdefault(one.name, shape) != shape:
                raise ValueError(
                    f"field {one.name!r} of {kind.name} is {found[one.name] or 'not personal'} elsewhere"
                )
    return found


def hundredths_in(content: Content, name: str) -> int:
    """The hundredths of a per cent that stand in a field of the shape percent; 0 where none do."""
    return parse_percent(content[name]) if content.get(name) else 0


def fen_in(content: Content, name: str) -> int:
    """The amount in fen that stands in a field of the shape yuan; 0 where none does."""
    return parse_yuan(content[name]) if content.get(name) else 0
