"""A personal value is the one that was recorded, or it was erased by order, or it is a finding."""

from typing import Any

import pytest

from audit.disclosure import digest, make_disclosure
from audit.subjects import SubjectKey, text_subject
from audit.valuecheck import Keyring, Listing, ValueCount, value_fault
from tests.conftest import SEAL

NONCE, WHO = "0" * 32, "person:1"
RAW = bytes(32)
KEY = SubjectKey(RAW)
RING = Keyring(SEAL, {WHO: SEAL.seal(RAW, place=f"subject/{WHO}")})
BLIND = Keyring(None, RING.sealed)

Row = tuple[Any, ...]


def disclosure(name: str, value: str) -> str:
    """Return the disclosure of a value as recording makes it."""
    return make_disclosure(KEY.salt(NONCE, name), name, value)


def row(name: str = "name", value: str = "Ann", *, under: str | None = None, subject: str = WHO) -> Row:
    """Return the row of a value, sealed as its name or under another."""
    sealed = KEY.seal(disclosure(name, value), NONCE, under or name)
    return (7, under or name, subject, SEAL.tag(value), sealed)


def emptied(order: str, name: str = "name") -> Row:
    """Return the row of a value that was erased."""
    return (7, name, f"erased:{order}", None, None)


def fault(*rows: Row, ring: Keyring = RING, erased: dict[str, Listing] | None = None) -> str | None:
    """Judge rows beside an entry that has the digests of Ann's name and mail."""
    return value_fault([NAME, MAIL], NONCE, rows, ring, erased or {}, ValueCount())


NAME, MAIL = digest(disclosure("name", "Ann")), digest(disclosure("mail", "a@b.example"))
MAIL_ROW = row("mail", "a@b.example")


def test_values_that_were_recorded_hold_with_and_without_the_sealing_key() -> None:
    """Each opens to one of the digests; without the key they are only counted."""
    count = ValueCount()

    assert value_fault([NAME, MAIL], NONCE, [row(), MAIL_ROW], BLIND, {}, count) is None
    assert (count.values, count.unopened) == (2, 2)
    assert fault(row(), MAIL_ROW) is None


@pytest.mark.parametrize(
    "wrong",
    [
        row(value="Bo"),
        row(under="nickname"),
        (*row()[:3], "0" * 32, row()[4]),
        (*row()[:4], "text"),
        row("mail", "a@b.example"),
        (7, 5, *row()[2:]),
    ],
    ids=["another value", "another name", "another tag", "another type", "a value twice", "a name that is none"],
)
def test_value_that_is_not_the_one_recorded_is_named(wrong: Row) -> None:
    """Whoever has the sealing key too cannot put another value, or the same under another name."""
    assert "is not the one it was recorded with" in (fault(wrong, MAIL_ROW) or "")


def test_value_whose_key_is_gone_is_named_with_whose_it_was() -> None:
    """A key goes by order only, and then its values are emptied."""
    gone = text_subject("0" * 32)

    assert fault(row(subject=gone), MAIL_ROW) == (
        f"has a personal value 'name' that nobody can open: the key of {gone} is gone without an order"
    )


class TestErased:
    """An emptied row needs an entry that lists its digest, under the order that the row names."""

    LISTED = {NAME: Listing("order-1", 40)}  # noqa: RUF012

    @pytest.mark.parametrize("ring", [RING, BLIND], ids=["with the sealing key", "without"])
    def test_listed_value_is_counted(self, ring: Keyring) -> None:
        """It is said by which entry it was erased."""
        count = ValueCount()
        found = value_fault([NAME, MAIL], NONCE, [emptied("order-1"), MAIL_ROW], ring, self.LISTED, count)

        assert found is None
        assert dict(count.erased) == {Listing("order-1", 40): 1}

    @pytest.mark.parametrize("ring", [RING, BLIND], ids=["with the sealing key", "without"])
    def test_unlisted_value_and_another_order_are_findings(self, ring: Keyring) -> None:
        """Neither the row alone nor another order's entry explains the gap."""
        assert "emptied without an order" in (fault(emptied("order-1"), MAIL_ROW, ring=ring) or "")
        assert "emptied without an order" in (fault(emptied("order-2"), MAIL_ROW, ring=ring, erased=self.LISTED) or "")

    def test_other_value_than_the_listed_one_may_not_go(self) -> None:
        """By the order for one value another was emptied, and the one that was to go still stands."""
        assert "is not the one" in (fault(row(), emptied("order-1", "mail"), erased=self.LISTED) or "")

    def test_value_that_came_back_is_a_finding(self) -> None:
        """What was erased by order stays erased."""
        assert "still has a personal value" in (fault(row(), MAIL_ROW, erased=self.LISTED) or "")

    def test_half_emptied_row_is_a_finding(self) -> None:
        """A tag that stayed would still tell who it was."""
        half = (7, "name", "erased:order-1", SEAL.tag("Ann"), None)

        assert "emptied without an order" in (fault(half, MAIL_ROW, erased=self.LISTED) or "")
