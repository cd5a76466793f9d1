"""A house is set up from nothing, once, and what is there stays."""

import re
import socket
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.sealing import UnusableSealError
from answerprint.core.upgrade import downgrade
from answerprint.web import demo, house, timetable
from answerprint.web.app import create_app
from answerprint.web.cli import main
from answerprint.web.settings import SettingError, Settings, read_settings
from audit.errors import VerificationError
from audit.models import Entry
from audit.queries.logs import list_logs, public_text
from audit.verification import verify_database
from facility.service.clients import add_client
from licensing.models.catalogue import LicenceServer, Lot, Product
from licensing.models.seats import Checkout, Ending
from licensing.queries.board import seats_board
from licensing.rules.lots import LotChanges
from licensing.service.lots import change_lot
from licensing.service.products import rename_product
from licensing.service.servers import change_server

ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(name="empty")
def _empty(tmp_path: Path) -> Settings:
    """Settings of a house that does not exist yet."""
    return read_settings({"ANSWERPRINT_HOME": str(tmp_path / "house")})


class TestPrepare:
    """From nothing to a house, and again."""

    def test_makes_key_tables_and_house_log(self, empty: Settings) -> None:
        """Afterwards the house can serve, and its key is nobody else's to read."""
        database, keys = house.prepare(empty)
        client = create_app(empty, database=database, keys=keys).test_client()
        ready = client.get("/readyz")
        with database.reading() as session:
            logs = [log.name for log in list_logs(session)]
        database.close()

        assert (ready.status_code, ready.json) == (200, {"status": "ready"})
        assert logs == ["house"]
        assert empty.key_file.stat().st_mode & 0o777 == 0o600

    def test_second_time_changes_nothing(self, empty: Settings) -> None:
        """What is there stays: the same key, the same log, no new entry."""
        first, keys = house.prepare(empty)
        first.close()
        second, same_keys = house.prepare(empty)
        with second.reading() as session:
            entries = session.scalar(select(func.count()).select_from(Entry))
        second.close()

        assert public_text(keys.signing.public_key()) == public_text(same_keys.signing.public_key())
        assert entries == 1

    def test_lost_key_is_not_replaced_in_silence(self, empty: Settings) -> None:
        """A house whose key file is gone does not start with another key: its logs would end without a word."""
        house.prepare(empty)[0].close()
        empty.key_file.unlink()

        with pytest.raises(VerificationError, match="cannot be read"):
            house.prepare(empty)

    def test_older_tables_are_not_ready(self, empty: Settings) -> None:
        """A database of another release is told apart from one that works."""
        database, keys = house.prepare(empty)
        downgrade(empty.database, "0002")
        ready = create_app(empty, database=database, keys=keys).test_client().get("/readyz")
        database.close()

        assert ready.status_code == 503
        assert ready.json is not None
        assert "answerprint upgrade" in ready.json["reason"]

    def test_set_up_link_is_given_only_while_nobody_can_sign_in(self, empty: Settings) -> None:
        """An empty house gets a link; one with people does not."""
        database, _ = house.prepare(empty)
        before = house.set_up_link(empty, database)
        demo.furnish(database, ZONE)
        after = house.set_up_link(empty, database)
        database.close()

        assert before is not None
        assert re.fullmatch(r"http://127\.0\.0\.1:8300/invitations/[A-Za-z0-9_-]{43}", before)
        assert after is None


class TestDemo:
    """The made-up facility."""

    def test_is_furnished_once_and_brought_up_to_date(self, database: Database) -> None:
        """The second start adds what time has brought, and no second facility."""
        demo.furnish(database, ZONE)
        with database.reading() as session:
            first = seats_board(session, on=clock.now().astimezone(ZONE).date(), now=clock.now())
        demo.furnish(database, ZONE)
        with database.reading() as session:
            again = seats_board(session, on=clock.now().astimezone(ZONE).date(), now=clock.now())

        assert [row.product for row in first] == [row.product for row in again]
        assert len(first) == len(demo.PRODUCTS)
        assert sum(row.checked_out for row in again) == 5

    def test_starts_again_whatever_was_changed_in_it(self, database: Database) -> None:
        """Who looks around may rename, change and end what they like: the next start leaves out what no longer fits."""
        demo.furnish(database, ZONE)
        later = clock.now() + timedelta(days=2)
        with database.transaction() as session:
            product = session.scalars(select(Product).where(Product.name == "Lumen Scopes")).one()
            rename_product(session, SYSTEM, product_id=product.id, name="Scopes", version=product.version)
            for lot in session.scalars(select(Lot).where(Lot.ends_on.is_(None))):
                changes: LotChanges = {"ends_on": lot.starts_on}
                change_lot(session, SYSTEM, lot_id=lot.id, changes=changes, version=lot.version)
            server = session.scalars(select(LicenceServer).where(LicenceServer.name == "lic-a")).one()
            change_server(session, SYSTEM, server_id=server.id, changes={"kind": "rlm"}, version=server.version)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: later)
            demo.furnish(database, ZONE)
        with database.reading() as session:
            board = seats_board(session, on=later.date(), now=later)

        assert sum(row.checked_out for row in board) == 2


class TestTimetable:
    """What happens by itself."""

    def test_ended_lease_gives_its_seat_back(self, database: Database) -> None:
        """A lease that is over is ended, with a fact."""
        demo.furnish(database, ZONE)
        with database.reading() as session:
            ends = session.scalars(select(func.max(Checkout.expires_at))).one()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clock, "now", lambda: ends)
            timetable.end_leases(database)
        with database.reading() as session:
            endings = set(session.scalars(select(Checkout.ending)))
            kinds = set(session.scalars(select(Entry.kind)))

        assert endings == {Ending.EXPIRED.value}
        assert "licensing.seat.expired" in kinds

    def test_everything_that_waits_is_signed(self, database: Database, log_key: Ed25519PrivateKey) -> None:
        """Afterwards no log has an unsigned entry, though signing a licensor's log adds one to the house log."""
        demo.furnish(database, ZONE)
        timetable.sign_what_waits(database, log_key)
        with database.reading() as session:
            logs = list_logs(session)
            verdict = verify_database(session, trusted_keys=None)

        assert len(logs) == 5
        assert all(log.size == log.signed_size for log in logs)
        assert verdict.holds

    def test_nothing_to_do_changes_nothing(self, database: Database, log_key: Ed25519PrivateKey) -> None:
        """A second turn right after the first adds no entry and no checkpoint."""
        for _ in range(2):
            timetable.sign_what_waits(database, log_key)
            timetable.end_leases(database)
            timetable.forget_answers(database)
            timetable.forget_counters(database)
        with database.reading() as session:
            entries = session.scalar(select(func.count()).select_from(Entry))

        assert entries == 1


class TestSettings:
    """The environment, read once."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [("ANSWERPRINT_ZONE", "Mars/Olympus"), ("ANSWERPRINT_PROXIES", "-1"), ("ANSWERPRINT_ZONE", "")],
    )
    def test_setting_that_cannot_be_used_is_named(self, name: str, value: str) -> None:
        """A wrong setting ends the start with its name, not with a stack of calls."""
        with pytest.raises(SettingError, match=name):
            read_settings({name: value})

    def test_tls_makes_cookies_secure(self) -> None:
        """The address that people use decides whether cookies may go over plain HTTP."""
        assert read_settings({"ANSWERPRINT_URL": "https://post.example"}).has_secure_cookies
        assert not read_settings({}).has_secure_cookies


def test_upgrade_is_a_command(tmp_path: Path) -> None:
    """An installation is brought to this release without serving."""
    result = CliRunner().invoke(main, ["upgrade"], env={"ANSWERPRINT_HOME": str(tmp_path / "house")})

    assert result.exit_code == 0, result.output
    assert result.output.endswith("is up to date.\n")


def test_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    """A second server on one port would answer every other request; it does not start."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["run", "--port", port], env={"ANSWERPRINT_HOME": str(tmp_path / "house")})

    assert result.exit_code == 2
    assert "--port" in result.output
    assert not (tmp_path / "house").exists()


def test_lost_sealing_key_is_not_replaced(empty: Settings) -> None:
    """A house that sealed values starts with the key that sealed them, or says what is wrong."""
    database, _ = house.prepare(empty)
    with database.transaction() as session:
        add_client(session, SYSTEM, name="Northbound")
    database.close()
    empty.seal_file.unlink()

    with pytest.raises(UnusableSealError, match="Put it back"):
        house.prepare(empty)
    assert not empty.seal_file.exists()
