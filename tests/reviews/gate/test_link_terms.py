"""What a link may not break: agreed terms, demands of the policy, and the clocks of its sender."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from answerprint.core.ids import new_id
from reviews.errors import BadLink
from reviews.rules.floors import NOTHING_DEMANDED, Demands
from reviews.rules.links import LinkWish, Recipient, breaches_of, instant, plan_link, target_breach
from reviews.rules.terms import Method, Security
from reviews.rules.vocabulary import MethodKind
from tests.reviews.agreements.agreeing import honest_terms
from tests.reviews.factories import NOW

BERLIN = ZoneInfo("Europe/Berlin")
CONTACT, CLIENT, NDA = new_id(), new_id(), new_id()
WHO = Recipient(CONTACT, CLIENT, "ines@okafor.example")
STRICT = Security(
    nda_text_id=NDA,
    watermark="name, burnt in",
    asks_passphrase=True,
    asks_totp=True,
    needs_release=True,
)


def wall(text: str) -> datetime:
    """Return what a clock on the wall shows."""
    return datetime.fromisoformat(text)


def breaches(
    security: Security,
    demands: Demands = NOTHING_DEMANDED,
    *,
    who: Recipient = WHO,
    state: str = "accepted",
    kind: MethodKind = MethodKind.ASYNC_LINK,
    **wished: Any,
) -> set[str]:
    """Return the terms that a wish would break."""
    terms = honest_terms(CONTACT, security=security, methods=(Method(kind),))
    honest: dict[str, Any] = {"contact_id": who.contact_id, "method": "M1", "zone": "Europe/Berlin"}
    wish = LinkWish(agreement_version_id=new_id(), material_version_id=new_id(), **(honest | wished))
    link = plan_link(wish, terms, demands, now=NOW)
    return set(breaches_of(link, terms, demands, recipient=who, state=state, zone=BERLIN))


class TestTerms:
    """Each term that a link would break is named."""

    def test_what_is_left_out_is_as_agreed(self) -> None:
        """Who wishes for nothing gets what was agreed, and breaks nothing."""
        assert breaches(STRICT) == set()
        assert breaches(Security(), Demands(longest_link_days=2, most_views=1, asks_passphrase=True)) == set()

    @pytest.mark.parametrize(
        ("wished", "term"),
        [
            ({"ends_at": wall("2026-03-21T10:27")}, "security.link_days"),
            ({"view_limit": 6}, "security.view_limit"),
            ({"view_minutes": 24 * 60 + 1}, "security.view_hours"),
            ({"allows_download": True}, "security.allows_download"),
            ({"asks_passphrase": False}, "security.asks_passphrase"),
            ({"asks_totp": False}, "security.asks_totp"),
            ({"needs_release": False}, "security.needs_release"),
            ({"nda_text_id": new_id()}, "security.nda_text_id"),
            ({"watermark": ""}, "security.watermark"),
            ({"method": "M2"}, "methods"),
        ],
    )
    def test_agreed_term_is_not_broken(self, wished: dict[str, Any], term: str) -> None:
        """Each wish against a term of the agreement is refused, and the term is named."""
        assert breaches(STRICT, **wished) == {term}

    @pytest.mark.parametrize(
        ("demands", "wished"),
        [
            (Demands(longest_link_days=2), {"ends_at": wall("2026-03-17T10:27")}),
            (Demands(most_views=1), {"view_limit": 2}),
            (Demands(forbids_download=True), {"allows_download": True}),
            (Demands(needs_release=True), {"needs_release": False}),
            (Demands(asks_passphrase=True), {"asks_passphrase": False}),
            (Demands(asks_totp=True), {"asks_totp": False}),
            (Demands(needs_nda=True), {}),
            (Demands(needs_watermark=True), {}),
        ],
    )
    def test_policy_is_not_gone_under(self, demands: Demands, wished: dict[str, Any]) -> None:
        """What the agreement allows and the policy does not is refused, on this path as on every other."""
        (name,) = [name for name in Demands.__dataclass_fields__ if getattr(demands, name)]

        assert breaches(Security(allows_download=True), demands, **wished) == {f"demands.{name}"}

    def test_agreement_is_accepted_first(self) -> None:
        """Nothing is issued under a draft, or under what was superseded."""
        assert breaches(Security(), state="sent") == {"agreement_version_id"}

    def test_recipient_is_a_party_or_of_an_agreed_domain(self) -> None:
        """Whoever is neither gets no link, and a policy can ask for parties alone."""
        other = Recipient(new_id(), CLIENT, "ines@Okafor.example")
        near = Recipient(new_id(), CLIENT, "ines@notokafor.example")
        agreed = Security(recipients_only=False, domains=("okafor.example",))

        assert "security.recipients_only" in breaches(Security(), who=other)
        assert breaches(agreed, who=other) == set()
        assert breaches(agreed, who=near) == {"security.domains"}
        assert breaches(agreed, Demands(recipients_only=True), who=other) == {"security.recipients_only"}

    @pytest.mark.parametrize("kind", [MethodKind.SUITE, MethodKind.DRIVE, MethodKind.TABLET])
    def test_no_link_leads_into_a_room_or_onto_a_drive(self, kind: MethodKind) -> None:
        """A method that is no link gets none."""
        assert breaches(Security(), kind=kind) == {"methods"}


class TestWindow:
    """Start and end are meant in the sender's zone."""

    def test_wall_time_is_kept_over_the_change_of_clocks(self) -> None:
        """Seven days over the last Sunday of October are a week, of 169 hours."""
        before = datetime(2026, 10, 20, 16, 0, tzinfo=UTC)
        wish = LinkWish(new_id(), "M1", new_id(), CONTACT, "Europe/Berlin")
        link = plan_link(wish, honest_terms(CONTACT), Demands(), now=before)

        assert link.ends_at - link.starts_at == timedelta(days=7, hours=1)
        assert not breaches_of(link, honest_terms(CONTACT), Demands(), recipient=WHO, state="accepted", zone=BERLIN)
        longer = replace(link, ends_at=link.ends_at + timedelta(minutes=1))
        assert breaches_of(longer, honest_terms(CONTACT), Demands(), recipient=WHO, state="accepted", zone=BERLIN)

    def test_hour_that_comes_twice_is_the_first(self) -> None:
        """Half past two on that Sunday is meant in summer time."""
        assert instant(wall("2026-10-25T02:30"), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_hour_that_is_left_out_is_refused(self) -> None:
        """Half past two on the last Sunday of March is no time, and nobody guesses which was meant."""
        with pytest.raises(BadLink) as refusal:
            instant(wall("2026-03-29T02:30"), BERLIN)

        assert list(refusal.value.fields) == ["zone"]

    @pytest.mark.parametrize(
        "wished",
        [
            {"ends_at": wall("2026-03-14T10:00")},
            {"starts_at": wall("2026-03-16T09:00"), "ends_at": wall("2026-03-16T09:00")},
            {"zone": "Mars/Olympus"},
            {"zone": "../../etc/passwd"},
        ],
    )
    def test_window_that_cannot_be_is_refused(self, wished: dict[str, Any]) -> None:
        """Over already, over before it begins, or in no zone."""
        with pytest.raises(BadLink):
            breaches(Security(), **wished)


class TestTarget:
    """A link hands off by https, to a host of the project's list, and hides nothing."""

    @pytest.mark.parametrize(
        "url",
        [
            "http://platform.example/x",
            "https://evil.example/x",
            "https://platform.example.evil.example/x",
            "https://platform.example@evil.example/x",
            "https://user:pass@platform.example/x",
            "https://platform.example:8443/x",
            "https://platform.example\\@evil.example/",
            "https://platform.example/a b",
            "https://platform.example/\n",
            "javascript:alert(1)",
            "//platform.example/x",
            "https:///x",
            "https://[::1/x",
            "https://plätform.example/",
            "https://platform.example/" + "x" * 2000,
        ],
    )
    def test_bad_target_is_refused(self, url: str) -> None:
        """Whatever leads elsewhere than it seems is refused with a sentence."""
        assert target_breach(url, ["platform.example"])

    def test_good_target_is_taken(self) -> None:
        """The plain address of a listed host, in any case."""
        assert target_breach("https://Platform.Example/r/1?k=v#x", ["platform.example"]) is None
