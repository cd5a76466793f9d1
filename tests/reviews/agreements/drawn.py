"""Terms of all kinds, drawn for tests of what must hold of any."""

import dataclasses
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from reviews.rules.floors import Demands
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
from reviews.rules.vocabulary import Held, Room, Subject

PEOPLE = [UUID(int=number) for number in range(1, 5)]

_words = st.text(alphabet="abcdeéü 漢", max_size=6)
_days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_whole = st.integers(0, 99)


def _whole_of(shape: type[Any], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw every field of a part, those with defaults too."""
    rest = {field.name: ... for field in dataclasses.fields(shape) if field.name not in given}
    return st.builds(shape, **given, **rest)


def _some(strategy: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=most).map(tuple)


_party = _whole_of(
    PartyTerm,
    contact_id=st.sampled_from([*PEOPLE, None]),
    person_id=st.sampled_from([*PEOPLE, None]),
    place=st.none() | _whole,
)
_viewing = _whole_of(
    Viewing,
    peak_nits=st.none() | _whole,
    calibrated_on=st.none() | _days,
    frame_rate=st.none() | _words,
    judges=_some(st.sampled_from(Subject)),
)
_licence = _whole_of(
    Licence,
    what=_words,
    supplied_by=_words,
    paid_by=_words,
    seats=_whole,
    product_id=st.none() | st.sampled_from(PEOPLE),
)
_method = _whole_of(Method, viewing=_viewing, platform=_words, hosted_by=_words, licences=_some(_licence, 2))
_security = _whole_of(
    Security,
    nda_text_id=st.none() | st.sampled_from(PEOPLE),
    watermark=_words,
    watermark_applied_by=_words,
    watermark_evidence=_words,
    watermark_checked_by=_words,
    link_days=st.integers(1, 9),
    view_limit=st.integers(1, 9),
    view_hours=_whole,
    domains=_some(_words),
    places=_some(st.sampled_from(Room)),
    retention_days=st.none() | _whole,
    destruction=_words,
)
_rounds = _whole_of(
    Rounds,
    included=_whole,
    counts_as=_words,
    overrun=_words,
    client_days=_whole,
    house_days=_whole,
    zone=_words,
    working_days=_some(st.integers(0, 6)),
    holidays=_some(_days),
    deemed_after_days=st.none() | _whole,
)

terms = _whole_of(
    Terms,
    deliverable=_words,
    subjects=_some(st.sampled_from(Subject)),
    parties=_some(_party, 4),
    methods=_some(_method),
    quorum=_whole_of(Quorum, needed=st.none() | _whole),
    security=_security,
    rounds=_rounds,
    sign_off=_whole_of(SignOff, statement=_words, releases=_words, notify=_some(_words)),
    exceptions=_some(_whole_of(Deviation, of=_words, reason=_words, owner=_words, until=_days), 2),
    protections=_some(_whole_of(Protection, what=_words, held=st.sampled_from(Held), by=_words), 2),
    eidr=st.none() | _words,
)
"""Any terms that can be written, whether or not anybody could hold to them."""

demands = _whole_of(
    Demands,
    longest_link_days=st.none() | st.integers(1, 9),
    most_views=st.none() | st.integers(1, 9),
)
