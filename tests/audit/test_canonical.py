"""Canonical JSON: one value, one byte string, and the same as every RFC 8785 writer's."""

import doctest
import json
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import canonical as module
from audit.canonical import MAX_DEPTH, MAX_INTEGER, canonical, parse_canonical
from audit.errors import MalformedEntry

keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = st.none() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=12)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)
entries = st.dictionaries(keys, values, max_size=5)


class Colour(StrEnum):
    """A string of the product's own."""

    RED = "red"


class TestWriting:
    """What is hashed."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(module)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    @given(values)
    def test_bytes_are_those_of_rfc_8785(self, value: Any) -> None:
        """An independent writer of RFC 8785 gives the same bytes for every value of the subset."""
        assert canonical(value) == rfc8785.dumps(value)

    def test_escapes_and_order(self) -> None:
        """Keys in ASCII order, short escapes, lower-case hex, everything else as UTF-8 (RFC 8785, section 3.2)."""
        value = {"b": '\x00\x1f\b\t\n\f\r"\\/\x7f\u2028é😀', "a": -1, "B": [], "": {}}

        assert canonical(value) == (
            '{"":{},"B":[],"a":-1,"b":"\\u0000\\u001f\\b\\t\\n\\f\\r\\"\\\\/\x7f\u2028é😀"}'.encode()
        )

    def test_strings_are_not_normalised(self) -> None:
        """Composed and decomposed letters are two texts: the log keeps what was written."""
        assert canonical("é") == b'"\xc3\xa9"'
        assert canonical("e\u0301") == b'"e\xcc\x81"'

    def test_named_strings_are_strings(self) -> None:
        """A member of a string enumeration is written as its value."""
        assert canonical({"colour": Colour.RED}) == b'{"colour":"red"}'

    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            (True, r"^\$: bool is not allowed"),
            ({"a": [0, False]}, r"^\$\.a\[1\]: bool"),
            (1.0, r"^\$: float"),
            (float("nan"), r"^\$: float"),
            (b"raw", r"^\$: bytes"),
            ((1, 2), r"^\$: tuple"),
            ({"a": {"b": {1, 2}}}, r"^\$\.a\.b: set"),
            (2**53, r"^\$: integers end"),
            ([-(2**53)], r"^\$\[0\]: integers end"),
            ({"a": "\ud800"}, r"^\$\.a: a lone surrogate"),
            ("\udfff", r"^\$: a lone surrogate"),
            ({1: "a"}, r"^\$: the key 1 is not ASCII"),
            ({"a": {"é": 1}}, r"^\$\.a: the key 'é' is not ASCII"),
            ({"\ud800": 1}, r"^\$: the key"),
        ],
    )
    def test_outside_the_subset_is_refused_by_its_path(self, value: object, sentence: str) -> None:
        """What two writers might spell in two ways is refused, and the message says where it stands."""
        with pytest.raises(ValueError, match=sentence):
            canonical(value)

    def test_depth_is_bounded(self) -> None:
        """Lists within lists end somewhere, also where one holds itself."""
        deep: list[object] = []
        for _ in range(MAX_DEPTH - 1):
            deep = [deep]
        endless: list[object] = []
        endless.append(endless)

        assert canonical(deep) == b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
        for value in ([deep], endless):
            with pytest.raises(ValueError, match="deep"):
                canonical(value)


class TestReading:
    """What is read back from storage or a bundle."""

    @given(entries)
    def test_what_is_written_is_read(self, entry: dict[str, object]) -> None:
        """Reading gives the object that was written."""
        assert parse_canonical(canonical(entry)) == entry

    @given(entries, st.data())
    def test_mutated_entry_is_refused_or_is_another_in_canonical_form(
        self, entry: dict[str, object], data: st.DataObject
    ) -> None:
        """No two byte strings are read as the same entry."""
        raw = canonical(entry)
        place = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:place] + data.draw(st.binary(max_size=2)) + raw[place + data.draw(st.integers(0, 2)) :]
        try:
            read = parse_canonical(wrong)
        except MalformedEntry:
            return

        assert canonical(read) == wrong

    @given(entries)
    def test_other_spellings_are_refused(self, entry: dict[str, object]) -> None:
        """The same object with spaces, or with a byte order mark, is not the entry."""
        spaced = json.dumps(entry, ensure_ascii=False, sort_keys=True).encode()
        for wrong in (b"\xef\xbb\xbf" + canonical(entry), canonical(entry) + b"\n", spaced.replace(b"{", b"{ ", 1)):
            with pytest.raises(MalformedEntry):
                parse_canonical(wrong)

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"null",
            b"[]",
            b'"text"',
            b"{",
            b'{"a":1,"a":1}',
            b'{"a":1,"a":2}',
            b'{"b":1,"a":1}',
            b'{"a": 1}',
            b'{"a":1.0}',
            b'{"a":1e2}',
            b'{"a":-0}',
            b'{"a":01}',
            b'{"a":true}',
            b'{"a":NaN}',
            b'{"a":Infinity}',
            b'{"a":9007199254740992}',
            b'{"a":' + b"9" * 5000 + b"}",
            b'{"a":"\\u0041"}',
            b'{"a":"\\/"}',
            b'{"a":"\\u001F"}',
            b'{"a":"\\u00e9"}',
            b'{"a":"\\ud800"}',
            b'{"\xc3\xa9":1}',
            b'{"a":"\xff"}',
            b'{"a":"\xed\xa0\x80"}',
            '{"a":1}'.encode("utf-16"),
            b'{"a":' + b"[" * 33 + b"]" * 33 + b"}",
            b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        ],
        ids=lambda raw: f"{len(raw)} {raw[:24]!r}",
    )
    def test_hostile_entries(self, raw: bytes) -> None:
        """Doubled keys, other spellings, other encodings, endless nesting: refused with a verdict."""
        with pytest.raises(MalformedEntry):
            parse_canonical(raw)
