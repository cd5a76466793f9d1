"""The lists of reviews as files for a spreadsheet, each with all rows of its page as that is filtered."""

from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor
from answerprint.core.list_file import Column, ListFile, every_row, exports, list_file
from answerprint.core.paging import Page, PageRequest
from answerprint.core.permissions import Permission
from facility.public import person_names, project_codes, project_for
from facility.queries.projects import visible_client
from reviews.models.links import Freeze
from reviews.pages.frame import blueprint, now_and_today
from reviews.pages.lists import asked_links
from reviews.queries import agreements, attendance, decisions, freezes, incidents, links, materials, overview, shipments
from reviews.queries.agreements import AgreementRow
from reviews.queries.attendance import ScreeningRow
from reviews.queries.decisions import RoundRow
from reviews.queries.incidents import IncidentRow
from reviews.queries.links import LinkRow
from reviews.queries.materials import MaterialRow, VersionRow
from reviews.queries.overview import ProjectSummary
from reviews.queries.parties import ContactRow, contact_names, contacts_of
from reviews.queries.shipments import ShipmentRow
from reviews.queries.watched import PersonWatched, Watch, watched_in

_PROJECT = "/reviews/projects/<uuid:project_id>"

_PROJECTS: tuple[Column[ProjectSummary], ...] = (
    ("project", lambda one: one.code),
    ("state", lambda one: "open" if one.is_open else "closed"),
    ("agreements", lambda one: one.agreements),
    ("live links", lambda one: one.live_links),
    ("open rounds", lambda one: one.open_rounds),
)
_MATERIALS: tuple[Column[MaterialRow], ...] = (
    ("name", lambda one: one.name),
    ("kind", lambda one: one.kind),
    ("EIDR", lambda one: one.eidr),
    ("newest version", lambda one: one.newest),
    ("versions", lambda one: one.versions),
)
_VERSIONS: tuple[Column[VersionRow], ...] = (
    ("version", lambda one: one.number),
    ("file", lambda one: one.file_name),
    ("SHA-256", lambda one: one.sha256),
    ("bytes", lambda one: one.size),
    ("live links", lambda one: one.live_links),
    ("registered (UTC)", lambda one: one.registered_at),
)
_SHIPMENTS: tuple[Column[ShipmentRow], ...] = (
    ("carrier", lambda one: one.carrier_kind),
    ("serial", lambda one: one.serial),
    ("to", lambda one: one.contact_name),
    ("left (UTC)", lambda one: one.shipped_at),
    ("received (UTC)", lambda one: one.received_at),
    ("due back", lambda one: one.due_back_on),
    ("days overdue", lambda one: one.days_overdue),
    ("what became of it", lambda one: one.ending),
    ("ended (UTC)", lambda one: one.ended_at),
    ("courier", lambda one: one.courier),
    ("tracking", lambda one: one.tracking),
)
_INCIDENTS: tuple[Column[IncidentRow], ...] = (
    ("what", lambda one: one.title),
    ("detected (UTC)", lambda one: one.detected_at),
    ("client to be told by (UTC)", lambda one: one.notify_by),
    ("client told (UTC)", lambda one: one.notified_at),
    ("closed (UTC)", lambda one: one.closed_at),
    ("overdue", lambda one: one.is_overdue),
)
_CONTACTS: tuple[Column[ContactRow], ...] = (
    ("name", lambda one: one.name),
    ("mail address", lambda one: "erased by order" if one.is_erased else one.email),
    ("company", lambda one: one.company),
    ("authenticator", lambda one: one.has_authenticator),
)
_ROUNDS: tuple[Column[RoundRow], ...] = (
    ("round", lambda one: one.number),
    ("rounds agreed", lambda one: one.included),
    ("version", lambda one: f"{one.material_name} v{one.material_number:03d}"),
    ("outcome", lambda one: one.outcome),
    ("waits for", lambda one: one.waits_for),
    ("opened (UTC)", lambda one: one.opened_at),
    ("due", lambda one: one.due_on),
    ("closed (UTC)", lambda one: one.closed_at),
)
_Link = tuple[LinkRow, str, str]
_LINKS: tuple[Column[_Link], ...] = (
    ("recipient", lambda one: one[1]),
    ("version", lambda one: one[2]),
    ("state", lambda one: one[0].standing.value),
    ("method", lambda one: one[0].method),
    ("views", lambda one: one[0].views_used),
    ("views allowed", lambda one: one[0].view_limit),
    ("issued (UTC)", lambda one: one[0].issued_at),
    ("opens (UTC)", lambda one: one[0].starts_at),
    ("ends (UTC)", lambda one: one[0].ends_at),
    ("revoked (UTC)", lambda one: one[0].revoked_at),
    ("shown on", lambda one: one[0].platform or one[0].target_host or "this house's screening room"),
)
_Screening = tuple[ScreeningRow, str]
_SCREENINGS: tuple[Column[_Screening], ...] = (
    ("begins (UTC)", lambda one: one[0].starts_at),
    ("ends (UTC)", lambda one: one[0].ends_at),
    ("what", lambda one: f"{one[0].material_name} v{one[0].material_number:03d}"),
    ("where", lambda one: one[0].room),
    ("host", lambda one: one[1]),
    ("state", lambda one: one[0].state),
    ("invited", lambda one: one[0].invited),
    ("came", lambda one: one[0].signed_in),
)
_Frozen = tuple[Freeze, str]
_FREEZES: tuple[Column[_Frozen], ...] = (
    ("what", lambda one: one[0].scope),
    ("whose", lambda one: one[1]),
    ("why", lambda one: one[0].reason),
    ("since (UTC)", lambda one: one[0].set_at),
    ("lifted (UTC)", lambda one: one[0].lifted_at),
)
_Watched = tuple[PersonWatched, Watch | None]
_WATCHED: tuple[Column[_Watched], ...] = (
    ("who", lambda one: one[0].name),
    ("what", lambda one: one[1].material if one[1] else sorted({span.material for span in one[0].links})),
    ("watched (UTC)", lambda one: one[1].granted_at if one[1] else "not yet"),
    ("until (UTC)", lambda one: one[1].ends_at if one[1] else None),
    ("known by", lambda one: one[1].proof if one[1] else None),
)


@blueprint.get("/reviews.csv")
@exports(Permission.REVIEWS_READ)
def download_reviews(session: Session) -> ListFile:
    """Send the projects with what is reviewed in them as a table."""
    actor, now = current_actor(), clock.now()
    rows = every_row(lambda page: overview.project_summaries(session, actor, page, now=now), str)
    return list_file("reviews", _PROJECTS, rows)


@blueprint.get(f"{_PROJECT}/agreements.csv")
@exports(Permission.REVIEWS_READ)
def download_agreements(session: Session, project_id: UUID) -> ListFile:
    """Send a project's agreements as a table."""
    actor = current_actor()
    code = project_for(session, actor, project_id).code
    columns: tuple[Column[AgreementRow], ...] = (
        ("agreement", lambda one: f"{code}-{one.number}"),
        ("milestone", lambda one: one.milestone),
        ("newest version", lambda one: one.version_number),
        ("state", lambda one: one.state),
        ("version in force", lambda one: one.accepted_number),
        ("begun (UTC)", lambda one: one.created_at),
    )
    rows = every_row(lambda page: agreements.agreements_of(session, actor, project_id, page), int)
    return list_file("agreements", columns, rows)


@blueprint.get(f"{_PROJECT}/materials.csv")
@exports(Permission.REVIEWS_READ)
def download_materials(session: Session, project_id: UUID) -> ListFile:
    """Send a project's material as a table."""
    actor = current_actor()
    rows = every_row(lambda page: materials.materials_of(session, actor, project_id, page), str)
    return list_file("material", _MATERIALS, rows)


@blueprint.get("/reviews/materials/<uuid:material_id>/versions.csv")
@exports(Permission.REVIEWS_READ)
def download_versions(session: Session, material_id: UUID) -> ListFile:
    """Send a material's versions as a table."""
    return list_file(
        "versions", _VERSIONS, materials.versions_of(session, current_actor(), material_id, now=clock.now())
    )


@blueprint.get(f"{_PROJECT}/links.csv")
@exports(Permission.REVIEWS_READ)
def download_links(session: Session, project_id: UUID) -> ListFile:
    """Send a project's links as a table: who had what until when, and nothing that opens one."""
    actor, now, filters = current_actor(), clock.now(), asked_links(project_id)

    def read(page: PageRequest) -> Page[_Link]:
        found = links.links(session, actor, filters, page, now=now)
        names = contact_names(session, [one.contact_id for one in found.items])
        labels = materials.version_labels(session, [one.material_version_id for one in found.items])
        rows = [(one, names.get(one.contact_id, "unknown"), labels[one.material_version_id]) for one in found.items]
        return Page(rows, found.next)

    return list_file("links", _LINKS, every_row(read, str))


@blueprint.get(f"{_PROJECT}/screenings.csv")
@exports(Permission.REVIEWS_READ)
def download_screenings(session: Session, project_id: UUID) -> ListFile:
    """Send a project's screenings as a table."""
    actor = current_actor()

    def read(page: PageRequest) -> Page[_Screening]:
        found = attendance.screenings_of(session, actor, project_id, page)
        hosts = person_names(session, [one.host_id for one in found.items])
        return Page([(one, hosts.get(one.host_id, "unknown")) for one in found.items], found.next)

    return list_file("screenings", _SCREENINGS, every_row(read, str))


@blueprint.get(f"{_PROJECT}/shipments.csv")
@exports(Permission.REVIEWS_READ)
def download_shipments(session: Session, project_id: UUID) -> ListFile:
    """Send what left the house for a project as a table."""
    actor, (_, on) = current_actor(), now_and_today()
    rows = every_row(lambda page: shipments.shipments_of(session, actor, project_id, page, on=on), str)
    return list_file("shipments", _SHIPMENTS, rows)


@blueprint.get(f"{_PROJECT}/incidents.csv")
@exports(Permission.REVIEWS_READ)
def download_incidents(session: Session, project_id: UUID) -> ListFile:
    """Send a project's incidents as a table."""
    actor, now = current_actor(), clock.now()
    rows = every_row(lambda page: incidents.incidents_of(session, actor, page, project_id=project_id, now=now), str)
    return list_file("incidents", _INCIDENTS, rows)


@blueprint.get(f"{_PROJECT}/watched.csv")
@exports(Permission.REVIEWS_READ)
def download_watched(session: Session, project_id: UUID) -> ListFile:
    """Send who watched when as a table, every view; who did not watch stands in it too."""
    people = watched_in(session, current_actor(), project_id, most=None)
    rows: list[_Watched] = [(person, view) for person in people for view in (person.views or (None,))]
    return list_file("watched", _WATCHED, rows)


@blueprint.get("/reviews/freezes.csv")
@exports(Permission.REVIEWS_READ)
def download_freezes(session: Session) -> ListFile:
    """Send the freezes that the reader may know of as a table."""
    actor = current_actor()

    def read(page: PageRequest) -> Page[_Frozen]:
        found = freezes.freezes(session, actor, page)
        subjects = [one.subject_id for one in found.items if one.subject_id is not None]
        names = contact_names(session, subjects) | project_codes(session, subjects)
        rows = [(one, names.get(one.subject_id, "") if one.subject_id else "") for one in found.items]
        return Page(rows, found.next)

    return list_file("freezes", _FREEZES, every_row(read, str))


@blueprint.get("/reviews/clients/<uuid:client_id>/contacts.csv")
@exports(Permission.REVIEWS_READ)
def download_contacts(session: Session, client_id: UUID) -> ListFile:
    """Send a client's people as a table."""
    actor = current_actor()
    visible_client(session, actor, client_id)
    rows = every_row(lambda page: contacts_of(session, actor, client_id, page), str)
    return list_file("contacts", _CONTACTS, rows)


@blueprint.get("/reviews/rounds/of/<uuid:agreement_id>/rounds.csv")
@exports(Permission.REVIEWS_READ)
def download_rounds(session: Session, agreement_id: UUID) -> ListFile:
    """Send an agreement's rounds as a table."""
    return list_file("rounds", _ROUNDS, decisions.rounds_of(session, current_actor(), agreement_id))
