"""The first steps of an empty facility, and each project's next one: who looks is told what to do first."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.permissions import Permission
from answerprint.web.today.matters import Act, Looker
from licensing.queries.catalogue import list_vendors
from reviews.queries.next_steps import NextStep, ProjectStep, project_steps

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way: what to do, why, and where; ``href`` is empty where it is another's to do."""

    label: str
    reason: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Some steps that lead somewhere."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project with its next step, and whether that is to send a link."""

    code: str
    client: str
    href: str
    sentence: str
    act: Act
    can_send: bool


def first_ways(session: Session, looker: Looker) -> list[Way]:
    """Return the ways that nobody has gone yet and that the looker may go."""
    ways = []
    if looker.may(Permission.REVIEWS_WRITE) and not project_steps(session, looker.actor):
        ways.append(_way_to_a_link(looker))
    if looker.may(Permission.CONTRACTS_WRITE) and not list_vendors(session).items:
        ways.append(_way_to_a_board())
    return ways


def project_rows(session: Session, looker: Looker) -> tuple[list[ProjectRow], int]:
    """Return the looker's open projects with the next step of each, and how many more there are."""
    if not looker.may(Permission.REVIEWS_WRITE):
        return [], 0
    found = project_steps(session, looker.actor)
    rows = [_project(one) for one in _sendable_first(found)]
    return rows[:_SHOWN], len(rows[_SHOWN:])


def _sendable_first(found: Sequence[ProjectStep]) -> list[ProjectStep]:
    return sorted(found, key=lambda one: (one.step is not NextStep.LINK, one.code))


def _project(one: ProjectStep) -> ProjectRow:
    href, act, sentence = url_for("reviews_pages.show_project", project_id=one.id), Act("Open", ""), ""
    match one.step:
        case NextStep.PEOPLE:
            sentence = "Nobody of the client's is known yet: who approves, who watches."
            act = Act("Add the client's people", url_for("reviews_pages.show_new_contact", client_id=one.client_id))
        case NextStep.AGREEMENT:
            sentence = "No agreement on how to review yet; links are sent under one."
            act = Act("Begin an agreement", url_for("reviews_pages.show_new_agreement", project_id=one.id))
        case NextStep.ACCEPTANCE:
            sentence = "Its agreement is not accepted by both sides yet."
            act = Act("Open the agreement", url_for("reviews_pages.show_version", version_id=one.version_id))
        case NextStep.MATERIAL:
            sentence = "An agreement is accepted, and there is no version to show yet."
            act = Act("Register a version", url_for("reviews_pages.show_new_material", project_id=one.id))
        case NextStep.LINK:
            sentence = "An agreement is accepted, and there is something to show."
            act = Act("Send a link", url_for("reviews_pages.show_new_link", project_id=one.id))
    return ProjectRow(one.code, one.client_name, href, sentence, act, can_send=one.step is NextStep.LINK)


def _way_to_a_link(looker: Looker) -> Way:
    adds = looker.may(Permission.PROJECTS_WRITE)
    reviews = url_for("reviews_pages.show_reviews")
    client = url_for("facility_pages.show_new_client") if adds else ""
    project = url_for("facility_pages.show_new_project") if adds else ""
    by_admin = "" if adds else " An admin does this."
    return Way(
        "Five steps to a screening link",
        (
            Step("Add a client", f"whom the work is for; its signed log opens with it.{by_admin}", client),
            Step("Add a project", f"and put its producers on it: they see it from then on.{by_admin}", project),
            Step("Add the client's people", "who watch and who approve. They need no account.", reviews),
            Step("Begin an agreement", "on how they will review; both sides accept it.", reviews),
            Step("Register a version and send a link", "one for each person, under that agreement.", reviews),
        ),
    )


def _way_to_a_board() -> Way:
    return Way(
        "Four steps to a board of seats",
        (
            Step("Add a vendor", "whose signed log opens with it.", url_for("licensing_pages.new_vendor")),
            Step("Add its products", "which people check out.", url_for("licensing_pages.show_catalogue")),
            Step("Add a contract", "with the lots that entitle you to seats.", url_for("licensing_pages.new_contract")),
            Step("Add a licence server", "and send what it prints.", url_for("licensing_pages.new_server")),
        ),
    )
