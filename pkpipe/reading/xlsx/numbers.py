"""What stands in a number's cell, by its format: a number, a date, a time, a share in per cent.

A spreadsheet has no dates: it has numbers of days with a format that shows them as such (ISO/IEC 29500-1,
18.8.30 and 18.17.4). The format decides here and nothing else does.
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass
from typing import Final

from pkpipe.errors import DataError
from pkpipe.schema.cell_text import LARGEST_EXACT

NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
WHOLE: Final = re.compile(r"-?(0|[1-9]\d{0,14})", re.ASCII)
DAY_MS: Final = 86_400_000
DIGITS: Final = 15  # significant ones a spreadsheet keeps
# Serial 60 is 29 February 1900, a day that never was but that spreadsheets count.
NO_DAY: Final = 60
LAST_DAY: Final = 2_958_465  # 9999-12-31
LITERAL: Final = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
TWELVE_HOURS: Final = re.compile(r"am/pm|a/p|上午/下午", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """How a cell shows its number."""

    day: bool = False
    time: bool = False
    seconds: bool = False
    elapsed: bool = False
    percent: bool = False

    @property
    def plain(self) -> bool:
        """Shown as the number it is."""
        return not (self.day or self.time or self.percent)


PLAIN: Final = Form()
DAY: Final = Form(day=True)
EITHER: Final = Form(day=True, time=True)  # East Asian forms differ by language: the number tells
# Formats known by number alone (ISO/IEC 29500-1, 18.8.30).
BUILT_IN: Final[dict[int, Form]] = {
    **dict.fromkeys((9, 10), Form(percent=True)),
    **dict.fromkeys(range(14, 18), DAY),
    **dict.fromkeys((18, 20), Form(time=True)),
    **dict.fromkeys((19, 21, 45, 47), Form(time=True, seconds=True)),
    22: EITHER,
    46: Form(time=True, seconds=True, elapsed=True),
    **dict.fromkeys((*range(27, 32), 36, *range(50, 55), 57, 58), DAY),
    **dict.fromkeys((*range(32, 36), 55, 56), EITHER),
}


def form_of(code: str) -> Form:
    """The form a format code of a workbook gives its numbers: the letters that are no literal text tell."""
    first = LITERAL.sub("", code.split(";", maxsplit=1)[0]).lower().replace("general", "")
    bare = TWELVE_HOURS.sub("h", first)
    time = "h" in bare or "s" in bare or "[m" in bare
    day = "y" in bare or "d" in bare or ("m" in bare and not time)
    return Form(day, time, "s" in bare, "[" in bare, "%" in bare and not (day or time))


def text_of(raw: str, form: Form, *, from_1904: bool) -> str:
    """The number as the text a CSV file of the same table would hold.

    Raises:
        DataError: it is none.
    """
    if form.plain and WHOLE.fullmatch(raw):
        return raw
    if not NUMBER.fullmatch(raw) or not math.isfinite(value := float(raw)):
        raise DataError(f"'{raw[:40]}' stands where a number belongs")
    if form.percent:
        return f"{value * 100:.{DIGITS}g}%"
    if form.plain:
        return _number(value)
    return _moment(value, form, from_1904=from_1904)


def _number(value: float) -> str:
    if value == math.floor(value) and abs(value) < LARGEST_EXACT:
        return str(int(value))
    return repr(value)


def _moment(value: float, form: Form, *, from_1904: bool) -> str:
    """ISO 8601 of a serial date: a day, a time of day, or both; what is no date stays the number."""
    days, share = divmod(value, 1.0)
    carried, ms = divmod(round(share * DAY_MS), DAY_MS)
    whole = int(days) + carried + (1462 if from_1904 and form.day else 0)
    if value < 0 or whole > LAST_DAY:
        return _number(value)
    shown = form.seconds or ms % 60_000 != 0
    if form.elapsed or (whole == 0 and not (form.day and not form.time)):
        return _clock(whole * DAY_MS * form.elapsed + ms, seconds=shown)
    date = "1900-02-29" if whole == NO_DAY else _date(whole)
    return f"{date}T{_clock(ms, seconds=shown)}" if form.time or ms else date


def _date(serial: int) -> str:
    start = datetime.date(1899, 12, 31 if serial < NO_DAY else 30)
    return (start + datetime.timedelta(days=serial)).isoformat()


def _clock(ms: int, *, seconds: bool) -> str:
    minutes, rest = divmod(ms, 60_000)
    shown = f"{minutes // 60:02d}:{minutes % 60:02d}"
    if not seconds:
        return shown
    part = f".{rest % 1000:03d}" if rest % 1000 else ""
    return f"{shown}:{rest // 1000:02d}{part}"
