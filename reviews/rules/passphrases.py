"""Passphrases that go by another channel than the link: chosen by the sender, or made here."""

import secrets
import unicodedata
from dataclasses import dataclass, field

from answerprint.core.slow_hash import fits, nobodys_hash, slow_hash
from reviews.errors import BadLink

LENGTH_MIN, LENGTH_MAX = 12, 200
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other when they are read out."""


def new_passphrase() -> str:
    """Return a passphrase of eighty random bits that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def normal_passphrase(text: str) -> str:
    """Return a passphrase in one form (NFKC), without the blanks around it, so that every keyboard types the same."""
    return unicodedata.normalize("NFKC", text).strip()


def check_passphrase(text: str) -> None:
    """Raise ``BadLink`` unless a chosen passphrase has 12 to 200 characters."""
    if not LENGTH_MIN <= len(normal_passphrase(text)) <= LENGTH_MAX:
        sentence = f"A passphrase has {LENGTH_MIN} to {LENGTH_MAX} characters; left out, a good one is made."
        raise BadLink(sentence, fields={"passphrase": [sentence]})


@dataclass(frozen=True, slots=True)
class Passphrase:
    """A passphrase for its sender's eyes, and what is stored of it."""

    text: str = field(repr=False)
    stored: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PassphraseCheck:
    """What somebody typed, held against the hash of their link's passphrase."""

    checked_hash: str = field(repr=False)
    is_right: bool


def chosen_passphrase(text: str | None) -> Passphrase:
    """Return a passphrase as chosen, or a new one. Hashing takes long: it is made before the transaction."""
    if text is not None:
        check_passphrase(text)
    chosen = new_passphrase() if text is None else normal_passphrase(text)
    return Passphrase(chosen, slow_hash(chosen))


def check_typed(stored: str | None, typed: str) -> PassphraseCheck:
    """Hold what somebody typed against a stored hash; against none it takes as long. Made before the transaction."""
    is_right = fits(stored or nobodys_hash(), normal_passphrase(typed)[:LENGTH_MAX])
    return PassphraseCheck(stored or "", is_right and stored is not None)
