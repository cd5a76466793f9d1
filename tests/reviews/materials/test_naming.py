"""A name is held against typed tokens, and what is wrong with it is said in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules.naming import (
    PARTS_MAX,
    Severity,
    Template,
    Token,
    TokenKind,
    check_name,
    next_name,
    split_extension,
    version_in,
)
from reviews.rules.naming_presets import HOUSE, ISDCF_DCNC, NETFLIX_VFX, PRESETS

GOOD = [
    (HOUSE, "NB-204_reel2_grade_v012.mov"),
    (HOUSE, "NB-204_reel2_v0012.mov"),
    (NETFLIX_VFX, "AGM_104_065_010_comp_NFX_v001.exr"),
    (NETFLIX_VFX, "AGM_065_010_comp_NFX_v001"),
    (ISDCF_DCNC, "MOVIE-TITLE_FTR-1_F_EN-XX_US-PG_51-EN_2K_ST_20070115_FAC_SMPTE_OV"),
]
WRONG = [
    (HOUSE, "NB-204_reel2_grade_final.mov", "version", "Part 4, version, is 'v' and 3 to 4 digits, not 'final'."),
    (HOUSE, "NB-204_reel2_grade_v12.mov", "version", "Part 4, version, is 'v' and 3 to 4 digits, not 'v12'."),
    (NETFLIX_VFX, "AGM_104_065_010_comp_NFX_1.exr", "version", "Part 7, version, is 'v' and 3 to 4 digits, not '1'."),
    (NETFLIX_VFX, "AGM", "shot", "Part 2, shot, is 1 to 12 letters or digits, and - . beside them, and it is missing."),
    (
        NETFLIX_VFX,
        "AGM_104_065_010_comp_NFX_v001_final",
        "name",
        "Nothing is left for 'final': the name has too many parts.",
    ),
]


def warning(kind: TokenKind = TokenKind.NUMBER) -> Template:
    """Return a template whose first token warns and whose last refuses."""
    return Template((Token("reel", kind, Severity.WARN), Token("version", TokenKind.VERSION, prefix="v")))


class TestNames:
    """The first wrong token is explained."""

    @pytest.mark.parametrize(("template", "name"), GOOD)
    def test_good_name_passes(self, template: Template, name: str) -> None:
        """A name that satisfies every token is not spoken of."""
        assert check_name(template, name) == ()

    @pytest.mark.parametrize(("template", "name", "token", "sentence"), WRONG)
    def test_wrong_token_is_explained(self, template: Template, name: str, token: str, sentence: str) -> None:
        """Which part is wrong, what it should be and what it is."""
        (found,) = check_name(template, name)

        assert (found.token, found.sentence, found.severity) == (token, sentence, Severity.BLOCK)

    def test_cinema_names_are_never_refused(self) -> None:
        """The convention says that systems do not reject content for an error in its name."""
        assert {finding.severity for finding in check_name(ISDCF_DCNC, "whatever_2")} == {Severity.WARN}

    def test_warning_hides_no_refusal(self) -> None:
        """A wrong token that only warns does not keep a later one that refuses from being found."""
        assert [found.severity for found in check_name(warning(), "two_final")] == [Severity.BLOCK]
        assert [found.severity for found in check_name(warning(), "two_v1")] == [Severity.WARN]

    def test_token_that_is_off_takes_anything(self) -> None:
        """What is off is not looked at, and what stands behind it still is."""
        template = Template((Token("x", TokenKind.NUMBER, Severity.OFF), Token("v", TokenKind.VERSION, prefix="v")))

        assert check_name(template, "anything_v1") == ()
        assert [found.token for found in check_name(template, "anything_w1")] == ["v"]

    def test_extension_is_one_of_those_named(self) -> None:
        """Where extensions are named, another one refuses."""
        template = Template(HOUSE.tokens, extensions=("mov", "wav"))

        assert check_name(template, "NB-204_reel2_v012.MOV") == ()
        assert [found.token for found in check_name(template, "NB-204_reel2_v012.exe")] == ["extension"]

    @pytest.mark.parametrize("name", ["NB-204_the-QUIET-sea_v001.mov", "NB-204_thequietsea2_v001.mov"])
    def test_real_title_is_refused(self, name: str) -> None:
        """However it is spelled, a real title in the name refuses it, and the answer does not repeat it."""
        (found,) = check_name(HOUSE, name, titles=["The Quiet Sea"])

        assert (found.token, found.severity) == ("title", Severity.BLOCK)
        assert "quiet" not in found.sentence.lower()

    @given(st.text(max_size=200), st.sampled_from(sorted(PRESETS)))
    def test_any_text_gets_an_answer(self, name: str, preset: str) -> None:
        """No name is too strange to be judged, or takes long."""
        for finding in check_name(PRESETS[preset], name):
            assert finding.sentence.endswith(".")

    def test_many_tokens_that_may_lack_take_no_time(self) -> None:
        """Each pair of token and part is looked at once: nobody can write a name that takes for ever."""
        template = Template(tuple(Token(f"t{place}", TokenKind.TEXT, may_lack=True) for place in range(24)))

        assert check_name(template, "_".join("a" * 24)) == ()
        assert check_name(template, "_".join("a" * PARTS_MAX))[0].token == "name"


class TestNextName:
    """The next legal name is offered."""

    def test_version_goes_up_and_keeps_its_width(self) -> None:
        """The version is one above the highest there is, written as wide as the name writes it."""
        assert next_name(HOUSE, "NB-204_reel2_grade_v0012.mov", 12) == "NB-204_reel2_grade_v0013.mov"
        assert next_name(HOUSE, "NB-204_reel2_grade_v012.mov", 999) == "NB-204_reel2_grade_v1000.mov"

    def test_name_without_version_has_no_next(self) -> None:
        """Where nothing says which version it is, none is made up."""
        assert next_name(HOUSE, "NB-204_reel2_grade.mov", 3) is None

    @given(st.integers(0, 9_998))
    def test_offered_name_is_legal(self, highest: int) -> None:
        """What is offered passes, and says the version it was offered for."""
        offered = next_name(HOUSE, "NB-204_reel2_grade_v012.mov", highest)

        assert offered is not None
        assert check_name(HOUSE, offered) == ()
        assert version_in(HOUSE, offered) == highest + 1

    @pytest.mark.parametrize(("name", "parts"), [("a.b.mov", ("a.b", "mov")), (".mov", (".mov", "")), ("a", ("a", ""))])
    def test_extension_is_what_follows_the_last_dot(self, name: str, parts: tuple[str, str]) -> None:
        """A name that begins with its only dot has no extension."""
        assert split_extension(name) == parts
