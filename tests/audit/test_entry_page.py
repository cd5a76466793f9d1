"""The page of an entry says what became of a value that it does not show, and shows only what may be served."""

import csv
import io
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import insert, select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web.app import create_app
from answerprint.web.settings import Settings
from audit.cosignature import Cosigner
from audit.keys import LogKeys
from audit.models import Cosignature, Disclosure, Witnessing
from audit.note import parse_note
from audit.policies import policies_in
from audit.proof import parse_proof
from audit.queries.logs import list_logs, log_named, newest_checkpoint, vkey_of
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from facility.roles import Role
from tests.audit.deciding import NAME, erase, everywhere, two_people
from tests.audit.exporting import ANN, BERLIN
from tests.facts import PersonSeen, ThingHappened
from tests.web.browsers import Browser, program


class TestValues:
    """Values that are not shown."""

    def test_erased_value_names_the_entry_that_erased_it(self, app: Flask, database: Database) -> None:
        """Who reads an entry with a gap is led to the order of the same log that explains it."""
        everywhere(database)
        browser = Browser(app, database, Role.ADMIN)
        with database.reading() as session:
            held = select(Disclosure.log_id, Disclosure.index).where(Disclosure.name == "holder")
            log_id, index = session.execute(held.order_by(Disclosure.index)).first() or (0, 0)
            log = next(one.name for one in list_logs(session) if log_named(session, one.name).id == log_id)
        before = browser.get(f"/trail/{log}/{index}")[1]
        erase(database, two_people(database))
        after = browser.get(f"/trail/{log}/{index}")[1]
        by = re.search(rf'Erased by (?:<a [^>]*>)?order(?:</a>)?\s+of <a href="/trail/{log}/(\d+)"', after)

        assert NAME in before
        assert NAME not in after
        assert by is not None
        assert re.search(r"Given by [^<]+, approved by [^<]+<time", after)
        assert "on the ground “" in after
        assert "audit.values.erased" in browser.get(f"/trail/{log}/{by[1]}")[1]

    def test_value_without_its_key_is_not_called_erased(
        self, database: Database, database_url: str, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """A process with no sealing key says that it cannot open a value, and shows the rest."""
        with database.transaction() as session:
            record(session, SYSTEM, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
            index = 1
        blind = Database(database_url)
        app = create_app(_settings(database_url, tmp_path), database=blind, keys=LogKeys(log_key))
        page = Browser(app, database, Role.AUDITOR).get(f"/trail/{HOUSE}/{index}")[1]
        blind.close()

        assert "Bo Example" not in page
        assert "Cannot be opened here" in page
        assert "Erased" not in page
        assert "suite 2" in page


class TestClosedLog:
    """A log whose policy fails closed is shown only as its witnesses have cosigned it."""

    @pytest.fixture(name="witness")
    def _witness(self, app: Flask, database: Database, tmp_path: Path) -> Cosigner:
        """The only witness of the house log, which has one entry more than its policy knows of."""
        witness = Cosigner("a.example/witness", Ed25519PrivateKey.generate())
        with database.transaction() as session:
            record(session, SYSTEM, ThingHappened(about="thing:1"))
            vkey = vkey_of(log_named(session, HOUSE))
        folder = tmp_path / "policies"
        folder.mkdir()
        lines = (f"log {vkey}", f"witness a {witness.key.vkey} https://a.example", "quorum a")
        (folder / "house.2026-01-01.closed.policy").write_text("".join(f"{line}\n" for line in lines))
        app.extensions["answerprint.policies"] = policies_in(folder)
        return witness

    def test_nothing_is_served_before_the_witness_has_cosigned(
        self, app: Flask, database: Database, log_key: Ed25519PrivateKey, witness: Cosigner
    ) -> None:
        """Neither checkpoint, receipt nor tile leaves; then all do, with the witness's line."""
        browser = Browser(app, database, Role.AUDITOR)
        client, base = program(app, database, browser.person_id), f"/api/v1/audit/logs/{HOUSE}"
        paths = ("checkpoint", "entries/1/receipt", "tile/entries/000.p/2", "tile/0/000.p/2")
        _sign(database, log_key)
        refused = [client.get(f"{base}/{path}") for path in paths]
        page, read = browser.get(f"/trail/{HOUSE}/1")[1], client.get(f"{base}/entries/1")
        downloads = [browser.get(f"/trail/{HOUSE}/{path}")[0] for path in ("checkpoint", "1/proof")]
        _cosign(database, witness)
        served = [client.get(f"{base}/{path}") for path in paths]
        shown = browser.get(f"/trail/{HOUSE}/1")[1]

        assert [one.status_code for one in refused] == [404, 409, 404, 404]
        assert (refused[1].json or {})["type"].endswith("/not-witnessed-yet")
        assert "No witnessed checkpoint covers this entry yet" in page
        assert "Sign a checkpoint now" not in page
        assert (read.status_code, (read.json or {})["proof"]) == (200, None)
        assert downloads == [404, 404]
        assert [one.status_code for one in served] == [200] * 4
        assert "— a.example/witness " in served[0].get_data(as_text=True)
        assert b"a.example/witness" in parse_proof(served[1].data).checkpoint_raw
        assert "and that a.example/witness cosigned" in shown


def test_table_holds_all_pages_and_no_formula(app: Flask, database: Database) -> None:
    """Every entry that fits is a row, in local time and in UTC, and no cell is run by a spreadsheet."""
    with database.transaction() as session:
        for number in range(501):
            record(session, ANN, ThingHappened(about=f"=thing:{number}", number=number))
    response = Browser(app, database, Role.AUDITOR).client.get("/trail/entries.csv?kind=test.thing.happened")
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True))))

    assert response.headers["Content-Disposition"] == 'attachment; filename="entries.csv"'
    assert len(rows) == 501
    assert rows[0]["about"] == "'=thing:500"
    assert rows[0]["zone"].startswith("Europe/Berlin +0")
    assert rows[0]["recorded (UTC)"].endswith("Z")


def _settings(url: str, folder: Path) -> Settings:
    return Settings(
        home=folder,
        database=url,
        key_file=folder / "log.pem",
        second_place=folder / "second-place",
        seal_file=folder / "seal.key",
        policies=folder / "policies",
        exports=folder / "exports",
        origin="x",
        zone=BERLIN,
        url="http://localhost",
    )


def _sign(database: Database, key: Ed25519PrivateKey) -> None:
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key)


def _cosign(database: Database, witness: Cosigner) -> None:
    now = clock.now()
    with database.transaction() as session:
        log = log_named(session, HOUSE)
        newest = newest_checkpoint(session, log)
        assert newest is not None
        signed = witness.cosign(parse_note(newest.note).text, int(now.timestamp()))
        line = {"witness": signed.name, "key_id": signed.key_id.hex(), "line": signed.line(), "collected_at": now}
        session.execute(insert(Cosignature).values(log_id=log.id, size=newest.size, **line))
        asked = {"asked_at": now, "policy_sha256": "0" * 64, "is_quorum_met": True, "failures": "{}"}
        session.execute(insert(Witnessing).values(log_id=log.id, size=newest.size, **asked))
