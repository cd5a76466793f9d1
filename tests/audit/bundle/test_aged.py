"""A bundle of a log that has lived says what is missing and why, and who vouches for it now."""

import dataclasses
import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from answerprint.core.problems import Conflict
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.source import ErasureNotSigned, Period, Selection
from audit.bundle.verdict import Word
from audit.disclosure import read_disclosure
from audit.facts.orders import ValuesErased
from audit.models import Entry
from audit.note import Signer
from tests.audit.bundle.aging import (
    FIRST,
    FOURTH,
    MARA,
    NOAH,
    PROJECT,
    SECOND,
    THIRD,
    Aged,
    Life,
    age,
    policy_text,
    vkey,
)
from tests.audit.bundle.making import Made, members_of, sealed
from tests.audit.bundle.wear import WORN, reorder

WORDS = {
    "erased": ("intact-but-erased", "unknown key"),
    "project": ("intact-but-filtered", "unknown key"),
    "sealed": ("intact-but-filtered", "unknown key"),
    "superseded": ("superseded key", "intact-but-erased"),
    "cosigned": ("superseded key", "intact-but-erased"),
    "revoked": ("revoked key", "intact-but-erased"),
    "pruned": ("revoked key", "intact-but-filtered"),
    "pruned_period": ("revoked key", "intact-but-filtered"),
}
"""By bundle: the word for who trusts the first key of the log, and for who trusts the second."""


def test_verdicts_on_both_engines(life: Life, tmp_path: Path) -> None:
    """The verdict depends on the key the reader brings, and not on the engine the log lay in."""
    aged = age(life.database, tmp_path)
    trusts = [Trust(vkey(key)) for key in (FIRST, SECOND)]
    found = {
        name: tuple(verify_bundle(getattr(aged, name), trust, reports="anew").word for trust in trusts)
        for name in WORDS
    }

    assert found == WORDS


@pytest.mark.parametrize("name", WORDS)
def test_third_key_is_unknown(aged: Aged, name: str) -> None:
    """A key that never signed the log vouches for nothing."""
    assert verify_bundle(getattr(aged, name), Trust(vkey(THIRD))).word == Word.UNKNOWN_KEY


@pytest.mark.parametrize("name", [name for name, (_, word) in WORDS.items() if word != "unknown key"])
def test_checkpoint_of_the_first_key_is_continued(aged: Aged, name: str) -> None:
    """What was kept under the key of then is held against the log under the key of now."""
    assert verify_bundle(getattr(aged, name), Trust(vkey(SECOND), aged.kept)).holds


class TestErased:
    """An erased value is gone from what is handed on, and its gap is explained."""

    def test_nothing_of_it_is_inside(self, aged: Aged) -> None:
        """No member of any bundle made after holds the value, be it encoded."""
        for name in ("erased", "superseded", "pruned"):
            members = members_of(getattr(aged, name))
            shown = [json.loads(line)["disclosure"] for line in members["disclosures.jsonl"].splitlines()]
            names = {read_disclosure(text)[2] for text in shown}

            assert MARA[1].encode() not in b"".join(members.values())
            assert names == {"192.0.2.9", NOAH[1]}

    def test_report_names_the_order(self, aged: Aged) -> None:
        """Each report says which entry orders that a value is gone."""
        members = members_of(aged.erased)
        bodies = [json.loads(line)["unmapped"] for line in members["events.ocsf.jsonl"].splitlines()]
        ordered = [
            index
            for index, line in enumerate(members["events.ocsf.jsonl"].splitlines())
            if json.loads(line)["metadata"]["event_code"] == ValuesErased.kind
        ]

        assert len(ordered) == 1
        assert sum(said.get("not_shown") == f"erased by order of entry {ordered[0]}" for said in bodies) == 60
        assert members["report.csv"].count(f"erased by order of entry {ordered[0]}".encode()) == 60
        assert members["report.html"].count(f"erased by order of entry {ordered[0]}".encode()) == 60

    def test_counts(self, aged: Aged) -> None:
        """Erased and withheld values are counted apart."""
        erased, withheld = verify_bundle(aged.erased, Trust()), verify_bundle(aged.sealed, Trust())

        assert (erased.erased, erased.withheld) == (60, 0)
        assert (withheld.erased, withheld.withheld, withheld.disclosures) == (60, erased.disclosures, 0)

    def test_order_after_the_checkpoint_explains_nothing_yet(self, life: Life) -> None:
        """An unsigned entry is no reason for a gap: the export waits for the checkpoint that covers it."""
        life.record(10, MARA)
        life.publish(FIRST)
        life.erase_mara()
        with pytest.raises(ErasureNotSigned, match="after the log's next checkpoint"):
            life.export("early.zip")
        life.publish(FIRST)
        verdict = verify_bundle(life.export("late.zip"), Trust(vkey(FIRST)), reports="anew")

        assert (verdict.word, verdict.erased, verdict.withheld) == (Word.ERASED, 2, 0)


class TestSelection:
    """What is handed on is what was asked for, and what explains it."""

    def test_project(self, aged: Aged) -> None:
        """A bundle of a project shows its entries, and those that order an erasure without their personal values."""
        lines = [json.loads(line) for line in members_of(aged.project)["events.ocsf.jsonl"].splitlines()]
        others = [line for line in lines if line["unmapped"]["values"].get("project") != str(PROJECT)]

        assert len(lines) > 60
        assert [line["metadata"]["event_code"] for line in others] == [ValuesErased.kind]
        assert "address" not in others[0]["unmapped"]["values"]
        assert json.loads(members_of(aged.project)["manifest.json"])["project"] == str(PROJECT)

    def test_without_values(self, aged: Aged) -> None:
        """No personal value is inside, not even an address."""
        members = members_of(aged.sealed)

        assert members["disclosures.jsonl"] == b""
        assert b"192.0.2.9" not in b"".join(members.values())

    def test_without_the_sealing_key(self, life: Life) -> None:
        """Who has not the sealing key hands on no values, and the counts say so."""
        life.record(5)
        life.publish(FIRST)
        life.database._info["seal"] = None
        done = life.exported("blind.zip")

        assert (done.disclosures, done.withheld) == (0, 6)

    def test_period_and_project_together(self, life: Life) -> None:
        """Both must hold, and keys and erasures are always told."""
        life.record(10, MARA)
        life.erase_mara()
        life.publish(FIRST)
        life.hand_over(FIRST, SECOND)
        life.publish(SECOND)
        with life.database.reading() as session:
            moment = session.scalars(select(func.max(Entry.recorded_at))).one()
        done = life.exported("both.zip", Selection(Period(since=moment), PROJECT))

        assert done.disclosed == 2
        assert verify_bundle(life.folder / "both.zip", Trust(vkey(SECOND))).word == Word.FILTERED

    def test_progress_is_told(self, life: Life) -> None:
        """A caller hears how far it is: never back, never beyond, and that it is done."""
        life.record(20)
        life.publish(FIRST)
        heard: list[tuple[int, int]] = []
        life.export("told.zip", progress=lambda done, total: heard.append((done, total)))

        assert heard == sorted(heard)
        assert heard[-1][0] == heard[-1][1] > 0


class TestLostKey:
    """A key that was lost, and another in its place."""

    def test_who_trusts_the_lost_key_is_told(self, aged: Aged) -> None:
        """It vouches for nothing newer, and the verdict says at how many entries that begins."""
        verdict = verify_bundle(aged.replaced, Trust(vkey(SECOND)))

        assert verdict.word == Word.REPLACED
        assert "lost at 542 entries" in verdict.reason

    def test_who_was_given_the_new_key_finds_that_all_holds(self, aged: Aged) -> None:
        """The new key signs all entries, and what was kept under an older key is continued."""
        assert verify_bundle(aged.replaced, Trust(vkey(FOURTH), aged.kept)).holds

    def test_lost_key_vouches_for_what_it_signed(self, aged: Aged) -> None:
        """An older bundle is as good as on its day."""
        assert verify_bundle(aged.pruned, Trust(vkey(SECOND))).holds


class TestKeys:
    """A bundle is vouched for by the key that signs now, and by those before it that were not revoked."""

    def test_revoked_key_signed_the_newest_checkpoint(self, life: Life) -> None:
        """What a revoked key signed beyond what stands is not handed on at all."""
        life.record(5)
        life.publish(FIRST)
        life.revoke(FIRST, SECOND, stands=2)

        with pytest.raises(Conflict, match="was revoked"):
            life.export("never.zip")

    def test_checkpoint_before_the_handover(self, life: Life) -> None:
        """While the old key's checkpoint is the newest, who trusts it reads as ever, and the new key says nothing."""
        life.record(5)
        life.publish(FIRST)
        life.hand_over(FIRST, SECOND)
        bundle = life.export("between.zip")

        assert verify_bundle(bundle, Trust(vkey(FIRST))).word == Word.INTACT
        assert verify_bundle(bundle, Trust(vkey(SECOND))).word == Word.UNKNOWN_KEY


class TestPolicy:
    """Witnesses are counted by the reader's own policy; the one inside says what the house says."""

    @pytest.mark.parametrize("quorum", ["all", "any"])
    def test_met(self, aged: Aged, quorum: str) -> None:
        """Who gives a policy reads who cosigned."""
        verdict = verify_bundle(aged.cosigned, Trust(vkey(SECOND), None, policy_text(quorum).encode()))

        assert verdict.word == Word.ERASED
        assert verdict.witnesses == ("w0", "w1")
        assert any("policy inside is not the one" in note for note in verdict.notes) == (quorum == "any")

    def test_not_met(self, aged: Aged) -> None:
        """A checkpoint that no witness saw does not hold for who asks for witnesses."""
        verdict = verify_bundle(aged.superseded, Trust(vkey(SECOND), None, policy_text("any").encode()))

        assert verdict.word == Word.UNWITNESSED
        assert not verdict.holds

    def test_of_another_log(self, aged: Aged) -> None:
        """A policy of another log says nothing of this one."""
        foreign = Signer("elsewhere.example/log", FIRST).vkey
        other = policy_text("any").replace(vkey(FIRST), foreign)

        assert verify_bundle(aged.cosigned, Trust(vkey(SECOND), None, other.encode())).word == Word.UNWITNESSED

    def test_inside_only(self, aged: Aged) -> None:
        """The policy inside is told, and proves nothing."""
        (note,) = verify_bundle(aged.cosigned, Trust(vkey(SECOND))).notes

        assert note.startswith("the quorum of the policy inside is met")


@pytest.mark.parametrize("case", WORN)
def test_careful_forgery_is_found(aged: Aged, made: Made, case: str) -> None:
    """Who writes manifest and sums anew is found all the same, by the tree, the keys or the witnesses."""
    worn = WORN[case]
    policy = worn.policy.encode() if worn.policy else None
    path = sealed(made, worn.forge, getattr(aged, worn.source))
    key = vkey(worn.key) if worn.key else None

    assert verify_bundle(path, Trust(key, None, policy)).sentence().startswith(worn.said)


def test_order_erases_what_came_before_it(aged: Aged, made: Made) -> None:
    """A value that is recorded after the order that names it was withheld, whoever names it."""
    verdict = verify_bundle(sealed(made, reorder, aged.erased), Trust(vkey(FIRST)))

    assert (verdict.word, verdict.erased, verdict.withheld) == (Word.FILTERED, 0, 1)


def test_every_forgery_starts_from_what_holds(aged: Aged) -> None:
    """A forgery that fails proves something only if the bundle held before, or was refused for its key alone."""
    for worn in WORN.values():
        verdict = verify_bundle(getattr(aged, worn.source), Trust(vkey(worn.key) if worn.key else None))

        assert verdict.holds or verdict.word == Word.REVOKED


def test_bundles_are_as_many_as_are_named(aged: Aged) -> None:
    """Every bundle of the log's life has its words."""
    assert {field.name for field in dataclasses.fields(aged)} - {"folder", "kept", "replaced"} == WORDS.keys()
