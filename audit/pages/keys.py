"""The page of the keys that sign: which sign now, since when, what became of those before, and how they are changed."""

from typing import cast

from flask import current_app, render_template
from sqlalchemy.orm import Session

from answerprint.core.http import reads
from answerprint.core.permissions import Permission
from audit.keys import LogKeys
from audit.pages.frame import blueprint
from audit.queries.key_rows import keys_of_logs


@blueprint.get("/trail/keys")
@reads(Permission.AUDIT_READ)
def show_keys(session: Session) -> str:
    """Show each log's keys, where their files lie, and what rotating or revoking one means."""
    logs = keys_of_logs(session)
    keys = cast("LogKeys", current_app.extensions["answerprint.log_keys"])
    held = keys.signing.public_key().public_bytes_raw()
    return render_template(
        "audit/keys.html",
        logs=logs,
        strangers=[log.log for log in logs if not log.fault and not log.is_signed_by(held)],
        files=current_app.extensions.get("answerprint.key_files", ()),
    )
