"""Licence files of FlexNet and RLM, as hints for entitlement lots: with all that they grant, and without their keys."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.flexnet_licence import read_flexnet_licence
from licensing.collectors.licence_hints import EntitlementHint, LicenceFile
from licensing.collectors.rlm_licence import read_rlm_licence

KEY = "60PG4515BFTJ"
FLEXNET = f"""\
# for the house
SERVER ferry 0011AABBCCDD 27000
VENDOR gradeco /opt/gradeco
USE_SERVER
PACKAGE suite gradeco 2.0 COMPONENTS="grade:2.0 conform:2.0:3" OPTIONS=SUITE SIGN="{KEY}"
INCREMENT suite gradeco 2.0 30-jun-2025 10 VENDOR_STRING="SN=9" \\
    ISSUED=1-jul-2024 START=1-jul-2024 SN=77-12 NOTICE="Licensed to A House" \\
    ISSUER="Grade Co" OVERDRAFT=2 SIGN="{KEY} {KEY} \\
    {KEY}" SIGN2={KEY}
FEATURE paint gradeco 1.5 permanent uncounted {KEY} HOSTID=0011AABBCCDD
INCREMENT render gradeco 1.0 1-jan-0 0 HOSTID=ANY SIGN={KEY}
"""
RLM = f"""\
HOST ferry 0011aabbccdd 5053
ISV gradeco
LICENSE gradeco grade_i 2024.0701 30-jun-2025 22 share=h start=1-jul-2024 issued=1-jul-2024
  customer="A House" contract=C-77 issuer="Grade Co" type="subscription" _line_item=item-4 _id=12
  _ck=fb{KEY}
  sig="{KEY}{KEY}"
LICENSE gradeco paint 1.0 permanent uncounted hostid=0011aabbccdd sig="{KEY}"
LICENSE gradeco solo 1.0 1-jan-0 single {KEY} hostid=user=anna
LICENSE gradeco points 1.0 permanent token sig={KEY} token="<pool 1.0 2>"
LICENSE gradeco locked 1.0 permanent node-locked hostid=77 sig={KEY}
"""
Reader = Callable[[str], LicenceFile]
BOTH = pytest.mark.parametrize("read", [read_flexnet_licence, read_rlm_licence])


def by_feature(found: LicenceFile) -> dict[str, EntitlementHint]:
    """Return the grants by feature."""
    return {hint.feature: hint for hint in found.hints}


class TestFlexnet:
    """FEATURE, INCREMENT, PACKAGE."""

    def test_a_package_with_its_components(self) -> None:
        """Number, dates, serial and notice over continued lines, and the features that it holds."""
        found = read_flexnet_licence(FLEXNET)
        suite = by_feature(found)["suite"]

        assert (suite.line, suite.daemon, suite.version, suite.quantity, suite.overdraft) == (
            6,
            "gradeco",
            "2.0",
            10,
            2,
        )
        assert (suite.starts, suite.ends, suite.issued) == (date(2024, 7, 1), date(2025, 6, 30), date(2024, 7, 1))
        assert (suite.serial, suite.notice, suite.issuer) == ("77-12", "Licensed to A House", "Grade Co")
        assert suite.components == ("grade", "conform")
        assert (found.statements, found.notices, found.diagnostics) == (7, 4, ())
        assert (found.hosts, found.daemons) == (("ferry",), ("gradeco",))

    def test_uncounted_and_without_end(self) -> None:
        """Each in both its spellings; None is uncounted and never, not zero and today."""
        hints = by_feature(read_flexnet_licence(FLEXNET))

        assert [(hints[name].quantity, hints[name].ends) for name in ("paint", "render")] == [
            (None, None),
            (None, None),
        ]
        assert (hints["paint"].node_locked, hints["render"].node_locked) == ("0011AABBCCDD", None)

    @pytest.mark.parametrize(
        "line",
        [
            "FEATURE grade gradeco 1.0",
            f"FEATURE grade gradeco 1.0 permanent {KEY}",
            "FEATURE grade gradeco 1.0 someday 5",
            "FEATURE grade gradeco 1.0 30-feb-2025 5",
            f'FEATURE grade gradeco 1.0 permanent 5 NOTICE="never closed SIGN={KEY}',
            f'FEATURE grade gradeco 1.0 permanent 5 NOTICE="a SIGN={KEY} SN="b" ISSUER="c',
            "PACKAGE suite gradeco 1.0",
            "SERVER",
            f"UPGRADE grade gradeco 1.0 2.0 permanent 5 {KEY}",
            f"{KEY} {KEY}",
        ],
    )
    def test_what_is_not_understood_is_a_diagnostic_without_key(self, line: str) -> None:
        """No grant is made up, and no key is shown."""
        found = read_flexnet_licence(line)

        assert (found.hints, len(found.diagnostics)) == ((), 1)
        assert KEY not in repr(found)


class TestRlm:
    """LICENSE lines."""

    def test_a_floating_licence(self) -> None:
        """With what leads to the contract, over lines without a mark of continuation."""
        found = read_rlm_licence(RLM)
        grade = by_feature(found)["grade_i"]

        assert (grade.line, grade.daemon, grade.version, grade.quantity) == (3, "gradeco", "2024.0701", 22)
        assert (grade.starts, grade.ends, grade.issued) == (date(2024, 7, 1), date(2025, 6, 30), date(2024, 7, 1))
        assert (grade.customer, grade.contract, grade.issuer) == ("A House", "C-77", "Grade Co")
        assert (grade.share, grade.kind, grade.line_item, grade.serial) == ("h", "subscription", "item-4", "12")
        assert (found.statements, found.notices, found.diagnostics) == (7, 2, ())

    def test_other_kinds(self) -> None:
        """Uncounted, for one process, in tokens, bound to a host: four that are no number of seats."""
        hints = by_feature(read_rlm_licence(RLM))

        assert (hints["paint"].quantity, hints["paint"].node_locked) == (None, "0011aabbccdd")
        assert (hints["solo"].quantity, hints["solo"].is_single, hints["solo"].node_locked) == (1, True, "user=anna")
        assert (hints["points"].quantity, hints["points"].metric) == (None, "token")
        assert (hints["locked"].quantity, hints["locked"].metric, hints["locked"].node_locked) == (None, None, "77")

    @pytest.mark.parametrize(
        "line",
        [
            "LICENSE gradeco grade 1.0 permanent",
            f"LICENSE gradeco grade 1.0 permanent {KEY}",
            "LICENSE gradeco grade 1.0 permanent node-locked",
            "LICENSE gradeco grade 1.0 31-jun-2025 5",
            f'LICENSE gradeco grade 1.0 permanent 5 customer="open sig={KEY}',
            f"UPGRADE gradeco grade 1.0 2.0 permanent 5 {KEY}",
            "Dear customer, here are your licences",
        ],
    )
    def test_what_is_not_understood_is_a_diagnostic_without_key(self, line: str) -> None:
        """No grant is made up, and no key is shown."""
        found = read_rlm_licence(line)

        assert (found.hints, len(found.diagnostics)) == ((), 1)
        assert KEY not in repr(found)

    def test_words_after_a_licence_are_no_part_of_it(self) -> None:
        """A letter's last lines are not understood, and not swallowed."""
        found = read_rlm_licence(RLM + "Yours sincerely, the makers\n")

        assert (len(found.hints), len(found.diagnostics)) == (5, 1)


@pytest.mark.parametrize(("read", "text"), [(read_flexnet_licence, FLEXNET), (read_rlm_licence, RLM)])
def test_no_key_is_kept(read: Reader, text: str) -> None:
    """Neither in a hint nor anywhere else in what was read."""
    assert KEY not in repr(read(text))


@BOTH
@given(
    pieces=st.lists(
        st.sampled_from(
            [
                "LICENSE gradeco grade 1.0 permanent 5",
                "FEATURE grade gradeco 1.0 permanent 5",
                f"SIGN={KEY}",
                f'SIGN="{KEY} {KEY}"',
                f'sig="{KEY}',
                f"_ck={KEY}",
                f"sig = {KEY}",
                'NOTICE="A House"',
                'customer="A',
                '"',
                "\\",
                "\n",
                "SN=1",
                "#",
                "hostid=7",
            ]
        ),
        max_size=12,
    )
)
def test_no_arrangement_lets_a_key_through(read: Reader, pieces: list[str]) -> None:
    """Quotes that are not closed, lines that break off, values in disorder."""
    assert KEY not in repr(read(" ".join(pieces)))


@BOTH
@given(text=st.text(max_size=200))
def test_any_text_is_accounted_for(read: Reader, text: str) -> None:
    """A statement is a hint, a notice or a diagnostic."""
    found = read(text)

    assert len(found.hints) + found.notices + len(found.diagnostics) == found.statements
