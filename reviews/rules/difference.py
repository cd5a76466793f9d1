"""What differs between two terms, section by section in words; nothing where they are equal, and only there."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from reviews.rules.labels import exceptions_by_label, methods_by_label, parties_by_label
from reviews.rules.terms import Licence, Method, PartyTerm, Protection, Terms
from reviews.rules.vocabulary import Role, title
from reviews.rules.wording import FIELDS, said

_Key = tuple[UUID | None, UUID | None, Role, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs. ``code`` names the field, such as ``methods.M1.viewing.transfer``, and never a person."""

    code: str
    section: str
    sentence: str


def difference(old: Terms, new: Terms) -> tuple[Change, ...]:
    """Return what differs, in the order of the text; empty exactly where both are equal."""
    return (
        *_fields("", "What is reviewed", old, new),
        *_parties(old, new),
        *_fields("quorum.", "Approval", old.quorum, new.quorum),
        *_methods(old, new),
        *_fields("security.", "Security", old.security, new.security),
        *_numbered_protections(old.protections, new.protections),
        *_fields("rounds.", "Rounds", old.rounds, new.rounds),
        *_fields("sign_off.", "Sign-off", old.sign_off, new.sign_off),
        *_exceptions(old, new),
    )


def _fields(prefix: str, section: str, old: object, new: object) -> Iterator[Change]:
    for name, word in FIELDS[type(old)].items():
        if getattr(old, name) != getattr(new, name):
            sentence = f"{word.name}: was {said(old, name)}; is {said(new, name)}."
            yield Change(f"{prefix}{name}", section, sentence)


def _parties(old: Terms, new: Terms) -> Iterator[Change]:
    """Hold people against each other, not places: who only moved up is not another person."""
    before, after = _keyed(old), _keyed(new)
    for key, (label, party) in before.items():
        if key not in after:
            yield Change(f"parties.{label}.removed", "Parties", f"{label}, {_who(party)}, is no party any more.")
    for key, (label, party) in after.items():
        if key not in before:
            yield Change(f"parties.{label}.added", "Parties", f"{label}, {_who(party)}, is a new party.")
            continue
        old_label, old_party = before[key]
        if old_label != label:
            yield Change(f"parties.{label}.label", "Parties", f"{label} was called {old_label}.")
        yield from _fields(f"parties.{label}.", f"Party {label}", old_party, party)


def _keyed(terms: Terms) -> dict[_Key, tuple[str, PartyTerm]]:
    found: dict[_Key, tuple[str, PartyTerm]] = {}
    seen: Counter[tuple[UUID | None, UUID | None, Role]] = Counter()
    for label, party in parties_by_label(terms).items():
        who = (party.contact_id, party.person_id, party.role)
        seen[who] += 1
        found[*who, seen[who]] = (label, party)
    return found


def _who(party: PartyTerm) -> str:
    side = "the client" if party.contact_id is not None else "the house"
    return f"{title(party.role)} of {side}"


def _methods(old: Terms, new: Terms) -> Iterator[Change]:
    before, after = methods_by_label(old), methods_by_label(new)
    for label in [*before, *(one for one in after if one not in before)]:
        if label not in after:
            sentence = f"{label}, {title(before[label].kind)}, is no method any more."
            yield Change(f"methods.{label}.removed", "Methods", sentence)
        elif label not in before:
            yield Change(f"methods.{label}.added", "Methods", f"{label}, {title(after[label].kind)}, is a new method.")
        else:
            yield from _method(label, before[label], after[label])


def _method(label: str, old: Method, new: Method) -> Iterator[Change]:
    section = f"Method {label}"
    yield from _fields(f"methods.{label}.", section, old, new)
    yield from _fields(f"methods.{label}.viewing.", section, old.viewing, new.viewing)
    yield from _licences(f"methods.{label}.licences", section, old.licences, new.licences)


def _licences(code: str, section: str, old: tuple[Licence, ...], new: tuple[Licence, ...]) -> Iterator[Change]:
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        yield from _fields(f"{code}.{number}.", section, before, after)
    for number, one in enumerate(old[len(new) :], start=len(new) + 1):
        yield Change(f"{code}.{number}.removed", section, f"Licence {number}, {one.what}, is needed no more.")
    for number, one in enumerate(new[len(old) :], start=len(old) + 1):
        yield Change(f"{code}.{number}.added", section, f"Licence {number}, {one.what}, is needed.")


def _numbered_protections(old: tuple[Protection, ...], new: tuple[Protection, ...]) -> Iterator[Change]:
    section = "Protections"
    for number, (before, after) in enumerate(zip(old, new, strict=False), start=1):
        yield from _fields(f"protections.{number}.", section, before, after)
    for number, one in enumerate(old[len(new) :], start=len(new) + 1):
        yield Change(f"protections.{number}.removed", section, f"No more: {one.what}.")
    for number, one in enumerate(new[len(old) :], start=len(old) + 1):
        yield Change(f"protections.{number}.added", section, f"Besides: {one.what}.")


def _exceptions(old: Terms, new: Terms) -> Iterator[Change]:
    before, after = exceptions_by_label(old), exceptions_by_label(new)
    for label in [*before, *(one for one in after if one not in before)]:
        if label not in after:
            yield Change(f"exceptions.{label}.removed", "Exceptions", f"{label}, of {before[label].of}, is withdrawn.")
        elif label not in before:
            yield Change(f"exceptions.{label}.added", "Exceptions", f"{label}, of {after[label].of}, is new.")
        else:
            yield from _fields(f"exceptions.{label}.", f"Exception {label}", before[label], after[label])
