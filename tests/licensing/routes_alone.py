"""Some routes of the API without the gate: for tests of what they read and answer, not of who may call them."""

from zoneinfo import ZoneInfo

from flask import Flask, g
from flask.testing import FlaskClient
from flask_smorest import Api, Blueprint

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web import errors, openapi
from answerprint.web.settings import BODY_LIMIT


def client_of(database: Database, *blueprints: Blueprint) -> FlaskClient:
    """Return a client of the house's own, on routes of these blueprints alone."""
    app = Flask("routes_alone")
    app.config.update(MAX_CONTENT_LENGTH=BODY_LIMIT, ANSWERPRINT_ZONE=ZoneInfo("Europe/Berlin"), **openapi.CONFIG)
    app.extensions["answerprint.database"] = database
    app.testing = True
    api = Api(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=f"/api/v1{blueprint.url_prefix}")
    errors.register(app)

    @app.before_request
    def _admit_the_house() -> None:
        g.actor = SYSTEM

    return app.test_client()
