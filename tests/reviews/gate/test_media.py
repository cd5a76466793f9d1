"""The screening room: every byte asks who it is for, and none lies outside the room."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from answerprint.core import clock
from answerprint.core.actor import Actor
from answerprint.core.db import Database
from facility.roles import Role
from reviews.models.gate import MediaToken
from reviews.players.files import (
    PIECE,
    ByteRange,
    UnsatisfiableRangeError,
    media_file,
    read_blocks,
    read_range,
)
from reviews.players.html5 import player_for
from reviews.players.tokens import TOKEN_LASTS
from reviews.service.freezes import lift_freeze, set_freeze
from reviews.service.links import revoke_link
from tests.facility.factories import actor_of, make_person
from tests.reviews.gate.coming import FILM, Gatehouse, add_version, entries, gatehouse, secret_of
from tests.reviews.gate.guest import Guest, furnish, guest_of, let_in, token_of


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a film in the screening room."""
    furnish(app, tmp_path / "media")
    return gatehouse(database, allows_download=True)


def status_of(guest: Guest, token: str, **headers: str) -> int:
    """Return the status of a request for the film."""
    return guest.client.get(f"/g/media/{token}", headers=headers).status_code


class TestFiles:
    """A path leads below the root of the room or nowhere."""

    @pytest.mark.parametrize(
        "path",
        ["../key.pem", "/etc/passwd", "a/../../key.pem", "link.mp4", "folder", "", None, "a\x00.mp4", "none.mp4"],
    )
    def test_nothing_outside_the_room_is_found(self, tmp_path: Path, path: str | None) -> None:
        """Dots, whole paths, links out of the room and what is no file are not there."""
        room = tmp_path / "media"
        (room / "folder").mkdir(parents=True)
        (tmp_path / "key.pem").write_text("secret")
        (room / "link.mp4").symlink_to(tmp_path / "key.pem")

        assert media_file(room, path) is None

    def test_file_of_the_room_is_found(self, tmp_path: Path) -> None:
        """A file below the root is there."""
        (tmp_path / "reels").mkdir()
        (tmp_path / "reels" / "r2.mp4").write_bytes(b"x")

        assert media_file(tmp_path, "reels/r2.mp4") == (tmp_path / "reels" / "r2.mp4").resolve()

    def test_only_what_browsers_play_has_a_player(self) -> None:
        """A page or a program in the room is never sent as what it is."""
        assert player_for("r2.MP4") is not None
        assert player_for("r2.html") is None
        assert player_for("r2.svg") is None


class TestRanges:
    """RFC 9110 section 14.1.2, read strictly."""

    @pytest.mark.parametrize(
        ("header", "wanted"),
        [
            ("bytes=0-0", ByteRange(0, 0)),
            ("bytes=10-19", ByteRange(10, 19)),
            ("bytes=90-200", ByteRange(90, 99)),
            ("bytes=-10", ByteRange(90, 99)),
            ("bytes=-200", ByteRange(0, 99)),
            ("bytes=50-", ByteRange(50, 99)),
        ],
    )
    def test_range_is_read(self, header: str, wanted: ByteRange) -> None:
        """First and last are included, a suffix counts from the end."""
        assert read_range(header, 100) == wanted

    @pytest.mark.parametrize("header", [None, "", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=9-3"])
    def test_anything_else_is_the_whole_file(self, header: str | None) -> None:
        """What is not understood is ignored, as the RFC says."""
        assert read_range(header, 100) is None

    @pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
    def test_range_behind_the_end_is_refused(self, header: str) -> None:
        """A range without a byte of the file cannot be satisfied."""
        with pytest.raises(UnsatisfiableRangeError):
            read_range(header, 100)

    def test_open_range_is_answered_in_pieces(self) -> None:
        """No connection is held for a whole film: who wants more asks again, and is looked at again."""
        assert read_range("bytes=0-", PIECE * 3) == ByteRange(0, PIECE - 1)

    def test_blocks_are_the_bytes(self, tmp_path: Path) -> None:
        """Block by block the range comes out as it lies in the file."""
        path = tmp_path / "film"
        path.write_bytes(FILM)

        assert b"".join(read_blocks(path, ByteRange(3, 1002))) == FILM[3:1003]


class TestBytes:
    """Session, token, revocation and freeze hold on the next byte."""

    def test_ranges_are_played(self, app: Flask, gate: Gatehouse) -> None:
        """A player gets the bytes that it asks for, inline, as what they are, and never stored."""
        guest = let_in(app, gate)
        token = token_of(guest.watch().text)
        answer = guest.client.get(f"/g/media/{token}", headers={"Range": "bytes=100-199"})

        assert (answer.status_code, answer.data) == (206, FILM[100:200])
        assert answer.headers["Content-Range"] == f"bytes 100-199/{len(FILM)}"
        assert (answer.headers["Content-Disposition"], answer.headers["Content-Type"]) == ("inline", "video/mp4")
        assert answer.headers["Cache-Control"] == "no-store"
        assert status_of(guest, token, Range=f"bytes={len(FILM)}-") == 416
        assert guest.client.head(f"/g/media/{token}").data == b""

    def test_token_alone_opens_nothing(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Copied to another browser the address of the film is nothing, with or without a visit there."""
        token = token_of(let_in(app, gate).watch().text)
        bare, other = guest_of(app, database), let_in(app, gate)

        assert status_of(bare, token) == 404
        assert status_of(other, token) == 404

    def test_token_ends_within_a_minute_and_is_renewed(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """A token that was not renewed reads nothing; the player's request, or the page loaded again, mends that."""
        guest = let_in(app, gate)
        page = guest.watch().text
        token = token_of(page)
        assert TOKEN_LASTS.total_seconds() <= 60
        with database.transaction() as session:
            session.execute(update(MediaToken).values(expires_at=clock.now()))
        assert status_of(guest, token) == 404
        csrf = page.partition('data-csrf="')[2].partition('"')[0]
        renewed = guest.client.post("/g/visit/token", data={"csrf": csrf, "token": token})
        assert renewed.status_code == 200
        assert status_of(guest, token) == 200
        again = guest.client.post("/g/visit/watch", data={"csrf": csrf})

        assert status_of(guest, token_of(again.text)) == 200
        assert entries(database, "reviews.view.granted") == 1

    def test_foreign_token_is_not_renewed(self, app: Flask, gate: Gatehouse) -> None:
        """A visit renews its own tokens only."""
        token = token_of(let_in(app, gate).watch().text)
        other = let_in(app, gate)
        csrf = other.watch().text.partition('data-csrf="')[2].partition('"')[0]

        assert other.client.post("/g/visit/token", data={"csrf": csrf, "token": token}).status_code == 404

    def test_revocation_holds_on_the_next_byte(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """A link that is taken back while it plays sends nothing more."""
        issued = gate.issue(now=clock.now())
        guest = guest_of(app, database)
        guest.open(secret_of(issued))
        guest.verify()
        token = token_of(guest.watch().text)
        assert status_of(guest, token) == 200
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=issued.link.id, reason="x", now=clock.now())

        assert status_of(guest, token) == 404

    @pytest.mark.parametrize("scope", ["contact", "client", "project", "all"])
    def test_freeze_holds_on_the_next_byte(self, app: Flask, database: Database, gate: Gatehouse, scope: str) -> None:
        """Person, company, project or all: what is frozen stops, and goes on when it is lifted."""
        house = gate.house
        subjects = {"contact": house.contact_id, "client": house.client_id, "project": house.project_id, "all": None}
        actor = house.producer if scope != "all" else _admin(database)
        guest = let_in(app, gate)
        token = token_of(guest.watch().text)
        with database.transaction() as session:
            freeze = set_freeze(session, actor, scope=scope, subject_id=subjects[scope], reason="leak", now=clock.now())
        assert status_of(guest, token) == 404
        assert "stopped for now" in guest.page()
        with database.transaction() as session:
            lift_freeze(session, actor, freeze_id=freeze.id, now=clock.now())

        assert status_of(guest, token) == 200

    def test_stream_that_runs_is_cut(self, app: Flask, database: Database, gate: Gatehouse, tmp_path: Path) -> None:
        """Within one answer, too, each block is asked for: a freeze in the middle ends it there."""
        film = b"x" * 3 * 1024 * 1024
        (tmp_path / "media" / "long.mp4").write_bytes(film)
        _, version_id = add_version(database, gate.house, 2, media_path="long.mp4", film=film)
        guest = let_in(app, gate, material_version_id=version_id)
        token = token_of(guest.watch().text)
        answer = guest.client.get(f"/g/media/{token}", buffered=False)
        blocks = iter(answer.response)
        first = next(blocks)
        with database.transaction() as session:
            who, project_id = gate.house.producer, gate.house.project_id
            set_freeze(session, who, scope="project", subject_id=project_id, reason="x", now=clock.now())
        rest = list(blocks)

        assert (len(first), rest) == (1024 * 1024, [])

    def test_download_only_where_agreed(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """A file to keep is sent where that is agreed, under the outside name, and recorded; else it is not there."""
        keeper, watcher = let_in(app, gate, allows_download=True), let_in(app, gate)
        keeper.watch()
        watcher.watch()
        kept = keeper.submit("/g/visit/download")
        assert (kept.status_code, kept.data == FILM) == (200, True)
        assert kept.headers["Content-Disposition"] == "attachment; filename=NB-204_v001.mp4"
        assert "download" not in watcher.page()
        csrf = watcher.page().partition('name="csrf" value="')[2].partition('"')[0]

        assert watcher.client.post("/g/visit/download", data={"csrf": csrf}).status_code == 404
        assert entries(database, "reviews.view.downloaded") == 1

    def test_absent_file_spends_nothing(self, app: Flask, gate: Gatehouse, tmp_path: Path) -> None:
        """A file that is not in the room costs nobody a view."""
        (tmp_path / "media" / "r2.mp4").unlink()
        guest = let_in(app, gate)

        assert guest.watch().status_code == 503
        assert entries(gate.database, "reviews.view.granted") == 0


def _admin(database: Database) -> Actor:
    """Return somebody who sees all projects."""
    with database.transaction() as session:
        return actor_of(session, make_person(session, Role.ADMIN, email="ada@post.example").id)
