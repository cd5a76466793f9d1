"""Change a house's keys step by step, so that a crash between any two is made good by running the command again.

    1  the new key is made beside the old one, as ``log.pem.new``; one that lies there is taken up again
    2  one transaction hands every log over, or revokes; logs where that was done stay as they are
    3  every log is published with the new key, the house log last; one that was published is not published again
    4  the old key gets a name of its own, and the new key takes its place in one rename

The file ``log.pem.new`` is the mark that a change was begun and not ended. Each step says what it did; the generators
do one step at each turn.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.keys import (
    LogKeys,
    load_key,
    load_mldsa_key,
    make_key,
    make_mldsa_key,
    read_passphrase,
    sync_folder,
)
from audit.queries.logs import list_logs
from audit.record import HOUSE
from audit.rollback import check_second_place
from audit.second_place import SecondPlace
from audit.service.checkpoints import publish_checkpoint
from audit.service.keys import NotTheLogsKey, add_mldsa_key, replace_lost_key, report_compromise, rotate_key
from audit.signing import SigningKey


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where a house's keys lie."""

    key: Path
    passphrase: Path | None
    mldsa: Path | None

    @property
    def new(self) -> Path:
        """Where a new key lies until it takes the old one's place."""
        return self.key.with_name(f"{self.key.name}.new")

    @property
    def mldsa_or_usual(self) -> Path:
        """Where the ML-DSA-44 key lies, or is to lie."""
        return self.mldsa or self.key.with_name(f"{self.key.stem}.mldsa.pem")

    def ended(self, word: str, key: Ed25519PrivateKey) -> Path:
        """Where a key lies that signs no more: its name says why, and which it is."""
        digest = sha256(key.public_key().public_bytes_raw()).hexdigest()
        return self.key.with_name(f"{self.key.name}.{word}-{digest[:8]}")


@dataclass(frozen=True, slots=True)
class House:
    """What a change of keys is done to."""

    database: Database
    files: KeyFiles
    second_place: SecondPlace | None


def rotation(house: House) -> Iterator[str]:
    """Hand every log over to a new key; raises ``UnusableKeyError``, ``NotTheLogsKey`` or ``LogBroken``."""
    files = house.files
    passphrase = read_passphrase(files.passphrase)
    old, new = load_key(files.key, passphrase), _new_key(files, passphrase)
    yield f"The new key lies in {files.new}."
    with house.database.transaction() as session:
        _check_newest(house, session)
        handed = rotate_key(session, SYSTEM, old=old, new=new)
    yield f"Handed over now: {', '.join(one.log for one in handed) or 'none, that was done before'}."
    _publish_all(house, LogKeys(new, _beside(files, passphrase)), former=old)
    yield "Every log is signed with the new key; its first checkpoint carries a line of the old one too."
    former = files.ended("former", old)
    _put_in_place(files, former)
    yield f"The new key lies in {files.key}, the old one in {former}."


def compromise(house: House, *, stands: Mapping[str, int], revoked_file: Path | None = None) -> Iterator[str]:
    """Revoke the key that signs, and hand over to a new one; or revoke the former key that ``revoked_file`` holds.

    Raises as ``rotation`` does, and ``Invalid`` where a size cannot stand.
    """
    files = house.files
    passphrase = read_passphrase(files.passphrase)
    is_former = revoked_file is not None and revoked_file != files.key
    revoked = load_key(revoked_file or files.key, passphrase)
    new = load_key(files.key, passphrase) if is_former else _new_key(files, passphrase)
    yield f"The key that is to sign lies in {files.key if is_former else files.new}."
    # The second place is not asked first: who has the key may have put something there, and must not stop this.
    with house.database.transaction() as session:
        fallen = report_compromise(session, SYSTEM, revoked=revoked, new=new, stands=stands)
    yield "\n".join(one.sentence() for one in fallen) or "The key was revoked before."
    _publish_all(house, LogKeys(new, _beside(files, passphrase)), former=None)
    yield "Every log is signed with the new key alone."
    if not is_former:
        ended = files.ended("revoked", revoked)
        _put_in_place(files, ended)
        yield f"The new key lies in {files.key}, the revoked one in {ended}."


def replacement(house: House, *, ground: str) -> Iterator[str]:
    """Have a new key take the place of the one whose file is gone; raises as ``rotation`` does."""
    files = house.files
    if files.key.exists():
        raise NotTheLogsKey(
            f"There is a key file {files.key}: hand over with 'rotate'. Move it away first if it does not open."
        )
    passphrase = read_passphrase(files.passphrase)
    new = _new_key(files, passphrase)
    yield f"The new key lies in {files.new}."
    with house.database.transaction() as session:
        _check_newest(house, session)
        replaced = replace_lost_key(session, SYSTEM, new=new, ground=ground)
    yield f"Replaced now: {', '.join(one.log for one in replaced) or 'none, that was done before'}."
    if files.mldsa is not None and not files.mldsa.exists():
        # It can be made anew only beside a key that signs, and that one is not in its place yet.
        yield f"Nothing is signed yet, for {files.mldsa} is gone too: run 'add-mldsa' next, which makes another."
    else:
        _publish_all(house, LogKeys(new, _beside(files, passphrase)), former=None)
        yield "Every log is signed with the new key alone."
    files.new.replace(files.key)
    sync_folder(files.key)
    yield f"The new key lies in {files.key}."


def mldsa_addition(house: House) -> Iterator[str]:
    """Have an ML-DSA-44 key sign every log beside the first key; raises as ``rotation`` does."""
    files = house.files
    passphrase = read_passphrase(files.passphrase)
    key, path = load_key(files.key, passphrase), files.mldsa_or_usual
    beside = load_mldsa_key(path, passphrase) if path.exists() else make_mldsa_key(path, passphrase)
    yield f"The ML-DSA-44 key lies in {path}."
    with house.database.transaction() as session:
        _check_newest(house, session)
        logs = add_mldsa_key(session, SYSTEM, key=beside.public_key())
    yield f"Signs beside the first key from now on: {', '.join(logs) or 'as it did before'}."
    _publish_all(house, LogKeys(key, beside), former=None)
    yield "Every log is signed with both keys."


def _new_key(files: KeyFiles, passphrase: str | None) -> Ed25519PrivateKey:
    return load_key(files.new, passphrase) if files.new.exists() else make_key(files.new, passphrase)


def _beside(files: KeyFiles, passphrase: str | None) -> MLDSA44PrivateKey | None:
    return load_mldsa_key(files.mldsa, passphrase) if files.mldsa is not None else None


def _check_newest(house: House, session: Session) -> None:
    if house.second_place is not None:
        check_second_place(session, house.second_place)


def _publish_all(house: House, signing: LogKeys, *, former: SigningKey | None) -> None:
    """Publish every log, the house log last, since it names the checkpoints of the others."""
    with house.database.reading() as session:
        names = sorted((log.name for log in list_logs(session)), key=lambda name: (name == HOUSE, name))
    for name in names:
        with house.database.transaction() as session:
            publish_checkpoint(
                session,
                SYSTEM,
                log_name=name,
                key=signing.signing,
                beside=signing.beside,
                former=former,
                second_place=house.second_place,
            )


def _put_in_place(files: KeyFiles, ended: Path) -> None:
    # A second name first: there is no moment at which the old key has none, or the house has no key file.
    if not ended.exists():
        ended.hardlink_to(files.key)
    sync_folder(files.key)
    files.new.replace(files.key)
    sync_folder(files.key)
