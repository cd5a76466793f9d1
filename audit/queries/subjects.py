"""Whose personal values stand on the trail: found by a text, counted, opened, and who goes together with whom."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from answerprint.core.problems import Conflict, Invalid
from answerprint.core.sealing import NotSealedHereError, seal_of
from audit.disclosure import digest, read_disclosure
from audit.models import Disclosure, Entry, Log, Subject
from audit.subjects import SubjectKey, known_keys, nonce_of, text_subject

MAILS = ("email", "old_email", "new_email")
NAMES = ("name", "old_name", "new_name")
"""The fields by which an entry about a person or a contact says what they are called."""
_ACCOUNTS = ("person", "contact")
"""Whom the house knows by an id: its own people, and its clients'."""


class AmbiguousText(Conflict):
    """The mail address was recorded for several people: somebody has to say which of them is meant."""

    code = "ambiguous-text"


class ValuesDamaged(Conflict):
    """A personal value is not the one that was recorded: that must be looked into before it is erased."""

    code = "values-damaged"


@dataclass(frozen=True, slots=True)
class LogCount:
    """How many values of somebody stand in one log, in how many entries."""

    log: str
    entries: int
    values: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What an erasure takes: the subject, those that go with it, and how much of them stands in which log."""

    subject: str
    subjects: tuple[str, ...]
    logs: tuple[LogCount, ...]

    @property
    def entries(self) -> int:
        """How many entries lose values, in all logs."""
        return sum(one.entries for one in self.logs)

    @property
    def values(self) -> int:
        """How many values go, in all logs."""
        return sum(one.values for one in self.logs)


@dataclass(frozen=True, slots=True)
class OpenedValue:
    """One personal value, opened: where it stands, what it digests to, and what it says.

    ``is_called`` where it is what its subject is called: a text of its own, or a recorded mail or name of somebody.
    """

    log_id: int
    index: int
    digest: str
    is_called: bool
    text: str = field(repr=False)


def subject_of(session: Session, typed: str) -> str:
    """Return whom a typed text means: ``person:<id>``, ``contact:<id>``, ``text:<tag>``, or a text as it was recorded.

    A mail address that was recorded for one person or contact means them; for several it raises ``AmbiguousText``.
    Every other text means itself, and nobody's account.
    """
    typed = typed.strip()
    kind, _, rest = typed.partition(":")
    if kind in _ACCOUNTS:
        return f"{kind}:{_account_id(kind, rest)}"
    if kind == "text" and len(rest) == 32 and not rest.strip("0123456789abcdef"):
        return typed
    if not typed:
        sentence = "Type a mail address, a text as it was recorded, person:<id> or contact:<id>."
        raise Invalid(sentence, fields={"subject": [sentence]})
    tag = seal_of(session).tag(typed)
    people = session.scalars(select(Disclosure.subject).where(Disclosure.tag == tag, *_own(MAILS)).distinct()).all()
    if len(people) > 1:
        sentence = f"This mail address was recorded for several people. Name one of them: {', '.join(sorted(people))}."
        raise AmbiguousText(sentence, fields={"subject": [sentence]})
    return people[0] if people else text_subject(tag)


def tags_known_by(session: Session, subject: str, texts: Collection[str] = ()) -> frozenset[str]:
    """Return the tags of all that a subject is called: their mails and names ever recorded, and ``texts``."""
    if subject.startswith("text:"):
        return frozenset({subject.removeprefix("text:")})
    seal = seal_of(session)
    called = select(Disclosure.tag).where(Disclosure.subject == subject, *_own((*MAILS, *NAMES)))
    recorded = {tag for tag in session.scalars(called.distinct()) if tag is not None}
    return frozenset(recorded | {seal.tag(text) for text in texts})


def taken_along(session: Session, subject: str, texts: Collection[str] = ()) -> tuple[str, ...]:
    """Return the subjects that go where this one goes, itself last.

    With a person or a contact goes every text of its own that equals, but for case and surrounding space, a mail
    address or a name that was ever recorded for them (or is one of ``texts``): failed sign-ins, holders of seats. A
    name that two people share is one text, and goes with either: nobody can say whose it was. Another one's own values,
    what the trail holds under ``person:<their id>`` or ``contact:<their id>``, never go along, whatever they say.
    """
    if subject.startswith("text:"):
        return (subject,)
    wanted = [f"text:{tag}" for tag in tags_known_by(session, subject, texts)]
    found = session.scalars(select(Subject.subject).where(Subject.subject.in_(wanted)).order_by(Subject.subject))
    return (*found, subject)


def scope_of(session: Session, subject: str, texts: Collection[str] = ()) -> Scope:
    """Count what an erasure of this subject would take."""
    subjects = taken_along(session, subject, texts)
    counted = (
        select(Log.name, func.count(Disclosure.index.distinct()), func.count())
        .join(Log, Log.id == Disclosure.log_id)
        .where(Disclosure.subject.in_(subjects))
        .group_by(Log.name)
        .order_by(Log.name)
    )
    logs = tuple(LogCount(log, entries, values) for log, entries, values in session.execute(counted))
    return Scope(subject, subjects, logs)


def opened_values(session: Session, subjects: Collection[str]) -> Iterator[OpenedValue]:
    """Open all values of these subjects, log by log; raises ``ValuesDamaged`` at one that is not as recorded."""
    keys = known_keys(session, seal_of(session), subjects)
    places = (Disclosure.log_id, Disclosure.index, Disclosure.name, Disclosure.subject)
    is_entry = (Entry.log_id == Disclosure.log_id) & (Entry.index == Disclosure.index)
    wanted = (
        select(*places, Disclosure.sealed, Entry.about, Entry.body)
        .outerjoin(Entry, is_entry)
        .where(Disclosure.subject.in_(subjects))
        .order_by(Disclosure.log_id, Disclosure.index, Disclosure.name)
        .execution_options(yield_per=1000)
    )
    with session.execute(wanted) as rows:
        for log_id, index, name, subject, sealed, about, body in rows:
            disclosure = _opened(keys.get(subject), sealed or b"", nonce_of(body or b""), name)
            # A value that its entry does not hold was put there by somebody, and would leave as if it had been real.
            if disclosure is None or digest(disclosure).encode() not in body:
                raise ValuesDamaged(
                    f"A personal value of entry {index} in log {log_id} is not the one that was recorded. Nothing was"
                    " erased. Run 'answerprint audit verify' and call for help."
                )
            is_called = subject.startswith("text:") or (about == subject and name in (*MAILS, *NAMES))
            said = str(read_disclosure(disclosure)[2])
            yield OpenedValue(log_id, index, digest(disclosure), is_called, said)


def texts_of(session: Session, subject: str) -> frozenset[str]:
    """Return what a subject is called, opened: a text itself, or somebody's recorded mails and names."""
    return frozenset(one.text for one in opened_values(session, [subject]) if one.is_called)


def _own(names: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """Say which values tell what somebody is called: those of entries about that very person or contact."""
    is_entry = (Entry.log_id == Disclosure.log_id) & (Entry.index == Disclosure.index)
    is_own = exists().where(is_entry, Entry.about == Disclosure.subject)
    is_account = or_(*(Disclosure.subject.startswith(f"{kind}:") for kind in _ACCOUNTS))
    return is_own, is_account, Disclosure.name.in_(names)


def _account_id(kind: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        sentence = f"A {kind} is named as {kind}: and their id."
        raise Invalid(sentence, fields={"subject": [sentence]}) from error


def _opened(key: SubjectKey | None, sealed: bytes, nonce: str, name: str) -> str | None:
    try:
        return key.open(sealed, nonce, name) if key is not None else None
    except NotSealedHereError:
        return None
