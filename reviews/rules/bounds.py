"""What terms may hold: how long texts are, how large numbers, and that labels name parts that are there."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from answerprint.core.problems import Invalid
from reviews.errors import BadTerms
from reviews.rules.eidr import read_eidr
from reviews.rules.floors import Demands
from reviews.rules.labels import parties_by_label
from reviews.rules.terms import Licence, Method, PartyTerm, Rounds, Security, Terms
from reviews.rules.vocabulary import Held

Fault = tuple[str, str]
"""A field, and what is wrong with it."""

_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_FRAME_RATE = re.compile(r"[1-9][0-9]{0,4}(?:\.[0-9]{1,3}|/1001|/1)?", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)
_CODE = re.compile(r"[a-z0-9._-]{1,60}", re.ASCII | re.IGNORECASE)
_SIDES = ("house", "client")
_MOST = {"parties": 50, "methods": 20, "subjects": 9, "exceptions": 50, "protections": 50}
_MARKED = re.compile(r"watermarked", re.IGNORECASE)


def check_bounds(terms: Terms) -> None:
    """Refuse terms that nobody could hold to; raises ``BadTerms`` naming every field at fault."""
    faults: dict[str, list[str]] = {}
    for field, sentence in _faults(terms):
        faults.setdefault(field, []).append(sentence)
    if faults:
        raise BadTerms("The terms cannot be agreed as they stand. The fields say why.", fields=faults)


def check_demands(demands: Demands) -> None:
    """Refuse demands that nothing could meet; raises ``BadTerms`` naming every one at fault."""
    faults = [
        *_whole("longest_link_days", demands.longest_link_days, 365),
        *_whole("most_views", demands.most_views, 1000),
    ]
    if faults:
        named = {field: [sentence] for field, sentence in faults}
        raise BadTerms("Nothing could meet this policy. The fields say why.", fields=named)


def _faults(terms: Terms) -> Iterator[Fault]:
    yield from _text("deliverable", terms.deliverable, 200, is_needed=True)
    for name, most in _MOST.items():
        if len(getattr(terms, name)) > most:
            yield name, f"At most {most} of these, please."
    if not terms.subjects or len(set(terms.subjects)) < len(terms.subjects):
        yield "subjects", "Say what the client is to judge, each thing once."
    yield from _eidr(terms.eidr)
    for index, party in enumerate(terms.parties):
        yield from _party(f"parties.{index}", party)
    if not terms.methods:
        yield "methods", "Agree one method at least."
    for index, method in enumerate(terms.methods):
        yield from _method(f"methods.{index}", method)
    yield from _whole("quorum.needed", terms.quorum.needed, 50)
    yield from _security(terms.security)
    yield from _rounds(terms.rounds)
    yield from _sign_off(terms)
    yield from _exceptions(terms)
    yield from _protections(terms)


def _eidr(eidr: str | None) -> Iterator[Fault]:
    try:
        if eidr is not None and read_eidr(eidr) != eidr:
            yield "eidr", "Write it in capitals and without blanks around it."
    except Invalid as refused:
        yield "eidr", refused.detail


def _party(place: str, party: PartyTerm) -> Iterator[Fault]:
    if (party.contact_id is None) == (party.person_id is None):
        yield place, "A party is somebody of the client's or of the house, and never both."
    yield from _whole(f"{place}.place", party.place, 50)


def _method(place: str, method: Method) -> Iterator[Fault]:
    viewing = method.viewing
    yield from _text(f"{place}.platform", method.platform, 60)
    yield from _text(f"{place}.hosted_by", method.hosted_by, 60, is_needed=True)
    yield from _whole(f"{place}.viewing.peak_nits", viewing.peak_nits, 10_000)
    if viewing.frame_rate is not None and not _FRAME_RATE.fullmatch(viewing.frame_rate):
        yield f"{place}.viewing.frame_rate", "A frame rate is written 25, 23.976 or 24000/1001."
    if len(set(viewing.judges)) < len(viewing.judges):
        yield f"{place}.viewing.judges", "Each thing once, please."
    if len(method.licences) > 20:
        yield f"{place}.licences", "At most 20 of these, please."
    for index, licence in enumerate(method.licences):
        yield from _licence(f"{place}.licences.{index}", licence)


def _licence(place: str, licence: Licence) -> Iterator[Fault]:
    yield from _text(f"{place}.what", licence.what, 120, is_needed=True)
    for name in ("supplied_by", "paid_by"):
        if getattr(licence, name) not in _SIDES:
            yield f"{place}.{name}", "This is to be one of: house, client."
    yield from _whole(f"{place}.seats", licence.seats, 10_000, least=0)
    if licence.product_id is not None and (licence.supplied_by != "house" or licence.seats < 1):
        yield f"{place}.product_id", "Seats of the house are supplied by the house: say so, and how many."


def _security(security: Security) -> Iterator[Fault]:
    for name, most in {"link_days": 365, "view_limit": 1000, "view_hours": 720}.items():
        yield from _whole(f"security.{name}", getattr(security, name), most)
    yield from _whole("security.retention_days", security.retention_days, 36_500, least=0)
    for name in ("watermark", "watermark_applied_by", "watermark_evidence", "watermark_checked_by"):
        yield from _text(f"security.{name}", getattr(security, name), 200)
    if _MARKED.search(security.watermark):
        yield "security.watermark", "Say what is instructed, such as: burnt in, name and date."
    if security.destruction not in ("", "return", "destroy"):
        yield "security.destruction", "This is to be one of: return, destroy; or empty."
    if len(security.domains) > 50 or not all(len(one) <= 253 and _DOMAIN.fullmatch(one) for one in security.domains):
        yield "security.domains", "A domain is written okafor.example, in lower case; at most 50."
    if security.domains and security.recipients_only:
        yield "security.domains", "Where only parties get links, no domain has others."
    if len(set(security.places)) < len(security.places):
        yield "security.places", "Each place once, please."


def _rounds(rounds: Rounds) -> Iterator[Fault]:
    for name, most in {"included": 100, "client_days": 260, "house_days": 260, "deemed_after_days": 260}.items():
        yield from _whole(f"rounds.{name}", getattr(rounds, name), most)
    yield from _text("rounds.counts_as", rounds.counts_as, 500)
    yield from _text("rounds.overrun", rounds.overrun, 500)
    if rounds.zone not in _zones():
        yield "rounds.zone", "This is no time zone: write Europe/Berlin, or UTC."
    days = rounds.working_days
    if not days or list(days) != sorted(set(days)) or not set(days) <= set(range(7)):
        yield "rounds.working_days", "Name one working day at least, in order: Monday is 0, Sunday is 6."
    if len(rounds.holidays) > 400 or list(rounds.holidays) != sorted(set(rounds.holidays)):
        yield "rounds.holidays", "Name each day once and in order; at most 400."


def _sign_off(terms: Terms) -> Iterator[Fault]:
    yield from _text("sign_off.statement", terms.sign_off.statement, 2000)
    yield from _text("sign_off.releases", terms.sign_off.releases, 500)
    if not _are_labels(terms.sign_off.notify, terms):
        yield "sign_off.notify", "Name parties of this agreement, each once: P1, P2, …"


def _exceptions(terms: Terms) -> Iterator[Fault]:
    for index, one in enumerate(terms.exceptions):
        if not _CODE.fullmatch(one.of):
            yield f"exceptions.{index}.of", "Name the code of the finding that it answers."
        yield from _text(f"exceptions.{index}.reason", one.reason, 500, is_needed=True)
        if one.owner not in parties_by_label(terms):
            yield f"exceptions.{index}.owner", "Name the party who owns the risk: P1, P2, …"
    codes = [one.of for one in terms.exceptions]
    if len(set(codes)) < len(codes):
        yield "exceptions", "One exception for each finding."


def _protections(terms: Terms) -> Iterator[Fault]:
    for index, one in enumerate(terms.protections):
        place = f"protections.{index}"
        yield from _text(f"{place}.what", one.what, 300, is_needed=True)
        yield from _text(f"{place}.by", one.by, 200, is_needed=True)
        if one.held is Held.ENFORCED:
            yield (
                f"{place}.held",
                "What this system enforces stands in the text by itself: write asserted or evidenced.",
            )
        if _MARKED.search(one.what):
            yield f"{place}.what", "A mark is instructed, applied, evidenced and checked: say that under security."


def _text(field: str, text: str, longest: int, *, is_needed: bool = False) -> Iterator[Fault]:
    # One line each: text that breaks the line could pass for a section of the agreement.
    if len(text) > longest or _BREAKS.search(text):
        yield field, f"One line of text, of at most {longest} letters."
    elif text != text.strip() or (is_needed and not text):
        yield field, "Write something, without blanks around it." if is_needed else "No blanks around it, please."


def _whole(field: str, number: int | None, most: int, *, least: int = 1) -> Iterator[Fault]:
    if number is not None and not least <= number <= most:
        yield field, f"A whole number from {least} to {most}."


def _are_labels(labels: Iterable[Any], terms: Terms) -> bool:
    named, known = list(labels), parties_by_label(terms)
    return len(set(named)) == len(named) and all(one in known for one in named)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
