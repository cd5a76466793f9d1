"""Identifiers and versions are checked without asking anybody."""

import pytest

from answerprint.core.problems import Invalid
from reviews.errors import VersionTaken
from reviews.rules.eidr import check_character, read_eidr
from reviews.rules.versions import check_version

EIDR = "10.5240/F85A-E100-B068-5B8F-B1C8-T"
ONE, OTHER = "1" * 64, "2" * 64


class TestEidr:
    """An EIDR carries a check character (ISO/IEC 7064, Mod 37,36)."""

    def test_known_identifier_fits(self) -> None:
        """A published identifier is read in its one form."""
        assert read_eidr(f" {EIDR.lower()} ") == EIDR

    def test_every_wrong_character_is_noticed(self) -> None:
        """Whichever digit is another one, the check character does not fit."""
        digits = "F85AE100B0685B8FB1C8"
        for place, digit in enumerate(digits):
            for other in "0123456789ABCDEF".replace(digit, ""):
                assert check_character(digits[:place] + other + digits[place + 1 :]) != EIDR[-1]

    @pytest.mark.parametrize("text", ["", "10.5240/F85A", EIDR[:-1] + "A", EIDR.replace("-", ""), "10.5239" + EIDR[7:]])
    def test_other_text_names_its_field(self, text: str) -> None:
        """What is no EIDR is refused, and the field is named."""
        with pytest.raises(Invalid) as refusal:
            read_eidr(text)

        assert list(refusal.value.fields) == ["eidr"]


class TestVersions:
    """A version only goes up, and never gets another file."""

    def test_higher_number_is_new(self) -> None:
        """The first version and each higher one are new; numbers may be left out."""
        assert check_version(1, ONE, {})
        assert check_version(7, OTHER, {1: ONE})

    def test_same_file_again_changes_nothing(self) -> None:
        """The same file under its number is what is there already."""
        assert not check_version(1, ONE, {1: ONE, 2: OTHER})

    @pytest.mark.parametrize("number", [1, 2, 3])
    def test_number_never_gets_another_file(self, number: int) -> None:
        """A number that is there, or below one that is, is refused with the next that is free."""
        with pytest.raises(VersionTaken, match="register 4"):
            check_version(number, "3" * 64, {1: ONE, 3: OTHER})
