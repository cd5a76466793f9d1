"""The player that every browser has: video and sound in the formats that browsers read.

A player of another kind is a module beside this one with the same function: it says whether it plays a file, and how.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class Player:
    """How a file is shown: the element of the page, and the media type that its bytes are sent as."""

    element: str
    media_type: str


_BY_SUFFIX = {
    ".mp4": Player("video", "video/mp4"),
    ".m4v": Player("video", "video/mp4"),
    ".webm": Player("video", "video/webm"),
    ".mov": Player("video", "video/quicktime"),
    ".mp3": Player("audio", "audio/mpeg"),
    ".m4a": Player("audio", "audio/mp4"),
    ".wav": Player("audio", "audio/wav"),
    ".flac": Player("audio", "audio/flac"),
    ".ogg": Player("audio", "audio/ogg"),
}


def player_for(media_path: str | None) -> Player | None:
    """Return how a file is shown, or ``None`` where no browser plays it."""
    return _BY_SUFFIX.get(PurePosixPath(media_path).suffix.lower()) if media_path else None
