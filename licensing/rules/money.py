"""Money as decimal text: exact while it is counted, rounded once, half up, when it is written."""

from fractions import Fraction

_CENTS = 100


def amount(text: str) -> Fraction:
    """Read decimal text such as ``1200.00``."""
    return Fraction(text)


def write(value: Fraction) -> str:
    """Write an amount with two decimals, rounded half up."""
    cents = (abs(value) * _CENTS + Fraction(1, 2)).__floor__()
    sign = "-" if value < 0 and cents else ""
    return f"{sign}{cents // _CENTS}.{cents % _CENTS:02}"
