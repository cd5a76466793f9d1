"""The app factory: one Flask app on one database, with the gate before it and every floor's routes behind it."""

from functools import partial

from flask import Flask, Response, request
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from answerprint.core.db import Database
from answerprint.web import errors, filters, gate, languages, layout, objects, openapi
from answerprint.web.erasure import carry_out_order
from answerprint.web.receipts import proof_of_entry
from answerprint.web.routes import API_BLUEPRINTS, PAGE_BLUEPRINTS
from answerprint.web.settings import BODY_LIMIT, Settings
from audit.keys import LogKeys
from audit.policies import NO_POLICIES, Policies
from audit.second_place import SecondPlace

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_app(
    settings: Settings,
    *,
    database: Database,
    keys: LogKeys,
    second_place: SecondPlace | None = None,
    policies: Policies = NO_POLICIES,
) -> Flask:
    """Return the app. It keeps nothing that a second process would need."""
    app = Flask("answerprint.web")
    app.config.update(
        ANSWERPRINT_ZONE=settings.zone,
        ANSWERPRINT_URL=settings.url,
        ANSWERPRINT_SECURE_COOKIES=settings.has_secure_cookies,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT,
        **openapi.CONFIG,
    )
    app.extensions.update(_held(settings, database, keys, second_place, policies))
    api = Api(app)
    for blueprint in API_BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=f"/api/v1{blueprint.url_prefix or ''}")
    for pages in PAGE_BLUEPRINTS:
        app.register_blueprint(pages)
    openapi.complete(app, api)
    gate.register(app)
    layout.register(app)
    filters.register(app)
    languages.register(app)
    objects.register(app)
    errors.register(app)
    app.view_functions["static"] = gate.opened(app.view_functions["static"])
    app.after_request(_harden)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def _held(
    settings: Settings, database: Database, keys: LogKeys, second_place: SecondPlace | None, policies: Policies
) -> dict[str, object]:
    """Return what the app holds for its routes: the trail's and the gate's know no other floor than those below."""
    return {
        "answerprint.database": database,
        "answerprint.settings": settings,
        "answerprint.log_keys": keys,
        "answerprint.key_files": _key_files(settings),
        "answerprint.policies": policies,
        "answerprint.exports": settings.exports,
        "answerprint.media": settings.media,
        "answerprint.carry_out_order": carry_out_order,
        "answerprint.receipt": partial(proof_of_entry, policies=policies),
        "answerprint.second_place": second_place,
    }


def _key_files(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Say where each key lies, and by which setting; nothing of what is in them."""
    passphrase = settings.key_passphrase_file
    return (
        ("Signs every log (ANSWERPRINT_KEY_FILE)", str(settings.key_file)),
        ("Signs beside it with ML-DSA-44 (ANSWERPRINT_MLDSA_KEY_FILE)", str(settings.mldsa_key_file or "none")),
        ("Their passphrase (ANSWERPRINT_KEY_PASSPHRASE_FILE)", str(passphrase or "none: the files are not sealed")),
        ("Seals personal values (ANSWERPRINT_SEAL_FILE)", str(settings.seal_file)),
        ("Last checkpoints, to notice a rollback (ANSWERPRINT_SECOND_PLACE)", str(settings.second_place)),
    )


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response
