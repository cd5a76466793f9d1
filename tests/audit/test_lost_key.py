"""A lost key leads nobody over: what takes its place stands on its own word."""

import pytest

from audit.errors import BrokenSuccession, ReplacedKey
from audit.note import Signer, sign_note
from audit.succession import (
    HANDOVER,
    REPLACEMENT,
    KeyState,
    Standing,
    Statement,
    sign_handover,
    sign_replacement,
)
from tests.audit.test_succession import (
    FIRST,
    FOURTH,
    ORIGIN,
    SECOND,
    SECOND_REVOKED,
    THIRD,
    TO_SECOND,
    checkpoint,
    read,
)


class TestLostKey:
    """A key that was lost hands over to nobody; another takes its place."""

    LOST = sign_replacement(20, new=THIRD)

    def test_new_key_signs_from_there(self) -> None:
        """Below the size the lost key signed, above it the new one does."""
        line = read(TO_SECOND, self.LOST)

        assert line.key_for(20).key == SECOND.key
        assert line.key_for(21).key == THIRD.key

    @pytest.mark.parametrize("trusted", [FIRST, SECOND])
    def test_older_key_leads_nobody_over(self, trusted: Signer) -> None:
        """Neither the lost key nor one that handed over to it vouches for what comes after."""
        believed = read(TO_SECOND, self.LOST).trusting(trusted.vkey)

        assert believed.open_checkpoint(checkpoint(20, SECOND)).size == 20
        with pytest.raises(ReplacedKey, match="lost at 20 entries"):
            believed.open_checkpoint(checkpoint(21, THIRD))

    def test_new_key_vouches_for_itself_and_its_heirs(self) -> None:
        """Who was given the new key is led on from it."""
        line = read(TO_SECOND, self.LOST, sign_handover(30, old=THIRD, new=FOURTH))

        assert line.trusting(THIRD.vkey).open_checkpoint(checkpoint(31, FOURTH)).size == 31

    def test_standings(self) -> None:
        """All before it are replaced, and the new key is the one of now."""
        line = read(TO_SECOND, self.LOST)

        assert line.standing(FIRST.vkey) == Standing(KeyState.REPLACED, 0, 10, lost_at=20)
        assert line.standing(SECOND.vkey) == Standing(KeyState.REPLACED, 10, 20, lost_at=20)
        assert line.standing(THIRD.vkey) == Standing(KeyState.CURRENT, 20)

    def test_found_again_in_wrong_hands_it_is_revoked(self) -> None:
        """A key that was replaced can be revoked where it turns up."""
        line = read(TO_SECOND, self.LOST, SECOND_REVOKED)

        assert line.standing(SECOND.vkey).state is KeyState.REVOKED

    @pytest.mark.parametrize(
        "statement",
        [
            sign_replacement(10, new=THIRD),
            sign_replacement(20, new=FIRST),
            sign_note(Statement(REPLACEMENT, ORIGIN, 20, THIRD.vkey).text(), FOURTH),
            sign_note(Statement(REPLACEMENT, ORIGIN, 20, THIRD.vkey).text(), SECOND, THIRD),
            sign_note(Statement(HANDOVER, ORIGIN, 20, THIRD.vkey).text(), THIRD),
        ],
        ids=["not later", "a key that was there", "another's word", "two signatures", "a handover of one"],
    )
    def test_other_replacements_do_not_follow(self, statement: bytes) -> None:
        """It comes later, names a new key, and that key alone signs it."""
        with pytest.raises(BrokenSuccession):
            read(TO_SECOND, statement)
