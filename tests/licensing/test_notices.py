"""Notices are given by mail and on the vendors' logs, each once, whoever runs the timetable."""

import json
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from audit.models import Entry
from facility.roles import Role
from licensing.models.catalogue import Contract, Term
from licensing.models.statements import NoticeGiven
from licensing.queries.deadlines import given_notices
from licensing.rules.lots import LotEntry
from licensing.rules.notices import Deadline, Notice
from licensing.service.lots import add_lot
from licensing.service.notices import give_notices
from tests.facility.factories import make_person
from tests.licensing.factories import make_lot, make_product

NOTICE_DAY, LAST_DAY = date(2026, 9, 30), date(2026, 12, 31)


def house(database: Database, *roles: Role) -> None:
    """A contract with notice by 30 September and its end on 31 December, a lot to the same end, and some people."""
    with database.transaction() as session:
        product = make_product(session)
        make_lot(session, product)
        entry = LotEntry(
            metric="concurrent-user",
            quantity=1,
            starts_on=date(2020, 1, 1),
            term=Term.PERPETUAL.value,
            maintenance_until=date(2026, 11, 30),
        )
        contract_id = session.scalars(select(Contract.id)).one()
        add_lot(session, SYSTEM, contract_id=contract_id, product_id=product.id, entry=entry)
        for role in roles:
            make_person(session, role, email=f"{role.value}@post.example", now=datetime(2026, 1, 1, tzinfo=UTC))


def run(database: Database, on: date) -> tuple[Notice, ...]:
    """Run the timetable's act on a day."""
    now = datetime(on.year, on.month, on.day, 6, tzinfo=UTC)
    with database.transaction() as session:
        return give_notices(session, SYSTEM, now=now, on=on)


def mails(database: Database) -> list[tuple[str, str, str]]:
    """Return the mails that wait: address, subject and body."""
    with database.reading() as session:
        query = select(OutboxMail.recipient, OutboxMail.subject, OutboxMail.body).order_by(OutboxMail.recipient)
        return [(one.recipient, one.subject, one.body) for one in session.execute(query)]


def test_every_day_of_a_year_tells_each_threshold_once(database: Database) -> None:
    """Seven notices for each of the four dates, on the right days, and no more on a second run."""
    house(database, Role.TECH)
    told: dict[str, list[tuple[date, int]]] = {}
    for days in range(200):
        on = date(2026, 6, 20) + timedelta(days=days)
        for notice in run(database, on):
            told.setdefault(notice.coming.what.value, []).append((on, notice.threshold))
            assert (notice.coming.falls_on - on).days == notice.threshold
        if days % 40 == 0:
            assert not run(database, on)

    thresholds = [90, 60, 30, 14, 7, 1, 0]
    assert set(told) == {"notice", "maintenance-ends", "contract-ends", "lot-ends"}
    assert all([threshold for _, threshold in days] == thresholds for days in told.values())


def test_one_mail_to_each_with_all_of_the_day(database: Database) -> None:
    """Technical staff are told of all; admins only of the last two thresholds; nobody else of anything."""
    house(database, Role.TECH, Role.ADMIN, Role.AUDITOR, Role.PRODUCER)
    run(database, LAST_DAY - timedelta(days=60))
    early = mails(database)
    run(database, LAST_DAY)
    late = mails(database)

    assert [(address, subject) for address, subject, _ in early] == [
        ("tech@post.example", "Licences: 3 dates come near"),
    ]
    assert [address for address, _, _ in late] == ["admin@post.example", *["tech@post.example"] * 2]
    assert all("today" in body for address, _, body in late if address.startswith("admin"))


def test_admins_are_told_where_there_is_no_technical_staff(database: Database) -> None:
    """A notice without a reader is none."""
    house(database, Role.ADMIN)
    run(database, NOTICE_DAY - timedelta(days=90))

    assert [address for address, _, _ in mails(database)] == ["admin@post.example"]


def test_it_stands_on_the_vendors_log(database: Database) -> None:
    """The fact names what, which day and which threshold; the notice itself can be read back."""
    house(database, Role.TECH)
    given = run(database, NOTICE_DAY)
    with database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.kind == "licensing.notice.given")).first()
        kept = given_notices(session, on=NOTICE_DAY)
    assert entry is not None
    data = json.loads(entry.body)["data"]

    assert (data["what"], data["falls_on"], data["threshold"]) == ("notice", "2026-09-30", 0)
    assert data["goes_to_admins"] == 1
    assert (Deadline.NOTICE, 0) in [(one.coming.what, one.threshold) for one in given]
    assert {one.threshold for one in kept} == {one.threshold for one in given}


def test_two_timetables_at_once(database: Database) -> None:
    """Of two processes that run at the same moment one gives each notice."""
    house(database, Role.TECH)
    given: list[tuple[Notice, ...]] = []
    threads = [threading.Thread(target=lambda: given.append(run(database, NOTICE_DAY))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert min(len(one) for one in given) == 0
    assert len(mails(database)) == 1


def test_what_was_told_stays_told(database: Database) -> None:
    """Nobody makes the house forget that it was told."""
    house(database)
    run(database, NOTICE_DAY)
    for attack in (update(NoticeGiven).values(threshold=90), delete(NoticeGiven)):
        with pytest.raises(DBAPIError, match="notice"), database.transaction() as session:
            session.execute(attack)
