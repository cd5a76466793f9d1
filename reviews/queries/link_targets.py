"""What speaks against where a link leads: the host, the method, or the file in the screening room."""

from uuid import UUID

from sqlalchemy.orm import Session

from reviews.models.materials import MaterialVersion
from reviews.queries.faces import allowed_hosts
from reviews.queries.held_files import check_of
from reviews.rules.labels import methods_by_label
from reviews.rules.links import LinkWish, room_breach, target_breach
from reviews.rules.recipients import Breaches
from reviews.rules.terms import Terms

_ANOTHER_FILE = "The file in the screening room is not the one that was registered: put that one there."


def target_breaches(
    session: Session, project_id: UUID, terms: Terms, version: MaterialVersion, wish: LinkWish
) -> Breaches:
    """Return why a link may not lead where it is wished to, by its field; empty where it may."""
    sentence = _sentence(session, project_id, terms, version, wish)
    return {"target_url": [sentence]} if sentence is not None else {}


def _sentence(session: Session, project_id: UUID, terms: Terms, version: MaterialVersion, wish: LinkWish) -> str | None:
    if wish.target_url is not None:
        return target_breach(wish.target_url, allowed_hosts(session, project_id))
    method, check = methods_by_label(terms).get(wish.method), check_of(session, version.id)
    breach = room_breach(method.kind, version.media_path) if method is not None else None
    if breach is None and check is not None and not check.is_of(version.sha256):
        return _ANOTHER_FILE
    return breach
