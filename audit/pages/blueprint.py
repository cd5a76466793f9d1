"""All pages of the trail: importing their modules puts the views on the blueprint."""

from audit.pages import entry, exports, keys, table, trail, verdicts
from audit.pages.frame import blueprint

__all__ = ["blueprint", "entry", "exports", "keys", "table", "trail", "verdicts"]
