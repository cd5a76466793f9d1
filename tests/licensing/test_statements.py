"""Statements: use over a period against the lots, with bounds, coverage and the captures that bear them."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from licensing.api.statements import blueprint
from licensing.errors import NotInCatalogue
from licensing.models.catalogue import Metric
from licensing.queries.statements import Statement, contract_statement, period_of
from licensing.rules.lots import LotEntry
from licensing.rules.statement import Ending, State
from licensing.service.captures import take_capture
from licensing.service.lots import add_lot
from licensing.service.products import link_feature
from tests.licensing.factories import make_contract, make_product, make_server, take
from tests.licensing.printed import Use, lmstat, lmstat_down
from tests.licensing.routes_alone import client_of

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestPeriod:
    """Days of the facility's zone, as instants."""

    def test_a_month_with_a_change_of_clocks(self) -> None:
        """March 2026 in Berlin begins and ends at midnight there, and is an hour short."""
        period = period_of(date(2026, 3, 1), date(2026, 3, 31), zone=BERLIN, now=datetime(2027, 1, 1, tzinfo=UTC))

        assert period.starts_at == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
        assert period.ends_at - period.starts_at == timedelta(days=31) - HOUR

    def test_a_period_that_is_not_over(self) -> None:
        """Of the future nothing is said: the period is looked at up to now."""
        assert period_of(date(2026, 3, 1), date(2026, 3, 31), zone=BERLIN, now=START).ends_at == START


def contract_on_server(database: Database) -> tuple[UUID, UUID, UUID]:
    """A contract of two seats, of three from 16 March on, served by one server; returns contract, product, server."""
    with database.transaction() as session:
        product = make_product(session)
        contract = make_contract(session, product.vendor_id)
        for quantity, first in ((2, date(2026, 1, 1)), (1, date(2026, 3, 16))):
            entry = LotEntry(
                metric=Metric.CONCURRENT_USER.value,
                quantity=quantity,
                starts_on=first,
                ends_on=date(2026, 12, 31),
                overage_policy="soft",
                overage_quantity=5,
            )
            add_lot(session, SYSTEM, contract_id=contract.id, product_id=product.id, entry=entry)
        server = make_server(session, stale=3600)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke_i")
        return contract.id, product.id, server.id


def send(database: Database, server_id: UUID, users: Sequence[str] | None, taken_at: datetime) -> bytes:
    """Send a capture with these users, or of a server that is down; return its text."""
    raw = lmstat_down(printed=None) if users is None else lmstat({"nuke_i": Use(3, users)}, printed=None)
    with database.transaction() as session:
        take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=taken_at, now=taken_at)
    return raw


def statement(
    database: Database, contract_id: UUID, first: date, last: date, *, now: datetime = datetime(2026, 6, 1, tzinfo=UTC)
) -> Statement:
    """Read a statement for days in Berlin, long after them unless said otherwise."""
    with database.reading() as session:
        return contract_statement(session, contract_id, starts_on=first, ends_on=last, zone=BERLIN, now=now)


def test_a_day_made_by_hand(database: Database) -> None:
    """Midnight to midnight in Berlin: seen from 9 to 13 of 24 hours, three in two seats from 10 to 11, one lease."""
    contract_id, product_id, server_id = contract_on_server(database)
    day, nine = date(2026, 3, 14), datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
    send(database, server_id, ["mara"], nine)
    worst = send(database, server_id, ["mara", "ole", "kim"], nine + HOUR)
    send(database, server_id, ["mara", "ole"], nine + 2 * HOUR)
    send(database, server_id, ["mara"], nine + 3 * HOUR)
    send(database, server_id, None, nine + 4 * HOUR)
    lease = take(database, product_id, 1, now=nine + timedelta(minutes=30), on=day, minutes=60)

    found = statement(database, contract_id, day, day)
    (line,) = found.lines

    assert (line.product, line.state, line.lower, line.upper) == ("Nuke", State.OVER, 3, 3)
    assert [(step.on, step.quantity, step.of_this_contract) for step in line.entitlement] == [(day, 2, 2)]
    assert line.peak is not None
    assert (line.peak.moment.at, line.peak.moment.in_use, line.peak.moment.entitled) == (nine + HOUR, 3, 2)
    assert line.peak.holders is not None
    assert [holder.user for holder in line.peak.holders] == ["mara", "ole", "kim"]
    assert [one.checkout_id for one in line.peak.checkouts] == [lease.id]
    (overage,) = line.overages
    assert (overage.overage.starts_at, overage.overage.ends_at) == (nine + HOUR, nine + 2 * HOUR)
    assert (overage.overage.ending, overage.peak.holders) == (Ending.BACK_WITHIN, line.peak.holders)
    assert (line.observed.captures, line.observed.coverage) == (5, "16.6")
    assert (line.ledger.checkouts, line.ledger.peak and line.ledger.peak.checked_out) == (1, 1)
    assert [one.sha256 for one in line.evidence] == [hashlib.sha256(worst).hexdigest()]


def test_days_on_which_the_lots_change(database: Database) -> None:
    """A lot counts from midnight of its first day in the facility's zone, and use is held against what then stands."""
    contract_id, _, server_id = contract_on_server(database)
    midnight = datetime(2026, 3, 15, 23, 0, tzinfo=UTC)
    send(database, server_id, ["mara", "ole", "kim"], midnight - timedelta(minutes=30))

    (line,) = statement(database, contract_id, date(2026, 3, 15), date(2026, 3, 16)).lines

    assert [(step.on.day, step.quantity) for step in line.entitlement] == [(15, 2), (16, 3)]
    assert [one.overage.ends_at for one in line.overages] == [midnight]


def test_leases_that_ran_out(database: Database) -> None:
    """A lease ends at its end, whether or not anybody wrote that down."""
    contract_id, product_id, _ = contract_on_server(database)
    nine, day = datetime(2026, 3, 14, 8, 0, tzinfo=UTC), date(2026, 3, 14)
    take(database, product_id, 2, now=nine, on=day, minutes=60)

    (line,) = statement(database, contract_id, day, day, now=nine + 2 * HOUR).lines

    assert line.peak is not None
    assert [one.ends_at for one in line.peak.checkouts] == [nine + HOUR]


def test_a_capture_from_before(database: Database) -> None:
    """A capture of the evening before still counts after midnight, for as long as it is fresh."""
    contract_id, _, server_id = contract_on_server(database)
    send(database, server_id, ["mara"], datetime(2026, 3, 13, 22, 30, tzinfo=UTC))

    (line,) = statement(database, contract_id, date(2026, 3, 14), date(2026, 3, 14)).lines

    assert (line.state, line.lower, line.observed.captures) == (State.STALE, 1, 0)


def test_a_day_of_which_nothing_is_known(database: Database) -> None:
    """No captures and no checkouts are no use of zero."""
    contract_id, _, _ = contract_on_server(database)

    (line,) = statement(database, contract_id, date(2026, 3, 14), date(2026, 3, 14)).lines

    assert (line.state, line.lower, line.upper, line.peak) == (State.UNKNOWN, None, None, None)
    assert (line.observed.coverage, line.evidence) == ("0.0", ())


def test_an_unknown_contract(database: Database) -> None:
    """A contract that is not there has no statement."""
    with pytest.raises(NotInCatalogue):
        statement(database, new_id(), date(2026, 3, 14), date(2026, 3, 14))


class TestRoute:
    """``GET /contracts/<id>/statement``: days in, bounds and evidence out."""

    @pytest.fixture(name="client")
    def _client(self, database: Database) -> FlaskClient:
        """A client of the house's own."""
        return client_of(database, blueprint)

    def test_a_statement_as_json(self, client: FlaskClient, database: Database) -> None:
        """Instants are UTC with Z, percent is text, and unknown is null."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["mara", "ole", "kim"], datetime(2026, 3, 14, 8, 0, tzinfo=UTC))
        query = {"from": "2026-03-14", "to": "2026-03-14"}

        answer = client.get(f"/api/v1/licensing/contracts/{contract_id}/statement", query_string=query)

        assert answer.status_code == 200, answer.json
        found = answer.json
        assert found is not None
        assert (found["contract_id"], found["zone"]) == (str(contract_id), "Europe/Berlin")
        (line,) = found["lines"]
        assert (line["state"], line["lower"], line["observed"]["coverage"]) == ("over", 3, "4.1")
        assert line["ledger"] == {"checkouts": 0, "peak": None}
        assert line["overages"][0]["starts_at"] == "2026-03-14T08:00:00.000000Z"
        assert (line["overages"][0]["ending"], line["overages"][0]["over"]) == ("not-seen", 1)
        assert line["peak"]["holders"][0]["user"] == "mara"

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"from": "2026-03-14"}, "to"),
            ({"from": "14.3.2026", "to": "2026-03-14"}, "from"),
            ({"from": "2026-03-14", "to": "2026-03-13"}, "to"),
            ({"from": "2026-03-14", "to": "2031-03-14"}, "to"),
            ({"from": "0001-01-01", "to": "0001-01-02"}, "from"),
            ({"from": "2026-03-14", "to": "9999-12-31"}, "to"),
            ({"from": "2026-03-14", "to": "2026-03-14", "zone": "UTC"}, "zone"),
        ],
    )
    def test_days_that_are_none(self, client: FlaskClient, query: dict[str, str], field: str) -> None:
        """What is wrong with the days is said of the field at fault."""
        refused = client.get(f"/api/v1/licensing/contracts/{new_id()}/statement", query_string=query)

        assert refused.status_code == 422
        assert refused.json is not None
        assert field in [error["field"].rpartition(".")[2] for error in refused.json["errors"]]

    def test_five_years(self, client: FlaskClient, database: Database) -> None:
        """Five years to the day are a period that may be asked for."""
        contract_id, _, _ = contract_on_server(database)
        query = {"from": "2024-02-29", "to": "2029-02-28"}

        answer = client.get(f"/api/v1/licensing/contracts/{contract_id}/statement", query_string=query)

        assert answer.status_code == 200
