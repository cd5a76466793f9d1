"""What differs between two terms, in words: something exactly where they are not the same."""

import dataclasses
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.rules.difference import difference
from reviews.rules.documents import plain
from reviews.rules.labels import methods_by_label
from reviews.rules.terms import (
    Deviation,
    Licence,
    Method,
    PartyTerm,
    Protection,
    Quorum,
    Rounds,
    Security,
    SignOff,
    Terms,
    Viewing,
)
from reviews.rules.vocabulary import MethodKind, Role, Subject, Transfer
from reviews.rules.wording import FIELDS
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import honest_terms

INES, LEE = drawn.PEOPLE[:2]
HONEST = honest_terms(INES)


def codes(old: Terms, new: Terms) -> list[str]:
    """Return the codes of what differs."""
    return [one.code for one in difference(old, new)]


@given(drawn.terms, drawn.terms)
def test_empty_exactly_where_equal(old: Terms, new: Terms) -> None:
    """Nothing is left out, and nothing is made up."""
    assert (difference(old, new) == ()) == (old == new)
    assert difference(old, old) == ()


@given(drawn.terms, drawn.terms, st.sampled_from([field.name for field in dataclasses.fields(Terms)]))
def test_one_part_that_differs_is_found(old: Terms, other: Terms, name: str) -> None:
    """With all else equal, each part by itself shows whether it differs."""
    new = replace(old, **{name: getattr(other, name)})

    assert (difference(old, new) == ()) == (old == new)


def grafted(old: Any, other: Any, path: tuple[str, ...]) -> Any:
    """Return ``old`` with what ``other`` has at a path; a path goes into the first part of a list."""
    if isinstance(old, tuple):
        return (grafted(old[0], other[0], path), *old[1:]) if old and other else old
    name, rest = path[0], path[1:]
    inner = grafted(getattr(old, name), getattr(other, name), rest) if rest else getattr(other, name)
    return replace(old, **{name: inner})


@pytest.mark.parametrize(
    "path",
    [
        (*place, field.name)
        for place, shape in {
            ("quorum",): Quorum,
            ("methods",): Method,
            ("methods", "viewing"): Viewing,
            ("methods", "licences"): Licence,
            ("security",): Security,
            ("rounds",): Rounds,
            ("sign_off",): SignOff,
            ("exceptions",): Deviation,
            ("protections",): Protection,
            ("parties",): PartyTerm,
        }.items()
        for field in dataclasses.fields(shape)
    ],
    ids=".".join,
)
@settings(max_examples=10)
@given(old=drawn.terms, other=drawn.terms)
def test_one_field_that_differs_is_found(path: tuple[str, ...], old: Terms, other: Terms) -> None:
    """With all else equal, each field of each part by itself shows whether it differs."""
    new = grafted(old, other, path)

    assert (difference(old, new) == ()) == (old == new)


@given(drawn.terms, drawn.terms)
def test_it_is_read_the_other_way_round(old: Terms, new: Terms) -> None:
    """What differs there differs back; each code stands once and names nobody."""
    there = codes(old, new)

    assert len(set(there)) == len(there)
    assert bool(there) == bool(codes(new, old))
    assert all(re.fullmatch(r"[a-zA-Z0-9_.]+", code) for code in there)


@pytest.mark.parametrize("shape", FIELDS)
def test_every_field_has_its_words(shape: type) -> None:
    """A field that is added to terms is said in texts and differences, or this fails."""
    parts = {"parties", "methods", "quorum", "security", "rounds", "sign_off", "exceptions", "protections"}
    inner = parts | {"viewing", "licences"}
    named = {field.name for field in dataclasses.fields(shape)} - inner

    assert set(FIELDS[shape]) == named


def test_sentences_say_what_was_and_what_is() -> None:
    """The difference is read by people: old and new in words."""
    new = replace(HONEST, security=Security(link_days=3, asks_totp=True))

    assert [(one.section, one.sentence) for one in difference(HONEST, new)] == [
        ("Security", "Longest life of a link: was 7 days; is 3 days."),
        ("Security", "Authenticator: was not asked for; is asked for."),
    ]


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(HONEST, parties=HONEST.parties[1:]), ["parties.P1.removed", "parties.P1.label"]),
        (replace(HONEST, parties=HONEST.parties[::-1]), ["parties.P1.label", "parties.P2.label"]),
        (
            replace(HONEST, parties=(*HONEST.parties, PartyTerm(Role.OBSERVER, contact_id=LEE))),
            ["parties.P3.added"],
        ),
        (replace(HONEST, methods=()), ["methods.M1.removed"]),
        (replace(HONEST, methods=(*HONEST.methods, Method(MethodKind.SUITE))), ["methods.M2.added"]),
    ],
)
def test_people_are_held_against_each_other_not_places(new: Terms, expected: list[str]) -> None:
    """Who only moves up is the same person under another label."""
    assert sorted(codes(HONEST, new)) == sorted(expected)


def test_method_is_changed_in_its_place() -> None:
    """A link speaks of M1, so that M1 is held against M1."""
    viewing = Viewing(judges=(Subject.EDIT,), transfer=Transfer.PQ)
    new = replace(HONEST, methods=(replace(HONEST.methods[0], viewing=viewing),))

    assert codes(HONEST, new) == ["methods.M1.viewing.transfer"]
    assert list(methods_by_label(new)) == ["M1"]


def leaves(value: Any, place: str = "") -> dict[str, Any]:
    """Return every plain value of terms by its place."""
    if isinstance(value, dict):
        return {key: one for name, part in value.items() for key, one in leaves(part, f"{place}.{name}").items()}
    if isinstance(value, list):
        return {key: one for at, part in enumerate(value) for key, one in leaves(part, f"{place}.{at}").items()}
    return {place: value}


@given(drawn.terms)
def test_no_person_is_named(terms: Terms) -> None:
    """What is recorded of a difference holds codes, and no sentence shows who a party is."""
    bare = replace(terms, security=replace(terms.security, nda_text_id=None), methods=())
    said = " ".join(one.sentence for one in difference(replace(bare, parties=()), bare))
    ids = [one for place, one in leaves(plain(bare)).items() if place.endswith(("contact_id", "person_id")) and one]

    assert not [one for one in ids if one in said]
