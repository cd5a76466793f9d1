"""The drill itself is to be trusted: an attack that nothing caught is told, and fails it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.db import Database
from audit.drill.attacks.attack import ONLY_KEPT, Attack, Stage
from audit.drill.copy import copied
from audit.drill.growth import grow
from audit.drill.report import Report
from audit.drill.run import ATTACKS, End, Outcome, Stand, carry_out, faults
from audit.drill.scene import NothingToAttackError, Scene
from audit.queries.logs import public_text
from tests.audit.eventful import live
from tests.conftest import SEAL


@pytest.fixture(name="stand")
def _stand(sqlite_template: Path, log_key: Ed25519PrivateKey) -> Iterator[Stand]:
    """A drill on a copy of a fresh trail, about to begin."""
    with copied(f"sqlite:///{sqlite_template}", SEAL) as copy:
        grown = grow(copy, log_key)
        trusted = frozenset({public_text(log_key.public_key())})
        yield Stand(copy, log_key, trusted, grown.log, (), (grown.policy,))


def nothing(_: Scene) -> None:
    """Attack nothing."""


def no_object(_: Scene) -> None:
    """Find nothing to attack."""
    raise NothingToAttackError("there is not a thing")


def report(*outcomes: Outcome) -> Report:
    """Report these outcomes."""
    return Report("somewhere", "a copy", None, is_pinned=True, lacks=(), faults=(), outcomes=outcomes)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("beyond", ["", ONLY_KEPT])
def test_attack_that_nothing_catches_is_missed(stand: Stand, stage: Stage, beyond: str) -> None:
    """What leaves the trail whole is caught by nothing, and a kept checkpoint that agrees catches nothing either."""
    (outcome,) = carry_out(stand, [Attack("do nothing", nothing, stage, beyond)])

    assert outcome.end is End.MISSED
    assert not report(outcome).holds
    assert any("MISSED: nothing caught it" in line for line in report(outcome).lines())


def test_attack_without_an_object_is_not_tried(stand: Stand) -> None:
    """What cannot be attacked is said not to have been tried, which is no failure."""
    (outcome,) = carry_out(stand, [Attack("attack a thing", no_object)])

    assert outcome.end is End.NOT_TRIED
    assert report(outcome).holds
    assert any("not tried: there is not a thing" in line for line in report(outcome).lines())


def test_attacks_leave_nothing_behind(stand: Stand) -> None:
    """After all attacks the copy holds as it did before them, so that each began from the same state."""
    ends = {outcome.attack: outcome.end for outcome in carry_out(stand)}

    assert len(ends) == len(ATTACKS)
    assert set(ends.values()) == {End.CAUGHT, End.BEYOND}
    assert faults(stand) == []


def test_house_in_which_everything_happened_can_be_drilled(
    database: Database, database_url: str, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys handed over and a second algorithm, values erased, a log pruned: the drill holds there as in a new house."""
    eventful = live(database, log_key, monkeypatch)
    trusted = frozenset({public_text(eventful.last_key.public_key())})
    with copied(database_url, SEAL, eventful.beside) as copy:
        grown = grow(copy, eventful.last_key)
        stand = Stand(copy, eventful.last_key, trusted, grown.log, (), (grown.policy,))
        before = faults(stand)
        ends = {outcome.attack: outcome.end for outcome in carry_out(stand)}

    assert before == []
    assert End.MISSED not in ends.values()
    assert list(ends.values()).count(End.CAUGHT) > 50


def test_copy_goes_away(sqlite_template: Path) -> None:
    """The copy holds personal values: only its owner can read its folder, and it is removed at the end."""
    with copied(f"sqlite:///{sqlite_template}") as copy:
        mode = copy.path.parent.stat().st_mode & 0o777

    assert mode == 0o700
    assert not copy.path.parent.exists()
