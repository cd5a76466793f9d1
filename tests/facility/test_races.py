"""Two at the same moment: what must happen once happens once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from answerprint.core.actor import SYSTEM, stranger
from answerprint.core.db import Database
from answerprint.core.problems import Refusal
from facility.errors import DeadInvitation, LastAdmin
from facility.queries.people import person_row
from facility.roles import Role
from facility.service.invitations import accept_invitation, invite_person
from facility.service.people import deactivate_person
from facility.service.sign_in import SignInRefused
from tests.facility.factories import NOW, OFFICE, attempt, make_person, password_hash, wrong


def together(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment and return what each gave, or how it was refused."""

    def run(act: Callable[[], object]) -> object:
        try:
            return act()
        except Refusal as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_link_used_twice_at_once_works_once(database: Database) -> None:
    """One of two people who hold the same link sets the password, the other reads that it opens nothing."""
    with database.transaction() as session:
        person = make_person(session)
        link = invite_person(session, SYSTEM, person_id=person.id, now=NOW)

    def accept() -> str:
        with database.transaction() as session:
            accept_invitation(session, stranger(OFFICE), secret=link.secret, password_hash=password_hash(), now=NOW)
        return "set"

    outcomes = together(accept, accept, accept)

    assert outcomes.count("set") == 1
    assert outcomes.count(DeadInvitation) == 2


def test_two_admins_cannot_remove_each_other(database: Database) -> None:
    """One goes and one stays, whoever was first."""
    with database.transaction() as session:
        ada, ben = (make_person(session, Role.ADMIN, email=f"{name}@post.example") for name in ("ada", "ben"))

    def deactivate(person_id: UUID, version: int) -> Callable[[], object]:
        def act() -> str:
            with database.transaction() as session:
                deactivate_person(session, SYSTEM, person_id=person_id, version=version, now=NOW)
            return "gone"

        return act

    outcomes = together(deactivate(ada.id, ada.version), deactivate(ben.id, ben.version))

    assert sorted(map(str, outcomes)) == sorted(map(str, ["gone", LastAdmin]))
    with database.reading() as session:
        assert [person_row(session, one.id).is_active for one in (ada, ben)].count(True) == 1


def test_many_guesses_at_once_all_count(database: Database) -> None:
    """Of twenty guesses at the same moment ten are heard; speed buys a guesser nothing."""
    outcomes = together(*[lambda: attempt(database, wrong("mara@post.example")) for _ in range(20)])

    heard = [outcome for outcome in outcomes if outcome == SignInRefused(retry_at=None)]
    assert len(heard) == 10
