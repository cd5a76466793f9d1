"""All pages of the gate: importing their modules puts the views on the blueprint."""

from reviews.gate import agreement, decisions, door, media, receipts, signing, steps, watching
from reviews.gate.frame import blueprint

__all__ = ["agreement", "blueprint", "decisions", "door", "media", "receipts", "signing", "steps", "watching"]
