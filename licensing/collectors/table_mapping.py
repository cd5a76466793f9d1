"""Which column of a table is what, kept by whoever made the mapping and used for each export after."""

from dataclasses import dataclass
from enum import StrEnum

DELIMITERS = (",", ";", "\t", "|")


class TableShows(StrEnum):
    """What a row shows. Assigned is not used: a person who never opened a program holds its seat all the same."""

    ASSIGNED = "assigned"
    USED = "used"
    """On its day, somebody used the product, or as many tokens as it says."""
    KEPT = "kept"
    """A dongle or an activation, where it is and who keeps it."""


class DateForm(StrEnum):
    """How the table writes a day. No other form is tried: 03/04 is two days."""

    YEAR_FIRST = "YYYY-MM-DD"
    YEAR_FIRST_SLASHES = "YYYY/MM/DD"
    YEAR_FIRST_TIME = "YYYY-MM-DDTHH:MM"
    DAY_FIRST_DOTS = "DD.MM.YYYY"
    DAY_FIRST = "DD/MM/YYYY"
    MONTH_FIRST = "MM/DD/YYYY"


class Encoding(StrEnum):
    """How the bytes of a table are letters, where no byte order mark says it."""

    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"
    UTF_16 = "utf-16"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """The headers of the columns that count. ``None`` and ``()`` are columns that the table does not have.

    ``person`` may be several columns, such as first and last name, in the order in which they are written. A table of
    one product has no column for it: ``fixed_product`` then names it. ``product_separator`` parts a cell that holds
    several products, each of which becomes a row.
    """

    shows: TableShows
    product: str | None = None
    fixed_product: str = ""
    product_separator: str = ""
    person: tuple[str, ...] = ()
    mail: str | None = None
    device: str | None = None
    quantity: str | None = None
    assigned_on: str | None = None
    last_used_on: str | None = None
    place: str | None = None
    custodian: str | None = None
    date_form: DateForm = DateForm.YEAR_FIRST
    delimiter: str = ","
    decimal: str = "."

    def __post_init__(self) -> None:
        if (self.product is None) == (not self.fixed_product):
            message = "a mapping names either the column of the product or the product"
            raise ValueError(message)
        if self.product_separator and self.quantity is not None:
            message = "a row of several products states one quantity, which cannot be each one's"
            raise ValueError(message)
        if self.delimiter not in DELIMITERS or self.decimal not in {".", ","}:
            message = "a delimiter is a comma, a semicolon, a tab or a bar, and a decimal sign a point or a comma"
            raise ValueError(message)
        if not all(name.strip() == name and name for name in self.columns):
            message = "a column is named by its header, without space around it"
            raise ValueError(message)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the headers that a table of this mapping must have."""
        named = (
            self.product,
            *self.person,
            self.mail,
            self.device,
            self.quantity,
            self.assigned_on,
            self.last_used_on,
            self.place,
            self.custodian,
        )
        return tuple(name for name in named if name is not None)
