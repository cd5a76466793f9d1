"""Terms as canonical JSON: written in one way, read strictly."""

import json
from typing import Any

import pytest
from hypothesis import given

from reviews.errors import BadTerms
from reviews.rules.documents import read_document, read_terms, write_document, write_terms
from reviews.rules.floors import Demands
from reviews.rules.terms import Terms
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import honest_terms

HONEST = honest_terms(drawn.PEOPLE[0])


def changed(*path: str | int, value: Any) -> str:
    """Return honest terms as JSON with one place changed; ``...`` takes it out."""
    document = json.loads(write_terms(HONEST))
    place = document
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return json.dumps(document)


class TestWriting:
    """What is hashed has one form."""

    @given(drawn.terms)
    def test_what_is_written_reads_back_the_same(self, terms: Terms) -> None:
        """Terms survive writing and reading, and what was read is written byte for byte as before."""
        written = write_terms(terms)

        assert read_terms(written) == terms
        assert write_terms(read_terms(written)) == written

    @given(drawn.terms)
    def test_form_is_canonical(self, terms: Terms) -> None:
        """Sorted keys, ASCII, no blanks, no fractions: the canonical JSON of anybody."""
        written = write_terms(terms)
        again = json.dumps(json.loads(written), sort_keys=True, separators=(",", ":"), ensure_ascii=True)

        assert written.isascii()
        assert written == again

    @given(drawn.demands)
    def test_demands_read_back_the_same(self, demands: Demands) -> None:
        """Floors are kept in the same form."""
        assert read_document(write_document(demands), Demands) == demands

    def test_float_has_no_place(self) -> None:
        """What has no one way to be written is not written."""
        with pytest.raises(TypeError):
            write_document(1.5)


class TestReading:
    """What is not understood is refused, and never guessed at."""

    @pytest.mark.parametrize(
        ("path", "value", "field"),
        [
            (("colour",), "red", "colour"),
            (("methods", 0, "viewing", "gamma"), 1, "methods.0.viewing.gamma"),
            (("security", "link_days"), "7", "security.link_days"),
            (("security", "link_days"), True, "security.link_days"),
            (("security", "link_days"), 7.0, "security.link_days"),
            (("security", "link_days"), None, "security.link_days"),
            (("security", "recipients_only"), 1, "security.recipients_only"),
            (("deliverable",), None, "deliverable"),
            (("methods",), {}, "methods"),
            (("methods", 0), [], "methods.0"),
            (("methods", 0, "kind"), "telepathy", "methods.0.kind"),
            (("methods", 0, "kind"), 3, "methods.0.kind"),
            (("methods", 0, "viewing", "transfer"), "BT1886", "methods.0.viewing.transfer"),
            (("methods", 0, "viewing", "calibrated_on"), "20260314", "methods.0.viewing.calibrated_on"),
            (("methods", 0, "viewing", "calibrated_on"), "2026-02-30", "methods.0.viewing.calibrated_on"),
            (("parties", 0, "contact_id"), "{00000000-0000-0000-0000-000000000001}", "parties.0.contact_id"),
            (("parties", 0, "contact_id"), "00000000-0000-0000-0000-00000000000A", "parties.0.contact_id"),
            (("parties", 0, "role"), ..., "parties.0.role"),
            (("milestone",), ..., "milestone"),
        ],
    )
    def test_field_at_fault_is_named(self, path: tuple[str | int, ...], value: Any, field: str) -> None:
        """Unknown keys, wrong types, unknown words, other ways to write a day: each by its field."""
        with pytest.raises(BadTerms) as refused:
            read_terms(changed(*path, value=value))

        assert list(refused.value.fields) == [field]

    def test_all_faults_are_named_at_once(self) -> None:
        """Who corrects terms is told everything in one go."""
        document = json.loads(write_terms(HONEST))
        document["deliverable"], document["rounds"]["zone"], document["odd"] = 1, 2, 3
        with pytest.raises(BadTerms) as refused:
            read_terms(json.dumps(document))

        assert set(refused.value.fields) == {"deliverable", "rounds.zone", "odd"}

    @pytest.mark.parametrize(
        "text", ["", "[]", "null", "{", '{"eidr":null,"eidr":null}', "[" * 100_000, '{"eidr":NaN}', "9" * 5000]
    )
    def test_what_is_no_document_is_refused(self, text: str) -> None:
        """Nothing but an object, each key once, is terms."""
        with pytest.raises(BadTerms):
            read_terms(text)

    def test_key_that_stands_twice_is_refused(self) -> None:
        """Of two values of one field nobody could say which was agreed."""
        with pytest.raises(BadTerms, match="cannot be read"):
            read_terms(write_terms(HONEST)[:-1] + ',"eidr":null}')

    def test_field_left_out_has_its_default(self) -> None:
        """What was stored before a field was added stays readable."""
        assert read_terms(changed("security", "link_days", value=...)) == HONEST
