"""Who may decide, when a round is decided, and how many rounds are used of those agreed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from answerprint.core.sentences import Sentence
from reviews.errors import AgainstAgreement, WithoutAuthority
from reviews.rules.terms import Quorum, Terms
from reviews.rules.vocabulary import Proof, Role, Scope, Value

_YES = (Value.APPROVED, Value.WITH_NOTES)


@dataclass(frozen=True, slots=True)
class Approver:
    """An approver as a round sees them: under which label, for what, and at which place in the order."""

    label: str
    contact_id: UUID
    scope: Scope
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that stands: the approver's newest that was not withdrawn."""

    label: str
    value: Value
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """What has come of a round. ``outcome`` is ``None`` while it is open; ``waits_for`` are labels."""

    outcome: Value | None
    waits_for: tuple[str, ...]
    by_scope: Mapping[Scope, Value | None]


def approvers_of(terms: Terms) -> tuple[Approver, ...]:
    """Return the client's approvers with their labels, in the order of the terms."""
    return tuple(
        Approver(f"P{number}", party.contact_id, party.scope, party.place)
        for number, party in enumerate(terms.parties, start=1)
        if party.role is Role.APPROVER and party.contact_id is not None
    )


def standing(quorum: Quorum, approvers: Sequence[Approver], decisions: Iterable[Decided]) -> RoundStanding:
    """Say what has come of a round: a scope is decided once its quorum approved, or one of it did not.

    A round is approved once every scope is; with notes, where one approval came with notes.
    """
    values = {one.label: one.value for one in decisions if one.value is not Value.NO_DECISION}
    scopes: list[Scope] = list(dict.fromkeys(one.scope for one in approvers if one.scope != Scope.ALL)) or [Scope.ALL]
    by_scope: dict[Scope, Value | None] = {scope: _of_scope(scope, quorum, approvers, values) for scope in scopes}
    waits = tuple(
        one.label
        for one in approvers
        if one.label not in values and any(by_scope[scope] is None for scope in _scopes_of(one, by_scope))
    )
    return RoundStanding(_outcome(by_scope.values()), waits, by_scope)


def check_authority(
    terms: Terms, contact_id: UUID, label: str, decisions: Iterable[Decided], *, proof: Proof
) -> Approver:
    """Return the approver that a contact is under this label, or raise ``WithoutAuthority`` or ``AgainstAgreement``.

    Where an order is agreed, those before must have approved.
    """
    approvers = approvers_of(terms)
    found = next((one for one in approvers if one.label == label and one.contact_id == contact_id), None)
    if found is None:
        raise WithoutAuthority(Sentence("The agreement names others as approvers for this. Ask one of them to decide."))
    if proof in (Proof.LINK_ONLY, Proof.SIGNED_IN):
        raise WithoutAuthority(Sentence("A decision needs a mailbox that was verified. Ask for a code first."))
    values = {one.label: one.value for one in decisions}
    if terms.quorum.in_order and found.place is not None:
        before = [one.label for one in approvers if one.place is not None and one.place < found.place]
        missing = [label for label in before if values.get(label) not in _YES]
        if missing:
            sentence = Sentence("The agreed order asks for %(labels)s first.", labels=", ".join(missing))
            raise AgainstAgreement(sentence, fields={"value": [sentence]})
    return found


def _of_scope(scope: Scope, quorum: Quorum, approvers: Sequence[Approver], values: Mapping[str, Value]) -> Value | None:
    speak = [one.label for one in approvers if one.scope in (scope, Scope.ALL)]
    said = [values[label] for label in speak if label in values]
    if Value.NOT_APPROVED in said:
        return Value.NOT_APPROVED
    needed = len(speak) if quorum.needed is None else min(quorum.needed, len(speak))
    if sum(value in _YES for value in said) < needed:
        return None
    return Value.WITH_NOTES if Value.WITH_NOTES in said else Value.APPROVED


def _scopes_of(approver: Approver, by_scope: Mapping[Scope, Value | None]) -> Iterable[Scope]:
    return by_scope if approver.scope is Scope.ALL else (approver.scope,)


def _outcome(values: Iterable[Value | None]) -> Value | None:
    found = list(values)
    if Value.NOT_APPROVED in found:
        return Value.NOT_APPROVED
    if None in found:
        return None
    return Value.WITH_NOTES if Value.WITH_NOTES in found else Value.APPROVED
