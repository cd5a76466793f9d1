"""A leak drill tells everybody who could have seen a version, and nobody who could not."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import event

from answerprint.core.actor import client
from answerprint.core.db import Database
from answerprint.core.problems import Invalid, NotFound
from reviews.queries.leaks import exposure
from reviews.rules.leaks import Exposure, Way
from reviews.rules.links import LinkWish
from reviews.service.downloads import note_download
from reviews.service.links import IssuedLink, issue_link, revoke_link
from reviews.service.screenings import cancel_screening
from reviews.service.shipments import end_shipment
from tests.facility.trail import facts
from tests.reviews.agreements.agreeing import BASE_URL
from tests.reviews.attendance.rooms import MARK, STARTS, TODAY, Ask, Suite, asking, suite
from tests.reviews.factories import NOW, OFFICE, make_house
from tests.reviews.gate.coming import secret_of, spoken, stands_as, verified, watch

SINCE, UNTIL = NOW - timedelta(hours=1), NOW + timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Seen:
    """A version that went out on every way: watched, in the room, on a drive, and by a link that nobody used."""

    found: Suite
    watched: UUID
    unwatched: UUID
    screening: UUID
    shipment: UUID


def issue(found: Suite, *, allows_download: bool = False) -> IssuedLink:
    """Issue a link to the version, in a transaction of its own."""
    wish = LinkWish(
        agreement_version_id=found.agreement_version_id,
        method="M4",
        material_version_id=found.version_id,
        contact_id=found.house.contact_id,
        zone="Europe/Berlin",
        nda_text_id=None,
        allows_download=allows_download,
    )
    with found.database.transaction() as session:
        actor = found.house.producer
        return issue_link(session, actor, wish=wish, passphrase=spoken(), base_url=BASE_URL, now=NOW)


def everywhere(database: Database) -> Seen:
    """Let a version be seen on every way."""
    found = suite(database)
    screening = found.plan()
    found.sign_in(screening)
    watched, unwatched = issue(found), issue(found)
    for moment in (NOW, NOW + timedelta(hours=13)):
        visit = verified(database, secret_of(watched), now=moment)
        watch(database, visit, now=moment)
    return Seen(found, watched.link.id, unwatched.link.id, screening.id, found.ship().id)


def drill(seen: Seen, since: timedelta, until: timedelta) -> list[Exposure]:
    """Ask who could have seen the version between two moments after ``NOW``."""
    with seen.found.database.reading() as session:
        version_id = seen.found.version_id
        return list(exposure(session, seen.found.house.producer, version_id, NOW + since, NOW + until))


def ways(rows: list[Exposure]) -> dict[Way, UUID]:
    """Return the ways that were told, and over what each was."""
    return {row.way: row.source_id for row in rows}


OF_HOUSE = {Way.REGISTERED, Way.ISSUED, Way.HOSTED, Way.SHIPPED}


def test_every_way_is_told(database: Database) -> None:
    """Who, how, known how, when, under which mark and over what, each way once."""
    seen = everywhere(database)
    rows = drill(seen, timedelta(hours=-1), timedelta(days=2))
    by_way = {row.way: row for row in rows}
    house = seen.found.house

    assert ways(rows) == {
        Way.WATCHED: seen.watched,
        Way.HELD_LINK: seen.unwatched,
        Way.IN_ROOM: seen.screening,
        Way.HELD_CARRIER: seen.shipment,
        Way.REGISTERED: seen.found.version_id,
        Way.ISSUED: seen.found.version_id,
        Way.HOSTED: seen.found.version_id,
        Way.SHIPPED: seen.found.version_id,
    }
    assert {row.contact_id for row in rows if row.person_id is None} == {house.contact_id}
    assert {row.person_id for row in rows if row.contact_id is None} == {house.producer.person_id}
    assert {row.mark for row in rows if row.contact_id is not None} == {MARK}
    watched = by_way[Way.WATCHED]
    assert (watched.times, watched.proof, watched.first_at) == (2, "mailbox verified", NOW)
    assert watched.last_at == NOW + timedelta(hours=37)
    assert (by_way[Way.ISSUED].times, by_way[Way.ISSUED].over) == (2, watched.over)
    assert by_way[Way.IN_ROOM].proof == "seen by the host"
    assert by_way[Way.HELD_CARRIER].last_at is None
    assert [row.first_at for row in rows] == sorted(row.first_at for row in rows)


def test_one_statement_tells_all(database: Database) -> None:
    """Views, links, rooms, drives and the house are one question: what was true at one moment."""
    seen = everywhere(database)
    asked: list[str] = []
    with database.reading() as session:
        event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        exposure(session, seen.found.house.producer, seen.found.version_id, SINCE, UNTIL)

    assert len([one for one in asked if "reviews_views" in one or "reviews_shipments" in one]) == 1
    assert max(one.count("UNION ALL") for one in asked) == 9


class TestSpan:
    """Only what touches the span counts; what the house had in hand counts from then on."""

    def test_before_anything_nobody_could(self, database: Database) -> None:
        """Before it was there nobody could have seen it."""
        seen = everywhere(database)

        assert drill(seen, timedelta(days=-3), timedelta(hours=-1)) == []

    def test_who_took_the_file_along_goes_on_having_it(self, database: Database) -> None:
        """A download is told for every later span, though its link is over; before it there was none."""
        found = suite(database, allows_download=True, nda_text_id=None)
        issued = issue(found, allows_download=True)
        visit = verified(database, secret_of(issued))
        watch(database, visit)
        visit_id, actor = stands_as(database, visit).visit_id, client(found.house.contact_id, OFFICE)
        with database.transaction() as session:
            note_download(session, actor, visit_id=visit_id, now=NOW + timedelta(minutes=5))
        seen = Seen(found, issued.link.id, issued.link.id, found.version_id, found.version_id)
        before = drill(seen, timedelta(hours=-1), timedelta(minutes=4))
        after = {row.way: row for row in drill(seen, timedelta(days=365), timedelta(days=366))}

        assert Way.TOOK_ALONG not in {row.way for row in before}
        took = after[Way.TOOK_ALONG]
        assert (took.contact_id, took.times, took.last_at, took.proof) == (
            found.house.contact_id,
            1,
            None,
            "mailbox verified",
        )

    def test_long_after_the_house_and_the_drive_are_left(self, database: Database) -> None:
        """A year on all links are over; the drive never came back, and the house has seen it."""
        seen = everywhere(database)

        assert set(ways(drill(seen, timedelta(days=365), timedelta(days=366)))) == OF_HOUSE | {Way.HELD_CARRIER}

    def test_gone_before_it_is_not_told(self, database: Database) -> None:
        """A link revoked, a drive returned and a screening called off before the span began are no way any more."""
        seen = everywhere(database)
        found, producer = seen.found, seen.found.house.producer
        other = found.plan(starts_at=STARTS + timedelta(days=3), ends_at=STARTS + timedelta(days=3, hours=1))
        with database.transaction() as session:
            revoke_link(session, producer, link_id=seen.unwatched, reason="done", now=NOW + timedelta(hours=1))
            end_shipment(session, producer, shipment_id=seen.shipment, ending="returned", now=STARTS, on=TODAY)
            cancel_screening(session, producer, screening_id=other.id, now=NOW)
        rows = drill(seen, timedelta(hours=38), timedelta(days=5))

        assert set(ways(rows)) == OF_HOUSE | {Way.HELD_LINK}
        assert ways(rows)[Way.HELD_LINK] == seen.watched
        assert other.id not in {row.source_id for row in rows}

    def test_span_that_ends_first_is_refused(self, database: Database) -> None:
        """The field at fault is named."""
        seen = everywhere(database)

        with pytest.raises(Invalid) as refusal:
            drill(seen, timedelta(days=1), timedelta(days=1))

        assert list(refusal.value.fields) == ["until"]

    def test_others_ask_in_vain(self, database: Database) -> None:
        """A producer of another project is told that there is no such version."""
        seen = everywhere(database)
        with database.transaction() as session:
            other = make_house(session, "NB-300").producer

        with database.reading() as session, pytest.raises(NotFound):
            exposure(session, other, seen.found.version_id, SINCE, UNTIL)


def test_api_tells_and_the_export_is_a_fact(app: Flask, database: Database) -> None:
    """The list is read as JSON; who takes it along as a table leaves a fact, and the table names no project."""
    seen = everywhere(database)
    ask: Ask = asking(app, database, seen.found.house.producer)
    span = {"since": SINCE.isoformat(), "until": UNTIL.isoformat()}
    place = f"/material-versions/{seen.found.version_id}/exposure"
    query = "&".join(f"{name}={text.replace('+', '%2B')}" for name, text in span.items())
    listed = ask("GET", f"{place}?{query}")
    before = facts(database, "reviews.leak-drill.run")
    table = ask("POST", f"{place}/exports", span)
    lines = table.text.splitlines()

    assert (listed.status_code, table.status_code, before) == (200, 200, [])
    assert len(listed.get_json()["items"]) == len(lines) - 1 == 8
    assert listed.get_json()["items"][0]["how"]
    assert facts(database, "reviews.leak-drill.run")[0]["rows"] == 8
    assert table.headers["Content-Disposition"] == 'attachment; filename="exposure.csv"'
    assert "NB-204" not in table.text
    assert "Northern Light" not in table.text
