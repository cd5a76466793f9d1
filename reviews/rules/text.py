"""What both sides will hold to, in words: written out of the terms, always the same for the same terms.

People stand in it as P1, P2, … with the digest of who they are, so that it can be read when their names are gone. Every
field is said, and so is what is not agreed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.rules.labels import exceptions_by_label, methods_by_label, parties_by_label
from reviews.rules.protections import protection_line, protections_of
from reviews.rules.terms import Method, PartyTerm, Terms
from reviews.rules.vocabulary import Role, title
from reviews.rules.wording import FIELDS, lines_of, listed, said

FORM = "answerprint-agreement/1"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a text is of. ``project`` is the name outside; ``replaces`` is the hash of the text that it supersedes."""

    project: str
    client: str
    number: int
    version: int
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Undertaking:
    """The undertaking of confidentiality that the terms name."""

    title: str
    number: int
    text_sha256: str


def write_text(
    terms: Terms, heading: Heading, *, digests: Mapping[str, str], undertaking: Undertaking | None = None
) -> str:
    """Write the text. ``digests`` are those of the parties by label; a draft has none yet, and says so."""
    sections = [
        _heading(heading),
        _section("What is reviewed", lines_of(terms)),
        _section("Parties", _parties(terms, digests)),
        _section("Approval", lines_of(terms.quorum)),
        *(_section(f"Method {label}", _method(terms, one)) for label, one in methods_by_label(terms).items()),
        _section("Security", _security(terms, undertaking)),
        _section("Protections", [protection_line(one) for one in protections_of(terms)]),
        _section("Rounds", lines_of(terms.rounds)),
        _section("Sign-off", lines_of(terms.sign_off)),
        _section("Exceptions", _exceptions(terms)),
        _section("Acceptance", _ACCEPTANCE),
    ]
    return "\n\n".join(sections) + "\n"


_ACCEPTANCE = [
    "This holds once both sides accepted this very text, which is known by the SHA-256 of its bytes.",
    "A change is a new version, which holds once both sides accepted that one.",
    "What stands here as not agreed is not agreed: nothing else is meant by it.",
]


def _heading(heading: Heading) -> str:
    replaces = "nothing" if heading.replaces is None else f"the text with SHA-256 {heading.replaces}"
    lines = [
        f"Review agreement {heading.project}, number {heading.number}, version {heading.version}",
        f"Client: {heading.client}.",
        f"Replaces: {replaces}.",
        f"Form: {FORM}.",
    ]
    return "\n".join(lines)


def _section(name: str, lines: list[str]) -> str:
    return "\n".join([name.upper(), *(f"- {line}" for line in lines)])


def _parties(terms: Terms, digests: Mapping[str, str]) -> list[str]:
    lines = [_party(label, one, digests.get(label)) for label, one in parties_by_label(terms).items()]
    return lines or ["Nobody is named."]


def _party(label: str, party: PartyTerm, digest: str | None) -> str:
    side = "the client" if party.contact_id is not None else "the house"
    parts = [f"{label}: {title(party.role)}, of {side}"]
    if party.role is Role.APPROVER:
        parts.append(f"speaks for {title(party.scope)}")
        parts.append("no place in an order" if party.place is None else f"place {party.place} in the order")
    parts.append("may invite others" if party.may_invite else "may not invite others")
    known = "who they are is set down when this is sent" if digest is None else f"known by the digest {digest}"
    return f"{', '.join(parts)}; {known}."


def _method(terms: Terms, method: Method) -> list[str]:
    lines = lines_of(method) + lines_of(method.viewing)
    others = tuple(one for one in terms.subjects if one not in method.viewing.judges)
    lines.append(f"May not be judged this way: {listed(others)} of what the client judges, nor anything else.")
    for number, licence in enumerate(method.licences, start=1):
        lines += lines_of(licence, label=f"Licence {number}")
    if not method.licences:
        lines.append("Licences: none are needed")
    return lines


def _security(terms: Terms, undertaking: Undertaking | None) -> list[str]:
    name = FIELDS[type(terms.security)]["nda_text_id"].name
    if terms.security.nda_text_id is None:
        named = "none"
    elif undertaking is None:
        named = said(terms.security, "nda_text_id")
    else:
        named = f"“{undertaking.title}”, version {undertaking.number}, SHA-256 {undertaking.text_sha256}"
    return [f"{name}: {named}", *lines_of(terms.security, without=("nda_text_id",))]


def _exceptions(terms: Terms) -> list[str]:
    lines = [line for label, one in exceptions_by_label(terms).items() for line in lines_of(one, label=label)]
    return lines or ["None are agreed."]
