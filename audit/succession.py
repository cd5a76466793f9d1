r"""Which key of a log signs which of its checkpoints: the key it was opened with, and what became of it since.

A key hands over to the next by a statement, a C2SP signed note of four lines that both keys sign, the old one first:

    answerprint/key-handover@v1
    <origin>
    <since, decimal>         checkpoints of more entries than this are signed by the new key
    <vkey of the new key>

A key in wrong hands is revoked, after it handed over, by the key that signs then; the revoked one signs first:

    answerprint/key-revocation@v1
    <origin>
    <stands, decimal>        what it signed of more entries than this is not believed on its own
    <vkey of the revoked key>

Where the old key was lost, the new one says what a handover says and signs alone: answerprint/key-replacement@v1.
Anybody can write that, so who trusts an older key believes nothing beyond it.

Statements come in the order in which they were made. On the others both signatures stand, so no key is handed on
without its holder, and none is named an heir that nobody holds. A key of the line never comes back.

    >>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from audit.note import Signer
    >>> old, new = (Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)) for n in (1, 2))
    >>> succession = Succession.read(old.vkey, [sign_handover(7, old=old, new=new)])
    >>> succession.key_for(7).key.vkey == old.vkey, succession.key_for(8).key.vkey == new.vkey
    (True, True)
    >>> succession.standing(old.vkey).state.value, succession.standing(old.vkey).until
    ('superseded', 7)
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, parse_decimal
from audit.errors import (
    BrokenSuccession,
    MalformedKey,
    MalformedStatement,
    ReplacedKey,
    RevokedKey,
    UnknownKey,
    WrongOrigin,
)
from audit.note import Signer, Verifier, is_note_text, parse_note, parse_vkey, sign_note

HANDOVER = "answerprint/key-handover@v1"
REVOCATION = "answerprint/key-revocation@v1"
REPLACEMENT = "answerprint/key-replacement@v1"


# -------------------------------------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Statement:
    """What a handover or replacement says (``size`` is since, ``vkey`` new), or a revocation (stands, the revoked)."""

    header: str
    origin: str
    size: int
    vkey: str

    def __post_init__(self) -> None:
        is_known = self.header in (HANDOVER, REVOCATION, REPLACEMENT)
        if not is_known or not is_note_text(self.text()) or self.text().count("\n") != 4:
            raise ValueError("not a statement on a log's key")
        if not self.origin or parse_decimal(str(self.size)) != self.size:
            raise ValueError("a statement names the log's origin and a number of entries")
        if parse_vkey(self.vkey).name != self.origin:
            raise ValueError(f"the key is of {parse_vkey(self.vkey).name}, and the statement of {self.origin}")

    def text(self) -> str:
        """Return the note text that is signed."""
        return f"{self.header}\n{self.origin}\n{self.size}\n{self.vkey}\n"


def parse_statement(text: str) -> Statement:
    """Return the statement that this note text is, in canonical form only, or raise ``MalformedStatement``."""
    try:
        header, origin, size, vkey, rest = text.split("\n")
        statement = Statement(header, origin, parse_decimal(size), vkey)
    except (ValueError, MalformedKey) as error:
        raise MalformedStatement(f"not a statement on a log's key: {error}") from error
    if rest:
        raise MalformedStatement("not a statement on a log's key: the last line has no newline")
    return statement


def sign_handover(since: int, *, old: Signer, new: Signer) -> bytes:
    """Return the note by which ``old`` hands over to ``new``, both keys of one log."""
    return sign_note(Statement(HANDOVER, old.name, since, new.vkey).text(), old, new)


def sign_revocation(stands: int, *, revoked: Signer, current: Signer) -> bytes:
    """Return the note that revokes a key of a log, signed by it and by the key that signs now."""
    return sign_note(Statement(REVOCATION, revoked.name, stands, revoked.vkey).text(), revoked, current)


def sign_replacement(since: int, *, new: Signer) -> bytes:
    """Return the note by which ``new`` takes the place of a key of its log that was lost."""
    return sign_note(Statement(REPLACEMENT, new.name, since, new.vkey).text(), new)


# -------------------------------------------------------------------------------------------- succession


class KeyState(StrEnum):
    """What a key is to a log."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    REPLACED = "replaced"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """A key of a log signs sizes above ``since``, up to ``until``; of these a revoked one stands up to ``stands``.

    A replaced one, or an heir of it, was lost at ``lost_at`` entries.
    """

    state: KeyState
    since: int = 0
    until: int | None = None
    stands: int | None = None
    lost_at: int | None = None


@dataclass(frozen=True, slots=True)
class KeyPeriod:
    """A key and what it signs: checkpoints of more than ``since`` entries; the opening key (-1) that of none, too."""

    verifier: Verifier
    since: int
    stands: int | None = None
    is_replacement: bool = False

    @property
    def vkey(self) -> str:
        """The key as one line of text."""
        return self.verifier.key.vkey


@dataclass(frozen=True, slots=True)
class Succession:
    """The keys of one log in their order. Made by ``read``; nothing of more entries than ``ends`` is believed."""

    origin: str
    periods: tuple[KeyPeriod, ...]
    ends: int | None = None

    @classmethod
    def read(cls, opening_vkey: str, statements: Iterable[bytes] = ()) -> "Succession":
        """Return the succession from the key a log was opened with, by its statements in the order they were made.

        Raises ``BrokenSuccession`` where a statement does not follow from those before it, ``BadSignature``,
        ``WrongOrigin`` where it is another log's, and ``Malformed``.
        """
        opening = Verifier.from_vkey(opening_vkey)
        succession = cls(opening.key.name, (KeyPeriod(opening, -1),))
        for raw in statements:
            succession = succession.after(raw)
        return succession

    def after(self, raw: bytes) -> "Succession":
        """Return the succession with one more statement; raises as ``read`` does."""
        statement = parse_statement(parse_note(raw).text)
        if statement.origin != self.origin:
            raise WrongOrigin(f"the statement is of {statement.origin}, not of {self.origin}")
        if statement.header == REVOCATION:
            return self._revoked(statement, raw)
        return self._followed(statement, raw)

    def _followed(self, statement: Statement, raw: bytes) -> "Succession":
        new = Verifier.from_vkey(statement.vkey)
        if self._place(statement.vkey) is not None:
            raise BrokenSuccession(f"the key {_short(new)} is handed the log a second time")
        if statement.size <= self.current.since:
            raise BrokenSuccession(f"the handover at {statement.size} entries is not after the one before it")
        is_replacement = statement.header == REPLACEMENT
        _require_signed(raw, *(() if is_replacement else (self.current.verifier,)), new)
        following = KeyPeriod(new, statement.size, is_replacement=is_replacement)
        return replace(self, periods=(*self.periods, following))

    def _revoked(self, statement: Statement, raw: bytes) -> "Succession":
        place = self._place(statement.vkey)
        if place is None:
            raise BrokenSuccession("the statement revokes a key that never signed this log")
        revoked = self.periods[place]
        if revoked is self.current:
            raise BrokenSuccession("the key that signs now is revoked, and handed over to no other")
        if revoked.stands is not None:
            raise BrokenSuccession(f"the key {_short(revoked.verifier)} is revoked a second time")
        if statement.size > self.periods[place + 1].since:
            raise BrokenSuccession(f"{statement.size} entries cannot stand: the key had handed over before")
        _require_signed(raw, revoked.verifier, self.current.verifier)
        periods = list(self.periods)
        periods[place] = replace(revoked, stands=statement.size)
        return replace(self, periods=tuple(periods))

    @property
    def current(self) -> KeyPeriod:
        """The key that signs now."""
        return self.periods[-1]

    def trusting(self, vkey: str) -> "Succession":
        """Return what somebody who trusts this key alone may believe: that key, and those that came after it.

        A handover does not name the old key, so what came before a trusted key is not vouched for by it; nor is what
        took the place of a key that was lost. Raises ``UnknownKey`` where the key is none of this log's, ``RevokedKey``
        where it was revoked: whoever has it may name any heir.
        """
        place = self._place(vkey)
        if place is None:
            raise UnknownKey("the key given never signed this log")
        if self.periods[place].stands is not None:
            raise RevokedKey(
                f"the key {_short(self.periods[place].verifier)} was revoked: ask the house for its new one"
            )
        return replace(self, periods=self.periods[place:], ends=self._lost_at(place))

    def standing(self, vkey: str) -> Standing:
        """Say what a key is to this log."""
        place = self._place(vkey)
        if place is None:
            return Standing(KeyState.UNKNOWN)
        period, until = self.periods[place], self._until(place)
        since = max(period.since, 0)
        if period.stands is not None:
            return Standing(KeyState.REVOKED, since, until, period.stands)
        if self._lost_at(place) is not None:
            return Standing(KeyState.REPLACED, since, until, lost_at=self._lost_at(place))
        return Standing(KeyState.CURRENT if until is None else KeyState.SUPERSEDED, since, until)

    def key_for(self, size: int) -> Verifier:
        """Return the key that signs a checkpoint of ``size`` entries, revoked or not; raises ``UnknownKey``."""
        return self._period_for(size).verifier

    def require_standing(self, size: int) -> None:
        """Raise ``RevokedKey`` where a checkpoint of ``size`` entries is not to be believed on its own."""
        period = self._period_for(size)
        if period.stands is not None and size > period.stands:
            raise RevokedKey(
                f"the key {_short(period.verifier)} was revoked: what it signed of more than {period.stands} entries "
                f"does not stand by itself, and this is of {size}"
            )

    def open_checkpoint(self, raw: bytes) -> Checkpoint:
        """Return a checkpoint of this log that the key of its size signed, revoked or not.

        Raises a ``VerificationError``. Whether it is to be believed on its own, ``require_standing`` says.
        """
        size = parse_checkpoint(parse_note(raw).text).size
        return open_checkpoint(raw, self.key_for(size), self.origin)

    def _period_for(self, size: int) -> KeyPeriod:
        if self.ends is not None and size > self.ends:
            raise ReplacedKey(
                f"the key was lost at {self.ends} entries, and has not signed for the one that took its place: believe "
                "that only if you were given it from outside, or a witness cosigned across the change"
            )
        for period in reversed(self.periods):
            if period.since < size:
                return period
        raise UnknownKey(f"the key given signs checkpoints of more than {self.periods[0].since} entries only")

    def _place(self, vkey: str) -> int | None:
        return next((place for place, period in enumerate(self.periods) if period.vkey == vkey), None)

    def _lost_at(self, place: int) -> int | None:
        return next((period.since for period in self.periods[place + 1 :] if period.is_replacement), None)

    def _until(self, place: int) -> int | None:
        return self.periods[place + 1].since if place + 1 < len(self.periods) else None


def _require_signed(raw: bytes, *verifiers: Verifier) -> None:
    """Raise unless these keys signed in this order, and no other."""
    note = parse_note(raw)
    signed = [(one.name, one.key_id) for one in note.signatures]
    if signed != [(one.key.name, one.key.key_id) for one in verifiers]:
        raise BrokenSuccession(f"the statement is to be signed by {' and '.join(map(_short, verifiers))}, and no other")
    # Each line against its own key: four bytes of key ID are easily made to be those of another key.
    for verifier, signature in zip(verifiers, note.signatures, strict=True):
        verifier.check(note.text.encode(), signature.signature)


def _short(verifier: Verifier) -> str:
    return f"{verifier.key.name}+{verifier.key.key_id.hex()}"
