"""The calendars of licensing, read without signing in, as a calendar program reads them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.shown_once import new_secret
from facility.models import FeedTopic, Membership
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.feeds import make_feed, revoke_feed, rotate_feed
from facility.service.people import change_roles, deactivate_person
from facility.service.projects import add_member, remove_member
from licensing.models.catalogue import Contract, Product
from licensing.rules.contracts import ContractChanges
from licensing.rules.lots import LotChanges
from licensing.service.contracts import change_contract
from licensing.service.reservations import cancel_reservation
from tests.core.icalendar import events, read_calendar
from tests.facility.factories import actor_of, make_person
from tests.licensing.factories import NOW, TODAY, TOMORROW, make_lot, product_with_lots
from tests.licensing.reserving import projects, reserve

TEN: LotChanges = {"quantity": 10}
CONTRACTS, RESERVATIONS = FeedTopic.CONTRACTS, FeedTopic.RESERVATIONS


@pytest.fixture(autouse=True)
def _moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house's clock stands at the tests' moment."""
    monkeypatch.setattr("answerprint.core.clock.now", lambda: NOW)


class Owner:
    """Somebody with a feed, and the address of it."""

    def __init__(
        self, database: Database, *roles: Role, topic: FeedTopic = CONTRACTS, project: UUID | None = None
    ) -> None:
        self.database = database
        with database.transaction() as session:
            self.person_id = make_person(session, *(roles or (Role.TECH,)), now=NOW).id
            if project is not None:
                add_member(session, SYSTEM, project_id=project, person_id=self.person_id)
            self.actor = actor_of(session, self.person_id)
            new = make_feed(session, self.actor, topic=topic, project_id=project, now=NOW)
        self.feed_id = new.feed.id
        self.path = path_of(new.secret)


def path_of(secret: str) -> str:
    """Return where a calendar is read."""
    return f"/api/v1/licensing/calendars/{secret}.ics"


def read(client: FlaskClient, path: str) -> bytes:
    """Read a calendar that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/calendar; charset=utf-8"
    return bytes(answer.data)


def summaries(octets: bytes) -> dict[str, tuple[str, str]]:
    """Return what stands on which first day."""
    found = events(octets).values()
    return {one.value("SUMMARY"): (one.value("DTSTART"), one.value("SEQUENCE")) for one in found}


class TestContracts:
    """Dates of contracts and lots."""

    def test_notice_end_lot_and_maintenance_stand_on_their_days(self, database: Database, client: FlaskClient) -> None:
        """All day, each a date to remember, with the address of the contract's page."""
        terms: LotChanges = {"quantity": 10, "term": "perpetual", "maintenance_until": date(2026, 10, 31)}
        product_with_lots(database, terms)
        octets = read(client, Owner(database).path)
        (notice,) = [one for one in events(octets).values() if "notice" in one.value("SUMMARY")]

        assert {name: day for name, (day, _) in summaries(octets).items()} == {
            "Last day to give notice: Contract C-0 with Vendor of Nuke": "20260930",
            "Contract C-0 with Vendor of Nuke ends": "20261231",
            "Last day of seats: Nuke (10), contract C-0": "20261231",
            "Last day of maintenance: Nuke (10), contract C-0": "20261031",
        }
        assert notice.all("DTEND")[0].value == "20261001"
        assert notice.value("TRANSP") == "TRANSPARENT"
        assert notice.value("URL").startswith("http://localhost/contracts/")

    def test_a_change_moves_the_event_it_does_not_add_one(self, database: Database, client: FlaskClient) -> None:
        """The same uid, one more in sequence, another day; unchanged it is the same bytes, and no bytes at all."""
        product_with_lots(database, TEN)
        owner = Owner(database)
        before = client.get(owner.path)
        same = client.get(owner.path, headers={"If-None-Match": before.headers["ETag"]})
        with database.transaction() as session:
            contract = session.query(Contract).one()
            changes: ContractChanges = {"notice_on": date(2026, 8, 31)}
            change_contract(session, SYSTEM, contract_id=contract.id, changes=changes, version=contract.version)
        after = read(client, owner.path)
        told = "Last day to give notice: Contract C-0 with Vendor of Nuke"

        assert (same.status_code, same.data) == (304, b"")
        assert set(events(after)) == set(events(before.data))
        assert summaries(before.data)[told] == ("20260930", "0")
        assert summaries(after)[told] == ("20260831", "1")

    def test_what_is_long_past_is_left_out(self, database: Database, client: FlaskClient) -> None:
        """A month back stays, what is older goes; uncounted is said, and a title of many octets is folded."""
        for name, ends_on in (("Fresh", TODAY - timedelta(days=31)), ("Stale", TODAY - timedelta(days=32))):
            product_with_lots(database, {"quantity": None, "ends_on": ends_on}, name=f"{name} é, {'x' * 90}")
        found = [name for name in summaries(read(client, Owner(database).path)) if "seats" in name]

        assert found == [f"Last day of seats: Fresh é, {'x' * 90} (uncounted), contract C-0"]

    def test_who_lost_the_right_sees_an_empty_calendar(self, database: Database, client: FlaskClient) -> None:
        """Programs drop what they had: the address opens, and shows nothing."""
        product_with_lots(database, TEN)
        owner = Owner(database)
        with database.transaction() as session:
            version = person_row(session, owner.person_id).version
            change_roles(session, SYSTEM, person_id=owner.person_id, version=version, roles=[Role.PRODUCER])

        assert not events(read(client, owner.path))


class TestReservations:
    """Reservations of a project, by its code."""

    def test_they_stand_on_their_days(self, database: Database, client: FlaskClient) -> None:
        """Held is confirmed; waited for is tentative; no other project's, and no name of any."""
        product_id, (ours, theirs) = product_with_lots(database, TEN), projects(database, "HARB", "OSTR")
        reserve(database, product_id, theirs, 1, TOMORROW)
        held = reserve(database, product_id, ours, 6, TOMORROW, TODAY + timedelta(days=9))
        waiting = reserve(database, product_id, ours, 9, TOMORROW, wait=True)
        octets = read(client, Owner(database, Role.PRODUCER, topic=RESERVATIONS, project=ours).path)
        found = events(octets)
        first, second = found[f"reservation-{held.id}@answerprint"], found[f"reservation-{waiting.id}@answerprint"]

        assert len(found) == 2
        assert (first.value("SUMMARY"), first.value("STATUS")) == ("HARB: 6 seats of Nuke", "CONFIRMED")
        assert (first.value("DTSTART"), first.value("DTEND")) == ("20260315", "20260324")
        assert (second.value("SUMMARY"), second.value("STATUS")) == ("HARB: 9 seats of Nuke (waiting)", "TENTATIVE")
        assert read_calendar(octets).value("X-WR-CALNAME") == "HARB reservations"
        assert b"HARB!" not in octets
        assert b"OSTR" not in octets

    def test_what_is_cancelled_is_gone(self, database: Database, client: FlaskClient) -> None:
        """A program that subscribes drops what is no longer there."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        held = reserve(database, product_id, ours, 6, TOMORROW)
        owner = Owner(database, Role.PRODUCER, topic=RESERVATIONS, project=ours)
        assert len(events(read(client, owner.path))) == 1
        with database.transaction() as session:
            cancel_reservation(session, SYSTEM, reservation_id=held.id, now=NOW, on=TODAY)

        assert not events(read(client, owner.path))

    def test_who_left_the_project_sees_nothing_of_it(self, database: Database, client: FlaskClient) -> None:
        """Neither its reservations nor its code."""
        product_id, (ours,) = product_with_lots(database, TEN), projects(database, "HARB")
        reserve(database, product_id, ours, 6, TOMORROW)
        owner = Owner(database, Role.PRODUCER, topic=RESERVATIONS, project=ours)
        with database.transaction() as session:
            remove_member(session, SYSTEM, project_id=ours, person_id=owner.person_id)
            assert session.get(Membership, (ours, owner.person_id)) is None
        octets = read(client, owner.path)

        assert not events(octets)
        assert b"HARB" not in octets


class TestAddress:
    """The address is the key: it opens without signing in, or it opens nothing and says nothing."""

    def test_every_dead_address_is_the_same(self, database: Database, client: FlaskClient) -> None:
        """Never made, malformed, replaced, revoked, or its owner has left: one answer, byte for byte."""
        owner = Owner(database)
        with database.transaction() as session:
            rotated = make_feed(session, owner.actor, topic=CONTRACTS, project_id=None, now=NOW)
            revoked = make_feed(session, owner.actor, topic=CONTRACTS, project_id=None, now=NOW)
        with database.transaction() as session:
            rotate_feed(session, owner.actor, feed_id=rotated.feed.id, now=NOW)
            revoke_feed(session, owner.actor, feed_id=revoked.feed.id, now=NOW)
            version = person_row(session, owner.person_id).version
            deactivate_person(session, SYSTEM, person_id=owner.person_id, version=version, now=NOW)
        paths = [owner.path, *map(path_of, (rotated.secret, revoked.secret, new_secret(), "x", "é"))]
        answers = [client.get(path) for path in paths]

        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.data for answer in answers}) == 1
        assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1
        assert answers[0].json is not None
        assert answers[0].json["type"].endswith("/dead-feed")

    def test_nothing_between_keeps_it_and_head_is_no_other_answer(
        self, database: Database, client: FlaskClient
    ) -> None:
        """The answer is its reader's own; asking for its head tells the same."""
        path = Owner(database).path
        got, head = client.get(path), client.head(path)

        assert got.headers["Cache-Control"] == "private, no-cache"
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])

    def test_it_opens_nothing_else(self, database: Database, client: FlaskClient) -> None:
        """The secret is no token: it signs nobody in."""
        secret = Owner(database).path.split("/")[-1].removesuffix(".ics")
        answer = client.get("/api/v1/licensing/board", headers={"Authorization": f"Bearer {secret}"})

        assert answer.status_code == 401


def test_a_stamp_is_when_the_record_was_entered(database: Database, client: FlaskClient) -> None:
    """It is of the record and not of the moment of reading, to the second."""
    before = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - identifiers are made by the machine's clock
    product_id = product_with_lots(database)
    with database.transaction() as session:
        make_lot(session, session.get_one(Product, product_id))
    after = datetime.now(UTC)  # noqa: TID251
    found = events(read(client, Owner(database).path)).values()
    stamps = [datetime.strptime(one.value("DTSTAMP"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for one in found]

    assert stamps
    assert all(before <= stamp <= after for stamp in stamps)
