"""What event logs say of a product over a period, held against the lots in its statement."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.api.counting import blueprint as counting
from licensing.api.logs import blueprint as logs
from licensing.api.statements import blueprint as statements
from licensing.queries.log_use import LogUse
from licensing.queries.statements import contract_statement
from licensing.rules.log_use import ServerLog, bounds, joined
from licensing.rules.logged_denials import Outcome
from licensing.service.captures import take_capture
from licensing.service.counting import change_counting_rule
from licensing.service.options import take_options
from licensing.service.products import link_feature
from tests.licensing.event_logs import LINES, facts, send
from tests.licensing.factories import NOW, make_contract, make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat
from tests.licensing.routes_alone import client_of
from tests.licensing.simulated_server import Deed, deeds, read_back
from tests.licensing.test_log_parts import Denying

DAY = date(2026, 3, 13)
AT = datetime(2026, 3, 13, 8, tzinfo=UTC)


@pytest.fixture(name="house")
def _house(database: Database) -> tuple[UUID, UUID, UUID]:
    """A product with a lot, on a server whose clock shows UTC: contract, product and server."""
    with database.transaction() as session:
        product = make_product(session)
        make_contract(session, product.vendor_id)
        contract_id = make_lot(session, product).contract_id
        server = make_server(session, zone="UTC")
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="grade")
        return contract_id, product.id, server.id


def use(database: Database, contract_id: UUID, first: date = DAY, last: date = DAY) -> LogUse | None:
    """Read what logs say in a statement for days of UTC."""
    with database.reading() as session:
        (line,) = contract_statement(
            session, contract_id, starts_on=first, ends_on=last, zone=ZoneInfo("UTC"), now=NOW + timedelta(days=30)
        ).lines
    return line.logs


class TestStatement:
    """A third witness, apart from ledger and captures."""

    def test_without_logs(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """Nothing is said of them at all."""
        assert use(database, house[0]) is None

    def test_bounds_coverage_and_denials(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """Two at once from 8:20 on for ten minutes; the log speaks of an hour and a half of the day."""
        send(database, house[2], *LINES)
        found = use(database, house[0])

        assert found is not None
        assert (found.servers, found.parts, found.bounds.coverage) == (1, 1, 62)
        assert (found.bounds.lower, found.bounds.lower_at) == (2, AT + timedelta(minutes=20))
        assert (found.bounds.upper, found.bounds.upper_at) == (2, AT + timedelta(minutes=20))
        assert found.denials.by_outcome[Outcome.TRUE] == 1
        assert found.denials.by_outcome[Outcome.RETRIED] == 1
        assert found.denials.by_outcome[Outcome.POLICY] == 0

    def test_a_session_that_began_long_before(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """It is found by the longest that there was."""
        send(database, house[2], *LINES[:4], " 2:00:00 (lmgrd) TIMESTAMP 3/16/2026", *LINES[9:])
        found = use(database, house[0], date(2026, 3, 15), date(2026, 3, 15))

        assert found is not None
        assert (found.bounds.lower, found.bounds.upper, found.bounds.coverage) == (1, 2, 1000)

    def test_denials_that_are_not_written_down(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """No number of them is known, and none is shown as zero."""
        send(database, house[2], *LINES)
        with database.transaction() as session:
            take_options(session, SYSTEM, server_id=house[2], raw=b"NOLOG DENIED\n", now=NOW)
        found = use(database, house[0])

        assert found is not None
        assert not found.denials.is_recorded

    def test_days_the_log_does_not_speak_of(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """Of them nothing is said, which is no use of zero."""
        send(database, house[2], *LINES)

        assert use(database, house[0], date(2026, 3, 1), date(2026, 3, 2)) is None

    def test_as_json(self, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """The section and the version of the rule stand in a line only where there is something to say."""
        contract_id, product_id, server_id = house
        client = client_of(database, statements)
        path = f"/api/v1/licensing/contracts/{contract_id}/statement"
        query = {"from": "2026-03-13", "to": "2026-03-13"}
        before = client.get(path, query_string=query).json
        send(database, server_id, *LINES)
        with database.transaction() as session:
            change_counting_rule(session, SYSTEM, product_id=product_id, said={"by": "host"}, version=0, now=AT)
        after = client.get(path, query_string=query).json

        assert before is not None
        assert after is not None
        assert not {"logs", "counting_version"} & set(before["lines"][0])
        assert after["lines"][0]["counting_version"] == 1
        assert after["lines"][0]["logs"]["denials"]["true"] == 1
        assert (after["lines"][0]["logs"]["lower"], after["lines"][0]["logs"]["coverage"]) == (2, "6.2")


@settings(max_examples=150, deadline=None)
@given(deeds(verbs=("out", "out", "in", "part", "both", "lose", "wait", "restart")))
def test_the_truth_lies_between(happened: list[Deed]) -> None:
    """A server that knows the truth had no peak outside the bounds of its own log."""
    server = Denying()
    server.begin()
    for deed in happened:
        server.do(deed)
    sessions, coverage, pairing = read_back(server)
    log = ServerLog([(coverage.starts_at, coverage.ends_at)], sessions, dict(pairing.known_from))
    found = bounds([log], starts_at=coverage.starts_at, ends_at=coverage.ends_at)
    inside = [in_use for at, in_use in server.truth if at < coverage.ends_at]
    if coverage.starts_at == coverage.ends_at:
        return

    assert found.lower is not None
    assert found.lower <= max(inside, default=0)
    assert found.upper is None or found.upper >= max(inside, default=0)


def test_two_servers_add_up() -> None:
    """And where one of them does not speak, nothing is said of both."""
    server = Denying()
    server.begin()
    for deed in (Deed("out", 1), Deed("wait", 1, 3), Deed("in", 1), Deed("wait", 1, 3)):
        server.do(deed)
    sessions, coverage, pairing = read_back(server)
    period = {"starts_at": coverage.starts_at, "ends_at": coverage.ends_at}
    log = ServerLog([(coverage.starts_at, coverage.ends_at)], sessions, dict(pairing.known_from))
    silent = ServerLog([], [], {})

    assert (bounds([log], **period).lower, bounds([log, log], **period).lower) == (1, 2)
    assert bounds([log, silent], **period).coverage == 0


def test_parts_that_lie_days_apart() -> None:
    """A log goes on over a day of silence, and not over more."""
    hour, day = timedelta(hours=1), timedelta(days=1)

    assert joined([(AT, AT + hour), (AT + day, AT + 2 * day)]) == [(AT, AT + 2 * day)]
    assert len(joined([(AT, AT + hour), (AT + day + 2 * hour, AT + 2 * day)])) == 2


class TestRoutes:
    """Denials of a product, and the rule by which its seats count."""

    @pytest.fixture(name="client")
    def _client(self, database: Database) -> FlaskClient:
        """A client of the house's own."""
        return client_of(database, counting, logs)

    def test_denials_of_a_product(
        self, client: FlaskClient, database: Database, house: tuple[UUID, UUID, UUID]
    ) -> None:
        """Without a log nothing is known; with NOLOG DENIED it says not-recorded."""
        path = f"/api/v1/licensing/products/{house[1]}/denials"
        none = client.get(path).json
        send(database, house[2], *LINES)
        with database.transaction() as session:
            take_options(session, SYSTEM, server_id=house[2], raw=b"NOLOG DENIED\n", now=NOW)
        kept_out = client.get(path).json

        assert none is not None
        assert kept_out is not None
        assert (none["has_logs"], none["denials"]) == (False, None)
        assert set(kept_out["denials"].values()) == {"not-recorded"}

    def test_a_rule_that_is_changed(
        self, client: FlaskClient, database: Database, house: tuple[UUID, UUID, UUID]
    ) -> None:
        """Each change is a version and a fact; the version that was read must be held."""
        path = f"/api/v1/licensing/products/{house[1]}/counting-rule"
        first = client.get(path)
        put = client.put(path, json={"by": "host", "holds": {"nukex_i": ["nuke_i"]}}, headers={"If-Match": '"0"'})
        late = client.put(path, json={"by": "user"}, headers={"If-Match": '"0"'})
        (fact,) = facts(database, "licensing.counting-rule.changed")

        assert (first.headers["ETag"], put.headers["ETag"], late.status_code) == ('"0"', '"1"', 412)
        assert put.json is not None
        assert (put.json["version"], put.json["rule"]["holds"]) == (1, {"nukex_i": ["nuke_i"]})
        assert (fact["data"]["version"], fact["data"]["old"], fact["data"]["new"]["by"]) == (1, None, "host")

    @pytest.mark.parametrize("rule", [{"by": "floor"}, {"weights": {"x": 0}}, {"holds": {"x": ["x"]}}, {"odd": 1}])
    def test_a_rule_that_is_none(
        self, client: FlaskClient, house: tuple[UUID, UUID, UUID], rule: dict[str, object]
    ) -> None:
        """It is refused, and the old one stays."""
        path = f"/api/v1/licensing/products/{house[1]}/counting-rule"

        assert client.put(path, json=rule, headers={"If-Match": '"0"'}).status_code == 422
        assert client.get(path).headers["ETag"] == '"0"'

    def test_who_is_counted_now(self, client: FlaskClient, database: Database, house: tuple[UUID, UUID, UUID]) -> None:
        """The holders of the newest capture, by the rule in force."""
        raw = lmstat({"grade": Use(10, ["mara", "mara", "ole"])}, printed=None)
        now = clock.now()
        with database.transaction() as session:
            take_capture(session, SYSTEM, server_id=house[2], raw=raw, taken_at=now, now=now)
            change_counting_rule(session, SYSTEM, product_id=house[1], said={"by": "user"}, version=0, now=now)
        found = client.get(f"/api/v1/licensing/products/{house[1]}/counted").json

        assert found is not None
        assert (found["version"], found["people"], found["seats"], found["handles"]) == (1, 2, 2, 3)
