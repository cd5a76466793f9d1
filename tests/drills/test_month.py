"""A simulated month of a facility: its statements say what the simulator's own books say, line by line."""

import json
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.models.entitlements import AssigneeKind
from licensing.queries.assignments import open_assignments, seats_taken
from licensing.queries.counted import counted_now
from licensing.queries.frozen_statements import frozen_content
from licensing.queries.log_use import LogUse
from licensing.queries.statement_lines import OverageEpisode, PeakUse, StatementLine
from licensing.queries.statements import Statement, contract_statement
from licensing.rules.statement import percent
from licensing.service.statements import freeze_statement
from tests.drills.month import BEGIN, BERLIN, FIRST, LAST, Facility, at_minute, minute_of, outcome_of, wall
from tests.drills.month_books import Books, Line, Logged, Named, Poll, polls
from tests.drills.month_counts import count_at
from tests.drills.month_house import House, arrivals, feed, furnish, late_logs
from tests.drills.month_own import (
    COOLING_OFF_DAYS,
    JOINED,
    LEAVERS,
    NAMED,
    NAMED_ON,
    STRANGER,
    mail_of,
    own_leases,
)
from tests.drills.month_plan import FEATURES, LEAVING, LOGS, PEOPLE, facility
from tests.drills.month_reckoning import Episode, entitled_days, lots_of

SEED = "a month of March"
LOOKED_AT = minute_of(30, 14, 53)
"""When somebody asks who is counted: a seat is away since Friday."""
CHANGE = minute_of(29, 3)
"""When the clocks change."""
LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minute(moment: datetime | None) -> int | None:
    """Return the minute of an instant; nothing in this month happens within one."""
    if moment is None:
        return None
    found, rest = divmod(moment - BEGIN, MINUTE)
    assert not rest
    return found


def line_of(line: StatementLine, frozen: dict[str, Any]) -> Line:
    """Return what a statement and its frozen document say of a product, in the words of the books."""
    told = frozen["percentiles"]
    return Line(
        state=line.state.value,
        lower=line.lower,
        upper=line.upper,
        peak=line.peak.moment.in_use if line.peak else None,
        peak_at=minute(line.peak.moment.at) if line.peak else None,
        coverage=line.observed.coverage,
        episodes=tuple(_episode(one) for one in line.overages),
        percentiles=(told["p50"], told["p90"], told["p95"], told["p99"]),
        known_seconds=told["known_seconds"],
        captures=line.observed.captures,
        leases=line.ledger.checkouts,
        ledger_peak=line.ledger.peak.checked_out if line.ledger.peak else None,
        logged=_logged(line.logs) if line.logs else None,
        named=_named(line.peak),
        rests=tuple((minute(one.starts_at) or 0, minute(one.ends_at) or 0, one.rests_on.value) for one in line.rests),
    )


def _episode(one: OverageEpisode) -> Episode:
    overage = one.overage
    start, peak_at = minute(overage.starts_at), minute(overage.peak.at)
    assert start is not None
    assert peak_at is not None
    return Episode(start, minute(overage.ends_at), overage.ending.value, overage.peak.over, peak_at)


def _logged(use: LogUse) -> Logged:
    found = use.bounds
    assert (found.lower, found.lower_at) == (found.upper, found.upper_at)
    refusals = {outcome.value: count for outcome, count in use.denials.by_outcome.items()}
    return Logged(percent(found.coverage), found.upper, minute(found.upper_at), refusals)


def _named(peak: PeakUse | None) -> Named:
    if peak is None:
        return frozenset()
    listed = {(one.user, one.host or "", minute(one.started_at) or 0, one.is_borrowed) for one in peak.holders or ()}
    logged = {(one.user or "", one.host or "", minute(one.started_at) or 0, False) for one in peak.logged or ()}
    return frozenset(listed | logged)


def statements(house: House) -> dict[str, tuple[Statement, dict[str, Any]]]:
    """Return the statement of the month of each contract, and its frozen document."""
    found = {}
    for number, contract_id in house.contracts.items():
        with house.database.transaction() as session:
            row = freeze_statement(
                *(session, SYSTEM), contract_id=contract_id, starts_on=FIRST, ends_on=LAST, zone=BERLIN, now=LONG_AFTER
            )
            document = json.loads(frozen_content(session, row.id).content)
            statement = contract_statement(
                session, contract_id, starts_on=FIRST, ends_on=LAST, zone=BERLIN, now=LONG_AFTER
            )
            found[number] = (statement, document)
    return found


def test_a_month_ends_as_the_books_have_it(database: Database) -> None:
    """By answers alone, and again once logs have come: each line of each contract, who is counted, and who is named."""
    happened, asked, leases = facility(SEED), polls(), list(own_leases())
    coming = arrivals(happened, asked, leases)
    house = furnish(database)
    feed(house, [one for one in coming if one.at <= LOOKED_AT])
    hold_counts(house, happened, asked)
    feed(house, [one for one in coming if one.at > LOOKED_AT])

    by_answers = Books(happened, asked, leases, logs={})
    differing = differences(house, by_answers)
    feed(house, late_logs(happened))
    with_logs = Books(happened, asked, leases, logs=LOGS)
    differing_with_logs = differences(house, with_logs)
    hold_named_seats(house)

    assert not differing
    assert not differing_with_logs
    assert house.refused == [lease for lease in leases if lease.is_refused]


def test_the_month_is_as_hard_as_it_is_meant_to_be() -> None:
    """Each verdict, each end of an overage that captures allow, each kind of denial, and who took a seat away."""
    happened = facility(SEED)
    lines = Books(happened, polls(), own_leases(), logs={}).lines()
    endings = {one.ending for line in lines.values() for one in line.episodes}
    borrowed = {seat.pool.feature for seat in happened.seats if seat.is_borrowed}
    night = [seat for seat in happened.seats if seat.start < CHANGE < seat.end]

    assert len(PEOPLE) == 100
    assert len(lines) == 12
    assert {line.state for line in lines.values()} == {"within", "over", "unknown", "stale"}
    assert {"back-within", "not-seen"} <= endings
    assert {outcome_of(one, happened.seats) for one in happened.refusals} == {"true", "retried", "policy"}
    assert borrowed == {"comp", "paint"}
    assert any(seat.is_borrowed and seat.start < LOOKED_AT - 1440 < LOOKED_AT < seat.end for seat in happened.seats)
    assert set(count_at(happened, polls(), "Weave", LOOKED_AT).demand) == {"weave_i", "weavex_i"}
    assert {seat.pool.server for seat in night} >= {"lic-a", "lic-s"}
    assert facility(SEED).refusals == happened.refusals


def differences(house: House, books: Books) -> list[tuple[object, ...]]:
    """Hold each line of each contract against the books; return where they differ: what is said, and what was so."""
    expected = books.lines()
    found: list[tuple[object, ...]] = []
    for number, (statement, document) in statements(house).items():
        for line, frozen in zip(statement.lines, document["products"], strict=True):
            own, said = expected[line.product], line_of(line, frozen)
            pairs = {field.name: (getattr(said, field.name), getattr(own, field.name)) for field in fields(own)}
            steps = [(step.on, step.quantity, step.of_this_contract) for step in line.entitlement]
            pairs["entitled"] = (steps, entitled_days(line.product, number))
            pairs["true-up"] = (settled(frozen), owed(own, line.product, number))
            pairs["holds the truth"] = (holds_truth(said, books, line.product), True)
            found += [(number, line.product, what, *pair) for what, pair in pairs.items() if pair[0] != pair[1]]
    return found


def holds_truth(said: Line, books: Books, product: str) -> bool:
    """Report whether no more is proven than ever was out, and no less is possible than was out when it was asked."""
    seen = books.seen_truth(product)
    is_proven = said.lower is None or said.lower <= max(books.truth(product))
    return is_proven and (seen is None or (said.upper is not None and seen <= said.upper))


def settled(frozen: dict[str, Any]) -> tuple[int, str | None]:
    """Return the seats and the amount that a frozen document settles."""
    return frozen["true_up"]["seats"], frozen["true_up"]["amount"]


def owed(line: Line, product: str, number: str) -> tuple[int, str | None]:
    """Return what is owed for the highest overage, at the price of a lot of this contract that covers its day."""
    worst = max(line.episodes, key=lambda one: one.over, default=None)
    if worst is None:
        return 0, None
    day = wall(worst.peak_at).date()
    prices = {lot.price for lot in lots_of(product, number) if lot.price and lot.starts_on <= day <= lot.ends_on}
    return worst.over, f"{worst.over * prices.pop()}.00" if len(prices) == 1 else None


def hold_counts(house: House, happened: Facility, asked: list[Poll]) -> None:
    """Hold who is counted now against who was there."""
    for product, product_id in house.products.items():
        if FEATURES[product]:
            with house.database.reading() as session:
                found = counted_now(session, product_id, at_minute(LOOKED_AT)).counted

            assert asdict(found) == asdict(count_at(happened, asked, product, LOOKED_AT)), product


def hold_named_seats(house: House) -> None:
    """Hold who has a named seat, what leavers gave back, and when that is free, against the lists."""
    board = house.products["Board"]
    gone = {mail_of(user) for user in LEAVERS}
    first_free = wall(NAMED_ON).date() + timedelta(days=COOLING_OFF_DAYS)
    with house.database.reading() as session:
        named = {one.assignee for one in open_assignments(session, board)}
        taken = [seats_taken(session, board, AssigneeKind.PERSON, first_free - timedelta(days=ago)) for ago in (1, 0)]
    found = [(one.names[-1], one.assignments, one.checkouts, one.products) for one in house.leavers]
    with_scopes = {lease.holder for lease in own_leases() if lease.back_at == LEAVING}

    assert named == {*NAMED, JOINED[1]} - gone
    assert taken == [len(NAMED) + 1, len(NAMED) + 1 - len(gone)]
    assert found == [
        (user, 1, int(user in with_scopes), ("Board", "Scopes") if user in with_scopes else ("Board",))
        for user in LEAVERS
    ] + [(STRANGER, 0, 0, ())]
