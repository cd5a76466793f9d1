"""The folder of policies: strict names, one a day, and what cannot be used names its file."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.cosignature import Cosigner
from audit.policies import NO_POLICIES, OnFailure, UnusablePolicyError, policies_in
from tests.audit.witness.grounds import COSIGNER, LOG

TEXT = f"log {LOG.vkey}\nwitness client {COSIGNER.key.vkey} https://w.example\nquorum client\n"


def written(folder: Path, *names: str, text: str = TEXT) -> Path:
    """Write these policies, and return the folder."""
    for name in names:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def at(day: int, hour: int = 0) -> datetime:
    """Return an instant of March 2026."""
    return datetime(2026, 3, day, hour, tzinfo=UTC)


class TestInForce:
    """Which policy is in force when."""

    def test_each_until_the_next_begins(self, tmp_path: Path) -> None:
        """A policy is in force from midnight of its day, in UTC, until the next one of the same log begins."""
        names = ("house.2026-03-09.closed.policy", "house.2026-03-02.open.policy", "house-b.2026-03-05.open.policy")
        policies = policies_in(written(tmp_path, *names))
        first, second = policies.policy_for("house", at(8, 23)), policies.policy_for("house", at(9))

        assert policies.policy_for("house", at(2) - timedelta(microseconds=1)) is None
        assert first is not None
        assert second is not None
        assert (first.on_failure, first.valid_from, first.valid_until) == (OnFailure.OPEN, at(2), at(9))
        assert (second.on_failure, second.valid_from, second.valid_until) == (OnFailure.CLOSED, at(9), None)
        assert (first.raw, first.sha256) == (TEXT.encode(), sha256(TEXT.encode()).hexdigest())
        assert policies.on_failure("house", at(1)) is None
        assert policies.on_failure("house-b", at(5)) is OnFailure.OPEN
        assert policies.logs == ("house", "house-b")

    def test_no_folder_is_no_policies(self, tmp_path: Path) -> None:
        """Who wants no witnesses makes no folder."""
        assert policies_in(tmp_path / "policies") == NO_POLICIES
        assert policies_in(written(tmp_path, ".house.2026-03-02.open.policy.swp")) == NO_POLICIES


class TestUnusable:
    """What would be passed over in silence elsewhere is an error here."""

    @pytest.mark.parametrize(
        "name",
        [
            "house.policy",
            "house.2026-03-02.policy",
            "house.2026-03-02.close.policy",
            "house.2026-03-02.CLOSED.policy",
            "house.2026-3-2.closed.policy",
            "house.2026-02-30.closed.policy",
            "house.0000-01-01.closed.policy",
            "house.2026-03-02.closed.policy~",
            "house.2026-03-02.closed.policy.bak",
            "House.2026-03-02.closed.policy",
            "house-.2026-03-02.closed.policy",
            "house.2026-03-0২.closed.policy",
            "house.2026-03-02.closed.policy\n",
            "README",
        ],
    )
    def test_other_name(self, tmp_path: Path, name: str) -> None:
        """A file under another name is refused by its name."""
        with pytest.raises(UnusablePolicyError) as refused:
            policies_in(written(tmp_path, name))

        assert str(tmp_path / name) in str(refused.value)

    @pytest.mark.parametrize("text", ["", "quorum nobody\n", TEXT[:-1], TEXT + "quorum none\n", "x" * (1 << 20)])
    def test_text_that_is_no_policy(self, tmp_path: Path, text: str) -> None:
        """One policy that does not parse spoils the folder, and is named."""
        written(tmp_path, "house.2026-03-02.open.policy")

        with pytest.raises(UnusablePolicyError, match=r"licensor-a\.2026-03-02\.open\.policy cannot be used"):
            policies_in(written(tmp_path, "licensor-a.2026-03-02.open.policy", text=text))

    def test_two_for_one_day(self, tmp_path: Path) -> None:
        """Open and closed on one day leaves nobody sure: both are named."""
        with pytest.raises(UnusablePolicyError, match=r"2026-03-02\.closed\.policy and .*2026-03-02\.open\.policy"):
            policies_in(written(tmp_path, "house.2026-03-02.open.policy", "house.2026-03-02.closed.policy"))

    def test_folder_in_place_of_a_file(self, tmp_path: Path) -> None:
        """What cannot be read is named."""
        (tmp_path / "house.2026-03-02.open.policy").mkdir()

        with pytest.raises(UnusablePolicyError, match="cannot be read"):
            policies_in(tmp_path)

    def test_file_in_place_of_the_folder(self, tmp_path: Path) -> None:
        """A folder that is none is no empty one."""
        with pytest.raises(UnusablePolicyError, match="cannot be read"):
            policies_in(written(tmp_path, "policies") / "policies")


def test_two_witnesses_of_one_house(tmp_path: Path) -> None:
    """A policy of several witnesses is what C2SP tlog-policy says it is."""
    other = Cosigner("other.example/witness", Ed25519PrivateKey.generate()).key.vkey
    text = f"log {LOG.vkey}\nwitness a {COSIGNER.key.vkey}\nwitness b {other}\ngroup g any a b\nquorum g\n"
    policy = policies_in(written(tmp_path, "house.2026-03-02.open.policy", text=text)).policy_for("house", at(3))

    assert policy is not None
    assert policy.policy.is_met_by({"b"})
    assert not policy.policy.is_met_by(set())
