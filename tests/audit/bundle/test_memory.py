"""Writing and checking a bundle takes no more memory for a log that is many times as long."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from answerprint.core.actor import SYSTEM
from audit.bundle import archive, source
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.source import Period, Selection
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from tests.audit.bundle.aging import FIRST, PROJECT, WHOLE, Life, ThingOfProject, opened

OTHER = UUID(int=7)
BATCH, SHORT, LONG = 128, 2048, 8192


def peak_of(act: Callable[[], object]) -> int:
    """Return how many bytes were held at once while something was done."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def life_of(folder: Path, size: int) -> Life:
    """Return a signed log of so many entries, the first half of one project."""
    folder.mkdir()
    life = Life(opened(f"sqlite:///{folder / 'log.db'}"), folder)
    with life.database.transaction() as session:
        for number in range(1, size):
            project = PROJECT if number < size // 2 else OTHER
            record(session, SYSTEM, ThingOfProject(about=f"thing:{number}", number=number, project=project))
    with life.database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=FIRST)
    return life


@pytest.mark.parametrize("selection", [WHOLE, Selection(Period(), PROJECT)], ids=["whole", "project"])
def test_memory_does_not_grow_with_the_log(
    tmp_path: Path, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log four times as long takes hardly more to hand on, and hardly more to check."""
    # What is held at a time is made small, so that what is kept too long shows beside it.
    monkeypatch.setattr(source, "BATCH", BATCH)
    monkeypatch.setattr(archive, "_CHUNK", 1 << 13)
    lives = [life_of(tmp_path / str(size), size) for size in (SHORT, LONG)]
    written = [peak_of(lambda life=life: life.export("out.zip", selection)) for life in lives]  # type: ignore[misc]
    checked = [peak_of(lambda life=life: verify_bundle(life.folder / "out.zip", Trust())) for life in lives]  # type: ignore[misc]
    for life in lives:
        life.database.close()

    assert written[1] < 1.5 * written[0]
    assert checked[1] < 1.5 * checked[0]
