"""Bundles of a log that has lived: values erased, keys handed over and revoked, witnesses, a pruned beginning."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from answerprint.core.upgrade import upgrade
from audit.bundle.export import Exported, Progress, export_bundle
from audit.bundle.source import Period, Selection
from audit.cosignature import Cosigner
from audit.models import Cosignature, StoredCheckpoint
from audit.note import Signer, parse_note
from audit.policies import NO_POLICIES, Policies, policies_in
from audit.queries.logs import log_named
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.erasures import ask_erasure, carry_out_erasure
from audit.service.keys import add_mldsa_key, replace_lost_key, report_compromise, rotate_key
from audit.service.logs import open_house
from audit.service.prunings import ask_pruning, carry_out_pruning
from tests.audit.bundle.making import BERLIN, NOW
from tests.conftest import ORIGIN, SEAL
from tests.facts import PersonSeen, ThingHappened

PROJECT = UUID("018f0000-0000-7000-8000-000000000001")
MARA = (UUID("018f0000-0000-7000-8000-00000000000a"), "Mara Lind")
NOAH = (UUID("018f0000-0000-7000-8000-00000000000b"), "Noah Berg")
LATER = timedelta(days=3 * 365)
FIRST, SECOND, THIRD, FOURTH = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (1, 2, 3, 4))
BESIDE = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
WITNESSES = tuple(
    Cosigner(f"{name}.example/witness", Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32))
    for one, name in ((11, "client"), (12, "guild"))
)
WHOLE = Selection(Period())


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingOfProject(ThingHappened):
    """Something happened in a project."""

    kind: ClassVar[str] = "test.thing.in-project"
    project: UUID


def someone() -> Actor:
    """Return a person who acts from an address."""
    person = uuid4()
    return Actor(kind=ActorKind.PERSON, id=str(person), person_id=person, address="192.0.2.9")


def vkey(key: Ed25519PrivateKey) -> str:
    """Return the verifier key of a key of the house log."""
    return Signer(f"{ORIGIN}/{HOUSE}", key).vkey


@dataclass(slots=True)
class Life:
    """The house log in a database that was opened with the key ``FIRST``, and what is done to it step by step."""

    database: Database
    folder: Path
    actor: Actor = field(default_factory=someone)
    policies: Policies = NO_POLICIES
    beside: MLDSA44PrivateKey | None = None

    def record(self, count: int, who: tuple[UUID, str] = NOAH) -> None:
        """Record entries of all kinds: things, things of the project, and somebody every fifth time."""
        with self.database.transaction() as session:
            for number in range(count):
                fact: ThingHappened | PersonSeen = ThingHappened(about=f"thing:{number}", number=number)
                if number % 5 == 1:
                    fact = PersonSeen(about=f"person:{who[0]}", name=who[1], place="suite 2")
                elif number % 5 == 2:
                    fact = ThingOfProject(about=f"thing:{number}", number=number, project=PROJECT)
                record(session, self.actor, fact)

    def publish(self, key: Ed25519PrivateKey, former: Ed25519PrivateKey | None = None) -> bytes:
        """Sign what there is; return the checkpoint."""
        with self.database.transaction() as session:
            signed = publish_checkpoint(session, self.actor, log_name=HOUSE, key=key, former=former, beside=self.beside)
            return signed.note

    def erase_mara(self) -> None:
        """Have two people erase Mara's values."""
        with self.database.transaction() as session:
            order = ask_erasure(session, someone(), subject=f"person:{MARA[0]}", ground="asked for", now=NOW)
        with self.database.transaction() as session:
            carry_out_erasure(session, someone(), order_id=order.id, now=NOW)

    def hand_over(self, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> None:
        """Hand the logs over from one key to the next."""
        with self.database.transaction() as session:
            rotate_key(session, self.actor, old=old, new=new)

    def revoke(self, fallen: Ed25519PrivateKey, current: Ed25519PrivateKey, stands: int) -> None:
        """Say that a key is in wrong hands."""
        with self.database.transaction() as session:
            report_compromise(session, self.actor, revoked=fallen, new=current, stands={HOUSE: stands})

    def lose(self, heir: Ed25519PrivateKey) -> None:
        """Have another key take the place of one that was lost."""
        with self.database.transaction() as session:
            replace_lost_key(session, self.actor, new=heir, ground="the disk and its copy burnt")

    def add_mldsa(self) -> None:
        """Have an ML-DSA-44 key sign beside from now on."""
        with self.database.transaction() as session:
            add_mldsa_key(session, self.actor, key=BESIDE.public_key())
        self.beside = BESIDE

    def cosign(self, note: bytes) -> None:
        """Have both witnesses cosign a checkpoint, and a policy that asks for both."""
        text = parse_note(note).text
        with self.database.transaction() as session:
            log = log_named(session, HOUSE)
            for witness in WITNESSES:
                line = witness.cosign(text, int(NOW.timestamp())).line()
                key_id = witness.key.key_id.hex()
                size = int(text.split("\n")[1])
                row = Cosignature(log_id=log.id, size=size, witness=witness.name, key_id=key_id, line=line)
                row.collected_at = NOW
                session.add(row)
        folder = self.folder / "policies"
        folder.mkdir(exist_ok=True)
        (folder / "house.2026-01-01.open.policy").write_text(policy_text("all"))
        self.policies = policies_in(folder)

    def prune(self, minimum: int) -> None:
        """Have two people prune the house log, years later."""
        with self.database.transaction() as session:
            now = clock.now() + LATER
            order = ask_pruning(session, someone(), log_name=HOUSE, minimum=minimum, ground="too old", now=now)
        with self.database.transaction() as session:
            carry_out_pruning(session, someone(), order_id=order.id, now=now)

    def export(self, name: str, selection: Selection = WHOLE, progress: Progress | None = None) -> Path:
        """Export the house log to a file."""
        self.exported(name, selection, progress)
        return self.folder / name

    def exported(self, name: str, selection: Selection = WHOLE, progress: Progress | None = None) -> Exported:
        """Export the house log to a file; return what was exported."""
        with (self.folder / name).open("w+b") as target, self.database.reading() as session:
            return export_bundle(
                session,
                log_name=HOUSE,
                target=target,
                selection=selection,
                zone=BERLIN,
                now=NOW,
                policies=self.policies,
                progress=progress,
            )

    def checkpoints(self) -> list[bytes]:
        """Return the signed checkpoints by size."""
        with self.database.reading() as session:
            log = log_named(session, HOUSE)
            rows = session.query(StoredCheckpoint).filter_by(log_id=log.id).order_by(StoredCheckpoint.size)
            return [row.note for row in rows]


def policy_text(quorum: str) -> str:
    """Return a policy of the house log with both witnesses, of which all or any must agree."""
    lines = [f"log {vkey(FIRST)}", *(f"witness w{at} {one.key.vkey}" for at, one in enumerate(WITNESSES))]
    return "\n".join([*lines, f"group both {quorum} w0 w1", "quorum both", ""])


def opened(url: str) -> Database:
    """Return a fresh database whose house log is opened with the key ``FIRST``."""
    upgrade(url)
    database = Database(url, seal=SEAL)
    with database.transaction() as session:
        open_house(session, SYSTEM, origin=ORIGIN, public_key=FIRST.public_key())
    return database


@dataclass(frozen=True, slots=True)
class Aged:
    """Bundles of one log, at several times of its life. ``kept`` was signed by its first key."""

    folder: Path
    kept: bytes
    erased: Path
    project: Path
    sealed: Path
    superseded: Path
    cosigned: Path
    revoked: Path
    pruned: Path
    pruned_period: Path
    replaced: Path


def age(database: Database, folder: Path) -> Aged:
    """Return bundles of a log that was opened with the key ``FIRST`` and lives through it all."""
    life = Life(database, folder)
    life.record(300, MARA)
    kept = life.publish(FIRST)
    life.erase_mara()
    life.record(10)
    life.publish(FIRST)
    young = {
        "erased": life.export("erased.zip"),
        "project": life.export("project.zip", Selection(Period(), PROJECT)),
        "sealed": life.export("sealed.zip", Selection(Period(), None, with_values=False)),
    }
    return Aged(folder=folder, kept=kept, **young, **_grow_old(life))


def _grow_old(life: Life) -> dict[str, Path]:
    life.hand_over(FIRST, SECOND)
    life.record(10)
    life.publish(SECOND, former=FIRST)
    found = {"superseded": life.export("superseded.zip")}
    life.add_mldsa()
    life.record(200)
    life.cosign(life.publish(SECOND))
    found["cosigned"] = life.export("cosigned.zip")
    life.revoke(FIRST, SECOND, stands=302)
    life.record(10)
    life.publish(SECOND)
    found["revoked"] = life.export("revoked.zip")
    life.prune(256)
    life.record(3)
    life.publish(SECOND)
    found["pruned"] = life.export("pruned.zip")
    found["pruned_period"] = life.export("pruned-project.zip", Selection(Period(), PROJECT))
    life.lose(FOURTH)
    life.record(3)
    life.publish(FOURTH)
    found["replaced"] = life.export("replaced.zip")
    return found
