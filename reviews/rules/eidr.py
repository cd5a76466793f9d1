"""EIDR identifiers: ``10.5240/XXXX-XXXX-XXXX-XXXX-XXXX-C`` with a check character (ISO 7064 Mod 37,36)."""

import re

from answerprint.core.problems import Invalid

_FORM = re.compile(r"10\.5240/((?:[0-9A-F]{4}-){5})([0-9A-Z])")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RADIX = len(_ALPHABET)


def check_character(digits: str) -> str:
    """Return the check character of twenty hexadecimal digits (ISO/IEC 7064, Mod 37,36)."""
    carried = _RADIX
    for digit in digits:
        carried = (carried + _ALPHABET.index(digit)) % _RADIX or _RADIX
        carried = carried * 2 % (_RADIX + 1)
    return _ALPHABET[(_RADIX + 1 - carried) % _RADIX]


def read_eidr(text: str) -> str:
    """Return the identifier in its one form; raises ``Invalid`` naming ``eidr`` where it is none."""
    written = text.strip().upper()
    found = _FORM.fullmatch(written)
    if found is None:
        raise _refused("An EIDR is 10.5240/ and five groups of four digits or letters A to F, then a check character.")
    if check_character(found[1].replace("-", "")) != found[2]:
        raise _refused("The check character of this EIDR does not fit: one of its characters is wrong.")
    return written


def _refused(sentence: str) -> Invalid:
    return Invalid(sentence, fields={"eidr": [sentence]})
