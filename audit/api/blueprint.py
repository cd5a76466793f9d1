"""All routes of the trail: importing their modules puts the views on the blueprint."""

from audit.api import entries, exports, logs
from audit.api.frame import blueprint

__all__ = ["blueprint", "entries", "exports", "logs"]
