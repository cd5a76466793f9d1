"""Whether the database is the newest one: it holds at least what was signed, as the second place remembers it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from audit.checkpoint import Checkpoint
from audit.errors import VerificationError
from audit.models import Log
from audit.queries import keys, logs
from audit.second_place import SecondPlace
from audit.succession import Succession


class LogBroken(Conflict):
    """What is stored does not agree with what was signed, so nothing more is signed."""

    code = "log-broken"


def check_second_place(session: Session, second_place: SecondPlace) -> None:
    """Raise ``LogBroken`` where a log is shorter than what was signed of it: the database is an older one."""
    for log in session.scalars(select(Log).order_by(Log.name)):
        kept = second_place.last(log.name)
        if kept is not None and opened(log, kept, keys_of(session, log)).size > logs.log_size(session, log):
            raise broken(log, "is shorter than its last checkpoint in the second place: the database was put back")


def keys_of(session: Session, log: Log) -> Succession:
    """Return the keys of a log in their order; raises ``LogBroken`` where their statements do not hold."""
    try:
        return keys.succession_of(session, log)
    except VerificationError as error:
        raise broken(log, f"has keys that do not hold: {error}") from error


def opened(log: Log, note: bytes, succession: Succession) -> Checkpoint:
    """Return the checkpoint of this log that the note is, signed by the key of its size; raises ``LogBroken``."""
    try:
        return succession.open_checkpoint(note)
    except VerificationError as error:
        raise broken(log, "has something in its place that is no checkpoint of it") from error


def broken(log: Log, what: str) -> LogBroken:
    """Return the refusal to sign, with what is wrong with the log."""
    return LogBroken(
        f"The log {log.name} {what}. Nothing was signed. Run 'answerprint audit verify' and call for help."
    )
