"""The catalogue of translations, wired into the app: the gate speaks its reader's language, all other pages English."""

from pathlib import Path

from flask import Flask, request
from flask_babel import Babel

import reviews
from reviews.gate.frame import blueprint
from reviews.gate.language import LOCALES, language

CATALOGUE = Path(reviews.__path__[0]) / "translations"


def register(app: Flask) -> None:
    """Have the templates of ``app`` speak the language of whom they are shown to."""
    Babel(app, default_locale=LOCALES["en"], default_translation_directories=str(CATALOGUE), locale_selector=_locale)


def _locale() -> str:
    return LOCALES[language() if request.blueprint == blueprint.name else "en"]
