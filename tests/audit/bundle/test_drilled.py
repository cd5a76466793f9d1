"""Whatever the drill does to the database, a bundle made of it is refused, is rejected, or shows no trace of it.

The reader has the log's key and a checkpoint that somebody kept: from before the attack, and where the house showed two
histories, the one that it showed somebody else.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from answerprint.core.guard import UnrecordedChange
from answerprint.core.problems import Refusal
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.export import export_bundle
from audit.bundle.source import Period, Selection
from audit.checkpoint import parse_checkpoint
from audit.drill.attacks.attack import Attack, Stage
from audit.drill.copy import Copy, copied, drop_triggers
from audit.drill.growth import Grown, grow
from audit.drill.run import ATTACKS, Stand
from audit.drill.scene import Scene
from audit.models import Witnessing
from audit.note import Signer, parse_note
from audit.policies import OnFailure, Policies, PolicyInForce
from audit.queries.logs import log_named, newest_checkpoint, public_text
from audit.queries.tree import prove
from audit.record import HOUSE
from audit.witnessrows import GivenPolicy
from tests.audit.bundle.making import BERLIN, NOW, members_of
from tests.audit.kit.programs import KIT, NAMES, ran, runner
from tests.conftest import ORIGIN, SEAL


class Ending(StrEnum):
    """What becomes of a bundle of an attacked log."""

    REFUSED = "the export refuses"
    REJECTED = "every verifier rejects it"
    UNTOUCHED = "it is the bundle of the log before"


R, X, U = Ending.REFUSED, Ending.REJECTED, Ending.UNTOUCHED
ENDINGS: dict[str, tuple[Ending, Ending]] = {
    "edit a body": (X, U),
    "edit a body with its leaf hash": (X, U),
    "edit a time in body, hash and column": (X, U),
    "delete an entry, close the gap, lower the head": (X, U),
    "cut the house log with its newest checkpoint": (X, U),
    "insert an entry in the middle": (X, U),
    "swap two entries": (X, U),
    "edit a tile": (X, U),
    "delete the house log's newest checkpoint": (X, U),
    "rewrite and re-sign the house log with the stolen key": (X, U),
    "go on in two replicas, and show each its own": (X, U),
    "edit a leaf hash": (U, U),
    "edit the column kind": (U, U),
    "edit the column actor": (U, U),
    "edit the column about": (U, U),
    "edit the column recorded_at": (U, U),
    "record with the clock set back": (U, U),
    "edit an entry that nobody has signed yet, with its hash": (U, U),
    "cut entries that nobody has signed yet": (U, U),
    "append an entry behind the head": (U, U),
    "append a forged entry and raise the head": (U, U),
    "copy an entry into another log": (U, U),
    "raise the head": (U, U),
    "lower the head": (U, U),
    "delete a tile": (U, U),
    "approve an order by one person": (U, U),
    "add the row of a log that was never opened": (U, U),
    "change a domain's table without a fact, by text": (U, U),
    "change a domain's table without a fact, in bulk": (U, U),
    "change a domain's table without a fact, by the driver": (U, U),
    "sign with another key file in its place": (U, U),
    "sign over an altered entry": (U, U),
    "drop a trigger": (U, U),
    "replace a trigger by one that does nothing": (U, U),
    "delete an entry in the middle": (R, U),
    "cut the tail and lower the head": (R, U),
    "swap the bodies of two entries": (R, U),
    "forge a log's minimum index": (R, U),
    "prune by an order that nobody recorded": (R, U),
    "edit the row of a key's handover": (R, U),
    "hand a log over with the stolen key": (R, U),
    "put a checkpoint of another log in its place": (R, U),
    "sign a checkpoint with another key": (R, U),
    "have a checkpoint say another size": (R, U),
    "delete the house log's entry that names a checkpoint": (R, U),
    "put another public key in a log's row": (R, U),
    "cut a counterparty's log with its checkpoints": (U, R),
    "swap the personal values of two entries": (U, R),
    "edit a personal value": (U, R),
    "delete a personal value": (U, R),
    "add a personal value": (U, R),
    "edit a cosignature": (U, R),
    "move a cosignature to another checkpoint": (U, R),
    "rename a log": (U, R),
    "give a log another origin": (U, R),
    "delete the row of a log": (U, R),
    "delete a counterparty's log whole": (U, R),
    "empty a personal value without an order": (R, R),
    "empty a personal value and forge the entry that lists it": (U, R),
    "delete the key of a subject": (R, R),
    "swap the keys of two subjects": (R, R),
    "erase by an order that nobody recorded": (R, R),
    "delete a checkpoint of a counterparty's log": (U, X),
    "restore an older backup of a counterparty's log": (U, X),
    "rewrite and re-sign everything with an own key": (X, R),
    "restore an older backup of the whole trail": (X, X),
}
"""By attack: what becomes of a bundle of the house log, and of one of a counterparty's."""


BODIES = (
    "edit a body",
    "edit a body with its leaf hash",
    "edit a time in body, hash and column",
    "delete an entry, close the gap, lower the head",
    "insert an entry in the middle",
    "swap two entries",
    "swap the bodies of two entries",
    "rewrite and re-sign the house log with the stolen key",
)
"""Attacks after which another entry stands where one stood."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A copy to attack, and the bundles of its two logs before any attack."""

    stand: Stand
    folder: Path
    before: tuple[bytes, bytes]
    kept: tuple[bytes, ...]

    @property
    def logs(self) -> tuple[str, str]:
        """The names of the two logs."""
        return HOUSE, self.stand.rehearsal or ""

    @contextmanager
    def scene(self) -> Iterator[Scene]:
        """Open the copy for one attack, of which nothing stays."""
        stand = self.stand
        with stand.copy.engine.connect() as connection:
            yield Scene(
                stand.copy, connection, stand.key, stand.trusted, stand.rehearsal, list(self.kept), stand.policies
            )


def in_force(log: str, given: GivenPolicy) -> PolicyInForce:
    """Return the policy of the drill's witness as a house has it."""
    return PolicyInForce(log, given.policy, b"quorum none\n", given.sha256, OnFailure.OPEN, NOW, None)


def exported(scene: Scene, log: str) -> bytes:
    """Return the bundle of a log as it stands, by the house that knows the drill's witness."""
    target = io.BytesIO()
    policies = Policies({scene.rehearsal or "": tuple(in_force(scene.rehearsal or "", one) for one in scene.policies)})
    selection = Selection(Period())
    with scene.session() as session:
        export_bundle(
            session, log_name=log, target=target, selection=selection, zone=BERLIN, now=NOW, policies=policies
        )
    return target.getvalue()


@pytest.fixture(scope="module", name="ground")
def _ground(
    sqlite_template: Path, log_key: Ed25519PrivateKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """A copy that has something of every kind to attack."""
    with copied(f"sqlite:///{sqlite_template}", SEAL) as copy:
        grown = grow(copy, log_key)
        _note_quorum(copy, grown)
        stand = Stand(copy, log_key, frozenset({public_text(log_key.public_key())}), grown.log, (), (grown.policy,))
        ground = Ground(stand, tmp_path_factory.mktemp("drilled"), (b"", b""), ())
        with ground.scene() as scene, scene.session() as session:
            newest = [newest_checkpoint(session, log_named(session, log)) for log in ground.logs]
            kept = tuple(checkpoint.note for checkpoint in newest if checkpoint is not None)
            before = (exported(scene, HOUSE), exported(scene, grown.log))
        yield Ground(stand, ground.folder, before, kept)


def _note_quorum(copy: Copy, grown: Grown) -> None:
    """Note what a house notes that has asked the drill's witness, and was answered."""
    with copy.engine.begin() as connection:
        with copy.session(connection) as session:
            log = log_named(session, grown.log)
            newest = newest_checkpoint(session, log)
            assert newest is not None
            place = {"log_id": log.id, "size": newest.size, "asked_at": NOW}
        outcome = {"policy_sha256": grown.policy.sha256, "is_quorum_met": True, "failures": "{}"}
        connection.execute(insert(Witnessing).values(place | outcome))


def attacked(scene: Scene, attack: Attack) -> None:
    """Attack as the drill does: with the triggers down, and past what the product's own code refuses."""
    if attack.stage is Stage.ROWS:
        drop_triggers(scene.connection)
    try:
        attack.act(scene)
    except (Refusal, UnrecordedChange, IntegrityError):
        return


def kept_of(scene: Scene, log: str) -> list[bytes]:
    """Return the checkpoints of a log that somebody outside has."""
    return [one for one in scene.kept if parse_checkpoint(parse_note(one).text).origin == f"{ORIGIN}/{log}"]


def fingerprint(path: Path) -> dict[str, str]:
    """Return what a bundle says, but for what nothing signs: when it was made, and how many entries wait."""
    members = members_of(path)
    said = json.loads(members.pop("manifest.json"))
    del members["SHA256SUMS"], said["newer_entries"], said["made_at"]
    return {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items()} | {
        "manifest.json": json.dumps(said)
    }


def ending(ground: Ground, scene: Scene, log: str, request: pytest.FixtureRequest) -> Ending | str:
    """Return what becomes of a bundle of this log now; a sentence where it is none of the three."""
    try:
        raw = exported(scene, log)
    except Refusal:
        return Ending.REFUSED
    path, before = ground.folder / "now.zip", ground.folder / "before.zip"
    path.write_bytes(raw)
    before.write_bytes(ground.before[ground.logs.index(log)])
    if fingerprint(path) == fingerprint(before):
        return Ending.UNTOUCHED
    vkey = Signer(f"{ORIGIN}/{log}", ground.stand.key or Ed25519PrivateKey.generate()).vkey
    kept = ground.folder / "kept"
    for note in kept_of(scene, log):
        kept.write_bytes(note)
        if verify_bundle(path, Trust(vkey, note)).holds:
            continue
        passed = [name for name in NAMES if runner(name, request)("--key", vkey, "--kept", kept, path)[0] == 0]
        return f"passes {passed}" if passed else Ending.REJECTED
    return f"passes: {verify_bundle(path, Trust(vkey)).sentence()}"


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_ends_as_the_table_says(ground: Ground, attack: Attack, request: pytest.FixtureRequest) -> None:
    """Each attack has one of three endings for each log, and the table knows which."""
    with ground.scene() as scene:
        attacked(scene, attack)
        endings = tuple(ending(ground, scene, log, request) for log in ground.logs)

    assert endings == ENDINGS[attack.name]


@pytest.mark.parametrize("name", BODIES)
def test_shell_proves_no_changed_entry(ground: Ground, name: str) -> None:
    """The shell script sees one entry: a receipt from before proves the entry of then, and none that took its place."""
    with ground.scene() as scene:
        index = scene.middle(scene.house)
        with scene.session() as session:
            log = log_named(session, HOUSE)
            newest = newest_checkpoint(session, log)
            assert newest is not None
            receipt = prove(session, log, index, newest).encode()
        before = scene.entry(scene.house, index)["body"]
        attacked(scene, next(attack for attack in ATTACKS if attack.name == name))
        after = scene.entry(scene.house, index)["body"]
    vkey = Signer(f"{ORIGIN}/{HOUSE}", ground.stand.key or Ed25519PrivateKey.generate()).vkey
    (ground.folder / "receipt").write_bytes(receipt)
    codes = []
    for body in (before, after):
        (ground.folder / "entry").write_bytes(body)
        codes.append(ran("sh", KIT / "verify.sh", vkey, ground.folder / "receipt", ground.folder / "entry")[0])

    assert codes == [0, 1]
