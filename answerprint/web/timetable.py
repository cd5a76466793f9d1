"""What happens by itself: leases end, waiting entries are signed, kept answers are forgotten.

Each process runs it; every act is safe to run twice at once, so no process need be the chosen one.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core import clock, kept_answers
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Refusal
from audit.queries import list_logs
from audit.record import HOUSE
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from facility.sign_in_counters import forget_ended
from licensing.service.leases import expire_leases

PERIOD = timedelta(seconds=30)
ANSWERS_KEPT = timedelta(days=1)

log = structlog.get_logger()


def end_leases(database: Database) -> None:
    """End the leases that are over."""
    with database.transaction() as session:
        expire_leases(session, SYSTEM, now=clock.now())


def sign_what_waits(database: Database, key: Ed25519PrivateKey, second_place: SecondPlace | None = None) -> None:
    """Sign every log that has grown; the house log last, since it names the checkpoints of the others."""
    with database.reading() as session:
        grown = [one.name for one in list_logs(session) if one.size > one.signed_size]
    for name in [*(name for name in grown if name != HOUSE), *([HOUSE] if grown else [])]:
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=name, key=key, second_place=second_place)


def forget_answers(database: Database) -> None:
    """Forget the answers kept for repeated requests of more than a day ago."""
    with database.transaction() as session:
        kept_answers.forget_before(session, clock.now() - ANSWERS_KEPT)


def forget_counters(database: Database) -> None:
    """Forget the counters of failed sign-ins whose time is over."""
    with database.transaction() as session:
        forget_ended(session, now=clock.now())


def start(database: Database, key: Ed25519PrivateKey, second_place: SecondPlace) -> threading.Event:
    """Run the timetable beside the server until the returned event is set."""
    ended = threading.Event()
    acts: tuple[Callable[[], None], ...] = (
        lambda: end_leases(database),
        lambda: sign_what_waits(database, key, second_place),
        lambda: forget_answers(database),
        lambda: forget_counters(database),
    )

    def run() -> None:
        while not ended.wait(PERIOD.total_seconds()):
            for act in acts:
                _attempt(act)

    threading.Thread(target=run, name="timetable", daemon=True).start()
    return ended


def _attempt(act: Callable[[], None]) -> None:
    try:
        act()
    except (SQLAlchemyError, Refusal):
        # Said aloud and tried again at the next turn: one act that fails must not end the others.
        log.exception("timetable", act=act.__name__)
