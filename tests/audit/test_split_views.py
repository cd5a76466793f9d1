"""A witness that shows another history ends in one file that proves it, and in a fact of the house log."""

from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core.db import Database
from audit.canonical import parse_canonical
from audit.cosignature import LOG_TYPES
from audit.models import Entry
from audit.note import Signer, Verifier, encode_base64
from audit.record import HOUSE
from audit.service.split_views import find_split_views
from audit.witness.evidence import parse_evidence, verify_evidence
from tests.audit.witness.watched_house import House, at_once
from tests.audit.witness.watchers import all_served

FORGED = bytes(range(32))


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey, tmp_path: Path) -> House:
    """A house whose log has twelve entries, and a checkpoint of them."""
    house = House(database, log_key, tmp_path)
    house.sign(11)
    return house


def facts(house: House) -> list[dict[str, object]]:
    """Return what the house log says of split views."""
    with house.database.reading() as session:
        bodies = session.scalars(select(Entry.body).where(Entry.kind == "audit.split-view.found").order_by(Entry.index))
        return [dict(parse_canonical(body)["data"]) for body in bodies]  # type: ignore[arg-type]


def files(house: House) -> list[Path]:
    """Return the files of evidence."""
    folder = house.folder / "evidence"
    return sorted(folder.iterdir()) if folder.exists() else []


def asked(house: House, *, signer: Signer, size: int, times: int = 1) -> bytes:
    """Ask a witness that has seen another checkpoint of this size first, and return that checkpoint."""
    a = house.watcher("a")
    shown = a.has_seen(signer, size, FORGED)
    with all_served(a.app) as (at_a,):
        policies = house.policy({"a": (a.vkey, at_a)}, "quorum a", fail="open")
        for minute in range(times):
            assert not house.ask(policies, minutes=minute).is_quorum_met
    return shown


class TestProved:
    """What proves that the log's key signed two histories."""

    @pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 11, 12])
    def test_other_checkpoint_of_a_size_that_we_hold(self, house: House, size: int) -> None:
        """Whatever the size, a power of two too, the file alone proves it to who has the log's key."""
        shown = asked(house, signer=house.signer, size=size)
        (path,), (fact,) = files(house), facts(house)
        evidence = parse_evidence(path.read_bytes())
        proved = verify_evidence(evidence, [Verifier.from_vkey(house.signer.vkey, LOG_TYPES)])

        assert (proved.first.size, proved.second.size) == (size, 12)
        assert evidence.first == shown
        assert fact == {
            "evidence": sha256(path.read_bytes()).hexdigest(),
            "held": 12,
            "log": "house",
            "proof": "two-roots" if size == 12 else "two-beginnings",
            "root": encode_base64(FORGED),
            "size": size,
            "witness": "a",
        }

    def test_it_is_told_once(self, house: House) -> None:
        """Each turn finds it again; file and fact are made once, though the log grows and another witness shows it."""
        asked(house, signer=house.signer, size=7, times=3)
        house.sign(3)
        b = house.watcher("b")
        b.has_seen(house.signer, 7, FORGED)
        with all_served(b.app) as (at_b,):
            house.ask(house.policy({"b": (b.vkey, at_b)}, "quorum b", fail="open"), minutes=5)

        assert len(facts(house)) == 1
        assert len(files(house)) == 1

    def test_several_processes_find_it_at_once(self, house: House) -> None:
        """The fact is recorded by one of them, and each says what it found."""
        shown = {"a": house.watcher("a").has_seen(house.signer, 7, FORGED)}
        found: list[str] = []

        def turn() -> None:
            split_views = find_split_views(
                house.database, log_name=HOUSE, shown=shown, evidence=house.folder / "evidence"
            )
            found.extend(one.proof for one in split_views.values())

        at_once(*[turn] * 8)

        assert found == ["two-beginnings"] * 8
        assert len(facts(house)) == 1


class TestUnknown:
    """A checkpoint of more entries than this house holds."""

    def test_it_is_kept_and_told(self, house: House) -> None:
        """Either this database is an older copy, or somebody else signs: what was signed is kept as it is."""
        shown = asked(house, signer=house.signer, size=99, times=2)
        (path,), (fact,) = files(house), facts(house)

        assert path.read_bytes() == shown
        assert (fact["proof"], fact["size"], fact["held"]) == ("unknown", 99, 12)

    def test_log_that_grows_past_it_proves_it(self, house: House) -> None:
        """Once the house has signed more, the two contradict each other, and that is told as well."""
        asked(house, signer=house.signer, size=99)
        a = house.watcher("b")
        a.has_seen(house.signer, 99, FORGED)
        house.sign(100)
        with all_served(a.app) as (at_a,):
            house.ask(house.policy({"b": (a.vkey, at_a)}, "quorum b", fail="open"), minutes=1)

        assert [fact["proof"] for fact in facts(house)] == ["unknown", "two-beginnings"]


class TestAccusesNobody:
    """What proves nothing."""

    @pytest.mark.parametrize("size", [7, 12, 99])
    def test_signed_by_somebody_else(self, house: House, size: int) -> None:
        """A witness that watches a key of its own making shows nothing against this log."""
        stranger = Signer(house.signer.name, Ed25519PrivateKey.generate())
        a = house.watcher("a", stranger.vkey)
        a.has_seen(stranger, size, FORGED)
        with all_served(a.app) as (at_a,):
            outcome = house.ask(house.policy({"a": (a.vkey, at_a)}, "quorum a", fail="open"))

        assert not outcome.is_quorum_met
        assert files(house) == []
        assert facts(house) == []

    def test_checkpoint_that_another_process_signed_meanwhile(self, house: House) -> None:
        """A witness that has seen more, because the log has grown since, is right, and nobody is accused."""
        a = house.watcher("a")
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a", fail="open")

            def overtaken() -> None:
                a.before = lambda: None
                house.sign(5)
                house.ask(policies, minutes=1)

            a.before = overtaken
            outcome = house.ask(policies)

        assert "has seen 17 entries, where this checkpoint has 12" in outcome.failures["a"]
        assert files(house) == []
        assert facts(house) == []
