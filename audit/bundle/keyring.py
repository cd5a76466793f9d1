"""The keys in a bundle, and what they signed: the checkpoint, its ML-DSA-44 line, the statements on each other.

The key in ``keys/<log>.vkey`` is the one the log was opened with, says the house; from there the statements in
``keys/history/`` lead to the key that signs now. Who trusts a key of that line believes what it signs, and those after
it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from audit.bundle import layout
from audit.bundle.archive import Archive, malformed
from audit.bundle.verdict import BundleFault, Word
from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.cosignature import LOG_TYPES, ML_DSA_44
from audit.errors import BadSignature, Malformed, ReplacedKey, RevokedKey, UnknownKey, VerificationError
from audit.note import Verifier, parse_note, verify_note
from audit.proof import HEADER, parse_proof
from audit.succession import KeyState, Succession

_KEY = re.compile(r"keys/[^/]+\.vkey")
KEPT = "the checkpoint that was kept"
_CHECKPOINT = "the checkpoint"


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys in a bundle: the whole line, the part of it that the reader's key vouches for, and the one beside it."""

    line: Succession
    trusted: Succession
    pinned: str | None
    beside: Verifier | None
    statements: tuple[bytes, ...]

    def open(self, raw: bytes) -> Checkpoint:
        """Return the bundle's checkpoint, which a key that the reader trusts signed and which stands."""
        try:
            checkpoint = self.trusted.open_checkpoint(raw)
            self.trusted.require_standing(checkpoint.size)
            if self.beside is not None:
                _require_beside(raw, self.beside)
        except VerificationError as error:
            raise _fault(error, _CHECKPOINT) from error
        return checkpoint

    def open_kept(self, kept: bytes | None, size: int) -> Checkpoint | None:
        """Return the checkpoint that the reader kept, which must not be of a larger log than this."""
        if kept is None:
            return None
        try:
            # The reader kept it, so he trusted then the key that signed then, be it one before his key of today.
            older = self.line.open_checkpoint(_checkpoint_in(kept))
        except VerificationError as error:
            raise _fault(error, KEPT) from error
        if older.size > size:
            raise BundleFault(Word.TRUNCATED, KEPT, f"signs {older.size} entries, and the bundle has {size}", size)
        return older

    def handed_over(self, size: int) -> int | None:
        """Return the size at which the reader's key handed over, where another signed a checkpoint of ``size``."""
        if self.pinned is None or self.line.key_for(size).key.vkey == self.pinned:
            return None
        return self.line.standing(self.pinned).until

    def require_all(self, said: Iterable[bytes]) -> None:
        """Refuse a bundle that leaves out a statement on the log's keys which an entry of the log repeats."""
        for statement in said:
            if statement not in self.statements:
                raise malformed("lacks a statement that an entry of the log repeats", "keys/history/")


def read_keys(archive: Archive, pinned: str | None) -> Keyring:
    """Return the keys in the bundle, or the verdict on them; ``pinned`` is the key that the reader trusts."""
    names = [name for name in archive.names() if name.startswith("keys/")]
    found = sorted((name for name in names if _KEY.fullmatch(name)), key=len)
    history = [layout.history_name(number) for number in range(len(names) - len(found))]
    if not found or len(history) > layout.MAX_HISTORY or {*found, *history} != set(names):
        raise malformed("holds not one key and its history", "keys/")
    own = _key_in(archive, found[0])
    log = own.key.name.rpartition("/")[2]
    if [*found] != [layout.key_name(log), layout.mldsa_key_name(log)][: len(found)]:
        raise malformed("is not named as its log", found[-1][:120])
    beside = _key_in(archive, found[1]) if len(found) > 1 else None
    if own.key.signature_type == ML_DSA_44 or (beside and beside.key.signature_type != ML_DSA_44):
        raise malformed("are of other types than their names say", "keys/")
    statements = tuple(archive.read(name) for name in history)
    line = _line(own, statements)
    return Keyring(line, _trusted(line, pinned), pinned, beside, statements)


def _key_in(archive: Archive, name: str) -> Verifier:
    try:
        text = archive.read(name).decode("ascii")
        verifier = Verifier.from_vkey(text.removesuffix("\n"), LOG_TYPES)
    except (Malformed, ValueError) as error:
        raise malformed(f"is not a key: {error}", name[:120]) from error
    if not text.endswith("\n"):
        raise malformed("does not end in a newline", name[:120])
    return verifier


def _line(own: Verifier, statements: tuple[bytes, ...]) -> Succession:
    line = Succession.read(own.key.vkey)
    for number, statement in enumerate(statements):
        try:
            line = line.after(statement)
        except VerificationError as error:
            word = Word.MALFORMED if isinstance(error, Malformed) else Word.ALTERED
            raise BundleFault(word, layout.history_name(number), f"does not follow: {error}") from error
    return line


def _trusted(line: Succession, pinned: str | None) -> Succession:
    if pinned is None:
        return line
    if line.standing(pinned).state is KeyState.UNKNOWN:
        raise BundleFault(Word.UNKNOWN_KEY, _CHECKPOINT, f"is not signed by {pinned}")
    try:
        return line.trusting(pinned)
    except RevokedKey as error:
        raise BundleFault(Word.REVOKED, _CHECKPOINT, f"says nothing to who trusts this key: {error}") from error


def _require_beside(raw: bytes, beside: Verifier) -> None:
    size = parse_checkpoint(parse_note(raw).text).size
    try:
        verify_note(raw, (beside,))
    except UnknownKey as error:
        raise BadSignature(f"the ML-DSA-44 key beside has not signed it, at {size} entries") from error


def _checkpoint_in(kept: bytes) -> bytes:
    return parse_proof(kept).checkpoint_raw if kept.startswith(HEADER.encode()) else kept


def _fault(error: VerificationError, place: str) -> BundleFault:
    match error:
        case ReplacedKey():
            return BundleFault(Word.REPLACED, place, f"is not vouched for by the key given: {error}")
        case UnknownKey():
            return BundleFault(Word.UNKNOWN_KEY, place, f"is not signed by a key that is trusted: {error}")
        case RevokedKey():
            return BundleFault(Word.REVOKED, place, f"does not stand: {error}")
        case BadSignature():
            return BundleFault(Word.ALTERED, place, f"is not what was signed: {error}")
    return malformed(str(error), place)
