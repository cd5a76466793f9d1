"""The auth gate: default deny. A route that declares nothing is closed to everybody.

Who calls: a bearer token, else the session cookie, else a stranger. A change that comes with the cookie must carry the
session's CSRF token; one that comes from a stranger must not come from another site.
"""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.actor import Actor, stranger
from answerprint.core.forms import CSRF_FIELD
from answerprint.core.http import current_actor, database, open_to_all
from answerprint.core.permissions import Permission
from answerprint.core.problems import NotAllowed, NotSignedIn
from facility.cookies import cookie_name
from facility.queries.access import SignedInPerson, signed_in, token_bearer
from facility.token_uses import note_token_use

CSRF_HEADER = "X-CSRF-Token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ForgedRequest(NotAllowed):
    """A change that another site may have made the browser send."""

    code = "forged-request"


def register(app: Flask) -> None:
    """Put the gate before every request of ``app``."""
    app.before_request(_admit)


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """Return the permission that a view declares."""
    found = vars(view).get("answerprint_permission")
    return found if isinstance(found, Permission) else None


def is_open(view: Callable[..., Any]) -> bool:
    """Report whether a view declares that it needs no sign-in."""
    return bool(vars(view).get("answerprint_open"))


def opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view of a library's, declared open."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return open_to_all(run)


def signed_in_person() -> SignedInPerson | None:
    """Return the person at this browser, or ``None`` for strangers and tokens."""
    found = g.get("signed_in")
    return found if isinstance(found, SignedInPerson) else None


def _admit() -> Response | None:
    g.actor = _who()
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    if is_open(view):
        # The clients' gate holds its forms to its own visits; whoever is signed in here may be a guest there.
        if not vars(view).get("answerprint_own_forms"):
            _refuse_forgery()
        return None
    if signed_in_person() is None and current_actor().token_id is None:
        return _ask_to_sign_in()
    permission = permission_of(view)
    if permission is None or not current_actor().may(permission):
        missing = f"the right {permission.value}" if permission else "a declared right"
        raise NotAllowed(f"This needs {missing}, which you do not have. Ask an admin of your facility for it.")
    # A form is read for its token: what a view may take, it may take from here on.
    limit = vars(view).get("answerprint_body_limit")
    if isinstance(limit, int):
        request.max_content_length = limit
    _refuse_forgery()
    return None


def _who() -> Actor:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _token_bearer(token.strip())
    secret = request.cookies.get(cookie_name())
    if secret:
        with database().reading() as session:
            g.signed_in = signed_in(session, secret, now=clock.now(), address=request.remote_addr)
    person = signed_in_person()
    return person.actor if person else stranger(request.remote_addr)


def _token_bearer(token: str) -> Actor:
    now = clock.now()
    with database().reading() as session:
        bearer = token_bearer(session, token, now=now, address=request.remote_addr)
    if bearer is None:
        raise NotSignedIn("This token opens nothing: it is unknown, expired or revoked. Make a new one.")
    if not bearer.is_noted:
        with database().transaction() as session:
            note_token_use(session, bearer.token_id, now=now)
    return bearer.actor


def _ask_to_sign_in() -> Response | None:
    if request.path.startswith("/api/") or request.method not in _SAFE:
        raise NotSignedIn("Sign in first, or send an API token as 'Authorization: Bearer …'.")
    return redirect(url_for("facility_pages.show_sign_in"), code=303)


def _refuse_forgery() -> None:
    if request.method in _SAFE or current_actor().token_id is not None:
        return
    person = signed_in_person()
    if person is not None:
        sent = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        if not hmac.compare_digest(sent.encode(), person.csrf_token.encode()):
            raise ForgedRequest("This form is from an older visit. Open the page again and repeat what you did.")
    elif request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise ForgedRequest("This form was sent from another site. Open the page itself and repeat what you did.")
