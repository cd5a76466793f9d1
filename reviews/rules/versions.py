"""Versions of material: a number only goes up, and never gets another file."""

from collections.abc import Mapping

from reviews.errors import VersionTaken

NUMBER_MAX = 99_999


def check_version(number: int, sha256: str, existing: Mapping[int, str]) -> bool:
    """Report whether a version is new; the same file under the same number again is not, and changes nothing.

    ``existing`` holds the SHA-256 of each version by its number. Raises ``VersionTaken`` naming ``number``.
    """
    if number in existing:
        if existing[number] == sha256:
            return False
        raise _taken(f"Version {number} is another file. A version never changes: register {max(existing) + 1}.")
    if existing and number < max(existing):
        raise _taken(f"Versions only go up, and {max(existing)} is there: register {max(existing) + 1}.")
    return True


def _taken(sentence: str) -> VersionTaken:
    return VersionTaken(sentence, fields={"number": [sentence]})
