"""What the pages of the trail share: their blueprint, files to take along, days as a form gives them, verifications."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

from flask import Blueprint, Response, current_app

from answerprint.core.http import facility_zone
from answerprint.core.problems import Invalid

blueprint = Blueprint("audit_pages", __name__, template_folder="../templates")


def file(content: bytes, name: str, kind: str) -> Response:
    """Answer with a file of this name."""
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def verifications() -> Path:
    """Return the folder of verifications, beside the bundles."""
    return cast("Path", current_app.extensions["answerprint.exports"]) / "verifications"


def midnight(name: str, text: str, *, later: timedelta = timedelta()) -> datetime | None:
    """Return the start of a day in the facility's zone; raises ``Invalid`` naming the field."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + later
    except (ValueError, OverflowError) as error:
        sentence = "A day is written like 2026-03-14."
        raise Invalid(sentence, fields={name: [sentence]}) from error
    return datetime(day.year, day.month, day.day, tzinfo=facility_zone())
