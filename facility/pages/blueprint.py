"""All pages of the facility: importing their modules puts the views on the blueprint."""

from facility.pages import feeds, people, person, projects, sign_in, tokens
from facility.pages.frame import blueprint

__all__ = ["blueprint", "feeds", "people", "person", "projects", "sign_in", "tokens"]
