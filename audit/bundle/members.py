"""The members of a bundle as they are written, with what the inventory will say of them."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_CHUNK = 1 << 16


@dataclass(slots=True)
class Members:
    """Writes members one by one, and keeps the size and the digest of each."""

    archive: ZipFile
    made_at: datetime
    sizes: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, parts: Iterable[bytes], compression: int = ZIP_STORED) -> None:
        """Write one member from its parts."""
        place = ZipInfo(name, self.made_at.astimezone(UTC).timetuple()[:6])
        place.compress_type = compression
        size, digest = 0, hashlib.sha256()
        with self.archive.open(place, "w", force_zip64=compression == ZIP_DEFLATED) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
        self.sizes[name], self.sums[name] = size, digest.hexdigest()

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Write one member from lines of text, compressed."""
        self.add(name, _chunks(lines), ZIP_DEFLATED)


def _chunks(lines: Iterable[str]) -> Iterator[bytes]:
    held, size = [], 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= _CHUNK:
            yield "".join(held).encode()
            held, size = [], 0
    yield "".join(held).encode()
