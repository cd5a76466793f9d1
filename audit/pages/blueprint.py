"""All pages of the trail: importing their modules puts the views on the blueprint."""

from audit.pages import entry, exports, trail
from audit.pages.frame import blueprint

__all__ = ["blueprint", "entry", "exports", "trail"]
