"""Keys of programs: bearer secrets with scopes, an end, and the addresses they may be used from."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, and_, insert, select, update

from .objections import Objection
from .principal import SCOPES, Principal
from .settings import SECOND
from .tables import keys
from .tokens import KEY_PREFIX, Tokens, digest_of

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MOST_ADDRESSES = 32
FOREVER = 1 << 62


@frozen
class Key:
    """A key that is good, until when, and from where (anywhere when empty)."""

    principal: Principal
    until: int
    networks: tuple[Network, ...]
    last_used: str


class Keys:
    """The keys of one database."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def issue(
        self,
        connection: Connection,
        exchange: str,
        name: str,
        scopes: Sequence[str],
        label: str,
        addresses: Sequence[str],
        expires_at: int,
        now: int,
    ) -> tuple[str, str]:
        """A new key: its public id, and the secret, which is told this once."""
        for scope in scopes:
            if scope not in SCOPES:
                raise Objection("UNKNOWN_SCOPE", scope=scope, known=list(SCOPES))
        if not scopes:
            raise Objection("UNKNOWN_SCOPE", known=list(SCOPES))
        networks = [str(network) for network in networks_of(addresses)]
        token, key_id = self._tokens.make(KEY_PREFIX), self._tokens.short_name()
        row = {
            "digest": digest_of(token.encode()),
            "id": key_id,
            "exchange": exchange,
            "name": name,
            "label": label,
            "scopes": " ".join(scope for scope in SCOPES if scope in scopes),
            "addresses": " ".join(networks),
            "created_at": now,
            "expires_at": expires_at,
            "revoked_at": 0,
            "last_used": "",
        }
        connection.execute(insert(keys).values(**row))
        return key_id, token

    def find(self, connection: Connection, digest: bytes, now: int) -> Key | None:
        """The good key of a secret, or None."""
        row = connection.execute(select(keys).where(keys.c.digest == digest)).one_or_none()
        if row is None or row.revoked_at or 0 < row.expires_at <= now:
            return None
        principal = Principal(row.exchange, row.name, "key", tuple(row.scopes.split()))
        return Key(principal, row.expires_at or FOREVER, networks_of(row.addresses.split()), row.last_used)

    def use(self, connection: Connection, digest: bytes, now: int) -> None:
        """Writes down the day of use."""
        connection.execute(update(keys).where(keys.c.digest == digest).values(last_used=day_of(now)))

    def revoke(self, connection: Connection, exchange: str, name: str, key_id: str, now: int) -> bool:
        """Ends a key of a user; False when he has no such key that is good."""
        mine = and_(keys.c.exchange == exchange, keys.c.name == name, keys.c.id == key_id)
        return (
            connection.execute(
                update(keys).where(mine, keys.c.revoked_at == 0).values(revoked_at=now)
            ).rowcount
            == 1
        )

    def revoke_all(self, connection: Connection, exchange: str, name: str, now: int) -> None:
        """Ends every key of a user."""
        mine = and_(keys.c.exchange == exchange, keys.c.name == name, keys.c.revoked_at == 0)
        connection.execute(update(keys).where(mine).values(revoked_at=now))

    def listed(self, connection: Connection, exchange: str, name: str) -> list[dict[str, Any]]:
        """A user's keys without their secrets, newest first."""
        shown = [column for column in keys.c if column.name not in ("digest", "exchange", "name")]
        mine = and_(keys.c.exchange == exchange, keys.c.name == name)
        rows = connection.execute(select(*shown).where(mine).order_by(keys.c.created_at.desc(), keys.c.id))
        return [dict(row._mapping) for row in rows]


def networks_of(addresses: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks; refuses what is neither."""
    if len(addresses) > MOST_ADDRESSES:
        raise Objection("BAD_ADDRESS_LIST", most=MOST_ADDRESSES)
    try:
        return tuple(ipaddress.ip_network(address, strict=False) for address in addresses)
    except ValueError as error:
        raise Objection("BAD_ADDRESS_LIST", why=str(error)) from None


def allows(networks: Sequence[Network], address: str) -> bool:
    """Whether an address is in one of the networks."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def day_of(now: int) -> str:
    """The day of an instant, in UTC."""
    return datetime.fromtimestamp(now // SECOND, UTC).date().isoformat()
