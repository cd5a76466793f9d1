"""Set a house up: its folder, its key, its tables, its first log, and the link for its first admin."""

from sqlalchemy import inspect, select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine
from answerprint.core.sealing import UnusableSealError, load_seal, make_seal
from answerprint.core.upgrade import upgrade
from answerprint.web.settings import Settings
from audit.keys import LogKeys, make_key, open_keys, read_passphrase
from audit.models import Log, Subject
from audit.queries.logs import newest_checkpoint
from audit.record import HOUSE
from audit.rollback import check_second_place
from audit.second_place import SecondPlace
from audit.service.logs import open_house
from facility.queries.access import somebody_can_sign_in
from facility.service.clients import open_missing_logs
from facility.service.invitations import invite_first_admin


def prepare(settings: Settings) -> tuple[Database, LogKeys]:
    """Bring tables and key to this release, from nothing if need be; what is there already stays."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A lost sealing key is never replaced in silence: what was sealed with it could not be read any more.
    if not settings.seal_file.exists() and _has_sealed(settings.database):
        raise UnusableSealError(
            f"The sealing key {settings.seal_file} is gone, and values were sealed with it. Put it back from a backup."
        )
    seal = load_seal(settings.seal_file) if settings.seal_file.exists() else make_seal(settings.seal_file)
    upgrade(settings.database, seal=seal)
    database = Database(settings.database, seal=seal)
    with database.reading() as session:
        is_open = session.scalar(select(Log.id).where(Log.name == HOUSE)) is not None
    # A lost key of an open house is never replaced in silence: opening it says what is wrong.
    if not is_open and not settings.key_file.exists():
        make_key(settings.key_file, read_passphrase(settings.key_passphrase_file))
    keys = house_keys(settings)
    if not is_open:
        with database.transaction() as session:
            open_house(session, SYSTEM, origin=settings.origin, public_key=keys.signing.public_key())
    with database.transaction() as session:
        open_missing_logs(session, SYSTEM)
    return database, keys


def house_keys(settings: Settings) -> LogKeys:
    """Return the keys that sign the logs; raises ``UnusableKeyError`` with what to do."""
    return open_keys(settings.key_file, settings.key_passphrase_file, settings.mldsa_key_file)


def hold_second_place(settings: Settings, database: Database) -> SecondPlace:
    """Return the second place of the logs' last checkpoints; raises ``LogBroken`` where the database is an older one.

    The first time it is set up from what the database says; from then on it is the database that has to agree.
    """
    second_place = SecondPlace(settings.second_place)
    with database.reading() as session:
        if second_place.exists():
            check_second_place(session, second_place)
            return second_place
        second_place.set_up()
        for log in session.scalars(select(Log)):
            newest = newest_checkpoint(session, log)
            if newest is not None:
                second_place.swap(log.name, expected=None, new=newest.note)
    return second_place


def set_up_link(settings: Settings, database: Database) -> str | None:
    """Return a one-time link that makes the first admin, or ``None`` where somebody can sign in already."""
    with database.reading() as session:
        if somebody_can_sign_in(session):
            return None
    with database.transaction() as session:
        invitation = invite_first_admin(session, SYSTEM, now=clock.now())
    return f"{settings.url}/invitations/{invitation.secret}"


def _has_sealed(url: str) -> bool:
    """Report whether a database holds the key of any subject: then a sealing key was there before."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            is_there = inspect(connection).has_table(Subject.__tablename__)
            return is_there and connection.scalar(select(Subject.subject).limit(1)) is not None
    finally:
        engine.dispose()
