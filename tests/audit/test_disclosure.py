"""Disclosures: the published digests, one form, and salts that cannot be guessed."""

import base64
import doctest
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import disclosure as module
from audit.disclosure import digest, make_disclosure, read_disclosure
from audit.errors import MalformedDisclosure

SALT = "6Ij7tM-a5iVPGboS5tmvVA"

# RFC 9901: salt, name, value and digest of examples in its text.
RFC_EXAMPLES = [
    ("2GLC42sKQveCfGfryNRN9w", "given_name", "John", "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"),
    ("eluV5Og3gSNII8EYnsxA_A", "family_name", "Doe", "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo"),
    (SALT, "email", "johndoe@example.com", "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE"),
    ("eI8ZWm9QnKPpNPeNenHdhQ", "phone_number", "+1-202-555-0101", "PorFbpKuVu6xymJagvkFsFXAbRoc2JGlAUA2BA4o7cI"),
]

salts = st.binary(min_size=16, max_size=16).map(lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("="))
names = st.text(min_size=1, max_size=12).filter(lambda name: name not in {"_sd", "..."})
values = st.text(max_size=20) | st.integers(-(2**53) + 1, 2**53 - 1)


def encoded(text: str) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class TestVectors:
    """What RFC 9901 published."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(module)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    @pytest.mark.parametrize(("salt", "name", "value", "expected"), RFC_EXAMPLES)
    def test_digest_of_each_example(self, salt: str, name: str, value: str, expected: str) -> None:
        """We write the RFC's own disclosures, so their digests are the RFC's own."""
        assert digest(make_disclosure(salt, name, value)) == expected

    def test_letters_beyond_ascii_are_written_as_utf8(self) -> None:
        """The RFC's first example, whose salt has 136 bits: its text is as we would write it (section 4.2.1)."""
        published = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"

        assert digest(published) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
        assert make_disclosure(SALT, "family_name", "Möbius") == encoded(f'["{SALT}", "family_name", "Möbius"]')


class TestForm:
    """One value, one salt, one disclosure."""

    @given(salts, names, values)
    def test_what_is_written_is_read(self, salt: str, name: str, value: str | int) -> None:
        """Reading a disclosure gives salt, name and value."""
        assert read_disclosure(make_disclosure(salt, name, value)) == (salt, name, value)

    @given(salts, names, values, st.data())
    def test_mutated_disclosure_is_refused_or_digests_differently(
        self, salt: str, name: str, value: str | int, data: st.DataObject
    ) -> None:
        """No two disclosures are read as the same value under the same salt."""
        text = make_disclosure(salt, name, value)
        place = data.draw(st.integers(0, len(text) - 1))
        wrong = text[:place] + data.draw(st.text(max_size=2)) + text[place + data.draw(st.integers(0, 2)) :]
        try:
            read = read_disclosure(wrong)
        except MalformedDisclosure:
            return

        assert make_disclosure(*read) == wrong

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "ä",
            "A",
            f'["{SALT}", "email"]',
            f'["{SALT}", "email", "a", "b"]',
            f'["{SALT}", "email", true]',
            f'["{SALT}", "email", 1.5]',
            f'["{SALT}", "email", null]',
            f'["{SALT}", "email", ["a"]]',
            f'["{SALT}", "email", 9007199254740992]',
            f'["{SALT}","email","a"]',
            f'["{SALT}", "email", "\\u00e9"]',
            f'["{SALT}", "email", "\\ud800"]',
            f'["{SALT}", "_sd", "a"]',
            f'["{SALT}", "...", "a"]',
            f'["{SALT}", "", "a"]',
            f'["{SALT}", 1, "a"]',
            f'["{SALT[:-1]}", "email", "a"]',
            f'["{SALT}AA", "email", "a"]',
            f'["{SALT[:-1]}B", "email", "a"]',
            f'["{SALT.replace("-", "+")}", "email", "a"]',
            '[1, "email", "a"]',
            '["", "email", "a"]',
            json.dumps({SALT: 1, "email": 2, "a": 3}),
            '"abc"',
            "7",
            "[" * 100_000,
        ],
        ids=lambda text: text[:60],
    )
    def test_hostile_disclosures(self, text: str) -> None:
        """Other arrays, other types, weak salts and reserved names are refused with a verdict."""
        for wrong in (text, encoded(text)):
            with pytest.raises(MalformedDisclosure):
                read_disclosure(wrong)

    @pytest.mark.parametrize("spoil", ["{0}=", "{0}==", "{0}\n", " {0}", "{0}A", "{0}.{0}"])
    def test_base64url_has_one_form(self, spoil: str) -> None:
        """Padding, white space and bits left over make no second spelling."""
        with pytest.raises(MalformedDisclosure):
            read_disclosure(spoil.format(make_disclosure(SALT, "email", "a")))

    @pytest.mark.parametrize(
        ("salt", "name", "value"),
        [
            ("short", "email", "a"),
            ("", "email", "a"),
            (SALT, "", "a"),
            (SALT, "_sd", "a"),
            (SALT, "email", True),
            (SALT, "email", 2**53),
            (SALT, "email", "\ud800"),
        ],
    )
    def test_what_cannot_be_disclosed(self, salt: str, name: str, value: str | int) -> None:
        """A weak salt or a value with two spellings is not written: the fault is the caller's."""
        with pytest.raises(ValueError, match=r"salt|name|allowed|integers|surrogates"):
            make_disclosure(salt, name, value)


def test_same_value_under_two_salts() -> None:
    """Two digests of one value do not show that it is the same."""
    first, second = (digest(make_disclosure(salt, "email", "a")) for salt in (SALT, "A" * 22))

    assert first != second
