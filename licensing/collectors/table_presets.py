"""Mappings for the exports of vendors that have no licence server to ask, and templates for what has no export.

The headers are those that the vendors publish for their exports; dates are expected with the year first, and where a
portal writes them otherwise the mapping is to be changed: each row says so. A template is a table of our own headers.
"""

from dataclasses import dataclass, replace

from licensing.collectors.table_mapping import TableMapping, TableShows


@dataclass(frozen=True, slots=True)
class Preset:
    """A named mapping of a vendor's export, or a template where ``is_template``."""

    name: str
    vendor: str
    mapping: TableMapping
    marks: frozenset[str] = frozenset()
    """Headers that tell this export from others and that the mapping does not use."""
    is_template: bool = False

    @property
    def headers(self) -> frozenset[str]:
        """Return the headers by which a table is known as this export."""
        return self.marks | frozenset(self.mapping.columns)


_ADOBE = TableMapping(
    shows=TableShows.ASSIGNED,
    product="Product Configurations",
    product_separator=",",
    person=("First Name", "Last Name"),
    mail="Email",
)
_AUTODESK_REPORT = TableMapping(
    shows=TableShows.ASSIGNED,
    product="Product",
    person=("First name", "Last name"),
    mail="Email",
    assigned_on="Assigned date",
    last_used_on="Last accessed",
)
_AUTODESK_SEATS = TableMapping(
    shows=TableShows.USED,
    product="Product",
    person=("First name", "Last name"),
    mail="Email",
    last_used_on="Day used",
)
_PERSON = TableMapping(
    shows=TableShows.ASSIGNED,
    product="Product",
    person=("Person",),
    mail="Mail",
    quantity="Quantity",
    assigned_on="Assigned on",
    place="Place",
    custodian="Custodian",
)
_DEVICE = TableMapping(
    shows=TableShows.KEPT,
    product="Product",
    device="Device",
    quantity="Quantity",
    assigned_on="Assigned on",
    place="Place",
    custodian="Custodian",
)
PRESETS = {
    preset.name: preset
    for preset in (
        Preset("adobe-users", "Adobe", _ADOBE, frozenset({"Identity Type"})),
        Preset("adobe-team-users", "Adobe", replace(_ADOBE, product="Team Products"), frozenset({"Identity Type"})),
        Preset(
            "autodesk-usage-report", "Autodesk", _AUTODESK_REPORT, frozenset({"Seat assignment", "Monthly average"})
        ),
        Preset(
            "autodesk-usage-report-2026",
            "Autodesk",
            TableMapping(
                shows=TableShows.ASSIGNED,
                product="offering_name",
                person=("first_name", "last_name"),
                mail="email",
                assigned_on="assigned_date",
                last_used_on="last_accessed",
            ),
            frozenset({"seat_assignment", "monthly_average"}),
        ),
        Preset("autodesk-seat-usage", "Autodesk", _AUTODESK_SEATS, frozenset({"Team", "Feature"})),
        Preset(
            "autodesk-flex-tokens",
            "Autodesk",
            replace(_AUTODESK_SEATS, quantity="Tokens used"),
            frozenset({"Team"}),
        ),
        Preset("avid-seats", "Avid", replace(_PERSON, device="System"), is_template=True),
        Preset("ilok-licences", "PACE", replace(_PERSON, device="iLok"), is_template=True),
        Preset("blackmagic-dongles", "Blackmagic Design", _DEVICE, is_template=True),
    )
}
"""By name, as it is kept."""
