"""The text that both sides hold to: the same for the same terms, whole, and honest about what protects what."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from reviews.rules.documents import read_terms, write_terms
from reviews.rules.protections import protections_of
from reviews.rules.terms import Deviation, Method, PartyTerm, Protection, Rounds, Security, Terms, Viewing
from reviews.rules.text import Heading, Undertaking, write_text
from reviews.rules.vocabulary import Held, MethodKind, Role, Subject
from reviews.rules.wording import FIELDS
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import TODAY, honest_terms

HEADING = Heading("BLUE HERON", "Okafor Films", number=2, version=1)
HONEST = honest_terms(drawn.PEOPLE[0])
SECTIONS = ["WHAT IS REVIEWED", "PARTIES", "APPROVAL", "METHOD M1", "SECURITY", "PROTECTIONS", "ROUNDS", "SIGN-OFF"]


def text_of(terms: Terms, **digests: str) -> str:
    """Write the text of terms."""
    return write_text(terms, HEADING, digests=digests)


class TestText:
    """Every section, every field, in words."""

    @given(drawn.terms)
    def test_it_is_the_same_for_the_same_terms(self, terms: Terms) -> None:
        """Written again from what was stored, it has the same bytes."""
        drawable = replace(terms, rounds=replace(terms.rounds, working_days=(0,)))

        assert text_of(drawable) == text_of(read_terms(write_terms(drawable)))

    def test_every_section_is_there(self) -> None:
        """Also those in which nothing is agreed."""
        headings = [line for line in text_of(HONEST).splitlines() if line == line.upper() and line[:1].isalpha()]

        assert headings == [*SECTIONS, "EXCEPTIONS", "ACCEPTANCE"]

    def test_every_field_is_said(self) -> None:
        """No field of an agreement is left out of what both hold to."""
        text = text_of(HONEST)
        parts = (HONEST, HONEST.quorum, HONEST.methods[0], HONEST.methods[0].viewing, HONEST.security, HONEST.rounds)

        for part in (*parts, HONEST.sign_off):
            for word in FIELDS[type(part)].values():
                assert f"- {word.name}: " in text

    def test_what_is_not_agreed_is_said(self) -> None:
        """Silence is no agreement, and no default stands for one."""
        text = text_of(HONEST)

        for line in (
            "- Colour space: not agreed",
            "- Peak luminance: not agreed",
            "- Watermark instructed: not agreed",
            "- If the client is silent: never: silence is no approval",
            "- Licences: none are needed",
            "- None are agreed.",
        ):
            assert line in text.splitlines()

    def test_deemed_approval_stands_where_it_is_agreed(self) -> None:
        """With its days, and with the notice that it needs."""
        text = text_of(replace(HONEST, rounds=Rounds(deemed_after_days=3)))

        assert "silence approves 3 working days after a notice that says so, and not without one" in text

    def test_people_are_labels_with_digests(self) -> None:
        """Names stand nowhere; before it is sent, there is no digest yet."""
        assert "known by the digest ab12" in text_of(HONEST, P1="ab12", P2="cd34")
        assert text_of(HONEST).count("who they are is set down when this is sent") == 2
        assert str(drawn.PEOPLE[0]) not in text_of(HONEST)

    def test_undertaking_is_known_by_its_hash(self) -> None:
        """The text of the undertaking that is accepted is this one and no later one."""
        terms = replace(HONEST, security=Security(nda_text_id=drawn.PEOPLE[1]))
        text = write_text(terms, HEADING, digests={}, undertaking=Undertaking("Confidentiality", 3, "5e" * 32))

        assert f"“Confidentiality”, version 3, SHA-256 {'5e' * 32}\n" in text

    def test_it_names_what_it_replaces(self) -> None:
        """The chain of versions stands in the texts themselves."""
        assert "Replaces: nothing." in text_of(HONEST)
        assert f"SHA-256 {'5e' * 32}" in write_text(HONEST, replace(HEADING, replaces="5e" * 32), digests={})

    def test_what_may_not_be_judged_is_said(self) -> None:
        """A method says what of the milestone it does not carry."""
        text = text_of(replace(HONEST, subjects=(Subject.EDIT, Subject.COLOUR)))

        assert "May not be judged this way: colour of what the client judges, nor anything else." in text

    def test_exceptions_have_owner_and_end(self) -> None:
        """An exception is signed with the rest."""
        exception = Deviation("suitability.colour.M1", "A look test.", "P1", TODAY)
        text = text_of(replace(HONEST, exceptions=(exception,)))

        for said in ("Deviates from: suitability.colour.M1", "Reason: A look test.", "Until: 2026-03-14"):
            assert f"- X1, {said}" in text.splitlines()


class TestProtections:
    """Enforced is what this system enforces, and nothing else."""

    def test_links_and_mailboxes_are_enforced(self) -> None:
        """Expiry, view limit and mailbox code are this system's own."""
        found = {one.what: one for one in protections_of(HONEST)}
        enforced = " ".join(what for what, one in found.items() if one.held is Held.ENFORCED)

        for words in ("ends at most 7 days", "at most 5 views", "mailbox by a code", "parties of this agreement only"):
            assert words in enforced
        assert {one.by for one in found.values() if one.held is Held.ENFORCED} == {"this system"}

    @pytest.mark.parametrize(
        "security",
        [
            Security(),
            Security(watermark="name and date"),
            Security(watermark="name and date", watermark_applied_by="the lab", watermark_evidence="job 17"),
            Security(watermark_evidence="job 17"),
        ],
    )
    def test_watermark_is_never_more_than_its_instruction(self, security: Security) -> None:
        """Instructed, applied by, evidence, checked by: each said, also where nobody is named."""
        (mark,) = [one for one in protections_of(replace(HONEST, security=security)) if "watermark" in one.what]
        parts = re.fullmatch(
            r"watermark instructed: (.+); applied by: (.+); evidence: (.+); checked by: (.+)", mark.what
        )

        assert parts is not None
        assert parts[1] == (security.watermark or "none")
        assert (mark.held is Held.EVIDENCED) == bool(security.watermark and security.watermark_evidence)
        assert mark.held is not Held.ENFORCED
        assert "watermarked" not in text_of(replace(HONEST, security=security)).lower()

    def test_another_platform_asserts(self) -> None:
        """What happens on a platform of somebody else's is said by it, and not checked here."""
        method = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT,)), platform="ShowTool")
        text = text_of(replace(HONEST, methods=(method,)))

        assert "Asserted by ShowTool, and not checked by this system: " in text

    def test_what_is_asked_is_enforced(self) -> None:
        """Passphrase, authenticator, release and undertaking stand among what is enforced once they are agreed."""
        security = Security(
            asks_passphrase=True, asks_totp=True, needs_release=True, nda_text_id=drawn.PEOPLE[0], allows_download=True
        )
        before = {one.what for one in protections_of(HONEST)}
        after = {one.what for one in protections_of(replace(HONEST, security=security))}

        assert len(after - before) == 4
        assert before - after == {"the house's screening room offers no download"}

    def test_what_was_agreed_besides_comes_last(self) -> None:
        """A sign-in sheet is evidence, as the terms say."""
        besides = Protection("phones stay outside", Held.EVIDENCED, "the sign-in sheet")

        assert "- Evidenced by the sign-in sheet: phones stay outside.\n" in text_of(
            replace(HONEST, protections=(besides,))
        )


def test_party_of_the_house_is_said_so() -> None:
    """Which side somebody stands on is part of what is agreed."""
    ours = PartyTerm(Role.SIGNATORY, person_id=drawn.PEOPLE[2])

    assert "P1: signatory, of the house, may not invite others" in text_of(replace(HONEST, parties=(ours,)))
