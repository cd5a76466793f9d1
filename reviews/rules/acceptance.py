"""Who must be there before an agreement is sent, and who may accept it for a side."""

from collections.abc import Iterator
from uuid import UUID

from answerprint.core.sentences import Sentence
from reviews.errors import BadTerms, WithoutAuthority
from reviews.rules.labels import contacts_of_role
from reviews.rules.terms import Terms
from reviews.rules.vocabulary import Proof, Role, Scope

HOUSE, CLIENT = "house", "client"


def check_parties(terms: Terms) -> None:
    """Refuse terms that the client could neither accept nor decide under; raises ``BadTerms`` naming the fields."""
    faults = dict(_party_faults(terms))
    if faults:
        raise BadTerms("The parties are not complete. The fields say who is missing.", fields=faults)


def check_client_signatory(terms: Terms, contact_id: UUID, proof: Proof) -> None:
    """Refuse an acceptance by who is no signatory of the client's, or whose mailbox is not proved."""
    if contact_id not in contacts_of_role(terms, Role.SIGNATORY):
        raise WithoutAuthority(Sentence("You are not named as one who accepts this agreement for the client."))
    if proof in (Proof.LINK_ONLY, Proof.SEEN, Proof.SIGNED_IN):
        raise WithoutAuthority(
            Sentence("An agreement is accepted by who has proved their mailbox. Ask for a code first.")
        )


def check_house_signatory(terms: Terms, person_id: UUID) -> None:
    """Refuse an acceptance for the house by who is not named, where the terms name somebody."""
    named = {one.person_id for one in terms.parties if one.role is Role.SIGNATORY and one.person_id is not None}
    if named and person_id not in named:
        raise WithoutAuthority("The agreement names who accepts it for the house, and that is somebody else.")


def _party_faults(terms: Terms) -> Iterator[tuple[str, list[str]]]:
    approvers = [one for one in terms.parties if one.role is Role.APPROVER and one.contact_id is not None]
    missing = [
        sentence
        for role, sentence in {
            Role.APPROVER: "Name one approver of the client's at least.",
            Role.SIGNATORY: "Name one signatory of the client's at least, who accepts the agreement.",
        }.items()
        if not contacts_of_role(terms, role)
    ]
    seen = [(one.contact_id, one.person_id, one.role, one.scope) for one in terms.parties]
    if len(set(seen)) < len(seen):
        missing.append("Somebody stands here twice with the same part.")
    if missing:
        yield "parties", missing
    # An approver for all counts in every scope, so the smallest scope says what can be reached at most.
    scopes = {one.scope for one in approvers} - {Scope.ALL} or {Scope.ALL}
    fewest = min(len({one.contact_id for one in approvers if one.scope in (scope, Scope.ALL)}) for scope in scopes)
    if terms.quorum.needed is not None and terms.quorum.needed > fewest:
        yield "quorum.needed", [f"There are {fewest} approvers of a scope: no more can be needed."]
    if terms.quorum.in_order and any(one.place is None for one in approvers):
        yield "quorum.in_order", ["Give each approver of the client's a place in the order."]
