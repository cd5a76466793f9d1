"""Codes by mail, and how often what may happen at the gate.

Who holds only a link can ask for codes and guess at them, and so fill counters. No counter that they can fill may keep
the recipient out, and none may be missing that holds a guesser. So there are three kinds:

- of a **pair**, a link and the network that asks: three codes and fifteen tries in a quarter of an hour. A stranger
  fills their own pair; the recipient's network has another.
- of a **link** and of a **recipient**, whoever asks: they hold a guesser with many networks, and do not count for a
  network from which this recipient proved their mailbox within thirty days.
- of an **address**, whatever it asks for: it holds who tries many links.

What is left is a stranger with many networks before the recipient's first visit: the owner sets the counters back with
one click, and sends the link anew, with a secret that the stranger has not.

A code belongs to the visit that asked for it: a stranger who asks for another one does not void the recipient's.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from answerprint.core.slow_hash import fits, nobodys_hash, slow_hash

CODE_LASTS = timedelta(minutes=10)
CODE_TRIES = 5
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
KNOWN_LASTS = timedelta(days=30)
UNKNOWN_SECRETS = "unknown-secrets"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted, and how often it may happen in one window. ``binds_known``: for a known network, too."""

    name: str
    key: str
    most: int
    window: timedelta
    binds_known: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """How often it happened since the window began."""

    count: int
    window_started_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where at the gate somebody stands: what the secret opens, for whom, and a tag of the network they come from."""

    subject_id: UUID
    """The link, or the version of an agreement."""
    contact_id: UUID
    network: str

    @property
    def pair(self) -> str:
        """Name the pair of link and network."""
        return f"{self.subject_id.hex}:{self.network}"


def sends_of(place: Place) -> tuple[Scope, ...]:
    """Return what the sending of a code counts for."""
    return _sorted(
        Scope("pair", f"send-pair:{place.pair}", 3, QUARTER),
        Scope("link", f"send-link:{place.subject_id.hex}", 9, QUARTER, binds_known=False),
        Scope("recipient", f"send-contact:{place.contact_id.hex}", 12, QUARTER, binds_known=False),
        Scope("address", f"send-address:{place.network}", 30, QUARTER),
    )


def guesses_of(place: Place) -> tuple[Scope, ...]:
    """Return what a wrong code counts for. Of a link's million codes a day's guessers try thirty."""
    return _sorted(
        Scope("pair", f"guess-pair:{place.pair}", 15, QUARTER),
        Scope("link", f"guess-link:{place.subject_id.hex}", 30, DAY, binds_known=False),
        Scope("recipient", f"guess-contact:{place.contact_id.hex}", 50, DAY, binds_known=False),
        Scope("address", f"guess-address:{place.network}", 60, QUARTER),
    )


def passphrases_of(place: Place) -> tuple[Scope, ...]:
    """Return what a wrong passphrase counts for; only who proved the mailbox gets so far. Five, then an unlock."""
    return (Scope("link", f"phrase-link:{place.subject_id.hex}", 5, DAY),)


def authenticators_of(place: Place) -> tuple[Scope, ...]:
    """Return what a wrong code of an authenticator counts for."""
    return _sorted(
        Scope("recipient", f"totp-contact:{place.contact_id.hex}", 5, QUARTER),
        Scope("recipient-day", f"totp-day:{place.contact_id.hex}", 20, DAY),
    )


def doors_of(place: Place) -> tuple[Scope, ...]:
    """Return what the opening of a visit counts for: it writes an entry, and a flood must not fill the trail."""
    return (Scope("pair", f"door-pair:{place.pair}", 20, QUARTER),)


def known_key(contact_id: UUID, network: str) -> str:
    """Return the key under which it is kept that a contact proved their mailbox from this network."""
    return f"known:{contact_id.hex}:{network}"


def network_key(network: str) -> str:
    """Return how a network is named in keys, where the house has no key of its own to tag it with."""
    return hashlib.sha256(network.encode()).hexdigest()[:32]


def held_off_until(
    scopes: Iterable[Scope], counts: Mapping[str, Count], *, is_known: bool, now: datetime
) -> datetime | None:
    """Return until when one more is refused unheard, or ``None``."""
    ends = [
        counts[scope.key].window_started_at + scope.window
        for scope in scopes
        if (scope.binds_known or not is_known) and scope.key in counts and is_full(scope, counts[scope.key], now=now)
    ]
    return max(ends, default=None)


def is_full(scope: Scope, count: Count, *, now: datetime) -> bool:
    """Report whether no more is allowed in the window that runs."""
    return now < count.window_started_at + scope.window and count.count >= scope.most


def counted(scope: Scope, count: Count | None, *, now: datetime) -> Count:
    """Return the count after one more; a window that has ended begins anew."""
    if count is None or now >= count.window_started_at + scope.window:
        return Count(1, now)
    return Count(count.count + 1, count.window_started_at)


def is_worth_an_entry(count: int) -> bool:
    """Report whether so many unknown secrets in one window are told: the first, the tenth, the hundredth and so on."""
    return str(count).strip("0") == "1"


def new_code() -> str:
    """Return six digits, each as likely as any other."""
    return f"{secrets.randbelow(1_000_000):06}"


@dataclass(frozen=True, slots=True)
class FreshCode:
    """Six digits, and what is stored of them."""

    text: str = field(repr=False)
    stored: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """What somebody typed, held against the code that their visit waits for (``None``: it waits for none)."""

    code_id: UUID | None
    is_right: bool


def fresh_code() -> FreshCode:
    """Return a new code. Hashing takes long: it is made before the transaction."""
    text = new_code()
    return FreshCode(text, slow_hash(text))


def fits_stored(stored: str | None, typed: str) -> bool:
    """Report whether what was typed fits; against nothing it takes as long. Made before the transaction, too."""
    is_right = fits(stored or nobodys_hash(), typed_code(typed))
    return is_right and stored is not None


def typed_code(text: str) -> str:
    """Return a code as it was typed, without what people put between digits."""
    return "".join(character for character in text if character.isascii() and character.isdigit())[:12]


def _sorted(*scopes: Scope) -> tuple[Scope, ...]:
    """Return scopes in the order in which their counters are locked: one order, no deadlock."""
    return tuple(sorted(scopes, key=lambda scope: scope.key))
