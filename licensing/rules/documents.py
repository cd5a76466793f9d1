"""What a document may be."""

import re
from dataclasses import dataclass, field

from licensing.errors import BadDocument, DocumentTooLarge, naming

DOCUMENT_MAX = 20_000_000
"""Bytes of one document. The door of the house may let fewer through."""
NAME_LENGTH_MAX = 200
OCTETS = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,40}/[a-z0-9][a-z0-9!#$&^_.+-]{0,58}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A paper as it was sent. ``kind`` is its media type."""

    name: str
    kind: str
    content: bytes = field(repr=False)


def check_document(entry: DocumentEntry) -> None:
    """Refuse what is no document; raises ``BadDocument`` or ``DocumentTooLarge``, naming the field."""
    if not entry.content:
        raise naming(BadDocument, "content", "The document is empty: choose a file.")
    if len(entry.content) > DOCUMENT_MAX:
        raise naming(DocumentTooLarge, "content", f"A document has at most {DOCUMENT_MAX} bytes.")
    if not 1 <= len(entry.name.strip()) <= NAME_LENGTH_MAX or not entry.name.isprintable():
        raise naming(BadDocument, "name", f"A name has 1 to {NAME_LENGTH_MAX} letters that can be seen.")


def media_type(text: str | None) -> str:
    """Return the media type that was named, without its parameters; bytes where it is none."""
    named = (text or "").partition(";")[0].strip().lower()
    return named if _MEDIA_TYPE.fullmatch(named) else OCTETS
