"""The form of an agreement's terms. All that terms say has its field: what is shown and sent back is the same terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.pages.form_parts import FormField, FormRow, FormSection, Options, choices, row_of, rows_typed, ticks
from reviews.rules import vocabulary as words

_SIDES: Options = (("", "–"), ("house", "the house"), ("client", "the client"))
_DESTRUCTION: Options = (("", "nothing, none is handed out"), ("return", "returned"), ("destroy", "destroyed"))
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BLANK_PARTIES = 2


@dataclass(frozen=True, slots=True)
class RowCounts:
    """How many rows the lists of a form have; ``licences`` are those of each method."""

    parties: int = 0
    methods: int = 0
    exceptions: int = 0
    protections: int = 0
    licences: tuple[int, ...] = ()

    def licences_of(self, method: int) -> int:
        """Return how many licences a method has."""
        return self.licences[method] if method < len(self.licences) else 0


@dataclass(frozen=True, slots=True)
class TermsChoices:
    """What there is to choose in the form: a client's people, the house's, and undertakings."""

    contacts: Options = ()
    people: Options = ()
    undertakings: Options = ()


def row_counts(shown: Mapping[str, str]) -> RowCounts:
    """Return how many rows each list has in what a form shows, by the fields' names."""
    counted = {name: rows_typed(shown, name) for name in ("parties", "methods", "exceptions", "protections")}
    licences = tuple(rows_typed(shown, f"methods.{row}.licences") for row in range(counted["methods"]))
    return RowCounts(**counted, licences=licences)


def sections_of(rows: RowCounts, choose: TermsChoices) -> list[FormSection]:
    """Return the form's sections; lists have as many rows as are filled in, and some empty ones."""
    parties = [_party(row, choose) for row in range(rows.parties + _BLANK_PARTIES)]
    return [
        _work(),
        FormSection(
            "Parties",
            "Who has a part: an approver decides, a signatory accepts this agreement. Rows left empty are none.",
            (*parties, _quorum()),
        ),
        *(
            FormSection(
                f"Method M{row + 1}",
                "How the client reviews, and under which conditions.",
                _method(row, rows.licences_of(row) + 1),
            )
            for row in range(rows.methods + 1)
        ),
        FormSection("Security", "Links cannot break what stands here.", _security(choose.undertakings)),
        FormSection("Rounds", "How often and how fast. Days are working days in the zone that is named.", _rounds()),
        FormSection("Sign-off", "What an approval says, and what it releases.", _sign_off()),
        FormSection(
            "Exceptions",
            "Where a method cannot carry what is judged. The finding's code stands on the agreement's page.",
            tuple(_exception(row) for row in range(rows.exceptions + 1)),
        ),
        FormSection(
            "Protections",
            "What others make hold, beside what this house enforces by itself.",
            tuple(_protection(row) for row in range(rows.protections + 1)),
        ),
    ]


def _work() -> FormSection:
    fields = row_of(
        FormField("milestone", "Milestone", "select", choices(words.Milestone), is_required=True),
        FormField("deliverable", "Deliverable", help="Such as: reels 1 to 5.", is_required=True),
        FormField("eidr", "EIDR"),
    )
    judged = ticks("What the client is to judge", "subjects", words.Subject)
    return FormSection("Work", "What is reviewed, and what the client is to judge.", (fields, judged))


def _party(row: int, choose: TermsChoices) -> FormRow:
    at, label = f"parties.{row}.", f"P{row + 1}"
    return row_of(
        FormField(f"{at}role", f"{label} is", "select", choices(words.Role, blank="nobody")),
        FormField(f"{at}contact_id", f"{label} of the client", "select", [("", "–"), *choose.contacts]),
        FormField(f"{at}person_id", "or of the house", "select", [("", "–"), *choose.people]),
        FormField(f"{at}scope", "speaks for", "select", choices(words.Scope, blank="all, unless said")),
        FormField(f"{at}place", "place in order", "number"),
        FormField(f"{at}may_invite", "may ask for links for others", "checkbox"),
    )


def _quorum() -> FormRow:
    return row_of(
        FormField("quorum.needed", "Approvals needed in each scope", "number", help="Left empty: all of them."),
        FormField("quorum.in_order", "In the order of their places", "checkbox"),
    )


def _method(row: int, licences: int) -> tuple[FormRow, ...]:
    at, see = f"methods.{row}.", f"methods.{row}.viewing."
    return (
        row_of(
            FormField(f"{at}kind", "Method", "select", choices(words.MethodKind, blank="none")),
            FormField(f"{at}platform", "Platform", help="Left empty: this house's own."),
            FormField(f"{at}hosted_by", "Hosted by", help="Left empty: the house."),
            FormField(f"{at}is_fallback", "Only if others fail", "checkbox"),
        ),
        row_of(
            FormField(f"{see}display", "Display", "select", choices(words.DisplayClass, blank="not agreed")),
            FormField(f"{see}colour_space", "Colour space", "select", choices(words.ColourSpace, blank="not agreed")),
            FormField(f"{see}transfer", "Transfer", "select", choices(words.Transfer, blank="not agreed")),
            FormField(f"{see}white", "White", "select", choices(words.White, blank="not agreed")),
            FormField(f"{see}peak_nits", "Peak", "number", unit="nits"),
            FormField(f"{see}calibrated_on", "Calibrated on", "date"),
        ),
        row_of(
            FormField(f"{see}room", "Room", "select", choices(words.Room, blank="not agreed")),
            FormField(f"{see}loudness", "Loudness", "select", choices(words.Loudness, blank="not agreed")),
            FormField(f"{see}frame_rate", "Frame rate", help="Such as 24/1."),
            FormField(f"{see}codec", "Codec", "select", choices(words.Codec, blank="not agreed")),
        ),
        ticks("What may be judged this way", f"{see}judges", words.Subject),
        *(_licence(f"{at}licences.{place}.") for place in range(licences)),
    )


def _licence(at: str) -> FormRow:
    return row_of(
        FormField(f"{at}what", "Viewer or plug-in needed"),
        FormField(f"{at}supplied_by", "Supplied by", "select", _SIDES),
        FormField(f"{at}paid_by", "Paid by", "select", _SIDES),
        FormField(f"{at}seats", "Seats", "number"),
        FormField(f"{at}product_id", "", "hidden"),
    )


def _security(undertakings: Options) -> tuple[FormRow, ...]:
    at = "security."
    return (
        row_of(
            FormField(f"{at}tier", "Tier", "select", choices(words.Tier)),
            FormField(f"{at}nda_text_id", "Undertaking", "select", [("", "none"), *undertakings]),
            FormField(f"{at}link_days", "Longest life of a link", "number", unit="days"),
            FormField(f"{at}view_limit", "Most views", "number"),
            FormField(f"{at}view_hours", "A view lasts", "number", unit="hours"),
        ),
        row_of(
            FormField(f"{at}watermark", "Watermark instructed"),
            FormField(f"{at}watermark_applied_by", "Applied by"),
            FormField(f"{at}watermark_evidence", "Evidence"),
            FormField(f"{at}watermark_checked_by", "Checked by"),
        ),
        FormRow(
            (
                FormField(f"{at}asks_passphrase", "Passphrase by another channel", "checkbox"),
                FormField(f"{at}asks_totp", "Authenticator", "checkbox"),
                FormField(f"{at}needs_release", "A second person releases each link", "checkbox"),
                FormField(f"{at}allows_download", "Downloads are agreed", "checkbox"),
                FormField(f"{at}recipients_only", "Only parties get links", "checkbox"),
            ),
            "Each link",
        ),
        ticks("Where it may be watched; none ticked: not agreed", f"{at}places", words.Room),
        row_of(
            FormField(f"{at}domains", "Mail domains that may get links too", "textarea", help="One a line."),
            FormField(f"{at}retention_days", "Kept after the review", "number", unit="days"),
            FormField(f"{at}destruction", "At the end is", "select", _DESTRUCTION),
        ),
    )


def _rounds() -> tuple[FormRow, ...]:
    at = "rounds."
    silence = "Left empty: silence never approves."
    return (
        row_of(
            FormField(f"{at}included", "Rounds included", "number"),
            FormField(f"{at}client_days", "The client answers within", "number", unit="days"),
            FormField(f"{at}house_days", "The house delivers within", "number", unit="days"),
            FormField(f"{at}zone", "Zone", help="Such as Europe/Berlin."),
        ),
        FormRow(
            tuple(FormField(f"{at}working_days.{day}", name, "checkbox") for day, name in enumerate(_DAYS)),
            "Working days",
        ),
        row_of(FormField(f"{at}counts_as", "What counts as a round"), FormField(f"{at}overrun", "Beyond those")),
        row_of(
            FormField(f"{at}holidays", "Days that do not count", "textarea", help="One a line, such as 2026-12-25."),
            FormField(
                f"{at}deemed_after_days", "Silence approves after notice of", "number", unit="days", help=silence
            ),
        ),
    )


def _sign_off() -> tuple[FormRow, ...]:
    at = "sign_off."
    return (
        row_of(FormField(f"{at}statement", "What an approver says by it"), FormField(f"{at}releases", "It releases")),
        row_of(FormField(f"{at}notify", "Who is told", "textarea", help="Labels of parties, one a line, such as P2.")),
    )


def _exception(row: int) -> FormRow:
    at = f"exceptions.{row}."
    return row_of(
        FormField(f"{at}of", f"X{row + 1}: of which finding"),
        FormField(f"{at}reason", "Why"),
        FormField(f"{at}owner", "Who owns the risk", help="A party's label."),
        FormField(f"{at}until", "Until", "date"),
    )


def _protection(row: int) -> FormRow:
    at = f"protections.{row}."
    return row_of(
        FormField(f"{at}what", "What"),
        FormField(f"{at}held", "Is", "select", choices(words.Held, blank="–")),
        FormField(f"{at}by", "By whom or what"),
    )
