"""The counters of failed sign-ins. They are no facts, and stand in the database so that every process sees them."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Select, Table, delete, select, update
from sqlalchemy.orm import Session

from answerprint.core.db import insert_if_absent
from facility import rules
from facility.models import SignInCounter
from facility.rules import Count, Scope

_TABLE = cast("Table", SignInCounter.__table__)


def read_counts(session: Session, scopes: Iterable[Scope]) -> dict[str, Count]:
    """Return the counters of these scopes, where there are any."""
    return _load(session, _counters(scope.key for scope in scopes))


def lock_counts(session: Session, scopes: Iterable[Scope], *, now: datetime) -> dict[str, Count]:
    """Return the counters of these scopes and hold them until the commit: of many guesses at once, each one counts."""
    keys = sorted(scope.key for scope in scopes)
    for key in keys:
        insert_if_absent(session, _TABLE, {"scope": key, "failures": 0, "window_started_at": now})
    return _load(session, _counters(keys).with_for_update())


def write_count(session: Session, scope: Scope, count: Count) -> None:
    """Write a counter that this transaction holds."""
    _write(session, scope.key, count)


def is_known_address(session: Session, email: str, address: str | None, *, now: datetime) -> bool:
    """Report whether this mail signed in rightly from this address within the last 30 days."""
    key = rules.known_key(email, address)
    known = _load(session, _counters([key])).get(key)
    return known is not None and now < known.window_started_at + rules.KNOWN_ADDRESS_LASTS


def note_right_sign_in(session: Session, email: str, address: str | None, *, now: datetime) -> None:
    """Note that this mail signed in rightly from this address, and forget its failures there."""
    for scope in rules.sign_in_scopes(email, address):
        if scope.name == "pair":
            _write(session, scope.key, Count(failures=0, window_started_at=now))
    key = rules.known_key(email, address)
    if not insert_if_absent(session, _TABLE, {"scope": key, "failures": 0, "window_started_at": now}):
        _write(session, key, Count(failures=0, window_started_at=now))


def forget_ended(session: Session, *, now: datetime) -> None:
    """Forget what no longer counts: windows that ended, and addresses not signed in from for 30 days."""
    is_known = SignInCounter.scope.startswith("known:")
    session.execute(
        delete(SignInCounter).where(is_known, SignInCounter.window_started_at < now - rules.KNOWN_ADDRESS_LASTS)
    )
    session.execute(
        delete(SignInCounter).where(~is_known, SignInCounter.window_started_at < now - rules.SIGN_IN_WINDOW)
    )


def _counters(keys: Iterable[str]) -> Select[str, int, datetime]:
    return (
        select(SignInCounter.scope, SignInCounter.failures, SignInCounter.window_started_at)
        .where(SignInCounter.scope.in_(list(keys)))
        .order_by(SignInCounter.scope)
    )


def _load(session: Session, counters: Select[str, int, datetime]) -> dict[str, Count]:
    return {row.scope: Count(row.failures, row.window_started_at) for row in session.execute(counters)}


def _write(session: Session, key: str, count: Count) -> None:
    session.execute(
        update(SignInCounter)
        .where(SignInCounter.scope == key)
        .values(failures=count.failures, window_started_at=count.window_started_at)
    )
