"""The form of an agreement's terms: it shows all that they say, and what is shown is read back the same."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from answerprint.core.nested_forms import read_nested_form
from reviews.pages.terms_form import TermsChoices, row_counts, sections_of
from reviews.pages.terms_values import form_values
from reviews.rules import terms as rules
from reviews.rules import vocabulary as words
from reviews.rules.terms import Terms
from reviews.schemas.terms import TermsSchema

APP = Flask(__name__)
LINE = st.text(st.characters(min_codepoint=33, max_codepoint=0x17F, exclude_categories=["C", "Z"]), max_size=12)
SAID = LINE.filter(bool)
DAY = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))
COUNT = st.integers(min_value=1, max_value=50)
ID = st.uuids()


def some(shape: type[StrEnum]) -> st.SearchStrategy[Any]:
    """Return words of a list in its order, each once."""
    return st.sets(st.sampled_from(list(shape))).map(lambda found: tuple(one for one in shape if one in found))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a value, or nothing."""
    return st.none() | strategy


VIEWING = st.builds(
    rules.Viewing,
    display=st.sampled_from(words.DisplayClass),
    colour_space=maybe(st.sampled_from(words.ColourSpace)),
    transfer=maybe(st.sampled_from(words.Transfer)),
    white=maybe(st.sampled_from(words.White)),
    peak_nits=maybe(COUNT),
    room=st.sampled_from(words.Room),
    calibrated_on=maybe(DAY),
    loudness=maybe(st.sampled_from(words.Loudness)),
    frame_rate=maybe(SAID),
    codec=maybe(st.sampled_from(words.Codec)),
    judges=some(words.Subject),
)
SIDE = st.sampled_from(["house", "client"])
LICENCE = st.builds(
    rules.Licence, what=SAID, supplied_by=SIDE, paid_by=SIDE, seats=st.integers(0, 99), product_id=maybe(ID)
)
METHOD = st.builds(
    rules.Method,
    kind=st.sampled_from(words.MethodKind),
    viewing=VIEWING,
    platform=LINE,
    hosted_by=SAID,
    is_fallback=st.booleans(),
    licences=st.lists(LICENCE, max_size=2).map(tuple),
)
PARTY = st.builds(
    rules.PartyTerm,
    role=st.sampled_from(words.Role),
    scope=st.sampled_from(words.Scope),
    contact_id=maybe(ID),
    person_id=maybe(ID),
    place=maybe(COUNT),
    may_invite=st.booleans(),
)
SECURITY = st.builds(
    rules.Security,
    tier=st.sampled_from(words.Tier),
    nda_text_id=maybe(ID),
    watermark=LINE,
    watermark_checked_by=LINE,
    allows_download=st.booleans(),
    link_days=COUNT,
    recipients_only=st.booleans(),
    domains=st.lists(SAID, max_size=2).map(tuple),
    places=some(words.Room),
    needs_release=st.booleans(),
    retention_days=maybe(st.integers(0, 99)),
    destruction=st.sampled_from(["", "return", "destroy"]),
)
ROUNDS = st.builds(
    rules.Rounds,
    included=COUNT,
    counts_as=LINE,
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    working_days=st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    holidays=st.lists(DAY, max_size=2).map(tuple),
    deemed_after_days=maybe(COUNT),
)
TERMS = st.builds(
    Terms,
    milestone=st.sampled_from(words.Milestone),
    deliverable=SAID,
    subjects=some(words.Subject),
    parties=st.lists(PARTY, max_size=3).map(tuple),
    methods=st.lists(METHOD, max_size=3).map(tuple),
    quorum=st.builds(rules.Quorum, needed=maybe(COUNT), in_order=st.booleans()),
    security=SECURITY,
    rounds=ROUNDS,
    sign_off=st.builds(rules.SignOff, statement=LINE, notify=st.lists(st.just("P1"), max_size=1).map(tuple)),
    exceptions=st.lists(
        st.builds(rules.Deviation, of=SAID, reason=SAID, owner=st.just("P1"), until=DAY), max_size=2
    ).map(tuple),
    protections=st.lists(
        st.builds(rules.Protection, what=SAID, held=st.sampled_from(words.Held), by=SAID), max_size=2
    ).map(tuple),
    eidr=maybe(SAID),
)


def read(typed: dict[str, str]) -> Any:
    """Read a form in which this was typed."""
    with APP.test_request_context(method="POST", data=typed):
        return read_nested_form(TermsSchema())


class TestTerms:
    """The form of an agreement."""

    @settings(max_examples=40)
    @given(TERMS)
    def test_what_is_shown_is_read_back_the_same(self, terms: Terms) -> None:
        """Who opens a draft and keeps it as it is has changed nothing."""
        assert read(form_values(terms)) == terms

    @settings(max_examples=40)
    @given(TERMS)
    def test_everything_that_terms_say_has_its_field(self, terms: Terms) -> None:
        """The form shows a field for each value, with one row more than is filled in."""
        shown = form_values(terms)
        sections = sections_of(row_counts(shown), TermsChoices())
        fields_there = {one.name for section in sections for row in section.rows for one in row.fields}
        said = {name for name, text in shown.items() if text}

        assert said <= fields_there
        assert f"parties.{len(terms.parties)}.role" in fields_there
        assert f"methods.{len(terms.methods)}.kind" in fields_there

    def test_row_that_is_left_empty_is_no_row(self) -> None:
        """Of three rows the second is empty: two parties are read."""
        contact = str(UUID(int=7))
        typed = {"milestone": "mix", "deliverable": "Reel 1", "subjects.mix": "true"}
        typed |= {"parties.0.role": "signatory", "parties.0.contact_id": contact, "parties.1.role": ""}
        typed |= {"parties.2.role": "approver", "parties.2.contact_id": contact}

        assert [one.role.value for one in read(typed).parties] == ["signatory", "approver"]
