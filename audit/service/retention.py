"""How long the entries of a log are kept at least. Nothing goes by itself: pruning is an order of two people."""

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import StaleVersion
from audit import rules
from audit.facts.orders import RetentionSet
from audit.models import Retention
from audit.queries.logs import log_named
from audit.queries.orders import RetentionRow, retention_of, take_turn
from audit.record import record


def set_retention(session: Session, actor: Actor, *, log_name: str, days: int, version: int) -> RetentionRow:
    """Keep the entries of a log for so many days from now on; ``version`` is 0 where nobody chose the days yet.

    Raises ``RetentionRefused`` and ``StaleVersion``.
    """
    rules.check_days(days)
    log = log_named(session, log_name)
    take_turn(session)
    held = retention_of(session, log)
    if held.version != version:
        raise StaleVersion("It was changed meanwhile. Read it again and repeat your change.")
    if held.days == days:
        return held
    row = session.get(Retention, log.id)
    if row is None:
        session.add(Retention(log_id=log.id, days=days))
    else:
        row.days = days
    session.flush()  # the answer carries the new version
    record(session, actor, RetentionSet(about=f"log:{log.name}", log=log.name, old_days=held.days, new_days=days))
    return retention_of(session, log)
