"""Whether the database is the newest one: it holds at least what was signed, as the second place remembers it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict
from audit import queries
from audit.checkpoint import Checkpoint, open_checkpoint
from audit.errors import VerificationError
from audit.models import Log
from audit.note import Verifier
from audit.second_place import SecondPlace


class LogBroken(Conflict):
    """What is stored does not agree with what was signed, so nothing more is signed."""

    code = "log-broken"


def check_second_place(session: Session, second_place: SecondPlace) -> None:
    """Raise ``LogBroken`` where a log is shorter than what was signed of it: the database is an older one."""
    for log in session.scalars(select(Log).order_by(Log.name)):
        kept = second_place.last(log.name)
        if kept is not None and opened(log, kept).size > queries.log_size(session, log):
            raise broken(log, "is shorter than its last checkpoint in the second place: the database was put back")


def opened(log: Log, note: bytes) -> Checkpoint:
    """Return the checkpoint of this log that the note is; raises ``LogBroken`` where it is none."""
    try:
        return open_checkpoint(note, Verifier.from_vkey(queries.vkey_of(log)), log.origin)
    except VerificationError as error:
        raise broken(log, "has something in its place that is no checkpoint of it") from error


def broken(log: Log, what: str) -> LogBroken:
    """Return the refusal to sign, with what is wrong with the log."""
    return LogBroken(
        f"The log {log.name} {what}. Nothing was signed. Run 'answerprint audit verify' and call for help."
    )
