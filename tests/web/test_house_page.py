"""The house on one page: all that an admin looks after, and the settings in force without a secret of theirs."""

import dataclasses
from pathlib import Path

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.outbox import queue_mail
from answerprint.core.smtp import read_smtp_url
from answerprint.web.house_pages import settings_in_force
from answerprint.web.settings import SETTINGS
from facility.roles import Role
from tests.conftest import settings_at
from tests.web.browsers import Browser

LED_TO = (
    *("/people", "/clients", "/projects", "/tokens", "/catalogue", "/reviews/policy"),
    *("/trail/keys", "/trail/orders/retention", "/trail/orders"),
)


def test_every_part_of_the_house_is_led_to(app: Flask, database: Database) -> None:
    """Each place is there, says what a change there does, and opens."""
    admin = Browser(app, database, Role.ADMIN)
    page = admin.get("/house")[1]

    for place in LED_TO:
        assert f'href="{place}"' in page, place
        assert admin.get(place)[0] == 200, place


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.TECH])
def test_house_is_for_who_may_read_people(app: Flask, database: Database, role: Role) -> None:
    """Paths and addresses of the house are nothing for everybody."""
    browser = Browser(app, database, role)

    assert browser.get("/house")[0] == 403
    assert 'href="/house"' not in browser.get("/")[1]


def test_missing_mail_server_is_said(app: Flask, database: Database) -> None:
    """What waits is counted, and what to set is named."""
    with database.transaction() as session:
        queue_mail(session, kind="x", recipient="a@x.example", subject="A", body="B", now=clock.now())
    page = Browser(app, database, Role.ADMIN).get("/house")[1]

    assert "No mail server is set" in page
    assert "1 wait now." in page
    assert "ANSWERPRINT_SMTP_URL" in page


def test_each_setting_is_shown_and_no_secret(tmp_path: Path) -> None:
    """A setting that is added is shown too; of an address with a password only where it leads."""
    secret = "hunter-2-hunter-2"
    settings = dataclasses.replace(
        settings_at(tmp_path, f"postgresql+psycopg://app:{secret}@db.example/print?password={secret}"),
        smtp=read_smtp_url(f"smtps://mailer:{secret}@mail.example:465"),
    )
    shown = dict(settings_in_force(settings))

    assert set(shown) == set(SETTINGS)
    assert secret not in " ".join(shown.values())
    assert shown["ANSWERPRINT_DATABASE"] == "postgresql+psycopg://db.example/print"
    assert shown["ANSWERPRINT_SMTP_URL"] == "mail.example:465"
