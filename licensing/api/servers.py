"""The API of licence servers."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import LicenceServer
from licensing.queries import catalogue
from licensing.rules.servers import ServerChanges, ServerEntry
from licensing.schemas.catalogue import ServerIn, ServerOut, ServerPage, ServerPatch
from licensing.service.servers import add_server, change_server

blueprint = Blueprint("licensing_servers", __name__, url_prefix="/licensing", description="Licence servers")


@blueprint.get("/servers")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ServerPage)
def list_servers(session: Session) -> Page[LicenceServer]:
    """List the licence servers by name."""
    return catalogue.list_servers(session, page_request(str))


@blueprint.post("/servers")
@blueprint.arguments(ServerIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, ServerOut)
def post_server(session: Session, payload: dict[str, Any]) -> LicenceServer:
    """Add a licence server."""
    return tagged(add_server(session, current_actor(), entry=ServerEntry(**payload)))


@blueprint.get("/servers/<uuid:server_id>")
@reads(Permission.LICENSING_READ)
@blueprint.response(200, ServerOut)
def get_server(session: Session, server_id: UUID) -> LicenceServer:
    """Show one licence server."""
    return tagged(catalogue.find(session, LicenceServer, server_id))


@blueprint.patch("/servers/<uuid:server_id>")
@blueprint.arguments(ServerPatch)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, ServerOut)
def patch_server(session: Session, payload: ServerChanges, server_id: UUID) -> LicenceServer:
    """Change what is written of a licence server."""
    return tagged(change_server(session, current_actor(), server_id=server_id, changes=payload, version=held_version()))
