"""Holding the files of the screening room against their registered hashes, outside of any transaction."""

from datetime import datetime
from pathlib import Path

import structlog

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from reviews.players.files import hash_of, media_file, stamp_of
from reviews.queries.held_files import RoomFile, files_to_look_at
from reviews.rules.held_files import FileCheck
from reviews.service.held_files import note_file_check

log = structlog.get_logger()


def hold_files(database: Database, root: Path, *, now: datetime) -> None:
    """Hash each file below ``root`` that may be shown and was not hashed as it lies there, and keep what was found.

    ``now`` is when this look began.
    """
    with database.reading() as session:
        waiting = files_to_look_at(session, now=now)
    for one in waiting:
        try:
            _hold(database, root, one, now)
        except OSError:
            # Said aloud and tried again at the next turn: a file that cannot be read must not hold up the others.
            log.exception("screening room file", version=str(one.version_id))


def _hold(database: Database, root: Path, one: RoomFile, now: datetime) -> None:
    path = media_file(root, one.media_path)
    if path is None:
        return
    stamp = stamp_of(path)
    if one.check is not None and one.check.stamp == stamp:
        return
    found = FileCheck(stamp, hash_of(path))
    if stamp_of(path) != stamp:
        # It is still being written; the next turn looks again.
        return
    with database.transaction() as session:
        is_it = note_file_check(session, SYSTEM, version_id=one.version_id, found=found, now=now)
    if not is_it:
        log.warning("screening room file differs from the registered one", version=str(one.version_id))
