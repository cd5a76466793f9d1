"""The answers kept for ``Idempotency-Key``: a repeated request gets the first answer and changes nothing.

The key is claimed in the transaction of the change itself, so an answer is kept exactly where the change happened.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, String, Table, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from answerprint.core.db import Base, insert_if_absent
from answerprint.core.problems import Conflict, Invalid

KEY_LENGTH_MAX = 200


class KeyReused(Conflict):
    """The same ``Idempotency-Key`` came with another request."""

    code = "idempotency-key-reused"


class AnswerNotKept(Conflict):
    """A request with this ``Idempotency-Key`` was done before, and its answer held a secret that is shown once."""

    code = "answer-shown-once"


class KeptAnswer(Base):
    """One answer, kept under who asked and with which key."""

    __tablename__ = "core_kept_answers"
    __table_args__ = ({"info": {"unrecorded": "a copy of an answer whose own change is recorded"}},)

    actor: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH_MAX), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    content_type: Mapped[str] = mapped_column(String(80), default="")
    entity_tag: Mapped[str] = mapped_column(String(80), default="")
    entries: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    kept_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as far as a repetition must equal it."""

    actor: str
    key: str
    request_sha256: str


def describe(actor: str, key: str, *, method: str, path: str, body: bytes) -> Asked:
    """Describe a request; raises ``Invalid`` where the key is not 1 to 200 printable ASCII characters."""
    if not (0 < len(key) <= KEY_LENGTH_MAX and key.isascii() and key.isprintable()):
        sentence = f"An Idempotency-Key is 1 to {KEY_LENGTH_MAX} printable ASCII characters."
        raise Invalid(sentence, fields={"Idempotency-Key": [sentence]})
    digest = hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()
    return Asked(actor=actor, key=key, request_sha256=digest)


def claim(session: Session, asked: Asked, *, now: datetime) -> KeptAnswer | None:
    """Claim the key for this transaction, or return the answer that an earlier one kept under it."""
    table = KeptAnswer.__table__
    assert isinstance(table, Table)  # noqa: S101 - narrows a type; a declarative class always has a Table
    values = {"actor": asked.actor, "key": asked.key, "request_sha256": asked.request_sha256, "kept_at": now}
    empty = {"status": 0, "content_type": "", "entity_tag": "", "entries": "", "body": b""}
    if insert_if_absent(session, table, values | empty):
        return None
    kept = session.scalars(select(KeptAnswer).filter_by(actor=asked.actor, key=asked.key)).one()
    if kept.request_sha256 != asked.request_sha256:
        sentence = "This Idempotency-Key was used for another request. Use a new key for a new request."
        raise KeyReused(sentence, fields={"Idempotency-Key": [sentence]})
    if kept.status == 0:
        sentence = "This request was done before, and its answer is shown only once."
        raise AnswerNotKept(sentence, fields={"Idempotency-Key": [sentence]})
    return kept


def keep(session: Session, asked: Asked, **answer: object) -> None:
    """Keep the answer under the claimed key."""
    session.execute(update(KeptAnswer).filter_by(actor=asked.actor, key=asked.key).values(**answer))


def forget_before(session: Session, moment: datetime) -> None:
    """Forget the answers kept before ``moment``."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.kept_at < moment))
