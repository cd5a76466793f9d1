"""Reads a zip from somebody who may be hostile: nothing is written to disk, and no member is read past its limit.

What a zip may do here is little: each name once, stored or deflated, not encrypted, no larger than its kind may be.
Names are only ever looked up, never used as paths.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from audit.bundle import layout
from audit.bundle.verdict import BundleFault, Word

MAX_MEMBERS = 4_000_000
_CHUNK = 1 << 18
_SMALL = 1 << 20
_ENCRYPTED = 0x1
UNREADABLE = (BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError, LookupError, OSError)


def malformed(reason: str, place: str = "the bundle") -> BundleFault:
    """Return the verdict on what is not in the form of a bundle."""
    return BundleFault(Word.MALFORMED, place, reason)


@dataclass(slots=True)
class Archive:
    """The members of a bundle, by name. ``sums`` grows with what was read to its end."""

    path: Path
    sums: dict[str, str] = field(default_factory=dict)
    _zip: ZipFile = field(init=False)
    _members: dict[str, ZipInfo] = field(init=False)

    def __enter__(self) -> Self:
        """Open the zip and look at every name and size before anything is read."""
        try:
            self._zip = ZipFile(self.path)
        except UNREADABLE as error:
            raise malformed(f"cannot be read as a zip: {error}") from error
        try:
            self._members = _looked_at(self._zip.infolist())
        except BundleFault:
            self._zip.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close the zip."""
        self._zip.close()

    def names(self) -> set[str]:
        """Return the names of all members."""
        return set(self._members)

    def size(self, name: str) -> int:
        """Return how many bytes a member says to have; reading it finds out."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """Return a member whole."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a member piece by piece, and note its digest."""
        if name not in self._members:
            raise malformed("is missing", name)
        info, digest, left = self._members[name], hashlib.sha256(), self._members[name].file_size
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):
                    digest.update(chunk)
                    left -= len(chunk)
                    yield chunk
        except UNREADABLE as error:
            raise malformed(f"cannot be read: {error}", name) from error
        if left:
            raise malformed("is not as long as the zip says", name)
        self.sums[name] = digest.hexdigest()

    def digest(self, names: Iterable[str]) -> None:
        """Read members to their end, for their digests."""
        for name in names:
            for _ in self.chunks(name):
                pass

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines of a member without their newlines; each line has one."""
        held = b""
        for chunk in self.chunks(name):
            *whole, held = (held + chunk).split(b"\n")
            if len(held) > layout.MAX_LINE or any(len(line) > layout.MAX_LINE for line in whole):
                raise malformed("has a line that is too long", name)
            yield from whole
        if held:
            raise malformed("does not end in a newline", name)


def _looked_at(infos: list[ZipInfo]) -> dict[str, ZipInfo]:
    if len(infos) > MAX_MEMBERS:
        raise malformed(f"has more than {MAX_MEMBERS} members")
    members: dict[str, ZipInfo] = {}
    for info in infos:
        name = info.filename
        # zipfile cuts a name at its first zero byte; what it was called before must be the same name.
        if name != info.orig_filename or name in members:
            raise malformed("is there twice, or under two names", _shown(name))
        if info.flag_bits & _ENCRYPTED or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise malformed("is encrypted, or compressed in a way that is not read here", _shown(name))
        is_bomb = info.file_size > _SMALL and info.file_size > layout.MAX_RATIO * info.compress_size
        if info.file_size > layout.size_limit(name) or is_bomb:
            raise malformed(f"is too large: {info.file_size} bytes from {info.compress_size}", _shown(name))
        members[name] = info
    return members


def _shown(name: str) -> str:
    return ascii(name[:120])
