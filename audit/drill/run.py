"""Carry out the drill: each attack by itself, on the copy, and what caught it."""

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.guard import UnrecordedChange
from answerprint.core.problems import Refusal
from audit.checkpoint import parse_checkpoint
from audit.drill.attacks import bodies, ends, house, logs, places, signatures, values
from audit.drill.attacks.attack import ONLY_KEPT, Attack, Stage
from audit.drill.copy import Copy, drop_triggers
from audit.drill.kept import contradiction
from audit.drill.scene import NothingToAttackError, Scene
from audit.drill.triggers import missing_triggers
from audit.note import parse_note
from audit.queries.logs import list_logs, log_named, newest_checkpoint
from audit.rollback import check_second_place
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from audit.verdict import Finding
from audit.verification import Means, verify_database
from audit.witnessrows import GivenPolicy

ATTACKS: tuple[Attack, ...] = (
    *bodies.ATTACKS,
    *places.ATTACKS,
    *values.ATTACKS,
    *ends.ATTACKS,
    *signatures.ATTACKS,
    *logs.ATTACKS,
    *house.ATTACKS,
)


class End(StrEnum):
    """How an attack ended."""

    CAUGHT = "caught"
    BEYOND = "beyond"
    """Nothing within the house can catch it, and the table says what could."""
    MISSED = "missed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attack. ``refused_by`` is what the database itself said while its triggers stood, if it did.

    ``second_place`` is what the house's second place says where nothing in the database does.
    """

    attack: str
    end: End
    refused_by: str | None
    caught_by: str
    second_place: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """What the drill has to work with: the copy, the keys, the checkpoints kept outside, the log it opened itself."""

    copy: Copy
    key: Ed25519PrivateKey | None
    trusted: frozenset[str] | None
    rehearsal: str | None
    kept: tuple[bytes, ...]
    policies: tuple[GivenPolicy, ...] = ()


def carry_out(stand: Stand, attacks: Iterable[Attack] = ATTACKS) -> Iterator[Outcome]:
    """Try the attacks one by one; nothing of one is there for the next."""
    kept = (*stand.kept, *_newest_notes(stand))
    for attack in attacks:
        try:
            yield _try(stand, attack, kept)
        except NothingToAttackError as nothing:
            yield Outcome(attack.name, End.NOT_TRIED, None, str(nothing))


def faults(stand: Stand) -> list[str]:
    """Say what does not hold in the copy before any attack; checkpoints kept outside are held against it too."""
    with _scene(stand, stand.kept) as scene:
        return [str(finding) for finding in (*_findings(scene), *_contradictions(scene))]


def _try(stand: Stand, attack: Attack, kept: Collection[bytes]) -> Outcome:
    refused_by = _refusal(stand, attack, kept) if attack.stage is Stage.ROWS else None
    with _scene(stand, kept) as scene:
        if attack.stage is Stage.ROWS:
            drop_triggers(scene.connection)
        caught_by = _caught_by(scene, attack)
        if caught_by:
            return Outcome(attack.name, End.CAUGHT, refused_by, caught_by)
        if attack.beyond == ONLY_KEPT:
            told, also = _contradictions(scene), _second_place_says(scene)
            return Outcome(attack.name, End.BEYOND if told else End.MISSED, refused_by, _first(ONLY_KEPT, told), also)
    return Outcome(attack.name, End.BEYOND if attack.beyond else End.MISSED, refused_by, attack.beyond)


def _refusal(stand: Stand, attack: Attack, kept: Collection[bytes]) -> str:
    """Attack with the triggers in place, and return what the database said."""
    with _scene(stand, kept) as scene:
        try:
            attack.act(scene)
        except DBAPIError as error:
            return _reason(error)
        except Refusal:
            return ""
    return ""


def _caught_by(scene: Scene, attack: Attack) -> str:
    """Attack, and return what within the house caught it."""
    try:
        attack.act(scene)
    except Refusal as refusal:
        return f"publishing: {refusal}"
    except UnrecordedChange as refusal:
        return f"guard: {refusal}"
    except IntegrityError as error:
        return f"a key of the table: {_reason(error)}"
    if attack.stage is Stage.SCHEMA:
        return _first("schema", missing_triggers(scene.connection))
    return "" if attack.stage is Stage.HOUSE else _first("verification", _findings(scene))


def _findings(scene: Scene) -> list[Finding]:
    with scene.session() as session:
        means = Means(policies=scene.policies)
        return list(verify_database(session, trusted_keys=scene.trusted, means=means).findings)


def _contradictions(scene: Scene) -> list[Finding]:
    with scene.session() as session:
        told = [contradiction(session, note, scene.trusted) for note in scene.kept]
    return [finding for finding in told if finding is not None]


def _second_place_says(scene: Scene) -> str:
    """Start and sign as the house would, with a second place that holds what was kept and that nobody attacked."""
    if scene.key is None:
        return ""
    with (
        tempfile.TemporaryDirectory(prefix="answerprint-drill-") as folder,
        scene.session() as session,
    ):
        place = SecondPlace(Path(folder))
        for name, note in _last_of_each(scene.kept).items():
            place.swap(name, expected=None, new=note)
        try:
            check_second_place(session, place)
            for log in list_logs(session):
                publish_checkpoint(
                    session, SYSTEM, log_name=log.name, key=scene.key, beside=scene.copy.beside, second_place=place
                )
        except Refusal as refusal:
            return str(refusal).partition(". ")[0]
    return ""


def _last_of_each(notes: Iterable[bytes]) -> dict[str, bytes]:
    checkpoints = [(parse_checkpoint(parse_note(note).text), note) for note in notes]
    return {one.origin.rpartition("/")[2]: note for one, note in sorted(checkpoints, key=lambda pair: pair[0].size)}


def _newest_notes(stand: Stand) -> list[bytes]:
    """Return what somebody outside would have kept just before the attacks: the newest checkpoint of each log."""
    with Session(stand.copy.engine) as session:
        newest = [newest_checkpoint(session, log_named(session, log.name)) for log in list_logs(session)]
    return [checkpoint.note for checkpoint in newest if checkpoint is not None]


@contextmanager
def _scene(stand: Stand, kept: Collection[bytes]) -> Iterator[Scene]:
    # Nobody commits: what was done to the copy ends with the connection.
    with stand.copy.engine.connect() as connection:
        yield Scene(stand.copy, connection, stand.key, stand.trusted, stand.rehearsal, list(kept), stand.policies)


def _first(by: str, said: Sequence[object]) -> str:
    return f"{by}: {said[0]}" if said else ""


def _reason(error: DBAPIError) -> str:
    return str(error.orig).partition("\n")[0]
