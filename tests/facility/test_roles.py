"""Who may do what."""

from answerprint.core.permissions import Permission
from facility.roles import PERMISSIONS, Role, permissions_of, sees_all_projects

EVERYBODY = {"self", "licensing.read", "facility.projects.read"}


class TestMatrix:
    """The whole table, said a second time."""

    def test_admin_may_everything(self) -> None:
        """An admin runs the house: a permission that is added later is theirs too, or this fails."""
        assert PERMISSIONS[Role.ADMIN] == frozenset(Permission)

    def test_producer(self) -> None:
        """A producer sees seats and their own projects, reserves and reviews for these, and reads no contract."""
        assert PERMISSIONS[Role.PRODUCER] == EVERYBODY | {
            "facility.tokens",
            "licensing.reservations.write",
            "reviews.read",
            "reviews.write",
            "reviews.freeze",
        }

    def test_tech(self) -> None:
        """Tech staff run the seats and the contracts, freeze what must stop, and see neither people nor the trail."""
        assert PERMISSIONS[Role.TECH] == EVERYBODY | {
            "facility.tokens",
            "licensing.contracts.read",
            "licensing.contracts.write",
            "licensing.seats.write",
            "licensing.reservations.write",
            "licensing.captures.write",
            "reviews.read",
            "reviews.freeze",
        }

    def test_auditor(self) -> None:
        """An auditor reads, with software of their own too, and changes nothing but what two people order to end."""
        assert PERMISSIONS[Role.AUDITOR] == EVERYBODY | {
            "audit.read",
            "audit.erase",
            "facility.tokens",
            "facility.people.read",
            "licensing.contracts.read",
            "reviews.read",
        }

    def test_every_role_has_its_row(self) -> None:
        """No role is without permissions."""
        assert set(PERMISSIONS) == set(Role)

    def test_several_roles_add_up(self) -> None:
        """Who holds two roles may what either may, and who holds none may nothing."""
        both = permissions_of([Role.PRODUCER, Role.AUDITOR])

        assert both == PERMISSIONS[Role.PRODUCER] | PERMISSIONS[Role.AUDITOR]
        assert permissions_of([]) == frozenset()

    def test_only_producers_are_limited_to_their_projects(self) -> None:
        """One role that sees all projects is enough."""
        assert [role for role in Role if not sees_all_projects([role])] == [Role.PRODUCER]
        assert sees_all_projects([Role.PRODUCER, Role.TECH])
