"""Open logs: the house's once, then one a counterparty."""

import re

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import Conflict, Invalid
from audit.facts.logs import LogOpened
from audit.models import Head, Log
from audit.note import encode_base64, parse_vkey
from audit.queries import keys, logs
from audit.record import HOUSE, record
from audit.service.keys import adopt_mldsa_key

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class LogExists(Conflict):
    """A log of this name was opened before; a log is opened once."""

    code = "log-exists"


def open_house(session: Session, actor: Actor, *, origin: str, public_key: Ed25519PublicKey) -> Log:
    """Open the house log. ``origin`` is a name without scheme, such as ``post.example/answerprint``."""
    log = _insert(session, HOUSE, f"{origin}/{HOUSE}", logs.public_text(public_key))
    record(session, actor, _opened(log))
    return log


def open_log(session: Session, actor: Actor, *, name: str) -> Log:
    """Open the log of a counterparty, under the house's origin and the keys that sign the house log now.

    Raises ``Invalid`` where the name is not lower-case letters, digits and single hyphens, ``LogExists`` where
    it is taken.
    """
    if not _NAME.fullmatch(name) or len(name) > 120:
        raise Invalid(f"{name!r} cannot name a log: use lower-case letters, digits and hyphens.")
    if session.scalar(select(Log.id).where(Log.name == name)) is not None:
        raise LogExists(f"A log named {name} exists already.")
    # The house's row is held as by ``service.keys``: the key that is read here is not handed over before the commit.
    held = select(Log).where(Log.name == HOUSE).with_for_update(read=True, key_share=True)
    house = session.scalars(held).one()
    signing = encode_base64(parse_vkey(keys.signing_vkey(session, house)).public_key)
    log = _insert(session, name, f"{house.origin.removesuffix(HOUSE)}{name}", signing)
    record(session, actor, _opened(log), log=name)
    beside = keys.mldsa_vkey(session, house)
    if beside is not None:
        adopt_mldsa_key(session, actor, log=log, key=parse_vkey(beside).public_key, since=0)
    return log


def _insert(session: Session, name: str, origin: str, public_key: str) -> Log:
    last = session.scalar(select(func.max(Log.id)))
    log = Log(id=1 if last is None else last + 1, name=name, origin=origin, public_key=public_key)
    session.add(log)
    session.flush()  # the head must stand before the first fact takes its place
    session.execute(insert(Head).values(log_id=log.id, size=0))
    return log


def _opened(log: Log) -> LogOpened:
    return LogOpened(
        about=f"log:{log.name}", log_id=log.id, name=log.name, origin=log.origin, public_key=log.public_key
    )
