"""Only the file that was registered plays: a decision is bound to its hash, so what was watched has to be that file."""

import errno
import hashlib
import os
from io import BufferedReader
from pathlib import Path

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from facility.roles import Role
from reviews.errors import AgainstAgreement
from reviews.players.holding import hold_files
from reviews.queries.held_files import check_of
from reviews.rules.held_files import FileCheck, FileStamp, FileStanding, file_standing
from tests.reviews.gate.coming import FILM, FILM_SHA256, Gatehouse, add_version, entries, gatehouse
from tests.reviews.gate.guest import Guest, furnish, issued_now, let_in, token_of
from tests.web.browsers import Browser

STAMP = FileStamp(10, 7)
CHECKED = "reviews.material.file-checked"


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a film in the screening room."""
    furnish(app, tmp_path / "media")
    return gatehouse(database, allows_download=True)


@pytest.fixture(name="film")
def _film(gate: Gatehouse, tmp_path: Path) -> Path:
    """The film in the screening room."""
    assert gate.database is not None
    return tmp_path / "media" / "r2.mp4"


@pytest.mark.parametrize(
    ("check", "standing"),
    [
        (None, FileStanding.UNCHECKED),
        (FileCheck(STAMP, "a" * 64), FileStanding.HELD),
        (FileCheck(STAMP, "b" * 64), FileStanding.DIFFERS),
        (FileCheck(FileStamp(10, 8), "a" * 64), FileStanding.UNCHECKED),
        (FileCheck(FileStamp(11, 7), "a" * 64), FileStanding.UNCHECKED),
    ],
)
def test_check_counts_for_the_file_as_it_lay_there(check: FileCheck | None, standing: FileStanding) -> None:
    """A file that was touched since is not known to be anything."""
    assert file_standing("a" * 64, STAMP, check) is standing


def test_registered_file_is_held_once(gate: Gatehouse, film: Path) -> None:
    """A file is hashed once and not again until it is touched, and what was found is recorded."""
    issued_now(gate)
    for _ in range(2):
        hold_files(gate.database, film.parent, now=clock.now())
    assert entries(gate.database, CHECKED) == 1
    os.utime(film, (1, 1))
    hold_files(gate.database, film.parent, now=clock.now())

    assert entries(gate.database, CHECKED) == 2
    with gate.database.reading() as session:
        found = check_of(session, gate.version_id)
    assert found is not None
    assert (found.sha256, found.stamp.size) == (FILM_SHA256, len(FILM))


def test_file_that_was_not_hashed_yet_does_not_play(app: Flask, gate: Gatehouse, film: Path) -> None:
    """What is not known to be the registered file is not shown, and spends no view."""
    guest = let_in(app, gate)
    film.write_bytes(FILM)
    os.utime(film, (1, 1))

    assert guest.watch().status_code == 503
    assert entries(gate.database, "reviews.view.granted") == 0
    hold_files(gate.database, film.parent, now=clock.now())
    assert "<video" in guest.watch().text


def test_file_that_is_swapped_stops_in_the_middle(app: Flask, gate: Gatehouse, film: Path) -> None:
    """From the moment that another file lies there no byte of it is sent, by player or download, hashed or not."""
    guest = let_in(app, gate, allows_download=True)
    token = token_of(guest.watch().text)
    assert guest.client.get(f"/g/media/{token}").status_code == 200
    film.write_bytes(FILM[::-1])
    before = _statuses(guest, token)
    hold_files(gate.database, film.parent, now=clock.now())

    assert before == _statuses(guest, token) == (404, 404)


def test_another_file_gets_no_link(app: Flask, gate: Gatehouse, film: Path) -> None:
    """A version whose file is known to be another one leads nowhere, and its page says so."""
    film.write_bytes(FILM[::-1])
    hold_files(gate.database, film.parent, now=clock.now())
    with pytest.raises(AgainstAgreement) as refusal:
        gate.issue()
    _, page = Browser(app, gate.database, Role.ADMIN).get(f"/reviews/versions/{gate.version_id}")

    assert list(refusal.value.fields) == ["target_url"]
    assert "another file lies there" in page


def test_one_file_that_cannot_be_read_holds_up_no_other(
    gate: Gatehouse, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails on one file is said aloud, and the next file is hashed."""
    (film.parent / "second.mp4").write_bytes(b"second")
    _, version_id = add_version(gate.database, gate.house, 2, media_path="second.mp4", film=b"second")
    digest = hashlib.file_digest

    def failing(file: BufferedReader, name: str) -> object:
        if Path(file.name) == film.resolve():
            raise OSError(errno.EIO, "the disk fails")
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", failing)
    hold_files(gate.database, film.parent, now=clock.now())

    with gate.database.reading() as session:
        assert check_of(session, gate.version_id) is None
        assert check_of(session, version_id) is not None


def _statuses(guest: Guest, token: str) -> tuple[int, int]:
    """Return how the player's request and the download's are answered."""
    return guest.client.get(f"/g/media/{token}").status_code, guest.submit("/g/visit/download").status_code
