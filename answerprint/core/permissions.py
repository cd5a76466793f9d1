"""What can be permitted. Which role holds which permission stands in one table, ``facility.roles``."""

from enum import StrEnum


class Permission(StrEnum):
    """One right. Routes declare exactly one; API tokens carry some as scopes."""

    SELF = "self"
    """Anyone signed in: their own page, sign-out, the search."""
    TOKENS = "facility.tokens"
    """Make and revoke one's own API tokens and calendar addresses."""
    PEOPLE_READ = "facility.people.read"
    PEOPLE_WRITE = "facility.people.write"
    PROJECTS_READ = "facility.projects.read"
    """Clients and projects; producers see those they are members of."""
    PROJECTS_WRITE = "facility.projects.write"
    LICENSING_READ = "licensing.read"
    """The seats board, products, servers and who holds what."""
    CONTRACTS_READ = "licensing.contracts.read"
    """Contracts, lots with their prices, statements."""
    CONTRACTS_WRITE = "licensing.contracts.write"
    SEATS_WRITE = "licensing.seats.write"
    """Check seats out, extend and return them."""
    RESERVATIONS_WRITE = "licensing.reservations.write"
    """Reserve seats for projects; producers for those they are members of."""
    CAPTURES_WRITE = "licensing.captures.write"
    """Send what a licence server printed."""
    AUDIT_READ = "audit.read"
    """Read entries, proofs and checkpoints, and verify."""
    AUDIT_ERASE = "audit.erase"
    """Order erasures and prunings, decide another person's, set and lift holds, choose retention."""
