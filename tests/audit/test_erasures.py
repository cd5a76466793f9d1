"""Erasure by order of two people: what goes is gone from everywhere, and the trail still verifies."""

import io
import json
import shutil
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, text

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.kept_answers import KeptAnswer
from answerprint.core.residue import scour
from audit.bundle.export import export_bundle
from audit.bundle.source import Period, Selection
from audit.models import Subject
from audit.queries.logs import list_logs
from audit.queries.subjects import ValuesDamaged, scope_of, subject_of, texts_of
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from facility.models import Person
from licensing.models.seats import Checkout
from tests.audit.deciding import (
    HOST,
    MAIL,
    NAME,
    OLD_MAIL,
    OLD_NAME,
    TwoPeople,
    erase,
    everywhere,
)
from tests.conftest import SEAL
from tests.licensing.factories import NOW

WHOLE = Selection(Period())
KEPT = {"key": "k", "request_sha256": "", "status": 200, "kept_at": NOW}


def dump(database: Database, database_url: str) -> bytes:
    """Return every byte that the database holds: SQLite's files, or all rows of all tables of PostgreSQL."""
    if database.is_sqlite:
        path = Path(database_url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in sorted(path.parent.glob(f"{path.name}*")))
    with database.reading() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [str(row[0]) for table in tables for row in session.execute(text(f'SELECT t::text FROM "{table}" t'))]
    return "\n".join(rows).encode()


def forms(value: str) -> list[bytes]:
    """Return how a text may stand in bytes: as UTF-8, as JSON escapes it, and in hex; case is no matter."""
    raw = value.casefold().encode()
    return [raw, json.dumps(value.casefold())[1:-1].encode(), raw.hex().encode()]


def assert_nowhere(where: bytes, *values: str) -> None:
    """Hold that none of the values stands in these bytes."""
    lowered = where.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")
    for value in values:
        for form in forms(value):
            assert form not in lowered


def publish_and_export(database: Database, log_key: Ed25519PrivateKey, folder: Path) -> None:
    """Sign every log, in two places, and write its bundle into a folder."""
    second_place = SecondPlace(folder / "second-place")
    second_place.set_up()
    with database.reading() as session:
        names = [log.name for log in list_logs(session)]
    for name in sorted(names, key=lambda name: name == "house"):
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=name, key=log_key, second_place=second_place)
        with database.reading() as session, (folder / f"{name}.zip").open("w+b") as target:
            export_bundle(session, log_name=name, target=target, selection=WHOLE, zone=ZoneInfo("UTC"), now=clock.now())


def unpacked(folder: Path) -> bytes:
    """Return the members of all bundles in a folder."""
    found = io.BytesIO()
    for path in sorted(folder.glob("*.zip")):
        with zipfile.ZipFile(path) as bundle:
            for name in bundle.namelist():
                found.write(bundle.read(name))
    return found.getvalue()


class TestProof:
    """Everything that was erased is gone."""

    def test_person_stands_nowhere_afterwards(
        self, database: Database, database_url: str, people: TwoPeople, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """No byte of the database, no file of the house and no bundle says an erased name or mail again."""
        everywhere(database)
        with database.transaction() as session:
            kept = [{"actor": f"a{at}", "body": body.encode()} for at, body in enumerate((MAIL, json.dumps(NAME), "x"))]
            session.execute(insert(KeptAnswer), [KEPT | one for one in kept])
            assert MAIL.encode() in dump(database, database_url) or database.is_sqlite
        erased = erase(database, people)
        assert scour(database)
        at_once = dump(database, database_url)
        publish_and_export(database, log_key, tmp_path)
        database.engine.dispose()
        files = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())

        assert (erased.subjects, erased.logs) == (4, 2)
        assert_nowhere(at_once, MAIL, OLD_MAIL, NAME, OLD_NAME)
        assert_nowhere(dump(database, database_url), MAIL, OLD_MAIL, NAME, OLD_NAME)
        assert_nowhere(files, MAIL, OLD_MAIL, NAME, OLD_NAME)
        assert_nowhere(unpacked(tmp_path), MAIL, OLD_MAIL, NAME, OLD_NAME)
        with database.reading() as session:
            assert session.scalars(select(KeptAnswer.actor)).all() == ["a2"]

    def test_the_search_would_find_them(self, database: Database, database_url: str) -> None:
        """The proof above proves something: before the erasure the same search finds the mail."""
        everywhere(database)
        scour(database)

        with pytest.raises(AssertionError):
            assert_nowhere(dump(database, database_url), MAIL)

    def test_others_keep_what_is_theirs(self, database: Database, people: TwoPeople) -> None:
        """Nobody else loses a value: not at seats, not among people, not on the trail."""
        everywhere(database)
        erase(database, people)
        with database.reading() as session:
            holders = session.execute(select(Checkout.holder, Checkout.host).order_by(Checkout.id)).all()
            names = set(session.scalars(select(Person.name)))
            kim = scope_of(session, subject_of(session, "Kim Artist"))

        assert [tuple(row) for row in holders] == [("erased", HOST), ("erased", ""), ("Kim Artist", "ws-1")]
        assert {"Ada Admin", "Otto Auditor"} < names
        assert kim.values == 1

    def test_backup_opens_with_its_own_key_row_only(
        self, database: Database, database_url: str, people: TwoPeople, tmp_path: Path
    ) -> None:
        """The limit that the docs name: an old backup holds its own keys. Without them its values stay shut."""
        if not database.is_sqlite:
            pytest.skip("a copy of the file is SQLite's way of a backup")
        everywhere(database)
        assert scour(database)
        shutil.copy(database_url.removeprefix("sqlite:///"), tmp_path / "backup.db")
        erase(database, people)
        with database.reading() as session:
            kept = session.scalars(select(Subject.subject)).all()
        backup = Database(f"sqlite:///{tmp_path / 'backup.db'}", seal=SEAL)
        with backup.reading() as session:
            subject = subject_of(session, MAIL)
            said = texts_of(session, subject)
        with backup.transaction() as session:
            session.execute(text("DROP TRIGGER audit_subjects_no_delete"))
            session.execute(delete(Subject).where(Subject.subject.not_in(kept)))
        with backup.reading() as session, pytest.raises(ValuesDamaged):
            texts_of(session, subject)
        backup.close()

        assert said == {MAIL, NAME, OLD_MAIL, OLD_NAME}
