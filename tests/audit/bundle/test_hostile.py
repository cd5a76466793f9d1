"""Whatever is done to a bundle, the verdict says so, and says it without a fault of its own."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from audit.bundle.check import Trust, verify_bundle
from audit.bundle.verdict import BundleVerdict, Word
from tests.audit.bundle.forgeries import CAREFUL, KINDS
from tests.audit.bundle.making import Made, drop, flip, forged, members_of, put, sealed, zipped


def verdict_on(path: Path, made: Made) -> BundleVerdict:
    """Return our verdict, with the key that is trusted."""
    return verify_bundle(path, Trust(made.vkey))


@pytest.mark.parametrize("at", [0, 0.1, 0.5, 0.9, 1])
@pytest.mark.parametrize("name", KINDS)
def test_flipped_bit_is_found(made: Made, name: str, at: float) -> None:
    """No bit of any kind of member can change unnoticed."""
    verdict = verdict_on(forged(made, flip(name, at)), made)

    assert not verdict.holds
    assert verdict.word.startswith(KINDS[name])


def test_every_byte_of_the_checkpoint_counts(made: Made) -> None:
    """The one thing that is signed has no byte to spare, whoever writes the rest anew."""
    size = len(made.checkpoint)
    verdicts = [verdict_on(sealed(made, flip("checkpoint", at / (size - 1))), made) for at in range(size)]

    assert not [verdict for verdict in verdicts if verdict.holds]


@pytest.mark.parametrize("case", CAREFUL)
def test_careful_forgery_is_found(made: Made, case: str) -> None:
    """Who writes manifest and sums anew is found all the same, by the tree."""
    forgery, said = CAREFUL[case]

    assert verdict_on(sealed(made, forgery), made).sentence().startswith(said)


@pytest.mark.parametrize("case", CAREFUL)
def test_careless_forgery_is_found(made: Made, case: str) -> None:
    """So is who changes one thing and leaves the manifest."""
    assert not verdict_on(forged(made, CAREFUL[case][0]), made).holds


def test_other_key_passes_where_none_is_given(made: Made) -> None:
    """Without a key from outside, a bundle that was signed anew passes, and the verdict says how little that is."""
    verdict = verify_bundle(sealed(made, CAREFUL["it is signed with another key"][0]), Trust())

    assert verdict.word == Word.INTACT
    assert not verdict.is_pinned


def test_forged_report_is_found_when_it_is_made_anew(made: Made) -> None:
    """A report that says something else than the entries, sums and all, is found by making it again."""

    def forge(members: dict[str, bytes]) -> None:
        members["report.csv"] = members["report.csv"].replace(b"018f-ann", b"018f-bob", 1)

    path = sealed(made, forge)

    assert verify_bundle(path, Trust(made.vkey)).holds
    assert verify_bundle(path, Trust(made.vkey), reports="anew").sentence().startswith("altered: report.csv")


def test_forged_kit_is_said(made: Made) -> None:
    """A kit that is not ours says nothing against the entries, but the reader is told."""
    verdict = verdict_on(sealed(made, put("kit/verify.py", b"print('intact')\n")), made)

    assert verdict.holds
    assert verdict.notes[0].startswith("kit/verify.py is not the one of this version")


class TestTail:
    """An older state is as genuine as it was; only what was kept elsewhere speaks against it."""

    def test_older_checkpoint_over_the_newer_tree(self, made: Made) -> None:
        """The older checkpoint does not go with members of the newer one."""
        assert not verdict_on(sealed(made, put("checkpoint", made.older_checkpoint)), made).holds

    def test_newer_checkpoint_over_the_older_tree(self, made: Made) -> None:
        """A checkpoint larger than the entries says that the log was cut."""
        path = sealed(made, put("checkpoint", made.checkpoint), made.older)

        assert verdict_on(path, made).word == Word.TRUNCATED

    @pytest.mark.parametrize("kept", ["checkpoint", "receipt"])
    def test_older_bundle_against_what_was_kept(self, made: Made, kept: str) -> None:
        """A whole bundle of an older state is refused by whoever kept a newer checkpoint or receipt."""
        verdict = verify_bundle(made.older, Trust(made.vkey, getattr(made, kept)))

        assert verdict.sentence().startswith("truncated at entry 300")

    def test_bundle_continues_what_was_kept(self, made: Made) -> None:
        """A newer bundle begins with the tree that was kept."""
        assert verify_bundle(made.whole, Trust(made.vkey, made.older_checkpoint)).holds

    def test_other_history_under_the_same_key(self, made: Made) -> None:
        """With the key one can write another log; who kept a checkpoint sees it."""
        assert verify_bundle(made.forked, Trust(made.vkey)).holds
        assert verify_bundle(made.forked, Trust(made.vkey, made.older_checkpoint)).word == Word.FORKED


class TestPeriod:
    """A bundle of a period cannot hide or add what it shows."""

    def test_changed_body(self, made: Made) -> None:
        """Each body is held against its leaf."""

        def forge(members: dict[str, bytes]) -> None:
            first, second, *rest = members["entries.jsonl"].split(b"\n")
            place = first.rpartition(b",")[2]
            members["entries.jsonl"] = b"\n".join([second.rpartition(b",")[0] + b"," + place, second, *rest])

        assert verdict_on(sealed(made, forge, made.period), made).word == Word.ALTERED

    def test_dropped_body(self, made: Made) -> None:
        """Which entries are left out is counted from the tree, not believed."""

        def forge(members: dict[str, bytes]) -> None:
            members["entries.jsonl"] = members["entries.jsonl"].partition(b"\n")[2]

        assert not verdict_on(sealed(made, forge, made.period), made).holds

    def test_hidden_leaves(self, made: Made) -> None:
        """All leaves are there as hashes, also of entries that are left out."""
        assert verdict_on(sealed(made, drop("tile/0/000"), made.period), made).word == Word.MALFORMED


class TestZip:
    """A zip from an enemy is read with care: nothing is unpacked, nothing is believed."""

    def test_member_that_is_there_twice(self, made: Made) -> None:
        """Two readers may take different ones of two; so neither is taken."""
        path = zipped(made.folder / "twice.zip", members_of(made.whole), ("checkpoint", made.older_checkpoint))

        assert "twice" in verdict_on(path, made).reason

    @pytest.mark.parametrize("name", ["report.csv", "checkpoint", "tile/0/000", "disclosures.jsonl"])
    def test_bomb(self, made: Made, name: str) -> None:
        """What would unpack to far more than it is, is not unpacked."""
        path = made.folder / "bomb.zip"
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for one, raw in (members_of(made.whole) | {name: bytes(40_000_000)}).items():
                archive.writestr(one, raw)

        assert "too large" in verdict_on(path, made).reason

    @pytest.mark.parametrize(
        "damage",
        [
            lambda raw: raw[:0],
            lambda raw: b"no zip" + raw[:9],
            lambda raw: raw[:-100],
            lambda raw: raw[100:],
            lambda raw: raw[: len(raw) // 2],
            lambda raw: raw.replace(b"PK\x01\x02", b"PK\x01\x03", 1),
            lambda raw: raw[:60] + b"\xff" * 40 + raw[100:],
        ],
        ids=["empty", "text", "no end", "no beginning", "half", "no directory", "damaged"],
    )
    def test_damaged_zip(self, made: Made, damage: Callable[[bytes], bytes]) -> None:
        """A zip that is none is malformed, and no fault of ours."""
        path = made.folder / "damaged.zip"
        path.write_bytes(damage(made.whole.read_bytes()))

        assert verdict_on(path, made).word == Word.MALFORMED

    def test_nothing_is_written(self, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Verifying leaves the disk as it was."""
        monkeypatch.chdir(tmp_path)
        verdict_on(sealed(made, put("../evil", b"x")), made)

        assert not list(tmp_path.iterdir())
        assert not (tmp_path.parent / "evil").exists()
