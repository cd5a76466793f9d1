"""What happens by itself: leases end, waiting entries are signed, witnesses are asked, kept answers are forgotten.

Each process runs it; every act is safe to run twice at once, so no process need be the chosen one.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import structlog
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core import clock, kept_answers, outbox
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import Transport
from answerprint.core.problems import Refusal
from answerprint.core.smtp import smtp_transport
from answerprint.web.receipts import send_receipts
from answerprint.web.settings import Settings
from audit.errors import VerificationError
from audit.keys import LogKeys
from audit.policies import NO_POLICIES, Policies
from audit.queries.cosignatures import logs_to_ask
from audit.queries.logs import list_logs
from audit.queries.silence import is_silent
from audit.record import HOUSE
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from audit.service.heartbeat import beat
from audit.service.witnessing import ask_witnesses
from audit.signing import SigningKey
from facility import sign_in_counters
from licensing.service.leases import expire_leases
from licensing.service.notices import give_notices
from licensing.service.seat_queue import keep_reservations
from reviews import gate_counters
from reviews.players.holding import hold_files
from reviews.service.rounds import close_deemed
from reviews.service.shipments import chase_overdue

Act: TypeAlias = Callable[[], object]

PERIOD = timedelta(seconds=30)
ROOM_PERIOD = timedelta(seconds=5)
MAIL_PERIOD = timedelta(seconds=3)
"""Somebody at the gate waits for the code in their mailbox."""
ANSWERS_KEPT = timedelta(days=1)

log = structlog.get_logger()


def end_leases(database: Database) -> None:
    """End the leases that are over."""
    with database.transaction() as session:
        expire_leases(session, SYSTEM, now=clock.now())


def show_life(database: Database, silence: timedelta | None) -> None:
    """Record that the house lives, where nothing was recorded in its log for so long; ``None`` is never."""
    if silence is None:
        return
    with database.reading() as session:
        if not is_silent(session, HOUSE, silence=silence, now=clock.now()):
            return
    with database.transaction() as session:
        beat(session, SYSTEM, silence=silence, now=clock.now())


def sign_what_waits(
    database: Database,
    key: SigningKey,
    second_place: SecondPlace | None = None,
    *,
    beside: MLDSA44PrivateKey | None = None,
) -> None:
    """Sign every log that has grown; the house log last, since it names the checkpoints of the others."""
    with database.reading() as session:
        grown = [one.name for one in list_logs(session) if one.size > one.signed_size]
    for name in [*(name for name in grown if name != HOUSE), *([HOUSE] if grown else [])]:
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=name, key=key, beside=beside, second_place=second_place)


def ask(database: Database, policies: Policies, evidence: Path) -> None:
    """Ask the witnesses of every log whose newest checkpoint they have not cosigned, or not of late."""
    with database.reading() as session:
        waiting = logs_to_ask(session, policies, clock.now())
    for name in waiting:
        ask_one = partial(ask_witnesses, database, log_name=name, policies=policies, now=clock.now(), evidence=evidence)
        _attempt(f"ask the witnesses of {name}", ask_one)


def forget_answers(database: Database) -> None:
    """Forget the answers kept for repeated requests of more than a day ago."""
    with database.transaction() as session:
        kept_answers.forget_before(session, clock.now() - ANSWERS_KEPT)


def forget_counters(database: Database) -> None:
    """Forget counters of sign-ins and of the gate whose time is over, and codes and tokens that are."""
    with database.transaction() as session:
        sign_in_counters.forget_ended(session, now=clock.now())
        gate_counters.forget_ended(session, now=clock.now())


def see_to_seats(database: Database, zone: ZoneInfo) -> None:
    """End reservations that are over, offer what is free to who waits, and tell of dates that come near."""
    now = clock.now()
    today = now.astimezone(zone).date()
    with database.transaction() as session:
        keep_reservations(session, SYSTEM, now=now, on=today)
    with database.transaction() as session:
        give_notices(session, SYSTEM, now=now, on=today)


def see_to_reviews(database: Database, policies: Policies, zone: ZoneInfo) -> None:
    """Close rounds that silence has approved as agreed, chase what is overdue, and send receipts of what is signed."""
    now = clock.now()
    with database.transaction() as session:
        close_deemed(session, SYSTEM, now=now)
    with database.transaction() as session:
        chase_overdue(session, SYSTEM, now=now, on=now.astimezone(zone).date())
    send_receipts(database, policies=policies, now=now)


def send_mails(database: Database, transport: Transport) -> None:
    """Send the mails that are due."""
    outbox.send_waiting(database, transport, now=clock.now())


def forget_mails(database: Database) -> None:
    """Forget the mails of more than thirty days ago, sent or not: addresses are personal."""
    with database.transaction() as session:
        outbox.forget_sent(session, now=clock.now())


def start(
    settings: Settings,
    database: Database,
    keys: LogKeys,
    second_place: SecondPlace,
    *,
    policies: Policies = NO_POLICIES,
) -> threading.Event:
    """Run the timetable beside the server until the returned event is set."""
    acts: dict[str, Act] = {
        "end leases": lambda: end_leases(database),
        "see to seats": lambda: see_to_seats(database, settings.zone),
        "show life": lambda: show_life(database, settings.heartbeat),
        "see to reviews": lambda: see_to_reviews(database, policies, settings.zone),
        "sign what waits": lambda: sign_what_waits(database, keys.signing, second_place, beside=keys.beside),
        "forget answers": lambda: forget_answers(database),
        "forget counters": lambda: forget_counters(database),
        "forget mails": lambda: forget_mails(database),
    }
    ended = threading.Event()
    _run("timetable", acts, ended)
    if policies.logs:
        # Beside the rest: a witness that does not answer must not hold up what is to be signed.
        _run("witnesses", {"ask witnesses": lambda: ask(database, policies, settings.home / "evidence")}, ended)
    # Beside the rest too: a film is read for minutes.
    room = {"hold files": lambda: hold_files(database, settings.media, now=clock.now())}
    _run("screening room", room, ended, every=ROOM_PERIOD)
    if settings.smtp is not None:
        transport = smtp_transport(settings.smtp, settings.mail_from)
        _run("mails", {"send mails": lambda: send_mails(database, transport)}, ended, every=MAIL_PERIOD)
    return ended


def _run(name: str, acts: Mapping[str, Act], ended: threading.Event, *, every: timedelta | None = None) -> None:
    def run() -> None:
        while not ended.wait((every or PERIOD).total_seconds()):
            for what, act in acts.items():
                _attempt(what, act)

    threading.Thread(target=run, name=name, daemon=True).start()


def _attempt(what: str, act: Act) -> None:
    try:
        act()
    except (SQLAlchemyError, Refusal, VerificationError, OSError):
        # Said aloud and tried again at the next turn: one act that fails must not end the others.
        log.exception("timetable", act=what)
