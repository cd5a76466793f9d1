"""The reports of a bundle: for a spreadsheet and for paper. Both are made from the entries and add nothing."""

from collections.abc import Iterable, Iterator
from html import escape
from zoneinfo import ZoneInfo

from answerprint.core.spreadsheet import csv_line
from audit.bundle.entry import COLUMNS, BundledEntry, read_entry

_STYLE = """
@page { size: A4 landscape; margin: 12mm }
body { font: 9pt/1.35 system-ui, sans-serif; color: #111; margin: 1.5em }
h1 { font-size: 15pt; margin: 0 } p { margin: .4em 0 1em }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group } tr { break-inside: avoid }
th, td { border-bottom: 1px solid #bbb; padding: .25em .4em; text-align: left; vertical-align: top;
  overflow-wrap: anywhere }
td:last-child { font: 6.5pt ui-monospace, monospace }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def csv_report(entries: Iterable[BundledEntry], zone: ZoneInfo) -> Iterator[str]:
    """Yield the report line by line (RFC 4180). No cell begins a formula in a spreadsheet."""
    yield csv_line(COLUMNS)
    for entry in entries:
        yield csv_line(read_entry(entry, zone).cells())


def html_report(entries: Iterable[BundledEntry], zone: ZoneInfo, origin: str, size: int) -> Iterator[str]:
    """Yield the report as one page that prints. Every value is escaped, and the page may load and run nothing."""
    yield (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{escape(origin)}</title><style>{_STYLE}</style></head>\n<body><h1>{escape(origin)}</h1>\n"
        f"<p>A copy for reading, of a log of {size} entries; local times are those of {escape(zone.key)}. "
        f"What proves the entries is the bundle that this page came in: see kit/README.txt there.</p>\n<table><thead>"
    )
    yield _html_row("th", COLUMNS) + "</thead><tbody>\n"
    for entry in entries:
        yield _html_row("td", read_entry(entry, zone).cells())
    yield "</tbody></table></body></html>\n"


def _html_row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>\n"
