"""Bytes of a text file to UTF-8 text and its separator: what is declared is used, what is not must be plain.

Nothing is guessed: a byte order mark says the encoding, a header that only one separator splits says the
separator. What cannot be told so is refused, with the key of the study file that would say it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zlib
from typing import Final

from pkpipe.errors import DataError

AUTO: Final = "auto"
BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS: Final = (",", ";", "\t", "|")
SEPARATORS_IN_WORDS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
LOOKED_AT: Final = 50  # lines that tell one separator from another
# A delivery larger than this when unpacked is refused: a small file may unpack to all the memory there is.
MOST_BYTES: Final = 1 << 30
HOW_TO_DECLARE: Final = (
    "; declare its encoding in the study file (such as gb18030), or for a verb save it as UTF-8 "
    "(iconv -f gb18030 -t utf-8)"
)
CHUNK: Final = 1 << 20
# GB 2312 by the first byte of a pair: signs, full-width letters, Greek (for μg), Chinese characters, of them
# the first level; the rows in which EUC-KR (KS X 1001) has Hangul end at C8, letters of KOI8-R begin at C0.
HIGH: Final = re.compile(rb"[\x80-\xff]+")
SIGNS: Final = (0xA1, 0xA3, 0xA6)
HAN_FIRST, COMMON_LAST, HAN_LAST = 0xB0, 0xD7, 0xF7
HANGUL_LAST: Final = 0xC8
LETTERS_FIRST: Final = 0xC0
CERTAIN: Final = 4  # different characters


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
        name = next((n for mark, n in BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8")
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
    if "\n" not in text:
        text = text.replace("\r", "\n")  # lines that end as on old Macintosh computers
    return text.removeprefix("\ufeff").encode("utf-8")


def open_quote(content: bytes) -> int | None:
    """The first row of a text file with an odd number of quotation marks: a reader of tables stops there."""
    lines = content.split(b"\n")
    return next((row for row, line in enumerate(lines, start=1) if line.count(b'"') % 2), None)


def certain_encoding(content: bytes) -> str | None:
    """The encoding of a text that is not in UTF-8 and has no mark, where only one is possible; else None.

    UTF-16 without a mark: the zeros of its plain letters stand on one side. Chinese in GB18030: what it holds
    beside ASCII are signs of GB 2312 with Chinese characters in a row, nine in ten of which are of its first
    level (Latin, Cyrillic and Big5 text is not), some behind the rows that EUC-KR has Hangul in, and with
    second bytes that KOI8 has no letters at. One word alone is not enough to be certain.
    """
    if any(content.startswith(mark) for mark, _ in BYTE_ORDER_MARKS) or _is_text(content, "utf-8"):
        return None
    if b"\0" in content:
        sides = [n for n, at in (("utf-16-le", 1), ("utf-16-be", 0)) if _zeros_at(content, at)]
        return sides[0] if len(sides) == 1 and _is_text(content, sides[0]) else None
    return "gb18030" if _is_chinese(content) else None


def _is_text(content: bytes, encoding: str) -> bool:
    try:
        return "\0" not in content.decode(encoding)
    except UnicodeError:
        return False


def _zeros_at(content: bytes, at: int) -> bool:
    """True if every zero byte is at an even (0) or an odd (1) place, in a file of whole pairs."""
    return len(content) % 2 == 0 and b"\0" in content[at::2] and b"\0" not in content[1 - at :: 2]


def _is_chinese(content: bytes) -> bool:
    try:
        content.decode("gb2312")
    except UnicodeError:
        return False
    runs = HIGH.findall(content)
    pairs = [(run[i], run[i + 1]) for run in runs for i in range(0, len(run), 2)]
    han = [(lead, trail) for lead, trail in pairs if HAN_FIRST <= lead <= HAN_LAST]
    common = [lead for lead, _ in han if lead <= COMMON_LAST]
    return (
        len(set(han)) >= CERTAIN
        and 10 * len(common) >= 9 * len(han)
        and all(lead >= HAN_FIRST or lead in SIGNS for lead, _ in pairs)
        and any(len(run) >= 2 * 2 for run in runs)
        and any(lead > HANGUL_LAST for lead in common)
        and any(trail < LETTERS_FIRST for _, trail in han)
    )


def from_record(content: bytes, number: int) -> bytes:
    """A CSV file in UTF-8 from its record of this number on; a line break within quotes ends no record.

    Raises:
        DataError: the file has fewer records.
    """
    lines = content.split(b"\n")
    record, quotes = 1, 0
    for place, line in enumerate(lines):
        if record == number:
            return b"\n".join(lines[place:])
        quotes += line.count(b'"')
        record += quotes % 2 == 0
    raise DataError(f"no row {number}, where the names of the columns are declared to be")


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
        told = " or ".join(SEPARATORS_IN_WORDS[s] for s in splits)
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
