"""How strict identity is: times in microseconds, counts, the cost of a password."""

from __future__ import annotations

from typing import Final

from argon2 import Parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from attrs import frozen

from tanpan_adapters.service.configuration import Settings

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@frozen(kw_only=True)
class IdentitySettings:
    """What a configuration may change; the defaults are those of production."""

    idle_us: int = 30 * MINUTE
    session_us: int = 12 * HOUR
    failures_until_lock: int = 5
    lock_us: int = 15 * MINUTE
    longest_lock_us: int = DAY
    password_length: int = 10
    passwords_remembered: int = 5
    code_us: int = 5 * MINUTE
    code_tries: int = 5
    code_pause_us: int = MINUTE
    codes_per_day: int = 10
    codes_per_address: int = 50
    """Codes that visitors at one network address may ask for in a day."""
    activation_us: int = 7 * DAY
    staff_need_second_factor: bool = True
    secure_cookies: bool = True
    attempts_per_minute: int = 20
    """Sign-ins, changes and resets one user name, and one address three times as often, may try."""
    issuer: str = "tanpan"
    argon2: Parameters = RFC_9106_LOW_MEMORY
    hashing_slots: int = 2
    """How many passwords are hashed at once: each takes 64 MiB and a core."""


def strictness(settings: Settings) -> IdentitySettings:
    """What a configuration says of signing in."""
    sign_in = settings.sign_in
    return IdentitySettings(
        idle_us=sign_in.idle_minutes * MINUTE,
        session_us=sign_in.session_minutes * MINUTE,
        failures_until_lock=sign_in.failures_until_lock,
        lock_us=sign_in.lock_minutes * MINUTE,
        password_length=sign_in.password_length,
        codes_per_address=sign_in.codes_per_address,
        staff_need_second_factor=sign_in.staff_need_second_factor,
        secure_cookies=settings.http.secure_cookies,
    )
