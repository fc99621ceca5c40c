"""Dates given in part, in a form the study file declares: as far as they go, in SDTM's way (SDTMIG 4.4.2).

`UN/01/2025`, `00/01/2025` and `01/2025` under `%d/%m/%Y` are 2025-01; `UN/UNK/2025` is 2025; `25/01/2025`
under a form with a time is that day. A day without its month says no more than its year. Nothing is
completed.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

C: Final = pl.col
UNKNOWN: Final = r"UNK|UN|NK|XX|--|\?\?|00"
PARTS: Final = {
    "%d": rf"(?P<d>\d{{1,2}}|{UNKNOWN})",
    "%e": rf"(?P<d>\d{{1,2}}|{UNKNOWN})",
    "%m": rf"(?P<m>\d{{1,2}}|{UNKNOWN})",
    "%b": rf"(?P<b>[A-Za-z]{{3}}|{UNKNOWN})",
    "%B": rf"(?P<b>[A-Za-z]+|{UNKNOWN})",
    "%Y": r"(?P<Y>\d{4})",
}
DAY: Final = ("%d", "%e")
TIME: Final = re.compile(r"[\sT,]*(%H|%I|%R|%T|%k|%l).*$")
# A time that is said to be unknown.
NO_TIME: Final = r"(?i)[\sT]+(?:UNK|UN|NK|XX|--|\?\?)(?::?(?:UNK|UN|NK|XX|--|\?\?))*$"


def partly(text: pl.Series, form: str) -> pl.Series:
    """The texts that are a date in part, as SDTM writes it; null for any other."""
    day_form = TIME.sub("", form)
    frame = text.str.strip_chars().alias("TEXT").to_frame()
    answers = [pl.lit(None, dtype=pl.String)]
    if day_form != form:
        frame = frame.with_columns(C("TEXT").str.replace(NO_TIME, ""))
        answers.append(C("TEXT").str.to_date(day_form, strict=False).dt.to_string("%Y-%m-%d"))
    tokens = re.findall(r"%.|[^%]+", day_form)
    if "%Y" in tokens and all(t in PARTS for t in tokens if t.startswith("%")):
        answers += [_month_or_year(wanted) for wanted in (tokens, _without_day(tokens))]
    return frame.select(pl.coalesce(answers).alias(text.name)).to_series()


def _without_day(tokens: list[str]) -> list[str]:
    """The form without its day and the sign between it and its neighbour."""
    at = next((i for i, t in enumerate(tokens) if t in DAY), None)
    if at is None:
        return tokens
    after = at + 1 < len(tokens) and not tokens[at + 1].startswith("%")
    before = at > 0 and not tokens[at - 1].startswith("%")
    if after:
        return tokens[:at] + tokens[at + 2 :]
    return tokens[: at - 1 if before else at] + tokens[at + 1 :]


def _month_or_year(tokens: list[str]) -> pl.Expr:
    """Year and month where only the day is unknown, the year where the month is; null for any other text.

    A day that is given and does not exist is no unknown day: 31/02/2025 stays an error.
    """
    pattern = "".join(PARTS.get(t, re.escape(t)) for t in tokens)
    part = C("TEXT").str.extract_groups(f"(?i)^{pattern}$").struct
    groups = set(re.findall(r"\?P<(\w)>", pattern))
    year = part.field("Y")
    if not {"m", "b"} & groups:
        return year if "d" not in groups else pl.lit(None, dtype=pl.String)
    name = "m" if "m" in groups else "b"
    month = part.field(name)
    first = pl.concat_str([pl.lit("1 "), month, pl.lit(" "), year])
    form = f"%d {'%m' if name == 'm' else '%B'} %Y"  # %B reads short names of months as well
    known = first.str.to_date(form, strict=False).dt.to_string("%Y-%m")
    dayless = _is_unknown(part.field("d")) if "d" in groups else pl.lit(value=True)
    return pl.when(_is_unknown(month)).then(year).when(dayless).then(known)


def _is_unknown(text: pl.Expr) -> pl.Expr:
    return text.str.to_uppercase().str.contains(f"^(?:{UNKNOWN})$")
