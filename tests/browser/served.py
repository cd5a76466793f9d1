"""The made-up house, served on this machine as a browser meets it.

What the timetable and the worker do by themselves is done here when a test says so, so that no story hangs on a clock.
"""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.web import demo, jobs, timetable
from answerprint.web.app import create_app
from answerprint.web.house import hold_second_place, prepare
from answerprint.web.settings import Settings
from audit.keys import LogKeys
from audit.models import Log
from audit.queries.logs import current_vkey
from audit.record import HOUSE
from audit.second_place import SecondPlace
from reviews.players.holding import hold_files
from tests.conftest import settings_at

_CODE = re.compile(r"^\s*(\d{6})\s*$", re.MULTILINE)
_LINK = re.compile(r"http://\S+/g#\S+")


@dataclass(frozen=True, slots=True)
class House:
    """A house that is served at ``url``, with the mails that it would send."""

    url: str
    settings: Settings
    database: Database
    keys: LogKeys
    second_place: SecondPlace

    def sign_what_waits(self) -> None:
        """Sign every log that has grown, as the timetable does."""
        timetable.sign_what_waits(self.database, self.keys.signing, self.second_place)

    def make_bundles(self) -> None:
        """Make the bundles that wait, as the worker does."""
        jobs.work_all(self.database, self.settings.exports, self.settings.zone)

    def verifier_key(self) -> str:
        """Return the key of the house log, as an auditor was given it on another way."""
        with self.database.reading() as session:
            return current_vkey(session, session.scalars(select(Log).where(Log.name == HOUSE)).one())

    def code_for(self, address: str) -> str:
        """Return the newest code that was mailed to an address."""
        return _only(_CODE, self._newest_mail(address))

    def link_for(self, address: str) -> str:
        """Return the link of the newest mail to an address."""
        return _only(_LINK, self._newest_mail(address))

    def _newest_mail(self, address: str) -> str:
        query = select(OutboxMail.body).where(OutboxMail.recipient == address)
        with self.database.reading() as session:
            return session.scalars(query.order_by(OutboxMail.made_at.desc(), OutboxMail.id.desc())).first() or ""


class _Quiet(WSGIRequestHandler):
    """Answers without a line of log for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def furnish_house(home: Path) -> None:
    """Furnish the made-up house in an empty folder, hold its files against their hashes, and sign its trail."""
    settings = _settings(home, "http://127.0.0.1")
    database, keys = prepare(settings)
    demo.furnish(database, settings.zone, media=settings.media)
    hold_files(database, settings.media, now=clock.now())
    timetable.sign_what_waits(database, keys.signing, hold_second_place(settings, database))
    database.close()


@contextmanager
def served_house(home: Path) -> Iterator[House]:
    """Serve the house that was furnished in this folder, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        settings = _settings(home, f"http://127.0.0.1:{port}")
        database, keys = prepare(settings)
        second_place = hold_second_place(settings, database)
        app = create_app(settings, database=database, keys=keys, second_place=second_place)
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever, name="house", daemon=True)
        thread.start()
        yield House(settings.url, settings, database, keys, second_place)
        server.shutdown()
        thread.join()
        server.server_close()
        database.close()


def _settings(home: Path, url: str) -> Settings:
    return replace(settings_at(home, f"sqlite:///{home / 'answerprint.db'}"), url=url, media=home / "media")


def _only(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found is not None, f"no {pattern.pattern} in: {text!r}"
    return found.group(found.lastindex or 0)
