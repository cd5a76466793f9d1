"""What terms may hold: each bound names its field."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reviews.errors import BadTerms
from reviews.rules.bounds import check_bounds
from reviews.rules.terms import (
    Deviation,
    Licence,
    Method,
    PartyTerm,
    Protection,
    Rounds,
    Security,
    SignOff,
    Terms,
    Viewing,
)
from reviews.rules.vocabulary import Held, MethodKind, Role, Room, Subject
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import TODAY, honest_terms

INES = drawn.PEOPLE[0]
HONEST = honest_terms(INES)
LINK = MethodKind.ASYNC_LINK


def faults(terms: Terms) -> set[str]:
    """Return the fields that are refused."""
    with pytest.raises(BadTerms) as refused:
        check_bounds(terms)
    return set(refused.value.fields)


def method(**parts: Any) -> dict[str, Any]:
    """Return a change to one method."""
    return {"methods": (Method(LINK, **parts),)}


def viewing(**parts: Any) -> dict[str, Any]:
    """Return a change to one method's viewing conditions."""
    return method(viewing=Viewing(**parts))


def licence(**parts: Any) -> dict[str, Any]:
    """Return a change to one licence."""
    return method(licences=(replace(Licence("Player", "house", "house", seats=1), **parts),))


def test_honest_terms_pass() -> None:
    """What the tests call honest is."""
    check_bounds(HONEST)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"deliverable": ""}, "deliverable"),
        ({"deliverable": "Reel 1\nSECURITY"}, "deliverable"),
        ({"deliverable": "Reel\u2028SECURITY"}, "deliverable"),
        ({"deliverable": "\ud800"}, "deliverable"),
        ({"deliverable": " Reel"}, "deliverable"),
        ({"deliverable": "x" * 201}, "deliverable"),
        ({"subjects": ()}, "subjects"),
        ({"subjects": (Subject.EDIT, Subject.EDIT)}, "subjects"),
        ({"methods": ()}, "methods"),
        ({"methods": (Method(LINK),) * 21}, "methods"),
        ({"eidr": "10.5240/7791-8534-2C23-9030-8610-6"}, "eidr"),
        ({"eidr": "10.5240/7791-8534-2c23-9030-8610-5"}, "eidr"),
        ({"parties": (PartyTerm(Role.APPROVER),)}, "parties.0"),
        ({"parties": (PartyTerm(Role.APPROVER, contact_id=INES, person_id=INES),)}, "parties.0"),
        ({"parties": (PartyTerm(Role.APPROVER, contact_id=INES, place=0),)}, "parties.0.place"),
        (viewing(peak_nits=0), "methods.0.viewing.peak_nits"),
        (viewing(frame_rate="fast"), "methods.0.viewing.frame_rate"),
        (viewing(frame_rate="٢٥"), "methods.0.viewing.frame_rate"),
        (viewing(judges=(Subject.EDIT, Subject.EDIT)), "methods.0.viewing.judges"),
        (method(platform="x" * 61), "methods.0.platform"),
        (method(hosted_by=""), "methods.0.hosted_by"),
        (licence(what=""), "methods.0.licences.0.what"),
        (licence(paid_by="nobody"), "methods.0.licences.0.paid_by"),
        (licence(product_id=INES, seats=0), "methods.0.licences.0.product_id"),
        (licence(product_id=INES, supplied_by="client"), "methods.0.licences.0.product_id"),
        ({"security": Security(link_days=0)}, "security.link_days"),
        ({"security": Security(link_days=366)}, "security.link_days"),
        ({"security": Security(view_limit=0)}, "security.view_limit"),
        ({"security": Security(view_hours=721)}, "security.view_hours"),
        ({"security": Security(retention_days=-1)}, "security.retention_days"),
        ({"security": Security(watermark="Watermarked by us")}, "security.watermark"),
        ({"security": Security(destruction="burn")}, "security.destruction"),
        ({"security": Security(domains=("Okafor.example",), recipients_only=False)}, "security.domains"),
        ({"security": Security(domains=("okafor.example",))}, "security.domains"),
        ({"security": Security(places=(Room.HOME, Room.HOME))}, "security.places"),
        ({"rounds": Rounds(included=0)}, "rounds.included"),
        ({"rounds": Rounds(deemed_after_days=0)}, "rounds.deemed_after_days"),
        ({"rounds": Rounds(zone="Europe/Atlantis")}, "rounds.zone"),
        ({"rounds": Rounds(zone="../etc/passwd")}, "rounds.zone"),
        ({"rounds": Rounds(working_days=())}, "rounds.working_days"),
        ({"rounds": Rounds(working_days=(7,))}, "rounds.working_days"),
        ({"rounds": Rounds(working_days=(1, 0))}, "rounds.working_days"),
        ({"rounds": Rounds(holidays=(date(2026, 1, 2), date(2026, 1, 1)))}, "rounds.holidays"),
        ({"sign_off": SignOff(notify=("P9",))}, "sign_off.notify"),
        ({"sign_off": SignOff(notify=("P1", "P1"))}, "sign_off.notify"),
        ({"sign_off": SignOff(statement="I\napprove")}, "sign_off.statement"),
        ({"exceptions": (Deviation("suitability.mix.M1", "", "P1", TODAY),)}, "exceptions.0.reason"),
        ({"exceptions": (Deviation("suitability.mix.M1", "Why", "P7", TODAY),)}, "exceptions.0.owner"),
        ({"exceptions": (Deviation("so what?", "Why", "P1", TODAY),)}, "exceptions.0.of"),
        ({"exceptions": (Deviation("a", "Why", "P1", TODAY),) * 2}, "exceptions"),
        ({"protections": (Protection("a vault", Held.ENFORCED, "us"),)}, "protections.0.held"),
        ({"protections": (Protection("it is watermarked", Held.ASSERTED, "us"),)}, "protections.0.what"),
    ],
)
def test_each_bound_names_its_field(change: dict[str, Any], field: str) -> None:
    """One thing that cannot be is one field that is named."""
    assert faults(replace(HONEST, **change)) == {field}


def test_all_faults_are_named_at_once() -> None:
    """Who corrects terms is told everything in one go."""
    terms = replace(HONEST, deliverable="", rounds=Rounds(zone="?"), security=Security(view_limit=0))

    assert faults(terms) == {"deliverable", "rounds.zone", "security.view_limit"}
