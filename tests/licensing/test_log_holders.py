"""Who held a peak that an event log shows and no capture does: named by the log, as surely as it pairs."""

import json
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from facility.roles import Role
from licensing.api.statements import blueprint
from licensing.printing.statement_csv import statement_csv
from licensing.queries.frozen_statements import frozen_content
from licensing.queries.statement_lines import PeakUse
from licensing.queries.statements import contract_statement
from licensing.rules.log_holders import needs_log, open_at, proven_at
from licensing.rules.log_series import LogSeries, Reach, Span
from licensing.rules.pairing import Grade, Session
from licensing.rules.pairing_held import Point
from licensing.service.counting import change_counting_rule
from licensing.service.log_erasure import forget_logged
from licensing.service.options import take_options
from licensing.service.statements import freeze_statement
from tests.conftest import SEAL
from tests.licensing.event_logs import LINES, send
from tests.licensing.factories import NOW
from tests.licensing.polled_house import AT, DAY, MINUTE, House, line_of, poll, polled_house
from tests.licensing.routes_alone import client_of
from tests.web.browsers import Browser


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A product of one seat on a server whose clock shows UTC: contract, product and server."""
    return polled_house(database)


def first_overage(database: Database, contract_id: UUID) -> PeakUse:
    """Return who it was at the peak of the day's first overage: 8:20, when mara and ole held a seat each."""
    line = line_of(database, contract_id)
    assert line.overages[0].overage.starts_at == AT + 20 * MINUTE
    return line.overages[0].peak


def by_log(peak: PeakUse) -> list[tuple[str | None, str | None, bool]]:
    """Return the users and hosts that the log names, and how sure it is."""
    return [(one.user, one.host, one.is_sure) for one in peak.logged or ()]


class TestStatement:
    """The holders of an overage."""

    def test_a_log_alone_names_its_holders(self, database: Database, house: House) -> None:
        """Those whose checkout stands before the peak and whose return does not; not kim, who took a seat later."""
        send(database, house[2], *LINES)
        peak = first_overage(database, house[0])

        assert by_log(peak) == [("mara", "bay1", True), ("ole", "bay2", True)]
        assert [one.started_at for one in peak.logged or ()] == [AT + 10 * MINUTE, AT + 20 * MINUTE]
        assert peak.holders == ()

    def test_a_capture_that_names_as_many_is_the_witness(self, database: Database, house: House) -> None:
        """Who is on the capture of the moment is told by it, and nobody twice."""
        send(database, house[2], *LINES)
        poll(database, house[2], ["mara", "ole"], AT + 20 * MINUTE)
        peak = first_overage(database, house[0])

        assert [one.user for one in peak.holders or ()] == ["mara", "ole"]
        assert peak.logged == ()

    def test_a_capture_from_before_names_too_few(self, database: Database, house: House) -> None:
        """A seat that was taken since the capture is named by the log, and so are the others of its server."""
        send(database, house[2], *LINES)
        poll(database, house[2], ["mara"], AT + 15 * MINUTE)
        peak = first_overage(database, house[0])

        assert [name for name, _, _ in by_log(peak)] == ["mara", "ole"]
        assert peak.holders == ()

    def test_a_capture_of_another_moment_names_nobody_here(self, database: Database, house: House) -> None:
        """Who was seen at the second overage is no witness of the first."""
        send(database, house[2], *LINES[:-1], ' 9:20:00 (gradeco) IN: "grade" kim@bay3', LINES[-1])
        poll(database, house[2], ["ole", "kim"], AT + 31 * MINUTE)
        peak = first_overage(database, house[0])

        assert [name for name, _, _ in by_log(peak)] == ["mara", "ole"]

    def test_a_log_without_checkouts_names_nobody(self, database: Database, house: House) -> None:
        """Where checkouts are kept out of the log, who stands in it was not all."""
        send(database, house[2], *LINES)
        with database.transaction() as session:
            take_options(session, SYSTEM, server_id=house[2], raw=b"NOLOG OUT\n", now=NOW)
        poll(database, house[2], ["mara", "ole"], AT + 20 * MINUTE)

        assert first_overage(database, house[0]).logged == ()

    def test_counting_still_counts_by_captures(self, database: Database, house: House) -> None:
        """A rule counts handles that a capture lists; the log's names stand beside it."""
        with database.transaction() as session:
            change_counting_rule(session, SYSTEM, product_id=house[1], said={"by": "user"}, version=0, now=AT)
        send(database, house[2], *LINES)
        poll(database, house[2], ["mara"], AT + 15 * MINUTE)
        with database.reading() as session:
            (line,) = contract_statement(
                session, house[0], starts_on=DAY, ends_on=DAY, zone=ZoneInfo("UTC"), now=NOW + timedelta(days=30)
            ).lines

        assert [one.counted.people if one.counted else None for one in line.counting][-1] == 1

    def test_an_erased_name_is_gone(self, database: Database, house: House) -> None:
        """After an erasure the statement still has two holders, and one of them is nobody any more."""
        send(database, house[2], *LINES)
        with database.transaction() as session:
            forget_logged(session, SYSTEM, order_id=new_id(), tags={SEAL.tag("mara")}, seal=SEAL)
        (erased, _, _), (ole, _, _) = by_log(first_overage(database, house[0]))

        assert ole == "ole"
        assert erased is not None
        assert erased.startswith("erased-")

    def test_frozen_under_pseudonyms(self, database: Database, house: House) -> None:
        """The bytes name person 1 and host 1; the names stand beside them, and the table says whose log it is."""
        send(database, house[2], *LINES)
        with database.transaction() as session:
            row = freeze_statement(
                session,
                SYSTEM,
                contract_id=house[0],
                starts_on=DAY,
                ends_on=DAY,
                zone=ZoneInfo("UTC"),
                now=NOW + timedelta(days=30),
            )
        with database.reading() as session:
            content = frozen_content(session, row.id)
        document = json.loads(content.content)
        logged = document["products"][0]["overages"][0]["peak"]["logged"]

        assert [(one["who"], one["host"], one["is_sure"]) for one in logged] == [
            ("person 1", "host 1", 1),
            ("person 2", "host 2", 1),
        ]
        assert b"mara" not in content.content
        assert "by the log of lic1" in statement_csv(document, sha256="")

    def test_as_json(self, database: Database, house: House) -> None:
        """The API says it beside the holders of captures."""
        send(database, house[2], *LINES)
        answer = client_of(database, blueprint).get(
            f"/api/v1/licensing/contracts/{house[0]}/statement?from=2026-03-13&to=2026-03-13"
        )
        peak = answer.get_json()["lines"][0]["overages"][0]["peak"]

        assert [(one["server"], one["user"], one["quantity"]) for one in peak["logged"]] == [
            ("lic1", "mara", 1),
            ("lic1", "ole", 1),
        ]

    def test_on_the_page(self, app: Flask, database: Database, house: House) -> None:
        """The page names them where it tells of the overage, and by which log."""
        send(database, house[2], *LINES)
        path = f"/contracts/{house[0]}/statement?from=2026-03-13&to=2026-03-13"
        page = " ".join(Browser(app, database, Role.TECH).get(path)[1].split())

        assert "ole <span" in page
        assert "by the log of lic1" in page


def session_of(grade: Grade, opened: int | None, closed: int | None, *, seen: int | None = None) -> Session:
    """Return a session between two minutes after eight."""

    def point(minute: int | None) -> Point | None:
        return None if minute is None else Point(minute + 1, AT + minute * MINUTE)

    return Session(
        daemon="d",
        feature="grade",
        user="mara",
        host="bay1",
        quantity=1,
        grade=grade,
        opened=point(opened),
        closed=point(closed),
        opened_first=point(opened),
        opened_last=point(opened),
        seen=point(seen),
        handle=None,
        share=None,
        is_tied=False,
    )


class TestRule:
    """Who is open at 8:10, and how sure."""

    @pytest.mark.parametrize(
        ("session", "sure"),
        [
            (session_of(Grade.UNIQUE, 5, 15), [True]),
            (session_of(Grade.UNIQUE, 10, 15), [True]),
            (session_of(Grade.UNIQUE, 5, 10), []),
            (session_of(Grade.UNIQUE, 11, 15), []),
            (session_of(Grade.WEAK, 5, 15), [False]),
            (session_of(Grade.ORPHAN, None, 15), [False]),
            (session_of(Grade.ORPHAN, None, 9), []),
            (session_of(Grade.OPEN, 5, None), [False]),
            (session_of(Grade.OPEN, 5, None, seen=12), [True]),
            (session_of(Grade.OPEN, 5, None, seen=9), [False]),
        ],
    )
    def test_open_at(self, session: Session, sure: list[bool]) -> None:
        """From its checkout, included, to its return, without it; unsure where the log does not tie the two."""
        found = open_at([session], AT + 10 * MINUTE, server_id=new_id(), server="lic1")

        assert [one.is_sure for one in found] == sure

    def test_a_log_is_asked_where_it_proves_more(self) -> None:
        """As many as are named is enough, and a log that does not speak is not asked."""
        span = Span(AT, AT + MINUTE, 2, None, 0)
        series = LogSeries((Reach((span,), carries=True),))

        assert proven_at(series, AT) == 2
        assert proven_at(series, AT + MINUTE) is None
        assert proven_at(series, AT - MINUTE) is None
        assert needs_log(2, [1])
        assert not needs_log(2, [1, 1])
        assert not needs_log(None, [])
