"""What the pages of the gate share: their blueprint, the visit's cookie, and the one guard before every step.

Every route but the door is declared with ``with_visit``, which lets a view run only for a visit that stands at one of
the steps named. There is no other way in: a route without it fails a test. GET and HEAD never write.
"""

import hmac
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from answerprint.core import clock
from answerprint.core.actor import Actor, client, stranger
from answerprint.core.forms import CSRF_FIELD
from answerprint.core.http import View, database, open_to_all
from answerprint.core.problems import Refusal
from answerprint.core.sentences import Sentence
from answerprint.core.shown_once import is_secret
from reviews.gate.language import ASKED, choices, language, say, speaks
from reviews.queries.gate import Visitor, visitor_at
from reviews.rules.gate import Step, VisitSecret

blueprint = Blueprint("reviews_gate", __name__, url_prefix="/g", template_folder="../templates")

_NAME_SECURE, _NAME_PLAIN = "__Host-visit", "visit"
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PACE = 0.4
"""Seconds: what could tell a live secret from a dead one is answered after a multiple of this."""
SAID = {
    "asked": Sentence("If this link is open to you, a code is on its way to your mailbox."),
    "code-refused": Sentence("This code did not open. It serves ten minutes and five tries; then ask for a new one."),
    "phrase-refused": Sentence(
        "This passphrase did not open. After five wrong ones who sent the link has to unlock it."
    ),
    "app-refused": Sentence("This code did not open. Wait for the next one, and type it while it is shown."),
    "accepted": Sentence("You accepted it. A receipt is on its way to your mailbox."),
    "decided": Sentence("Your decision is recorded. A receipt is on its way to your mailbox."),
    "withdrawn": Sentence("You took it back; both stand on the record. A receipt is on its way to your mailbox."),
    "noted": Sentence("Your note is written."),
    "read-again": Sentence("The text is another one than you were shown. Please read it again."),
}
"""Sentences that a page begins with, by the word in its address."""


def with_visit(*steps: Step, elsewhere: Callable[[], AnyResponse] | None = None) -> Callable[[View], View]:
    """Declare a route of the gate: it runs for a visit that stands at one of these steps, and for nobody else.

    The view gets the visitor first. At ``Step.CODE`` that is ``None`` for who holds a visit of nothing: they are
    answered as everybody is. Everybody else is led to the step they stand at, or answered with ``elsewhere``.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            secret = visit_secret()
            if secret is None or is_forged(secret):
                return (elsewhere or to_step)()
            began = time.monotonic()
            with database().reading() as session:
                visitor = visitor_at(session, secret.text, now=clock.now())
            step = visitor.step if visitor is not None else Step.CODE
            answer = view(visitor, *args, **kwargs) if step in steps else (elsewhere or to_step)()
            if step is Step.CODE:
                # Until the mailbox is proved a visit of something and a visit of nothing take the same time.
                keep_pace(began)
            return answer

        vars(run)["answerprint_gate_steps"] = steps
        return with_own_forms(run)

    return declare


def with_own_forms(view: View) -> View:
    """Declare a route of the gate: it needs no sign-in, and its forms carry the visit's token, not the person's."""
    vars(view)["answerprint_own_forms"] = True
    return open_to_all(view)


def paced(view: View) -> View:
    """Answer after a multiple of ``PACE``, so that the time taken does not tell what a secret was."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        began = time.monotonic()
        response = make_response(view(*args, **kwargs))
        keep_pace(began)
        return response

    return run


def keep_pace(began: float) -> None:
    """Wait until a whole number of paces has gone by since then."""
    pace = float(current_app.config.get("ANSWERPRINT_GATE_PACE", PACE))
    if pace > 0:
        time.sleep(pace - (time.monotonic() - began) % pace)


def visit_secret() -> VisitSecret | None:
    """Return the secret that the visit's cookie holds, if it has the form of one."""
    text = request.cookies.get(cookie_name(), "")
    return VisitSecret(text) if is_secret(text) else None


def is_forged(secret: VisitSecret) -> bool:
    """Report whether a change comes without the token of the visit's own forms."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return False
    sent = request.form.get(CSRF_FIELD, "")
    return is_from_elsewhere() or not hmac.compare_digest(sent.encode(), secret.csrf_token.encode())


def is_from_elsewhere() -> bool:
    """Report whether the browser says that another site made it send this."""
    return request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none")


def cookie_name() -> str:
    """Return the name of the visit's cookie; where it is secure it is bound to host, path and TLS (RFC 6265bis)."""
    return _NAME_SECURE if _is_secure() else _NAME_PLAIN


def with_cookie(response: AnyResponse, secret: VisitSecret) -> AnyResponse:
    """Give the browser the visit's secret until it is closed; no script and no other site gets it."""
    response.set_cookie(cookie_name(), secret.text, path="/", secure=_is_secure(), httponly=True, samesite="Strict")
    return response


def without_cookie(response: AnyResponse) -> AnyResponse:
    """Take the visit's cookie back."""
    response.delete_cookie(cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="Strict")
    return response


def to_step(said: str = "", *, page: str = "reviews_gate.show_visit") -> AnyResponse:
    """Lead to the page of the step at which the visit stands, or to the door where there is none."""
    if visit_secret() is None:
        return to_door()
    return redirect(url_for(page, said=said or None), code=303)


def to_door() -> AnyResponse:
    """Lead to the door."""
    return redirect(url_for("reviews_gate.show_door"), code=303)


def gate_page(name: str, /, *, status: int = 200, **values: Any) -> Response:
    """Show a page of the gate; its forms carry the token of this visit."""
    secret = values.pop("secret", None) or visit_secret()
    csrf = secret.csrf_token if isinstance(secret, VisitSecret) else ""
    said = SAID.get(request.args.get("said", ""), "")
    page = render_template(
        f"gate/{name}.html",
        gate_csrf=csrf,
        csrf_field=CSRF_FIELD,
        said=say(said),
        language=language(),
        languages=choices(),
        switch=_switch(),
        **values,
    )
    return speaks(make_response(page, status), is_secure=_is_secure())


def as_stranger() -> Actor:
    """Return who comes to the gate before a mailbox is verified."""
    return stranger(request.remote_addr)


def as_client(visitor: Visitor) -> Actor:
    """Return the recipient whose mailbox this visit verified."""
    return client(visitor.contact_id, request.remote_addr)


@blueprint.after_request
def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive, nosnippet"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@blueprint.errorhandler(Refusal)
@blueprint.errorhandler(HTTPException)
@blueprint.errorhandler(IntegrityError)
@blueprint.errorhandler(StaleDataError)
def _show_nothing(_error: Exception) -> Response:
    return gate_page("nothing", status=404)


def _switch() -> str:
    """Return what the links of the switch begin with: this page, or the step's where this is the answer to a form."""
    said = request.args.get("said", "")
    kept = f"said={said}&" if said in SAID else ""
    return f"{'' if request.method in ('GET', 'HEAD') else url_for('reviews_gate.show_visit')}?{kept}{ASKED}="


def _is_secure() -> bool:
    return bool(current_app.config["ANSWERPRINT_SECURE_COOKIES"])
