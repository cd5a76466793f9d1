"""Each program of the kit comes to the same verdict as ours, on every bundle."""

import ast
import base64
import hashlib
import re
from pathlib import Path

import pytest

from tests.audit.bundle.aging import FIRST, FOURTH, SECOND, Aged, vkey
from tests.audit.bundle.forgeries import CAREFUL, KINDS
from tests.audit.bundle.making import Made, flip, forged, put, sealed
from tests.audit.bundle.test_aged import WORDS
from tests.audit.bundle.wear import WORN, reorder
from tests.audit.kit.programs import KIT, NAMES, Run, ran, runner


@pytest.fixture(name="program", params=NAMES)
def _program(request: pytest.FixtureRequest) -> Run:
    """A program that checks whole bundles."""
    return runner(request.param, request)


class TestBundles:
    """The programs that check bundles."""

    def test_whole(self, made: Made, program: Run) -> None:
        """A bundle that holds, holds for all; with the key there is no warning."""
        code, said = program("--key", made.vkey, made.whole)

        assert code == 0
        assert said.rstrip(".\n") == "intact: post.example/answerprint/house, 600 entries, 600 of them disclosed"

    def test_period(self, made: Made, program: Run) -> None:
        """So does a bundle of a period, under another word."""
        code, said = program("--key", made.vkey, made.period)

        assert code == 0
        assert said.startswith("intact-but-filtered: ")

    def test_without_a_key_it_warns(self, made: Made, program: Run) -> None:
        """The key inside proves little, and each program says so."""
        code, said = program(made.whole)

        assert code == 0
        assert "WARNING: no key was given" in said

    @pytest.mark.parametrize("at", [0, 0.5, 1])
    @pytest.mark.parametrize("name", KINDS)
    def test_flipped_bit(self, made: Made, program: Run, name: str, at: float) -> None:
        """A flipped bit in any kind of member is found by all."""
        code, said = program("--key", made.vkey, forged(made, flip(name, at)))

        assert code == 1
        assert said.startswith(KINDS[name] or ("altered", "malformed", "unknown key"))

    @pytest.mark.parametrize("case", CAREFUL)
    def test_careful_forgery(self, made: Made, program: Run, case: str) -> None:
        """The forgeries of who writes manifest and sums anew are found by all."""
        code, said = program("--key", made.vkey, sealed(made, CAREFUL[case][0]))

        assert code == 1
        assert said.startswith(("altered", "malformed", "truncated", "unknown key"))

    def test_tail(self, made: Made, program: Run) -> None:
        """What was kept speaks against a bundle of an older state, and against another history."""
        kept = made.folder / "kept"
        kept.write_bytes(made.receipt)
        older = made.folder / "older-checkpoint"
        older.write_bytes(made.older_checkpoint)
        cut = sealed(made, put("checkpoint", made.checkpoint), made.older)

        empty = made.folder / "empty"
        empty.write_bytes(b"")

        assert program("--key", made.vkey, "--kept", empty, made.whole)[1].startswith("malformed")
        assert program("--key", made.vkey, made.older)[0] == 0
        assert program("--key", made.vkey, "--kept", kept, made.older)[1].startswith("truncated")
        assert program("--key", made.vkey, "--kept", older, made.whole)[0] == 0
        assert program("--key", made.vkey, "--kept", older, made.forked)[1].startswith("forked")
        assert program("--key", made.vkey, cut)[1].startswith("truncated")

    @pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
    def test_no_zip(self, made: Made, program: Run, content: bytes) -> None:
        """What is no zip, or an empty one, is malformed."""
        path = made.folder / "none.zip"
        path.write_bytes(content)
        code, said = program("--key", made.vkey, path)

        assert code == 1
        assert said.startswith("malformed")

    @pytest.mark.parametrize("name", ["verify.py", "main.go", "verify.sh"])
    def test_what_cannot_be_tried_exits_with_2(self, made: Made, name: str, request: pytest.FixtureRequest) -> None:
        """A missing file or a malformed key is no verdict."""
        program = runner(name, request)

        assert program("--key", made.vkey, "/nowhere.zip")[0] == 2
        assert program("--key", "no key", made.whole)[0] == 2


class TestAged:
    """A log that has lived reads the same in every program."""

    @pytest.mark.parametrize("bundle", WORDS)
    def test_words(self, aged: Aged, program: Run, bundle: str) -> None:
        """The word for who trusts the first key of the log, and for who trusts the second."""
        said = [program("--key", vkey(key), getattr(aged, bundle)) for key in (FIRST, SECOND)]

        assert tuple(text.partition(":")[0] for _, text in said) == WORDS[bundle]
        assert [code for code, _ in said] == [
            int(word.endswith("unknown key") or word == "revoked key") for word in WORDS[bundle]
        ]

    def test_counts(self, aged: Aged, program: Run) -> None:
        """What was erased, withheld and pruned is counted."""
        assert "60 personal values erased by order" in program("--key", vkey(FIRST), aged.erased)[1]
        assert "315 personal values withheld" in program("--key", vkey(FIRST), aged.sealed)[1]
        assert "those below 256 pruned" in program("--key", vkey(SECOND), aged.pruned)[1]
        assert "handed over to at 314 entries" in program("--key", vkey(FIRST), aged.superseded)[1]

    def test_order_erases_what_came_before_it(self, aged: Aged, made: Made, program: Run) -> None:
        """A value that is recorded after the order that names it was withheld, whoever names it."""
        code, said = program("--key", vkey(FIRST), sealed(made, reorder, aged.erased))

        assert code == 0
        assert said.startswith("intact-but-filtered")
        assert "1 personal values withheld" in said

    def test_kept_under_the_first_key(self, aged: Aged, program: Run) -> None:
        """A checkpoint that was kept is held against the log under a later key."""
        kept = aged.folder / "kept"
        kept.write_bytes(aged.kept)

        assert program("--key", vkey(SECOND), "--kept", kept, aged.pruned)[0] == 0

    def test_lost_key_leads_nobody_over(self, aged: Aged, program: Run) -> None:
        """Who trusts the lost key is told so; who was given the new one finds that all holds, and what he kept too."""
        kept = aged.folder / "kept-once"
        kept.write_bytes(aged.kept)

        code, said = program("--key", vkey(SECOND), aged.replaced)

        assert (code, said.partition(":")[0]) == (1, "replaced key")
        assert "lost at 542 entries" in said
        assert program("--key", vkey(FOURTH), "--kept", kept, aged.replaced)[0] == 0
        assert program("--key", vkey(FIRST), aged.replaced)[1].startswith("revoked key")

    @pytest.mark.parametrize("case", [case for case, worn in WORN.items() if worn.seen_by])
    def test_careful_forgery(self, aged: Aged, made: Made, case: str, request: pytest.FixtureRequest) -> None:
        """Each program finds what it claims to see."""
        worn = WORN[case]
        path = sealed(made, worn.forge, getattr(aged, worn.source))
        words = ("--key", vkey(worn.key)) if worn.key else ()
        told = [runner(name, request)(*words, path) for name in worn.seen_by]

        assert [code for code, _ in told] == [1] * len(told)
        assert all(
            said.startswith(("altered", "malformed", "truncated", "unknown", "revoked", "replaced")) for _, said in told
        )


class TestShell:
    """The shell script also proves one entry by its receipt."""

    def run(self, made: Made, tmp_path: Path, receipt: bytes, entry: bytes, vkey: str = "") -> tuple[int, str]:
        """Run the script on a receipt and an entry."""
        (tmp_path / "receipt").write_bytes(receipt)
        (tmp_path / "entry").write_bytes(entry)
        return ran("sh", KIT / "verify.sh", vkey or made.vkey, tmp_path / "receipt", tmp_path / "entry")

    def test_real_receipt(self, made: Made, tmp_path: Path) -> None:
        """A receipt proves its entry."""
        code, said = self.run(made, tmp_path, made.receipt, made.entry)

        assert code == 0
        assert said.startswith("PROVED: this is entry 260 of post.example/answerprint/house, which had 600 entries")

    def test_other_entry(self, made: Made, tmp_path: Path) -> None:
        """It proves no other."""
        assert self.run(made, tmp_path, made.receipt, made.entry + b" ") == (
            1,
            "NOT PROVED: the proof leads to another root\n",
        )

    def test_flipped_bits(self, made: Made, tmp_path: Path) -> None:
        """No byte of a receipt can change: every thirteenth is tried."""
        for at in range(0, len(made.receipt), 13):
            raw = bytearray(made.receipt)
            raw[at] ^= 1

            assert self.run(made, tmp_path, bytes(raw), made.entry)[0] == 1, at

    @pytest.mark.parametrize("change", ["a hash too few", "a hash too many", "no checkpoint", "a zero byte"])
    def test_other_form(self, made: Made, tmp_path: Path, change: str) -> None:
        """A receipt has one form."""
        lines = made.receipt.split(b"\n")
        changed = {
            "a hash too few": b"\n".join([*lines[:2], *lines[3:]]),
            "a hash too many": b"\n".join([*lines[:3], *lines[2:]]),
            "no checkpoint": made.receipt.partition(b"\n\n")[0] + b"\n",
            "a zero byte": made.receipt.replace(b"index", b"index\0"),
        }

        assert self.run(made, tmp_path, changed[change], made.entry)[0] == 1

    def test_other_key(self, made: Made, tmp_path: Path) -> None:
        """Another log's key proves nothing; what is no key is not tried."""
        other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"

        assert self.run(made, tmp_path, made.receipt, made.entry, other)[0] == 1
        assert self.run(made, tmp_path, made.receipt, made.entry, made.vkey.replace("+", "+0", 1))[0] == 2


def test_python_program_is_read_by_python_3_9() -> None:
    """An auditor's machine may be old: nothing in the file is newer than Python 3.9."""
    tree = ast.parse((KIT / "verify.py").read_text(encoding="utf-8"), feature_version=(3, 9))

    assert ast.get_docstring(tree)


def test_page_may_run_its_own_script_only() -> None:
    """The page's policy names its script and its style by their hashes, and allows nothing else."""
    page = (KIT / "verify.html").read_text(encoding="utf-8")

    def digest(tag: str) -> str:
        found = re.search(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert found is not None
        return base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()

    policy = f"default-src 'none'; script-src 'sha256-{digest('script')}'; style-src 'sha256-{digest('style')}'"

    assert f'content="{policy}"' in page
