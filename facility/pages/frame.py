"""What the facility's pages share: their blueprint, and forms that need no sign-in."""

from collections.abc import Callable

from flask import Blueprint

from answerprint.core.http import View, open_to_all

blueprint = Blueprint("facility_pages", __name__, template_folder="../templates")


def open_form(*, shows: View) -> Callable[[View], View]:
    """Declare the POST of a form that needs no sign-in; where it is refused the view ``shows`` is shown again."""

    def declare(view: View) -> View:
        vars(view)["answerprint_shows"] = shows
        return open_to_all(view)

    return declare
