"""How often a dose is given: the words of EXDOSFRQ as doses in a span of days.

The terms are those of the CDISC codelist FREQ (C71113), each with its code in the NCI Thesaurus; where
CDISC writes `EVERY 3 WEEKS`, sites write `Q3W`. A word of no entry is named by a check, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.protocol.drugs import Drug
from pkpipe.schema.coded_words import Codelist

# How the doses of a record are counted: ONE dose (or one infusion that goes on), so many EVEN ones at equal
# distances, so many in a span whose days the word does not say (UNEVEN), on a day of MONTHS, or NOT at all.
Counted = Literal["ONE", "EVEN", "UNEVEN", "MONTHS", "NOT"]


@dataclass(frozen=True)
class Frequency:
    """So many doses in so many days (MONTHS: months)."""

    code: str  # of the term in the NCI Thesaurus
    doses: int = 1
    span: float = 1.0
    counted: Counted = "EVEN"
    written: tuple[str, ...] = ()  # other spellings

    @property
    def interval_days(self) -> float | None:
        """Days from dose to dose; None where the word says none."""
        if self.counted in {"ONE", "NOT"}:
            return None
        return self.span * (MONTH if self.counted == "MONTHS" else 1) / self.doses


COUNTABLE: Final = ("EVEN", "UNEVEN", "MONTHS")
MONTH: Final = 30.4375  # days, methods TIME-8
DAY_NAMES: Final = ("DAILY", "ONCE DAILY", "ONCE A DAY", "EVERY DAY", "OD", "Q1D", "1 TIME PER DAY")
FREQUENCIES: Final[dict[str, Frequency]] = {
    "ONCE": Frequency(
        "C64576", counted="ONE", written=("SINGLE", "SINGLE DOSE", "1 TIME", "单次", "一次")
    ),
    "CONTINUOUS": Frequency("C53279", counted="ONE", written=("CONTINUOUSLY", "持续", "连续")),
    "QD": Frequency(
        "C25473",
        written=(*DAY_NAMES, "Q.D.", "每日一次", "每天一次", "每日1次", "每天1次", "一日一次"),
    ),
    "Q24H": Frequency("C64515"),
    "QAM": Frequency("C64595", written=("EVERY MORNING", "每日早晨")),
    "QPM": Frequency("C64596"),
    "QN": Frequency("C139178", written=("EVERY NIGHT", "每晚")),
    "QHS": Frequency("C64593", written=("AT BEDTIME", "睡前")),
    "EVERY AFTERNOON": Frequency("C154484"),
    "EVERY EVENING": Frequency("C160957"),
    "BID": Frequency(
        "C64496",
        2,
        written=(
            *("B.I.D.", "TWICE DAILY", "TWICE A DAY", "2 TIMES PER DAY"),
            *("每日两次", "每天两次", "每日二次", "每日2次", "每天2次", "一日两次"),
        ),
    ),
    "TID": Frequency(
        "C64527",
        3,
        written=(
            *("T.I.D.", "THREE TIMES DAILY", "3 TIMES PER DAY"),
            *("每日三次", "每天三次", "每日3次", "一日三次"),
        ),
    ),
    "QID": Frequency(
        "C64530",
        4,
        written=(
            "Q.I.D.",
            "FOUR TIMES DAILY",
            "4 TIMES PER DAY",
            "每日四次",
            "每天四次",
            "每日4次",
        ),
    ),
    "5 TIMES PER DAY": Frequency("C98849", 5),
    "6 TIMES PER DAY": Frequency("C98855", 6),
    "Q12H": Frequency("C64502", 2, written=("EVERY 12 HOURS", "每12小时一次")),
    "Q8H": Frequency("C64523", 3, written=("EVERY 8 HOURS", "每8小时一次")),
    "Q6H": Frequency("C64520", 4, written=("EVERY 6 HOURS", "每6小时一次")),
    "Q4H": Frequency("C64518", 6, written=("EVERY 4 HOURS",)),
    "Q3H": Frequency("C64517", 8, written=("EVERY 3 HOURS",)),
    "Q2H": Frequency("C64516", 12, written=("EVERY 2 HOURS",)),
    "QH": Frequency("C64510", 24, written=("EVERY HOUR",)),
    "Q36H": Frequency("C89791", span=1.5, written=("EVERY 36 HOURS",)),
    "Q48H": Frequency("C89790", span=2, written=("EVERY 48 HOURS",)),
    "Q72H": Frequency("C174288", span=3, written=("EVERY 72 HOURS",)),
    "QOD": Frequency(
        "C64525",
        span=2,
        written=("Q2D", "EVERY OTHER DAY", "EVERY 2 DAYS", "隔日一次", "隔天一次", "每两天一次"),
    ),
    **{
        f"Q{n}D": Frequency(code, span=n, written=(f"EVERY {n} DAYS", f"每{n}天一次"))
        for n, code in ((3, "C64533"), (4, "C64534"), (5, "C71124"), (6, "C161335"))
    },
    "EVERY WEEK": Frequency(
        "C67069",
        span=7,
        written=(
            *("QW", "Q1W", "WEEKLY", "ONCE WEEKLY", "ONCE A WEEK", "Q7D", "EVERY 7 DAYS"),
            *("1 TIME PER WEEK", "每周一次", "每周1次", "一周一次"),
        ),
    ),
    **{
        f"EVERY {n} WEEKS": Frequency(
            code,
            span=7 * n,
            written=(
                *(f"Q{n}W", f"Q{7 * n}D", f"EVERY {7 * n} DAYS", f"每{n}周一次"),
                *(f"每{han}周一次" for han in (names,) if names),
            ),
        )
        for n, code, names in (
            *((2, "C71127", "两"), (3, "C64535", "三"), (4, "C64529", "四"), (5, "C103390", "五")),
            *((6, "C89788", "六"), (7, "C116149", ""), (8, "C103389", "八")),
            *((12, "C161332", ""), (16, "C161336", "")),
        )
    },
    **{
        f"{n} TIMES PER WEEK": Frequency(code, n, 7, "UNEVEN", (*names, f"每周{n}次"))
        for n, code, names in (
            (2, "C64497", ("BIW", "TWICE WEEKLY", "TWICE A WEEK", "2QW", "每周两次", "每周二次")),
            (3, "C64528", ("TIW", "THREE TIMES WEEKLY", "3QW", "每周三次")),
            (4, "C64531", ("每周四次",)),
            (5, "C85552", ("每周五次",)),
            (6, "C98857", ("每周六次",)),
        )
    },
    "QM": Frequency("C64498", counted="MONTHS", written=("MONTHLY", "EVERY MONTH", "每月一次")),
    **{
        f"Q{n}M": Frequency(code, span=n, counted="MONTHS", written=(f"EVERY {n} MONTHS",))
        for n, code in ((2, "C64536"), (3, "C64537"), (4, "C64538"), (6, "C89789"))
    },
    "BIM": Frequency("C71129", 2, MONTH, "UNEVEN", ("TWICE MONTHLY", "每月两次")),
    "3 TIMES PER MONTH": Frequency("C98859", 3, MONTH, "UNEVEN"),
    "PRN": Frequency("C64499", counted="NOT", written=("AS NEEDED", "P.R.N.", "必要时", "按需")),
    "INTERMITTENT": Frequency("C71325", counted="NOT"),
    "OCCASIONAL": Frequency("C73560", counted="NOT"),
}
FREQUENCY: Final = Codelist(
    "dosing frequency",
    "CDISC FREQ (C71113)",
    {term: frequency.written for term, frequency in FREQUENCIES.items()},
)


def of_frequency(term: pl.Expr) -> dict[str, pl.Expr]:
    """DOSES, SPAN and COUNTED of a term; null where there is none."""
    kinds = (("DOSES", pl.Int64(), "doses"), ("SPAN", pl.Float64(), "span"))
    numbers = {
        name: term.replace_strict(
            {t: getattr(f, field) for t, f in FREQUENCIES.items()}, default=None, return_dtype=kind
        )
        for name, kind, field in kinds
    }
    counted = term.replace_strict(
        {t: f.counted for t, f in FREQUENCIES.items()}, default=None, return_dtype=pl.String
    )
    return numbers | {"COUNTED": counted}


def planned_interval(drug: Drug) -> float:
    """Days from dose to dose as the study file plans it."""
    return drug.cycle_days / drug.doses_per_day


def terms_of_plan(drug: Drug) -> tuple[str, ...]:
    """The frequencies that say what the study file plans for the drug."""
    wanted = planned_interval(drug)
    return tuple(
        term
        for term, frequency in FREQUENCIES.items()
        if frequency.interval_days is not None and abs(frequency.interval_days - wanted) < 1e-9
    )
