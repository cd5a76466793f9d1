"""Coming in and going out: sign-in, sign-out, and the one-time links by which people set a password."""

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from answerprint.core import clock
from answerprint.core.actor import stranger
from answerprint.core.forms import read_form, see_other
from answerprint.core.http import current_actor, database, open_to_all, writes
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid
from facility import rules
from facility.cookies import clear_session_cookie, cookie_name, set_session_cookie
from facility.errors import SignInHeldOff, SignInWrong
from facility.pages.frame import blueprint, open_form
from facility.passwords import check_password, hash_password
from facility.queries.access import OpenInvitation, dead_invitation, held_off_until, open_invitation
from facility.schemas.forms import InvitationForm, SignInForm
from facility.service.invitations import accept_invitation
from facility.service.sign_in import SignedIn, SignInRefused, sign_in, sign_out


@blueprint.get("/sign-in")
@open_to_all
def show_sign_in() -> str:
    """Show the sign-in form."""
    return render_template("facility/sign_in.html")


@blueprint.post("/sign-in")
@open_form(shows=show_sign_in)
def post_sign_in() -> Response:
    """Sign a person in; the password is checked before the transaction, since that takes long."""
    form = read_form(SignInForm())
    outcome = _try_sign_in(form["email"], form["password"])
    if isinstance(outcome, SignInRefused):
        raise _refusal(outcome)
    # Always the first page: an address taken from the request could lead anywhere.
    response = redirect("/", code=303)
    set_session_cookie(response, outcome.secret, outcome.expires_at)
    return response


@blueprint.post("/sign-out")
@writes(Permission.SELF)
def post_sign_out(session: Session) -> Response:
    """End the session of this browser."""
    sign_out(session, current_actor(), secret=request.cookies.get(cookie_name(), ""), now=clock.now())
    response = see_other("facility_pages.show_sign_in", done="signed-out")
    clear_session_cookie(response)
    return response


@blueprint.get("/invitations/<secret>")
@open_to_all
def show_invitation(secret: str) -> tuple[str, int]:
    """Show the form that sets a password. Looking uses nothing up; every link that opens nothing reads the same."""
    with database().reading() as session:
        invitation = open_invitation(session, secret, now=clock.now())
        if invitation is not None:
            return render_template("facility/invitation.html", invitation=invitation, secret=secret), 200
        detail = dead_invitation(session, secret).detail
    return render_template("problem.html", status=404, title="Nothing here", detail=detail, fields={}), 404


@blueprint.post("/invitations/<secret>")
@open_form(shows=show_invitation)
def post_invitation(secret: str) -> Response:
    """Set a password by a one-time link, which opens nothing afterwards."""
    form, now = read_form(InvitationForm()), clock.now()
    with database().reading() as session:
        invitation = open_invitation(session, secret, now=now)
        if invitation is None:
            raise dead_invitation(session, secret)
    is_first = invitation.email is None
    password_hash = _hash_chosen(form, invitation)
    with database().transaction() as session:
        accept_invitation(
            session,
            stranger(request.remote_addr),
            secret=secret,
            password_hash=password_hash,
            now=now,
            name=form.get("name") if is_first else None,
            email=form.get("email") if is_first else None,
        )
    return see_other("facility_pages.show_sign_in", done="password-set")


def _try_sign_in(email: str, password: str) -> SignedIn | SignInRefused:
    who, now = stranger(request.remote_addr), clock.now()
    with database().reading() as session:
        retry_at = held_off_until(session, email, now=now, address=who.address)
        if retry_at is not None:
            return SignInRefused(retry_at=retry_at)
        check = check_password(session, email, password)
    with database().transaction() as session:
        return sign_in(session, who, check=check, now=now)


def _refusal(outcome: SignInRefused) -> SignInHeldOff | SignInWrong:
    if outcome.retry_at is not None:
        minutes = int(rules.SIGN_IN_WINDOW.total_seconds()) // 60
        return SignInHeldOff(f"Too many sign-ins failed. Wait {minutes} minutes, then try again.")
    sentence = "Mail address and password do not fit together. Try again, or ask an admin for a new link."
    return SignInWrong(sentence, fields={"password": [sentence]})


def _hash_chosen(form: dict[str, str], invitation: OpenInvitation) -> str:
    if form["password"] != form["password_again"]:
        sentence = "The two passwords differ. Type the same one twice."
        raise Invalid(sentence, fields={"password_again": [sentence]})
    email = invitation.email or rules.normal_email(form.get("email", ""))
    rules.check_password_text(form["password"], email=email)
    return hash_password(form["password"])
