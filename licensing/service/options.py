"""Options files of licence servers: what they lay down, and what they keep out of the log."""

import hashlib
import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.collectors.flexnet_options import read_options
from licensing.errors import NoEventLog, NotACapture, NotInCatalogue, naming
from licensing.facts.eventlogs import OptionsTaken
from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import ServerOptions
from licensing.rules.options import meaning_of


def take_options(session: Session, actor: Actor, *, server_id: UUID, raw: bytes, now: datetime) -> ServerOptions:
    """Read a server's options file in the place of the one before; the same text again changes nothing.

    Raises ``NotACapture`` where none of its statements is one of an options file.
    """
    server = session.get(LicenceServer, server_id, with_for_update=True)
    if server is None:
        raise naming(NotInCatalogue, "server_id", "There is no such licence server.")
    if server.kind != "flexnet":
        raise naming(NoEventLog, "server_id", "Options files are read of flexnet servers.")
    sha256 = hashlib.sha256(raw).hexdigest()
    kept = session.get(ServerOptions, server_id)
    if kept is not None and kept.sha256 == sha256:
        return kept
    options = read_options(raw.decode("utf-8", errors="replace"))
    if options.statements and len(options.diagnostics) == options.statements:
        raise naming(NotACapture, "text", "No statement of this is one of an options file.")
    kept = kept or ServerOptions(server_id=server_id)
    kept.sha256, kept.taken_at = sha256, now
    kept.meaning = json.dumps(meaning_of(options), sort_keys=True)
    kept.statements, kept.diagnostics = options.statements, len(options.diagnostics)
    session.add(kept)
    session.flush()
    fact = OptionsTaken(about=f"server:{server_id}", server=server_id, sha256=sha256, meaning=json.loads(kept.meaning))
    record(session, actor, fact)
    return kept
