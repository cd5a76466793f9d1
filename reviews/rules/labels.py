"""How parts of terms are called: P1, P2, … for parties, M1, … for methods, X1, … for exceptions, in their order."""

from uuid import UUID

from reviews.rules.terms import Deviation, Method, PartyTerm, Terms
from reviews.rules.vocabulary import Role


def parties_by_label(terms: Terms) -> dict[str, PartyTerm]:
    """Return the parties by their labels, in order."""
    return {f"P{number}": party for number, party in enumerate(terms.parties, start=1)}


def methods_by_label(terms: Terms) -> dict[str, Method]:
    """Return the methods by their labels, in order."""
    return {f"M{number}": method for number, method in enumerate(terms.methods, start=1)}


def exceptions_by_label(terms: Terms) -> dict[str, Deviation]:
    """Return the exceptions by their labels, in order."""
    return {f"X{number}": exception for number, exception in enumerate(terms.exceptions, start=1)}


def contacts_of_role(terms: Terms, role: Role) -> tuple[UUID, ...]:
    """Return the client's people with this role, each once, in order."""
    found = [one.contact_id for one in terms.parties if one.role is role and one.contact_id is not None]
    return tuple(dict.fromkeys(found))
