"""Participants with their trading accounts and operators, the staff, and everyone else who acts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import msgspec
from attrs import define, field

from tanpan.closing import AccountClosed, CloseAccount, empty
from tanpan.component import Component, decides, evolves
from tanpan.ledger import CASH, Account
from tanpan.messages import (
    APPLICANT,
    CHANNEL,
    DOOR,
    OPERATOR,
    REGISTRY,
    REGULATOR,
    STAFF,
    Command,
    Event,
)
from tanpan.personal import Mail, Mobile
from tanpan.refusals import Refusal

OPERATOR_PERMISSIONS: Final = ("trade", "cash", "units", "operators", "query")
LEDGER_NAMES: Final = (
    CASH,
    "registry",
    "settlement_channel",
    "fee_income",
    "fees_receivable",
    "risk_reserve",
)
LONGEST_NAME: Final = 64
_BLANK: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by their class in Unicode that nobody sees."""
STAFF_PERMISSIONS: Final = ("market", "clearing", "oversight", "parties", "operators", "rules")


@define(eq=False)
class Actor:
    """Someone who acts: an operator of an account, or one of the institutions' people."""

    name: str
    role: str
    account: str = ""
    permissions: tuple[str, ...] = ()
    frozen: bool = False
    home: Account | None = None
    """The account an operator acts for."""
    mail: str = ""
    mobile: str = ""
    """Tokens of where an operator is reached."""
    may: dict[type[Command], Any] = field(factory=dict)
    """How to decide the commands already found allowed; emptied when permissions or state change."""


class AppointStaff(Command, frozen=True, tag="core.appoint_staff"):
    """Give someone at the exchange, the registry, the settlement channel or the regulator a role."""

    zh: ClassVar = "任命机构用户"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    user: str
    role: str
    permissions: list[str] = msgspec.field(default_factory=list)


class SetStaffPermissions(Command, frozen=True, tag="core.set_staff_permissions"):
    """Change what someone at the exchange may do."""

    zh: ClassVar = "设置机构用户权限"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    user: str
    permissions: list[str]


class FreezeUser(Command, frozen=True, tag="core.freeze_user"):
    """Freeze someone at an institution at once: he can't act until he is unfrozen."""

    zh: ClassVar = "冻结机构用户"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    urgent: ClassVar = True
    user: str


class UnfreezeUser(Command, frozen=True, tag="core.unfreeze_user"):
    """Let a frozen user of an institution act again."""

    zh: ClassVar = "解冻机构用户"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    four_eyes: ClassVar = True
    user: str


class OpenAccount(Command, frozen=True, tag="core.open_account"):
    """Open a participant's one trading account, with its first operator, who may have been an applicant."""

    zh: ClassVar = "开立交易账户"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "parties"
    account: str
    participant: str
    kind: str
    operator: str
    data_declared_true: bool = False
    mail: Mail = ""
    mobile: Mobile = ""


class AddOperator(Command, frozen=True, tag="core.add_operator"):
    """Add an operator to one's account with permissions of his own."""

    zh: ClassVar = "新增操作员"
    roles: ClassVar = (OPERATOR, STAFF)
    permission: ClassVar = "operators"
    account: str
    operator: str
    permissions: list[str] = msgspec.field(default_factory=lambda: ["trade", "cash", "units", "query"])
    mail: Mail = ""
    mobile: Mobile = ""


class ModifyOperator(Command, frozen=True, tag="core.modify_operator"):
    """Change where an operator is reached; what is left out stays as it is."""

    zh: ClassVar = "修改操作员"
    roles: ClassVar = (OPERATOR, STAFF)
    permission: ClassVar = "operators"
    account: str
    operator: str
    mail: Mail = ""
    mobile: Mobile = ""


class SetPermissions(Command, frozen=True, tag="core.set_permissions"):
    """Change what an operator may do."""

    zh: ClassVar = "设置操作员权限"
    roles: ClassVar = (OPERATOR, STAFF)
    permission: ClassVar = "operators"
    account: str
    operator: str
    permissions: list[str]


class FreezeOperator(Command, frozen=True, tag="core.freeze_operator"):
    """Freeze an operator: he can't act until he is unfrozen."""

    zh: ClassVar = "冻结操作员"
    roles: ClassVar = (OPERATOR, STAFF)
    permission: ClassVar = "operators"
    urgent: ClassVar = True
    account: str
    operator: str


class UnfreezeOperator(Command, frozen=True, tag="core.unfreeze_operator"):
    """Let a frozen operator act again."""

    zh: ClassVar = "解冻操作员"
    roles: ClassVar = (OPERATOR, STAFF)
    permission: ClassVar = "operators"
    account: str
    operator: str


class StaffAppointed(Event, frozen=True, tag="core.staff_appointed"):
    """Someone was given a role."""

    user: str
    role: str
    permissions: list[str]


class AccountOpened(Event, frozen=True, tag="core.account_opened"):
    """A trading account was opened."""

    account: str
    participant: str
    kind: str


class OperatorAdded(Event, frozen=True, tag="core.operator_added"):
    """An account has a new operator; mail and mobile are tokens."""

    account: str
    operator: str
    permissions: list[str]
    mail: str = ""
    mobile: str = ""


class OperatorModified(Event, frozen=True, tag="core.operator_modified"):
    """An operator is reached elsewhere from now on; mail and mobile are tokens."""

    account: str
    operator: str
    mail: str
    mobile: str


class PermissionsSet(Event, frozen=True, tag="core.permissions_set"):
    """An operator's permissions were changed."""

    operator: str
    permissions: list[str]


class OperatorFrozen(Event, frozen=True, tag="core.operator_frozen"):
    """An operator was frozen."""

    operator: str


class OperatorUnfrozen(Event, frozen=True, tag="core.operator_unfrozen"):
    """An operator was unfrozen."""

    operator: str


class Parties(Component):
    """Who there is. Accounts themselves live in the ledger."""

    name = "parties"

    def reset(self) -> None:
        self.actors: dict[str, Actor] = {}
        self.engaged: list[Callable[[str], str]] = []
        """Asked of an account's number before it is closed: what of a pack's it is still engaged in, empty for nothing."""
        self.participants: dict[str, str] = {}

    def account(self, number: str) -> Account:
        """The account of a number; refuses an unknown one."""
        account = self.exchange.ledger.accounts.get(number)
        if account is None:
            raise Refusal("UNKNOWN_ACCOUNT", account=number)
        return account

    def closed(self, account: Account) -> bool:
        """Whether an account was closed: its participant has none or another."""
        return self.participants.get(account.name) != account.number

    def active(self, number: str) -> Account:
        """The account of a number that is not closed."""
        account = self.account(number)
        # A closed account is restricted in everything, so that nothing more is asked of the others.
        if account.no_trade and self.closed(account):
            raise Refusal("ACCOUNT_CLOSED", account=number)
        return account

    def acting(self, actor: Actor, number: str) -> Account:
        """The account an operator acts for; refuses another's, and a closed one."""
        if actor.account != number and actor.role == OPERATOR:
            self.account(number)
            raise Refusal("PERMISSION_DENIED", account=number, actor=actor.name)
        return self.active(number)

    def trading(self, actor: Actor, number: str) -> Account:
        """The account an operator trades for; refuses a restricted one as well."""
        account = self.acting(actor, number)
        if account.no_trade:
            raise Refusal("ACCOUNT_RESTRICTED", account=number, scope="trade")
        return account

    # --- decisions -------------------------------------------------------------------------------

    @decides(AppointStaff)
    def _appoint(self, actor: Actor, command: AppointStaff) -> None:
        self._name_is_free(command.user)
        if command.role not in (STAFF, REGISTRY, CHANNEL, REGULATOR, APPLICANT, DOOR):
            raise Refusal("BAD_FIELD", field="role", value=command.role)
        allowed = STAFF_PERMISSIONS if command.role == STAFF else ()
        self._known_permissions(command.permissions, allowed)
        self._within_own(actor, command.permissions)
        self.emit(StaffAppointed(command.user, command.role, command.permissions))

    @decides(SetStaffPermissions)
    def _set_staff_permissions(self, actor: Actor, command: SetStaffPermissions) -> None:
        user = self._institution_user(command.user)
        self._known_permissions(command.permissions, STAFF_PERMISSIONS if user.role == STAFF else ())
        self._within_own(actor, _changed(user.permissions, command.permissions))
        self.emit(PermissionsSet(command.user, command.permissions))

    @decides(FreezeUser)
    def _freeze_user(self, actor: Actor, command: FreezeUser) -> None:
        if self._institution_user(command.user).frozen:
            raise Refusal("BAD_STATE", user=command.user, state="frozen")
        if command.user == actor.name:
            raise Refusal("SAME_PERSON", user=command.user)
        self.emit(OperatorFrozen(command.user))

    @decides(UnfreezeUser)
    def _unfreeze_user(self, actor: Actor, command: UnfreezeUser) -> None:
        if not self._institution_user(command.user).frozen:
            raise Refusal("BAD_STATE", user=command.user, state="active")
        self.emit(OperatorUnfrozen(command.user))

    def _institution_user(self, name: str) -> Actor:
        user = self.actors.get(name)
        if user is None or user.role == OPERATOR:
            raise Refusal("UNKNOWN_ACTOR", user=name)
        return user

    @decides(OpenAccount)
    def _open(self, actor: Actor, command: OpenAccount) -> None:
        for name in ("account", "participant", "kind", "operator"):
            if not getattr(command, name):
                raise Refusal("FIELD_MISSING", field=name)
        if not command.data_declared_true:
            raise Refusal("DECLARATION_MISSING", account=command.account)
        plain_name("account", command.account)
        if command.account in self.exchange.ledger.accounts:
            raise Refusal("DUPLICATE_ACCOUNT", account=command.account)
        if command.participant in self.participants:
            raise Refusal("DUPLICATE_ACCOUNT", account=self.participants[command.participant])
        known = self.actors.get(command.operator)
        if known is None or known.role != APPLICANT:
            self._name_is_free(command.operator)
        # Who applied for the account becomes its first operator, and is reached where he was.
        mail = command.mail or (known.mail if known is not None else "")
        mobile = command.mobile or (known.mobile if known is not None else "")
        self.emit(AccountOpened(command.account, command.participant, command.kind))
        self.emit(OperatorAdded(command.account, command.operator, list(OPERATOR_PERMISSIONS), mail, mobile))

    @decides(CloseAccount)
    def _close(self, actor: Actor, command: CloseAccount) -> None:
        account = self.active(command.account)
        if not command.reason:
            raise Refusal("FIELD_MISSING", field="reason")
        empty(self.exchange, account)
        self.emit(AccountClosed(account.number, account.name, command.reason))

    @decides(AddOperator)
    def _add_operator(self, actor: Actor, command: AddOperator) -> None:
        account = self.acting(actor, command.account)
        today = self.exchange.today()
        terms = [day.terms_on(today) for day in self.exchange.days.by_market.values()]
        if not command.mail and any(one.operator_mail_required for one in terms):
            raise Refusal("BAD_EMAIL", field="mail")
        self._name_is_free(command.operator)
        self._known_permissions(command.permissions, OPERATOR_PERMISSIONS)
        if actor.role == OPERATOR:
            self._within_own(actor, command.permissions)
        limits = [one.largest_operators for one in terms]
        if limits and sum(one.account == account.number for one in self.actors.values()) >= min(limits):
            raise Refusal("TOO_MANY_OPERATORS", account=account.number, most=min(limits))
        self.emit(
            OperatorAdded(
                command.account, command.operator, command.permissions, command.mail, command.mobile
            )
        )

    @decides(ModifyOperator)
    def _modify_operator(self, actor: Actor, command: ModifyOperator) -> None:
        operator = self._operator_of(actor, command.account, command.operator)
        if actor.role == OPERATOR:
            # Who decides where a person is reached could sign in as that person.
            self._within_own(actor, operator.permissions)
        if not command.mail and not command.mobile:
            raise Refusal("FIELD_MISSING", field="mail")
        self.emit(
            OperatorModified(
                command.account,
                command.operator,
                command.mail or operator.mail,
                command.mobile or operator.mobile,
            )
        )

    @decides(SetPermissions)
    def _set_permissions(self, actor: Actor, command: SetPermissions) -> None:
        operator = self._operator_of(actor, command.account, command.operator)
        self._known_permissions(command.permissions, OPERATOR_PERMISSIONS)
        if actor.role == OPERATOR:
            self._within_own(actor, _changed(operator.permissions, command.permissions))
        self.emit(PermissionsSet(command.operator, command.permissions))

    @decides(FreezeOperator)
    def _freeze(self, actor: Actor, command: FreezeOperator) -> None:
        if self._operator_of(actor, command.account, command.operator).frozen:
            raise Refusal("BAD_STATE", operator=command.operator, state="frozen")
        self.emit(OperatorFrozen(command.operator))

    @decides(UnfreezeOperator)
    def _unfreeze(self, actor: Actor, command: UnfreezeOperator) -> None:
        if not self._operator_of(actor, command.account, command.operator).frozen:
            raise Refusal("BAD_STATE", operator=command.operator, state="active")
        self.emit(OperatorUnfrozen(command.operator))

    def _operator_of(self, actor: Actor, number: str, operator: str) -> Actor:
        if actor.role == OPERATOR:
            self.acting(actor, number)
        # Staff also decide who reads on for a closed account.
        self.account(number)
        found = self.actors.get(operator)
        if found is None or found.account != number:
            raise Refusal("UNKNOWN_ACTOR", operator=operator)
        return found

    def _name_is_free(self, name: str) -> None:
        name_is_free(self, name)

    def _known_permissions(self, permissions: list[str], allowed: tuple[str, ...]) -> None:
        for permission in permissions:
            if permission not in allowed:
                raise Refusal("BAD_FIELD", field="permissions", value=permission)

    def _within_own(self, actor: Actor, permissions: Sequence[str]) -> None:
        """Nobody gives or takes a permission he does not hold himself."""
        for permission in permissions:
            if permission not in actor.permissions:
                raise Refusal("PERMISSION_DENIED", permission=permission, actor=actor.name)

    # --- evolution -------------------------------------------------------------------------------

    @evolves(StaffAppointed)
    def _appointed(self, event: StaffAppointed) -> None:
        self.actors[event.user] = Actor(event.user, event.role, "", tuple(event.permissions))

    @evolves(AccountOpened)
    def _opened(self, event: AccountOpened) -> None:
        self.exchange.ledger.accounts[event.account] = Account(event.account, event.participant, event.kind)
        self.participants[event.participant] = event.account

    @evolves(AccountClosed)
    def _account_closed(self, event: AccountClosed) -> None:
        account = self.exchange.ledger.accounts[event.account]
        account.no_trade += 1
        account.no_cash += 1
        account.no_units += 1
        del self.participants[event.participant]

    @evolves(OperatorAdded)
    def _operator_added(self, event: OperatorAdded) -> None:
        home = self.exchange.ledger.accounts[event.account]
        self.actors[event.operator] = Actor(
            event.operator,
            OPERATOR,
            event.account,
            tuple(event.permissions),
            home=home,
            mail=event.mail,
            mobile=event.mobile,
        )

    @evolves(OperatorModified)
    def _operator_modified(self, event: OperatorModified) -> None:
        operator = self.actors[event.operator]
        operator.mail, operator.mobile = event.mail, event.mobile

    @evolves(PermissionsSet)
    def _permissions_set(self, event: PermissionsSet) -> None:
        self._changed(event.operator).permissions = tuple(event.permissions)

    @evolves(OperatorFrozen)
    def _frozen(self, event: OperatorFrozen) -> None:
        self._changed(event.operator).frozen = True

    @evolves(OperatorUnfrozen)
    def _unfrozen(self, event: OperatorUnfrozen) -> None:
        self._changed(event.operator).frozen = False

    def _changed(self, name: str) -> Actor:
        actor = self.actors[name]
        actor.may.clear()
        return actor

    def dump(self) -> Any:
        actors = [
            [a.name, a.role, a.account, list(a.permissions), a.frozen, a.mail, a.mobile]
            for a in self.actors.values()
        ]
        return [actors, self.participants]

    def load(self, data: Any) -> None:
        for name, role, account, permissions, frozen, mail, mobile in data[0]:
            home = self.exchange.ledger.accounts.get(account)
            self.actors[name] = Actor(
                name, role, account, tuple(permissions), frozen, home, mail=mail, mobile=mobile
            )
        self.participants = data[1]


def name_is_free(parties: Parties, name: str) -> None:
    """Refuse a user name that is taken or is none."""
    plain_name("user", name)
    if name in parties.actors:
        raise Refusal("OPERATOR_EXISTS", user=name)


def plain_name(field: str, name: str) -> None:
    """Refuse a name that is missing, has spaces or unseen signs in it, or would be a holder or asset of the ledger's own."""
    if not name:
        raise Refusal("FIELD_MISSING", field=field)
    taken = name in LEDGER_NAMES and field != "user"
    seen = name.isprintable() and not any(map(_unseen, name))
    if taken or len(name) > LONGEST_NAME or not seen:
        raise Refusal("BAD_FIELD", field=field, value=name)


def _unseen(sign: str) -> bool:
    """Whether a sign shows nothing of its own: with it a name would look like another's."""
    return sign.isspace() or sign in _BLANK or unicodedata.category(sign).startswith("M")


def _changed(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The permissions given or taken by a change."""
    return [name for name in (*before, *after) if (name in before) != (name in after)]
