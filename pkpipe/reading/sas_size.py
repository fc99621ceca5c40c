"""Whether a SAS file is as long as it says: what was cut off is named, never read as a shorter table.

A SAS7BDAT says in its header how long the header and a page are and how many pages follow (Shotwell,
SAS7BDAT database binary format, 2014). A transport file is made of records of 80 bytes; version 8 says how
many rows it has, and in both the rows are followed by less than 80 blanks (SAS notes TS-140 and TS-140.1).
What no reader can see: a version 5 file cut off where a row and a record both end, and a changed byte inside
a value, for neither format has a checksum.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from pkpipe.errors import DataError

MAGIC: Final = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
MOVED: Final = 0x33  # the mark of a field that takes 4 bytes more
RECORD: Final = 80
NAMES_HEADER: Final = re.compile(rb"HEADER RECORD\*{7}NAM(?:ESTR|STV8) +HEADER RECORD!{7}(\d{10})")
ROWS: Final = re.compile(rb"HEADER RECORD\*{7}OBS(V8)? +HEADER RECORD!{7}([ \d]{32})")
MEMBER: Final = re.compile(rb"HEADER RECORD\*{7}MEMB(?:ER|V8)  HEADER RECORD!{7}")
NAME_BYTES: Final = 140
CUT: Final = "the file was cut off or is damaged"


def check_size(content: bytes, suffix: str) -> None:
    """Refuses a file that is not as long as it says.

    Raises:
        DataError: it is no such file, or shorter or longer than its header says.
    """
    if suffix == ".sas7bdat":
        _check_sas7bdat(content)
    else:
        _check_transport(content)


def _check_sas7bdat(content: bytes) -> None:
    if len(content) < 288 or not content.startswith(MAGIC):
        raise DataError("no SAS data set: its first bytes are others")
    wide = 4 if content[32] == MOVED else 0
    shift = 4 if content[35] == MOVED else 0
    order = "<" if content[37] == 1 else ">"
    head, page = struct.unpack_from(f"{order}2i", content, 196 + shift)
    (pages,) = struct.unpack_from(f"{order}{'q' if wide else 'i'}", content, 204 + shift)
    wanted = head + page * pages
    if head <= 0 or page <= 0 or pages <= 0 or wanted != len(content):
        raise DataError(
            f"the header says {pages} pages of {page} bytes after {head}, the file has "
            f"{len(content)} bytes: {CUT}"
        )


def _check_transport(content: bytes) -> None:
    if not content.startswith(b"HEADER RECORD*******LIB"):
        raise DataError("no SAS transport file: its first bytes are others")
    if len(content) % RECORD:
        raise DataError(f"{len(content)} bytes are not whole records of {RECORD}: {CUT}")
    if len(MEMBER.findall(content)) > 1:
        raise DataError("several data sets in one transport file (expected: a file for each)")
    names, rows = NAMES_HEADER.search(content), ROWS.search(content)
    if names is None or rows is None:
        raise DataError(f"no record that begins the {'names' if names is None else 'rows'}: {CUT}")
    first = names.start() + RECORD
    count = int(names.group(1)[-4:] if rows.group(1) is None else names.group(1))
    if not 0 < NAME_BYTES * count <= rows.start() - first:
        raise DataError(f"{count} columns named, with room for fewer: {CUT}")
    fields = [first + NAME_BYTES * i for i in range(count)]
    width = sum(struct.unpack_from(">h", content, at + 4)[0] for at in fields)
    _check_rows(content[rows.start() + RECORD :], width, rows)


def _check_rows(data: bytes, width: int, head: re.Match[bytes]) -> None:
    """What follows the record that begins the rows, against the length of a row and the number told there."""
    if width <= 0:
        raise DataError(f"rows of {width} bytes: {CUT}")
    said = head.group(2)[:15].split()
    told = int(said[0]) if head.group(1) and len(said) == 1 else 0
    if told and not 0 <= len(data) - told * width < RECORD:
        raise DataError(f"the header says {told} rows of {width} bytes, {len(data)} follow: {CUT}")
    rest = data[len(data) // width * width :]
    if rest.strip(b" "):
        raise DataError(f"the last row has {len(rest)} of {width} bytes: {CUT}")
