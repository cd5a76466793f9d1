"""Sealed values: opened by the key, in their place, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from answerprint.core.sealing import (
    NoSealError,
    NotSealedHereError,
    Seal,
    UnusableSealError,
    load_seal,
    make_seal,
    seal_if_any,
    seal_of,
)

SEAL = Seal(bytes(range(32)))


@given(st.binary(max_size=200), st.text(max_size=30))
def test_what_was_sealed_opens_in_its_place(value: bytes, place: str) -> None:
    """A value comes back as it was."""
    assert SEAL.open(SEAL.seal(value, place=place), place=place) == value


def test_value_opens_in_its_own_place_only() -> None:
    """A sealed value that was moved to another row says nothing there."""
    sealed = SEAL.seal(b"Ann", place="people/1")

    with pytest.raises(NotSealedHereError):
        SEAL.open(sealed, place="people/2")


def test_every_bit_counts() -> None:
    """A sealed value with any one bit changed, or cut anywhere, does not open."""
    sealed = SEAL.seal(b"Ann", place="here")
    changed = [
        bytes([*sealed[:at], sealed[at] ^ (1 << bit), *sealed[at + 1 :]])
        for at in range(len(sealed))
        for bit in range(8)
    ]
    for one in [*changed, *(sealed[:end] for end in range(len(sealed)))]:
        with pytest.raises(NotSealedHereError):
            SEAL.open(one, place="here")


def test_another_key_opens_nothing() -> None:
    """Only the house's own key opens what the house sealed."""
    with pytest.raises(NotSealedHereError):
        Seal(bytes(32)).open(SEAL.seal(b"Ann", place="here"), place="here")


def test_same_value_is_sealed_differently_each_time() -> None:
    """Two rows do not show that they hold the same."""
    assert SEAL.seal(b"Ann", place="here") != SEAL.seal(b"Ann", place="here")


def test_tag_finds_a_value_whatever_its_case() -> None:
    """A mail address is found as people write it; another key makes another tag."""
    assert SEAL.tag("Ann@Example.com ") == SEAL.tag("ann@example.com")
    assert SEAL.tag("ann@example.com") != SEAL.tag("anna@example.com")
    assert SEAL.tag("ann@example.com") != Seal(bytes(32)).tag("ann@example.com")


class TestKeyFile:
    """The sealing key's file."""

    def test_made_key_is_loaded_again(self, tmp_path: Path) -> None:
        """What the made key sealed, the loaded one opens."""
        sealed = make_seal(tmp_path / "keys" / "seal.key").seal(b"Ann", place="here")

        assert load_seal(tmp_path / "keys" / "seal.key").open(sealed, place="here") == b"Ann"

    def test_key_is_never_written_over(self, tmp_path: Path) -> None:
        """A second house in the same folder does not destroy the first one's values."""
        make_seal(tmp_path / "seal.key")
        before = (tmp_path / "seal.key").read_bytes()

        with pytest.raises(FileExistsError):
            make_seal(tmp_path / "seal.key")
        assert (tmp_path / "seal.key").read_bytes() == before

    def test_key_that_others_may_read_is_refused(self, tmp_path: Path) -> None:
        """The sentence says how to mend it."""
        make_seal(tmp_path / "seal.key")
        (tmp_path / "seal.key").chmod(0o640)

        with pytest.raises(UnusableSealError, match="chmod 600"):
            load_seal(tmp_path / "seal.key")

    @pytest.mark.parametrize("text", ["", "00" * 31, "00" * 33, "zz" * 32, "\N{SNOWMAN}"])
    def test_file_that_holds_no_key_is_refused(self, tmp_path: Path, text: str) -> None:
        """Too short, too long, no hex: never a weaker key."""
        path = tmp_path / "seal.key"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

        with pytest.raises(UnusableSealError, match="32 bytes in hex"):
            load_seal(path)

    def test_missing_file_is_named(self, tmp_path: Path) -> None:
        """A lost key is said to be lost, not made anew."""
        with pytest.raises(UnusableSealError, match="cannot be read"):
            load_seal(tmp_path / "seal.key")


class TestSession:
    """The key of a session is that of its database."""

    def test_key_of_the_database(self) -> None:
        """What is read through a database that was opened with the key is opened with it."""
        with Session(info={"seal": SEAL}) as session:
            assert seal_of(session) is SEAL
            assert seal_if_any(session) is SEAL

    def test_database_without_key(self) -> None:
        """Who needs the key is told that it is missing; who can do without gets none."""
        with Session(info={"seal": None}) as session:
            assert seal_if_any(session) is None
            with pytest.raises(NoSealError, match="opened without it"):
                seal_of(session)
