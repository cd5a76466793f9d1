"""``answerprint licensing import-log``: a file of any size, in parts that end with a line."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from answerprint.core.db import Database
from answerprint.web.cli import main
from licensing.models.eventlogs import LogPart
from tests.licensing.event_logs import facts, text_of
from tests.licensing.factories import make_server


@pytest.fixture(name="server_id")
def _server_id(database: Database) -> UUID:
    """A FlexNet server whose clock shows UTC."""
    with database.transaction() as session:
        return make_server(session, zone="UTC").id


class TestImport:
    """``answerprint licensing import-log``: a file of any size, in parts."""

    @pytest.fixture(name="house")
    def _house(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The database of the settings."""
        monkeypatch.setenv("ANSWERPRINT_DATABASE", database_url)

    @pytest.mark.usefixtures("house", "server_id")
    def test_a_large_file(self, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It comes in parts that end with a line, and again it changes nothing."""
        monkeypatch.setattr("licensing.cli.logs.PART_BYTES", 4096)
        day = datetime(2026, 3, 13, tzinfo=UTC)
        lines = [" 0:00:00 (lmgrd) TIMESTAMP 3/13/2026"]
        for number in range(400):
            at = day + timedelta(minutes=number)
            word = "IN" if number % 2 else "OUT"
            lines.append(f'{at.hour:2}:{at:%M:%S} (gradeco) {word}: "grade" user{number // 2}@bay')
        file = tmp_path / "debug.log"
        file.write_bytes(text_of(*lines))
        command = ["licensing", "import-log", str(file), "--server", "lic1"]
        first, again = CliRunner().invoke(main, command), CliRunner().invoke(main, command)

        assert (first.exit_code, again.exit_code) == (0, 0), (first.output, again.output)
        assert "401 lines" in first.output
        assert "200 sessions ended" in first.output
        assert "0 lines in 0 parts" in again.output
        with database.reading() as session:
            found = session.execute(select(func.count(), func.sum(LogPart.lines)).select_from(LogPart)).one()
        assert tuple(found) == (len(facts(database)), 401)

    @pytest.mark.usefixtures("house", "server_id")
    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        """The name is said."""
        file = tmp_path / "debug.log"
        file.write_text("x")
        result = CliRunner().invoke(main, ["licensing", "import-log", str(file), "--server", "other"])

        assert result.exit_code == 2
        assert "'other'" in result.output
