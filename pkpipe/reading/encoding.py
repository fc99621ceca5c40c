"""Bytes of a text file to UTF-8 text and its separator: what is declared is used, what is not must be plain.

Nothing is guessed: a byte order mark says the encoding, a header that only one separator splits says the
separator. What cannot be told so is refused, with the key of the study file that would say it.
"""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from dataclasses import dataclass
from typing import Final

from pkpipe.errors import DataError

AUTO: Final = "auto"
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS: Final = (",", ";", "\t", "|")
NAMES: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LOOKED_AT: Final = 50  # lines that tell one separator from another
# A delivery larger than this when unpacked is refused: a small file may unpack to all the memory there is.
MOST_BYTES: Final = 1 << 30
HOW_TO_DECLARE: Final = (
    "; declare its encoding in the study file (such as gb18030), or for a verb save it as UTF-8 "
    "(iconv -f gb18030 -t utf-8)"
)
CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: a text file by its encoding and separator, a workbook by its sheet."""

    encoding: str = AUTO
    separator: str = AUTO
    sheet: str | None = None


def unpacked(content: bytes, most: int = MOST_BYTES) -> bytes:
    """The bytes in a gzip file, never more than `most` of them.

    Raises:
        DataError: they are more, or the file is damaged.
    """
    parts, size, rest = [], 0, content
    while rest:
        inside = zlib.decompressobj(wbits=31)
        while rest and not inside.eof:
            try:
                part = inside.decompress(rest, CHUNK)
            except zlib.error as problem:
                raise DataError(f"not a readable gzip file ({problem})") from problem
            rest = inside.unconsumed_tail
            size += len(part)
            if size > most:
                raise DataError(
                    f"unpacks to more than {most} bytes, which is no delivery of tables"
                )
            parts.append(part)
        if not inside.eof:
            raise DataError("the gzip file ends too early")
        rest = inside.unused_data
    return b"".join(parts)


def as_utf8(content: bytes, encoding: str) -> bytes:
    """The text as UTF-8 without a mark.

    Raises:
        DataError: the bytes are not in that encoding, or hold a NUL.
    """
    name = encoding
    if encoding == AUTO:
        name = next((n for mark, n in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeError as problem:
        start = getattr(problem, "start", 0)
        row = content[:start].count(b"\n") + 1
        declare = HOW_TO_DECLARE if encoding == AUTO else ""
        raise DataError(f"row {row} is not text in {name}{declare}") from problem
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"row {row} holds a NUL byte, which no text has")
    return text.removeprefix("\ufeff").encode("utf-8")


def separator_of(content: bytes, declared: str) -> str:
    """The separator of a CSV file in UTF-8.

    Raises:
        DataError: several could be meant.
    """
    if declared != AUTO:
        return declared
    head = b"\n".join(content.split(b"\n", LOOKED_AT)[:LOOKED_AT]).decode("utf-8", "replace")
    header = head.split("\n", 1)[0]
    splits = [s for s in SEPARATORS if len(next(csv.reader([header], delimiter=s), [])) > 1]
    if len(splits) > 1:
        splits = [s for s in splits if _even(head, s)] or splits
    if len(splits) > 1:
        told = " or ".join(NAMES[s] for s in splits)
        raise DataError(f"separated by {told}? declare the separator in the study file")
    return splits[0] if splits else ","


def _even(head: str, separator: str) -> bool:
    """True if every line has as many fields as the header."""
    try:
        widths = {len(row) for row in csv.reader(io.StringIO(head), delimiter=separator) if row}
    except csv.Error:
        return False
    return len(widths) == 1


def uneven(content: bytes, width: int, separator: str = ",") -> list[tuple[int, int]]:
    """Rows of a CSV file with fewer or more fields than its header: the row, and how many it has.

    A line cut off, or one with a separator too many, loses or moves values without a word: the reader of the
    table fills it up with nulls or cuts it. Blank lines are none.
    """
    if b'"' not in content:
        sign = separator.encode()
        counts = [line.count(sign) + 1 if line.strip() else width for line in content.splitlines()]
    else:
        text = io.StringIO(content.decode("utf-8-sig"), newline="")
        counts = [
            len(fields) if any(fields) else width
            for fields in csv.reader(text, delimiter=separator)
        ]
    return [(row, count) for row, count in enumerate(counts, start=1) if count != width]
