"""What routes need of a request: their permission, their transaction, the actor, the page asked for, the version held.

A route declares its permission with ``reads``, ``writes`` or ``open_to_all``; the gate refuses every other one.
In the API the order is fixed, so that a slow body never holds a lock and the answer is made inside the transaction::

    @blueprint.post("/checkouts")
    @blueprint.arguments(CheckoutIn)
    @writes(Permission.SEATS_WRITE)
    @blueprint.response(201, CheckoutOut)
    def post_checkout(session, payload): ...
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Response, current_app, g, make_response, request

from answerprint.core import clock, kept_answers
from answerprint.core.actor import Actor, stranger
from answerprint.core.db import Database, settle
from answerprint.core.paging import PAGE_SIZE, PAGE_SIZE_MAX, PageRequest, read_cursor
from answerprint.core.permissions import Permission
from answerprint.core.problems import Invalid, StaleVersion, VersionRequired

View = Callable[..., Any]
Tagged = TypeVar("Tagged", bound="HasVersion")

ENTRY_HEADER = "Answerprint-Entry"


class HasVersion(Protocol):
    """A record that counts its changes."""

    @property
    def version(self) -> Any:
        """How often it was changed, from 1."""


def database() -> Database:
    """Return the database of the running app."""
    return cast("Database", current_app.extensions["answerprint.database"])


def facility_zone() -> ZoneInfo:
    """Return the zone in which the facility counts its days."""
    return cast("ZoneInfo", current_app.config["ANSWERPRINT_ZONE"])


def current_actor() -> Actor:
    """Return who makes this request; the gate has put them here."""
    return cast("Actor", g.get("actor") or stranger(request.remote_addr))


def open_to_all(view: View) -> View:
    """Declare that a route needs no sign-in. ``OPEN`` routes stand in a list that a test holds."""
    vars(view)["answerprint_open"] = True
    return view


def reads(permission: Permission) -> Callable[[View], View]:
    """Declare a route that only reads; it gets a reading session first."""

    def declare(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            with database().reading() as session:
                return _with_tag(make_response(view(session, *args, **kwargs)))

        vars(run)["answerprint_permission"] = permission
        return run

    return declare


def writes(permission: Permission) -> Callable[[View], View]:
    """Declare a route that changes something; it gets the session of the one transaction first.

    The answer is made inside the transaction and names the entries of the trail that the change made.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def run(*args: Any, **kwargs: Any) -> Any:
            return answer_in_transaction(lambda session: view(session, *args, **kwargs))

        vars(run)["answerprint_permission"] = permission
        vars(run)["answerprint_writes"] = True
        return run

    return declare


def answer_in_transaction(answer: Callable[[Any], Any]) -> Response:
    """Make an answer in one transaction, or repeat the one that was kept under the same ``Idempotency-Key``."""
    asked = _asked()
    with database().transaction() as session:
        kept = kept_answers.claim(session, asked, now=clock.now()) if asked else None
        if kept is not None:
            return _repeat(kept)
        response = _with_tag(make_response(answer(session)))
        settle(session)
        response.headers[ENTRY_HEADER] = " ".join(session.info.get("entries", []))
        # What must not be stored on its way must not be stored here: a secret that is shown once.
        if asked and not response.cache_control.no_store:
            kept_answers.keep(
                session,
                asked,
                status=response.status_code,
                content_type=response.content_type or "",
                entity_tag=response.headers.get("ETag", ""),
                entries=response.headers[ENTRY_HEADER],
                body=response.get_data(),
            )
    return response


def tagged(record: Tagged) -> Tagged:
    """Answer with this record's version as ``ETag``."""
    g.entity_tag = f'"{record.version}"'
    return record


def held_version() -> int:
    """Return the version that ``If-Match`` says the client holds.

    Raises ``VersionRequired`` where it is missing and ``StaleVersion`` where it is no version of ours.
    """
    header = request.headers.get("If-Match")
    if header is None:
        sentence = "Say which version you change: send If-Match with the ETag you last read."
        raise VersionRequired(sentence, fields={"If-Match": [sentence]})
    number = header.strip().strip('"')
    if header.strip() != f'"{number}"' or not (number.isascii() and number.isdigit() and len(number) < 10):
        sentence = "If-Match names no version of this record. Read it again and send its ETag."
        raise StaleVersion(sentence, fields={"If-Match": [sentence]})
    return int(number)


def page_request(*shape: type) -> PageRequest:
    """Read ``cursor`` and ``limit`` from the address; raises ``Invalid`` naming the one at fault."""
    limit = request.args.get("limit", str(PAGE_SIZE))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:6]) <= PAGE_SIZE_MAX):
        sentence = f"limit is a whole number from 1 to {PAGE_SIZE_MAX}."
        raise Invalid(sentence, fields={"limit": [sentence]})
    cursor = request.args.get("cursor")
    return PageRequest(after=read_cursor(cursor, shape=shape) if cursor else None, limit=int(limit))


def _asked() -> kept_answers.Asked | None:
    key = request.headers.get("Idempotency-Key")
    if key is None or not request.path.startswith("/api/"):
        return None
    path = request.full_path
    return kept_answers.describe(
        current_actor().id, key, method=request.method, path=path, body=request.get_data(cache=True)
    )


def _repeat(kept: kept_answers.KeptAnswer) -> Response:
    response = make_response(kept.body, kept.status)
    response.headers["Content-Type"] = kept.content_type
    response.headers["Idempotency-Replayed"] = "true"
    response.headers[ENTRY_HEADER] = kept.entries
    if kept.entity_tag:
        response.headers["ETag"] = kept.entity_tag
    return response


def _with_tag(response: Response) -> Response:
    tag = g.pop("entity_tag", None)
    if tag is not None:
        response.headers["ETag"] = tag
    return response
