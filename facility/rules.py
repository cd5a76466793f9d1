"""What the facility decides, over values: passwords, spans of time, sign-in limits, scopes."""

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID
from zoneinfo import ZoneInfo

from answerprint.core.permissions import Permission
from answerprint.core.problems import StaleVersion
from facility.errors import BadFeed, PasswordRefused, RolesRefused, ScopesRefused, TokenRefused, TopicRefused
from facility.models import FeedTopic
from facility.roles import Role

PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200
SESSION_LASTS = timedelta(hours=12)
INVITATION_LASTS = timedelta(days=7)
TOKEN_LASTS_MAX = timedelta(days=366)
SIGN_IN_WINDOW = timedelta(minutes=15)
KNOWN_ADDRESS_LASTS = timedelta(days=30)

_FAILURES_PER_PAIR = 10
_FAILURES_PER_MAIL = 30
_FAILURES_PER_ADDRESS = 50


@dataclass(frozen=True, slots=True)
class Scope:
    """What failed sign-ins are counted for, and how many are allowed in one window."""

    name: str
    key: str
    limit: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many sign-ins failed since the window began."""

    failures: int
    window_started_at: datetime


def normal_email(text: str) -> str:
    """Return a mail address as it is stored and compared."""
    return text.strip().lower()


def forgotten_name(person_id: UUID) -> str:
    """Return what somebody is called whose name was erased: the id's last digits, since its first are a time."""
    return f"erased-{person_id.hex[-8:]}"


def forgotten_email(person_id: UUID) -> str:
    """Return the mail address of somebody whose own was erased: nobody's, for ever (RFC 2606)."""
    return f"erased-{person_id}@invalid"


def normal_password(text: str) -> str:
    """Return a password in one Unicode form (NFKC), so that every keyboard types the same one."""
    return unicodedata.normalize("NFKC", text)


def check_password_text(password: str, *, email: str) -> None:
    """Raise ``PasswordRefused`` unless the password has 12 to 200 characters and is not the mail address."""
    if not PASSWORD_LENGTH_MIN <= len(normal_password(password)) <= PASSWORD_LENGTH_MAX:
        sentence = f"A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters; a few words do well."
        raise PasswordRefused(sentence, fields={"password": [sentence]})
    if normal_password(password).strip().casefold() == email.casefold():
        sentence = "The password is your mail address. Choose another one."
        raise PasswordRefused(sentence, fields={"password": [sentence]})


def check_version(*, held: int, actual: int) -> None:
    """Raise ``StaleVersion`` where the record was changed since its version ``held`` was read."""
    if held != actual:
        sentence = "It was changed meanwhile. Read it again and repeat your change."
        raise StaleVersion(sentence)


def check_roles(roles: Iterable[Role]) -> None:
    """Raise ``RolesRefused`` where there is none: who is to do nothing is deactivated instead."""
    if not list(roles):
        sentence = "Choose at least one role. Who is to do nothing any more is deactivated instead."
        raise RolesRefused(sentence, fields={"roles": [sentence]})


def check_scopes(scopes: frozenset[Permission], *, allowed: frozenset[Permission]) -> None:
    """Raise ``ScopesRefused`` where a token would do more than its maker, ``TokenRefused`` where it does nothing."""
    if not scopes:
        sentence = "Choose at least one thing that the token may do."
        raise TokenRefused(sentence, fields={"scopes": [sentence]})
    beyond = sorted(scopes - allowed)
    if beyond:
        sentence = f"You may not do this yourself, so your token may not either: {', '.join(beyond)}."
        raise ScopesRefused(sentence, fields={"scopes": [sentence]})


def check_token_end(expires_at: datetime, *, now: datetime, maker_ends_at: datetime | None) -> None:
    """Raise ``TokenRefused`` unless the token ends later than now, within 366 days, and not after what made it."""
    latest = now + TOKEN_LASTS_MAX
    if maker_ends_at is not None:
        latest = min(latest, maker_ends_at)
    if not now < expires_at <= latest:
        sentence = (
            f"A token ends after now and within {TOKEN_LASTS_MAX.days} days, and not after the token that makes it."
        )
        raise TokenRefused(sentence, fields={"expires_at": [sentence]})


def right_for(topic: FeedTopic) -> Permission:
    """Return what somebody needs to see what a calendar feed of this topic shows."""
    match topic:
        case FeedTopic.CONTRACTS:
            return Permission.CONTRACTS_READ
        case FeedTopic.RESERVATIONS:
            return Permission.LICENSING_READ


def check_topic(topic: FeedTopic, *, allowed: frozenset[Permission]) -> None:
    """Raise ``TopicRefused`` where a calendar feed would show more than its maker may see."""
    if right_for(topic) not in allowed:
        sentence = f"You may not see this yourself, so no calendar of yours may: it needs {right_for(topic).value}."
        raise TopicRefused(sentence, fields={"topic": [sentence]})


def check_project_of_feed(topic: FeedTopic, project_id: UUID | None) -> None:
    """Raise ``BadFeed`` unless a calendar feed names a project exactly where its topic has one."""
    if topic is FeedTopic.RESERVATIONS and project_id is None:
        sentence = "Choose the project whose reservations the calendar shows."
        raise BadFeed(sentence, fields={"project_id": [sentence]})
    if topic is not FeedTopic.RESERVATIONS and project_id is not None:
        sentence = "This calendar is of no project: leave the project out."
        raise BadFeed(sentence, fields={"project_id": [sentence]})


def end_of_day(day: date, *, zone: ZoneInfo) -> datetime:
    """Return the instant at which ``day`` is over in ``zone``."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)


def sign_in_scopes(email: str, address: str | None) -> tuple[Scope, ...]:
    """Return what a sign-in counts for, in the order in which the counters are locked."""
    scopes = [Scope("mail", _key("mail", email), _FAILURES_PER_MAIL)]
    if address is not None:
        place = network_of(address)
        scopes.append(Scope("address", _key("address", place), _FAILURES_PER_ADDRESS))
        scopes.append(Scope("pair", _key("pair", email, place), _FAILURES_PER_PAIR))
    return tuple(sorted(scopes, key=lambda scope: scope.key))


def known_key(email: str, address: str | None) -> str:
    """Return the key under which it is kept that this mail signed in rightly from this address."""
    return _key("known", email, network_of(address) if address is not None else "")


def held_off_until(
    scopes: Iterable[Scope], counts: Mapping[str, Count], *, is_known: bool, now: datetime
) -> datetime | None:
    """Return until when a sign-in is refused unheard, or ``None``.

    From an address where this mail signed in rightly of late, failures elsewhere do not count: nobody can lock
    another person out of their own desk by guessing.
    """
    ends = [
        counts[scope.key].window_started_at + SIGN_IN_WINDOW
        for scope in scopes
        if not (is_known and scope.name == "mail")
        and scope.key in counts
        and is_full(scope, counts[scope.key], now=now)
    ]
    return max(ends, default=None)


def is_full(scope: Scope, count: Count, *, now: datetime) -> bool:
    """Report whether no failure more is allowed in the window that runs."""
    return now < count.window_started_at + SIGN_IN_WINDOW and count.failures >= scope.limit


def count_failure(count: Count | None, *, now: datetime) -> Count:
    """Return the count after one failure more; a window that has ended begins anew."""
    if count is None or now >= count.window_started_at + SIGN_IN_WINDOW:
        return Count(failures=1, window_started_at=now)
    return Count(failures=count.failures + 1, window_started_at=count.window_started_at)


def network_of(address: str) -> str:
    """Return what one guesser holds of addresses: an IPv4 address, or the /64 of an IPv6 one (RFC 6177)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(ip_network((parsed.packed, 64), strict=False))
    return str(parsed)


def _key(name: str, *parts: str) -> str:
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{name}:{digest}"
