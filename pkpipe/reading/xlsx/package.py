"""The parts of an Office Open XML file (ISO/IEC 29500-2), read in a stream and within limits.

Nothing is unpacked to disk. What a workbook may not do here: unpack to more than `MOST_BYTES`, pack better
than `MOST_RATIO`, name a part outside itself, hold a part twice, be encrypted, declare a document type (and
so an entity).
"""

from __future__ import annotations

import io
import posixpath
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pkpipe.errors import DataError

MOST_BYTES: Final = 1 << 29  # of all parts, unpacked
MOST_RATIO: Final = 250  # sheets pack 10 to 60 times; deflate ends at about 1000
SMALL: Final = 1 << 20  # a part up to here may pack as it likes
MOST_PARTS: Final = 10_000
THE_END: Final = True  # with what expat is told that nothing follows
DEEPEST: Final = 64  # elements inside each other; a sheet has 6
CHUNK: Final = 1 << 18
# An encrypted workbook and one of Excel 97 begin alike: both are OLE compound files.
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED: Final = 0x1  # bit of the flags of a zip entry
# What the readers of zip and XML raise when the bytes are not what they say.
BROKEN: Final = (
    *(BadZipFile, zlib.error, struct.error, EOFError),
    OSError,  # a place before the beginning of the file
    *(ValueError, OverflowError),  # a number of the directory that cannot be
    LookupError,  # an encoding that nobody has
    NotImplementedError,  # a zip of the future, a patched part; a password is refused by its flag
)

Attributes = dict[str, str]


@dataclass(frozen=True)
class Handlers:
    """What is done at the start of an element, with text, and at its end; names without their namespace."""

    start: Callable[[str, Attributes], None]
    text: Callable[[str], None] = lambda _: None
    end: Callable[[str], None] = lambda _: None


class Package:
    """An opened file: its parts by name."""

    def __init__(self, content: bytes) -> None:
        """Look at the directory only; nothing is unpacked yet.

        Raises:
            DataError: no zip file, or one that breaks a limit.
        """
        if content.startswith(OLE):
            raise DataError(
                "an encrypted workbook or one of Excel 97-2003; save it as .xlsx without a password"
            )
        try:
            self._zip = ZipFile(io.BytesIO(content))
        except BROKEN as problem:
            raise DataError(f"not a workbook ({problem})") from problem
        entries = self._zip.infolist()
        self._parts = {entry.filename: entry for entry in entries}
        _limits(entries, len(self._parts))

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str, handlers: Handlers) -> None:
        """Go through one part from its first element to its last.

        Raises:
            DataError: it is not there, damaged, no XML, or declares a document type.
        """
        if name not in self._parts:
            raise DataError(f"the workbook has no part {name}")
        try:
            with self._zip.open(self._parts[name]) as file:
                _stream(file, handlers)
        except expat.ExpatError as problem:
            raise DataError(f"{name} is not well-formed XML ({problem})") from problem
        except BROKEN as problem:
            raise DataError(f"{name} is damaged ({problem})") from problem

    def related(self, name: str) -> dict[str, str]:
        """The parts that a part names, by the id it uses for them (ISO/IEC 29500-2, 9.3).

        Raises:
            DataError: one of them lies outside the workbook.
        """
        folder, file = posixpath.split(name)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        found: dict[str, str] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                path = target if target.startswith("/") else posixpath.join(folder, target)
                plain = posixpath.normpath(path.removeprefix("/"))
                if "\\" in plain or plain.split("/")[0] == "..":
                    raise DataError(f"the workbook names a part outside itself: {target}")
                found[attributes.get("Id", "")] = plain
                # the first part is known by what it is, not by its id
                found.setdefault(attributes.get("Type", "").rpartition("/")[2], plain)

        if relations in self._parts:
            self.read(relations, Handlers(start))
        return found


def _limits(entries: list[ZipInfo], names: int) -> None:
    total = 0
    for entry in entries:
        name, packed, size = entry.filename, entry.compress_size, entry.file_size
        total += size
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise DataError(f"the workbook holds a part outside itself: {name}")
        if entry.flag_bits & ENCRYPTED:
            raise DataError("the workbook is encrypted; save it without a password")
        if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            raise DataError(f"{name} is packed in a way that no workbook is")
        if size > SMALL and size > MOST_RATIO * max(packed, 1):
            raise DataError(f"{name} unpacks to more than {MOST_RATIO} times its size")
    if total > MOST_BYTES:
        raise DataError(f"unpacks to more than {MOST_BYTES} bytes, which is no delivery of tables")
    if names != len(entries) or names > MOST_PARTS:
        raise DataError("a part of the workbook is there twice, or there are too many of them")


def _stream(file: IO[bytes], handlers: Handlers) -> None:
    """Expat over a part in pieces; a document type stops it, so no entity is ever declared."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def doctype(*_: object) -> None:
        raise DataError("the workbook declares a document type, which no workbook has")

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise DataError(f"elements are nested more than {DEEPEST} deep, as in no workbook")
        handlers.start(name[name.rfind("}") + 1 :], attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handlers.end(name[name.rfind("}") + 1 :])

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.CharacterDataHandler = handlers.text
    parser.EndElementHandler = end
    while piece := file.read(CHUNK):
        parser.Parse(piece)
    parser.Parse(b"", THE_END)
