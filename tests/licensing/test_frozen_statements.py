"""A frozen statement stays as it was: its bytes, its hash on the trail, and the names that can be erased beside it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest, write_cursor
from audit.models import Entry
from licensing.api.frozen_statements import blueprint
from licensing.errors import NothingToFreeze, NotInCatalogue
from licensing.models.catalogue import Metric
from licensing.models.statements import FrozenStatement, StatementName
from licensing.printing.files import statement_file
from licensing.queries.frozen_statements import FrozenContent, FrozenRow, frozen_content, frozen_statements
from licensing.rules.frozen import canonical
from licensing.rules.lots import LotEntry
from licensing.service.captures import take_capture
from licensing.service.lots import add_lot
from licensing.service.products import link_feature
from licensing.service.statements import forget_names, freeze_statement
from tests.conftest import SEAL
from tests.licensing.factories import make_contract, make_product, make_server, take
from tests.licensing.printed import Use, lmstat
from tests.licensing.routes_alone import client_of

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 14, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAYS = {"starts_on": date(2026, 3, 14), "ends_on": date(2026, 3, 14)}


def contract_on_server(database: Database, *, number: str = "F-2026-01") -> tuple[UUID, UUID, UUID]:
    """A contract of two seats, settled by true-up at 600.00 EUR a seat; returns contract, product, server."""
    with database.transaction() as session:
        product = make_product(session)
        contract = make_contract(session, product.vendor_id, number)
        entry = LotEntry(
            metric=Metric.CONCURRENT_USER.value,
            quantity=2,
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            overage_policy="true-up",
            overage_quantity=5,
            price="1200.00",
            currency="EUR",
        )
        add_lot(session, SYSTEM, contract_id=contract.id, product_id=product.id, entry=entry)
        server = make_server(session, stale=3600)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke_i")
        return contract.id, product.id, server.id


def send(database: Database, server_id: UUID, users: Sequence[str], taken_at: datetime) -> bytes:
    """Send a capture with these users; return its text."""
    raw = lmstat({"nuke_i": Use(3, users)}, printed=None)
    with database.transaction() as session:
        take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=taken_at, now=taken_at)
    return raw


def freeze(database: Database, contract_id: UUID, *, now: datetime = START + 24 * HOUR) -> FrozenRow:
    """Freeze the statement of 14 March 2026 in Berlin."""
    with database.transaction() as session:
        return freeze_statement(session, SYSTEM, contract_id=contract_id, **DAYS, zone=BERLIN, now=now)


def read(database: Database, statement_id: UUID) -> FrozenContent:
    """Read a frozen statement back."""
    with database.reading() as session:
        return frozen_content(session, statement_id)


class TestFreezing:
    """What is kept, and what the trail says of it."""

    def test_its_bytes_hash_to_what_the_trail_holds(self, database: Database) -> None:
        """The entry it names holds the hash of its bytes, the verdict on each product and the count of captures."""
        contract_id, product_id, server_id = contract_on_server(database)
        send(database, server_id, ["ann", "ben", "kim"], START)
        row = freeze(database, contract_id)
        frozen = read(database, row.id)
        with database.reading() as session:
            entry = session.scalars(select(Entry).where(Entry.about == f"statement:{row.id}")).one()
        data = json.loads(entry.body)["data"]

        assert hashlib.sha256(frozen.content).hexdigest() == row.sha256 == data["sha256"]
        assert entry.index == row.entry
        assert entry.kind == "licensing.statement.frozen"
        assert data["states"] == {str(product_id): "over"}
        assert data["captures"] == 1

    def test_it_is_written_in_one_way(self, database: Database) -> None:
        """Sorted keys, ASCII, no blanks: who parses the bytes and writes them again has the same."""
        contract_id, _, server_id = contract_on_server(database, number="Ü-1")
        send(database, server_id, ["ann"], START)
        frozen = read(database, freeze(database, contract_id).id)

        assert canonical(json.loads(frozen.content)) == frozen.content
        assert frozen.content.isascii()

    def test_it_stays_while_the_world_goes_on(self, database: Database) -> None:
        """A capture that comes later changes the statement of the day, and not the frozen one."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann"], START)
        first = freeze(database, contract_id)
        before = read(database, first.id).content
        send(database, server_id, ["ann", "ben", "kim"], START + HOUR)
        second = freeze(database, contract_id, now=START + 25 * HOUR)

        assert read(database, first.id).content == before
        assert second.sha256 != first.sha256

    def test_a_contract_without_lots(self, database: Database) -> None:
        """What says nothing is not frozen, and what is not there is not found."""
        with database.transaction() as session:
            contract_id = make_contract(session, make_product(session).vendor_id).id

        with pytest.raises(NothingToFreeze):
            freeze(database, contract_id)
        with pytest.raises(NotInCatalogue):
            freeze(database, new_id())

    def test_the_list_shows_the_newest_first(self, database: Database) -> None:
        """Page by page, none twice."""
        contract_id, _, _ = contract_on_server(database)
        made = [freeze(database, contract_id, now=START + (24 + hours) * HOUR).id for hours in range(3)]
        with database.reading() as session:
            first = frozen_statements(session, contract_id, PageRequest(after=None, limit=2))
            assert first.next is not None
        client = client_of(database, blueprint)
        path = f"/api/v1/licensing/contracts/{contract_id}/statements?cursor="
        rest = client.get(f"{path}{first.next}").get_json()
        other = client.get(f"{path}{write_cursor(('yesterday', 'x'))}")

        assert [one.id for one in first.items] == [made[2], made[1]]
        assert [one["id"] for one in rest["items"]] == [str(made[0])]
        assert other.status_code == 422


class TestNobodyChangesIt:
    """The database refuses, whoever asks."""

    def test_update_and_delete_are_refused(self, database: Database) -> None:
        """Neither its bytes nor its row go away."""
        contract_id, _, _ = contract_on_server(database)
        row = freeze(database, contract_id)
        attacks = (
            update(FrozenStatement).values(content=b"{}"),
            delete(FrozenStatement),
            text("UPDATE licensing_statements SET sha256 = 'x'"),
        )
        for attack in attacks:
            with pytest.raises(DBAPIError, match="frozen statement"), database.transaction() as session:
                session.execute(attack)

        assert hashlib.sha256(read(database, row.id).content).hexdigest() == row.sha256

    def test_the_rest_of_the_ways_to_lose_it(self, database: Database) -> None:
        """TRUNCATE on PostgreSQL, REPLACE on SQLite."""
        contract_id, _, _ = contract_on_server(database)
        freeze(database, contract_id)
        columns = "id, contract_id, starts_on, ends_on, sha256, size, content, frozen_at, frozen_by, log, entry"
        attack = (
            f"INSERT OR REPLACE INTO licensing_statements ({columns}) SELECT {columns} FROM licensing_statements"
            if database.is_sqlite
            else "TRUNCATE licensing_statements CASCADE"
        )

        with pytest.raises(DBAPIError, match="frozen statement"), database.transaction() as session:
            session.execute(text(attack))


class TestNames:
    """People and machines are pseudonyms in what is frozen; their names stand beside it."""

    def test_no_name_stands_in_the_frozen_bytes(self, database: Database) -> None:
        """Holders, hosts and checkouts are numbered in the order of their first appearance."""
        contract_id, product_id, server_id = contract_on_server(database)
        take(database, product_id, now=START, on=START.date())
        send(database, server_id, ["ann", "ben", "kim"], START + HOUR / 2)
        frozen = read(database, freeze(database, contract_id).id)
        names = {one.name for one in frozen.aliases}

        assert {"ann", "ben", "kim", "Kim Artist", "ws-17"} <= names
        assert not [name for name in names if f'"{name}"'.encode() in frozen.content]
        assert {"person 1", "person 2"} <= {one.pseudonym for one in frozen.aliases}

    def test_a_name_that_is_kept_is_proven(self, database: Database) -> None:
        """Salt and name hash to the digest in the frozen bytes; another name does not."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann"], START)
        frozen = read(database, freeze(database, contract_id).id)
        disclosed = json.loads(statement_file(frozen, "json", names="full").content)
        digests = {one["pseudonym"]: one["digest"] for one in disclosed["statement"]["names"]}

        assert disclosed["names"]
        for one in disclosed["names"]:
            assert hashlib.sha256(canonical([one["salt"], one["name"]])).hexdigest() == digests[one["pseudonym"]]
        assert canonical(disclosed["statement"]) == frozen.content

    def test_names_are_erased_and_the_statement_stays(self, database: Database) -> None:
        """After an erasure the full form shows the pseudonym, and the hash is what it was."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann", "ben"], START)
        row = freeze(database, contract_id)
        with database.transaction() as session:
            erased = forget_names(session, SYSTEM, order_id=new_id(), tags={SEAL.tag("ann")}, seal=SEAL)
        frozen = read(database, row.id)
        with database.reading() as session:
            left = session.scalar(select(func.count()).where(StatementName.name == "ann"))
        shown = statement_file(frozen, "csv", names="full").content.decode()

        assert sum(erased.values()) == 1
        assert not left
        assert "ann" not in shown
        assert "ben" in shown
        assert "person 1" in shown
        assert hashlib.sha256(frozen.content).hexdigest() == row.sha256


class TestFigures:
    """What is added to the verdict when it is frozen."""

    def test_percentiles_and_true_up(self, database: Database) -> None:
        """One seat for an hour, three for a quarter of an hour more: the median is one, the peak and p99 three."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann"], START)
        send(database, server_id, ["ann", "ben", "kim"], START + HOUR)
        send(database, server_id, [], START + 75 * HOUR / 60)
        product = json.loads(read(database, freeze(database, contract_id).id).content)["products"][0]

        assert product["percentiles"]["p50"] == 1
        assert product["percentiles"]["p99"] == 3
        assert product["percentiles"]["known_seconds"] == 2 * 3600 + 15 * 60
        assert product["true_up"] == {"seats": 1, "amount": "600.00", "currency": "EUR", "reason": ""}
        assert product["percentiles"]["coverage"] == product["observed"]["coverage"]

    def test_nothing_seen_is_unknown(self, database: Database) -> None:
        """Without a capture there is no percentile, and never zero."""
        contract_id, _, _ = contract_on_server(database)
        product = json.loads(read(database, freeze(database, contract_id).id).content)["products"][0]

        assert product["percentiles"]["p50"] is None
        assert product["true_up"]["amount"] is None
        assert product["true_up"]["reason"]


class TestRoutes:
    """The API gives the bytes that were hashed, and the receipt's place."""

    def test_frozen_and_fetched(self, database: Database) -> None:
        """The answer names the entry; the content hashes to what the answer says."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann"], START)
        client = client_of(database, blueprint)
        base = "/api/v1/licensing"
        made = client.post(
            f"{base}/contracts/{contract_id}/statements", json={"from": "2026-03-14", "to": "2026-03-14"}
        )
        body = made.get_json()
        content = client.get(f"{base}/statements/{body['id']}/content")
        listed = client.get(f"{base}/contracts/{contract_id}/statements").get_json()

        assert made.status_code == 201
        assert made.headers["Answerprint-Entry"] == f"{body['log']}/{body['entry']}"
        assert hashlib.sha256(content.data).hexdigest() == body["sha256"]
        assert listed["items"] == [body]
        assert client.get(f"{base}/statements/{body['id']}").get_json() == body
        assert client.get(f"{base}/statements/{new_id()}").status_code == 404

    @pytest.mark.parametrize(("form", "start"), [("pdf", b"%PDF-"), ("csv", b"product,what"), ("json", b'{"contract"')])
    def test_every_form(self, database: Database, form: str, start: bytes) -> None:
        """Each is sent as a file; by pseudonym unless names are asked for."""
        contract_id, _, server_id = contract_on_server(database)
        send(database, server_id, ["ann"], START)
        row = freeze(database, contract_id)
        answer = client_of(database, blueprint).get(f"/api/v1/licensing/statements/{row.id}/content?form={form}")

        assert answer.status_code == 200
        assert answer.data.startswith(start)
        assert b"ann" not in answer.data.replace(b"annual", b"") or form == "pdf"
        assert "attachment" in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize("days", [{"from": "2026-03-14", "to": "2026-03-13"}, {"from": "2026-03-14"}, {}])
    def test_days_that_make_no_period(self, database: Database, days: dict[str, str]) -> None:
        """They are refused by field."""
        contract_id, _, _ = contract_on_server(database)
        answer = client_of(database, blueprint).post(f"/api/v1/licensing/contracts/{contract_id}/statements", json=days)

        assert answer.status_code == 422
