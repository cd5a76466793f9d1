"""The door of the gate. It looks the same to everybody, asks nothing of the database, and says nothing.

The secret stands after ``#``, where only the page's own script sees it, or in the path for browsers without script.
Either way a person presses a button, and only that POST begins a visit.
"""

from flask import Response, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.http import database, open_to_all
from answerprint.core.shown_once import is_secret
from reviews.gate.frame import (
    as_stranger,
    blueprint,
    gate_page,
    is_from_elsewhere,
    paced,
    to_door,
    visit_secret,
    with_cookie,
    with_own_forms,
)
from reviews.queries.gate import opened_by, visitor_at
from reviews.rules.gate import Step
from reviews.service.gate import open_visit


@blueprint.get("", strict_slashes=False)
@open_to_all
def show_door() -> Response:
    """Show the door."""
    return gate_page("door", given="")


@blueprint.get("/<secret>")
@open_to_all
def show_door_by_path(secret: str) -> Response:
    """Show the door to a browser without script, with what stands in the path put into its form."""
    return gate_page("door", given=secret if is_secret(secret) else "")


@blueprint.get("/<path:anything>")
@open_to_all
def show_nothing(**_: str) -> Response:
    """Show that nothing is here, as below every address of the gate that is none."""
    return gate_page("nothing", status=404)


@blueprint.post("", strict_slashes=False)
@with_own_forms
@paced
def open_door() -> AnyResponse:
    """Begin a visit with the secret that was sent; what comes of it looks the same whatever the secret is."""
    if is_from_elsewhere():
        return to_door()
    secret = request.form.get("secret", "").strip()[:200]
    if _is_here_already(secret):
        return redirect("/g/visit", code=303)
    with database().transaction() as session:
        visit = open_visit(session, as_stranger(), secret=secret, now=clock.now())
    return with_cookie(redirect("/g/visit", code=303), visit)


def _is_here_already(secret: str) -> bool:
    """Report whether this very browser proved its mailbox for this very secret; nobody else can tell a difference."""
    held, now = visit_secret(), clock.now()
    if held is None:
        return False
    with database().reading() as session:
        visitor, opened = visitor_at(session, held.text, now=now), opened_by(session, secret, now=now)
    if visitor is None or opened is None or visitor.step in (Step.CODE, Step.ENDED):
        return False
    return visitor.opened.key_id == opened.key_id
