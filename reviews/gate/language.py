"""In which language a page of the gate speaks, and how it says sentences, days and times in it.

A browser is asked what it prefers, and a person chooses by a link whose address says ``lang=de``. What they chose
stands in a cookie that holds ``en`` or ``de`` and nothing else; the house keeps nothing of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Response, request
from flask_babel import format_date, format_time, gettext

from answerprint.core.sentences import Sentence

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages of the gate, each by its own name; the first is that of the sentences themselves."""
LOCALES = {"en": "en_GB", "de": "de"}
"""How each writes days: the fourteenth of March is never 3/14."""
ASKED = "lang"
_COOKIE = "language"
_KEPT = 180 * 24 * 60 * 60
"""Seconds: whoever chose a language meets it again with the next link."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One language of the switch on every page."""

    language: str
    name: str
    is_chosen: bool


def language() -> str:
    """Return the language of this answer: what its address asks for, else what was chosen, else what is preferred."""
    for said in (request.args.get(ASKED), request.cookies.get(_COOKIE)):
        if said in LANGUAGES:
            return said
    return request.accept_languages.best_match(LANGUAGES) or next(iter(LANGUAGES))


def choices() -> list[Choice]:
    """Return the languages as the switch offers them."""
    chosen = language()
    return [Choice(one, name, one == chosen) for one, name in LANGUAGES.items()]


def speaks(response: Response, *, is_secure: bool) -> Response:
    """Say in the answer which language it speaks; where its address chose one, have the browser keep that."""
    response.headers["Content-Language"] = language()
    response.headers["Vary"] = "Accept-Language, Cookie"
    if request.args.get(ASKED) in LANGUAGES:
        # Lax, where the visit's own cookie is strict: it is to be there when somebody comes from their mail.
        response.set_cookie(
            _COOKIE, language(), max_age=_KEPT, path="/g", secure=is_secure, httponly=True, samesite="Lax"
        )
    return response


def say(text: str) -> str:
    """Say a sentence in the language of this page; what is no ``Sentence`` stays as somebody wrote it."""
    if not isinstance(text, Sentence):
        return text
    values = {name: say(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return str(gettext(text.pattern, **values))


def say_day(day: date) -> str:
    """Write a day, such as ``14 March 2026``."""
    return str(format_date(day, "long", rebase=False))


def say_moment(moment: datetime, zone: str = "UTC") -> str:
    """Write an instant as the clocks of a zone show it, and in UTC."""
    local = moment.astimezone(ZoneInfo(zone))
    shown = f"{say_day(local.date())}, {format_time(local, 'HH:mm', rebase=False)} {zone}"
    return shown if zone == "UTC" else f"{shown} ({moment:%H:%M} UTC)"
