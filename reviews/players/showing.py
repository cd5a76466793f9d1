"""What may be shown of a version: the registered file and no other, by a player that browsers have."""

from dataclasses import dataclass
from pathlib import Path

from reviews.players.files import media_file, stamp_of
from reviews.players.html5 import Player, player_for
from reviews.players.tokens import Shown
from reviews.rules.held_files import FileStanding, file_standing


@dataclass(frozen=True, slots=True)
class Film:
    """The file of a version as it lies in the screening room, and how it is shown."""

    path: Path
    player: Player
    size: int


def film_of(root: Path, shown: Shown) -> Film | None:
    """Return what plays, or ``None`` without file or player, or where it is not known to be the registered file."""
    path, player = media_file(root, shown.media_path), player_for(shown.media_path)
    if path is None or player is None:
        return None
    stamp = stamp_of(path)
    if file_standing(shown.sha256, stamp, shown.check) is not FileStanding.HELD:
        return None
    return Film(path, player, stamp.size)
