"""What a dated record says of its subject in another column than those that are read: a DLT, an end, a death.

A flag, a number or a remark without a date would leave the subject without DLT, and who died or left in the
window has not completed it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.escalation.subjects.parts import found_in, unread
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.schema.codelists import YES_NO

# Names of columns that are about a DLT, whatever else is in the name.
ABOUT: Final = r"(?i)dlt|dose[\s_-]?limiting|剂量限制"
# And those that are about its window.
ABOUT_WINDOW: Final = r"(?i)window|period|days|end|start|观察期|观察窗"
# A remark that names a DLT, and one that says there was none.
DLT_SAID: Final = r"(?i)\bdlts?\b|dose[\s_-]?limiting|剂量限制|DLT"
DLT_DENIED: Final = (
    r"(?i)\b(no|not|non|none|without|never|zero|0)\b[^.;,]{0,20}(dlt|dose[\s_-]?limiting)"
    r"|(无|未|没有|非)[^。；，]{0,8}(dlt|剂量限制)|\bdlts?\b\s*[:=]?\s*(no|n|none|negative|0|否|无)\b"
    r"|dlt[\s_-]?(window|period|evaluab|观察)"
)
# A cell that says no in other words than those of `YES_NO`; 0.0 is a number of DLTs.
NO_DLT: Final = r"(?i)^(none|nil|na|n/a|not applicable|0\.0+|-|未发生)$"

UNDATED_DLT: Final = Check(
    "ESC-DLT-UNDATED",
    "error",
    "a DLT is said and its onset is not: the subject would count as one without",
    "SET-DLT",
    allowed="the day of onset in dlt_onset, or N",
    table="ADDLT",
)
DIED: Final = Check(
    "ESC-DIED",
    "query",
    "died in the DLT window, and no DLT is recorded: taken to have left the window on that day",
    "SET-DLT",
    allowed="the onset of the DLT in dlt_onset, where the death was one",
    table="ADDLT",
    column="death",
)
# Columns that are read and say why a subject does not count.
WHY_NOT: Final = ("left_window", "death", "dose_fraction", "assessments_missed")
# Names of columns that say whether a subject counts.
COUNTING: Final = r"(?i)evaluab|ev(a)?l[\s_-]?(fl|$)|可评价|可评估"
NOT_COUNTING: Final = Check(
    "ESC-NOT-EVALUABLE",
    "error",
    "said not to be evaluable, and no column that is read says why: the subject would count",
    "SET-DLT",
    allowed="left_window, dose_fraction or assessments_missed; or Y",
    table="ADDLT",
)
# Names of columns that say that another subject stands for this one.
REPLACED: Final = r"(?i)^(was[\s_-]?|is[\s_-]?|been[\s_-]?)*replaced|替换"
# Words for an end of a subject, in a column of words.
ENDED: Final = (
    r"(?i)withdr|discontinu|drop(ped)?[\s_-]?out|lost to follow|left (the )?(study|trial)|died|\bdeath\b"
    r"|deceased|退出|脱落|失访|死亡"
)
END_DENIED: Final = r"(?i)\b(no|not|never|without)\b|未|无|没有"
ENDED_UNDATED: Final = Check(
    "ESC-END-UNDATED",
    "query",
    "said to have ended, and the day is in no column that is read: taken to have completed the window",
    "SET-DLT",
    allowed="the day in left_window or death, if it was in the DLT window",
    table="ADDLT",
)
# A share above this is no overdose that goes unnoticed but a number in per cent.
MOST_FRACTION: Final = 2.0
IN_PERCENT: Final = Check(
    "ESC-FRACTION-PERCENT",
    "error",
    "a share of the planned dose in per cent: every subject would have received enough",
    "SET-DLT",
    allowed="a share from 0 to 1, such as 0.8",
    table="ADDLT",
    column="dose_fraction",
)
CHECKS: Final = (UNDATED_DLT, DIED, NOT_COUNTING, ENDED_UNDATED, IN_PERCENT)


def undated_dlts(rows: pl.DataFrame, known: Sequence[str], file: str) -> pl.DataFrame:
    """Rows of which another column says a DLT without an onset, or that they do not count."""
    open_ = rows.filter(pl.col("dlt_onset").is_null())
    unexplained = open_.filter(pl.all_horizontal(pl.col(c).is_null() for c in WHY_NOT))
    in_percent = rows.filter(pl.col("dose_fraction") > MOST_FRACTION)
    found = [found_in(in_percent, IN_PERCENT, "dose_fraction", file)]
    for name in unread(rows, known):
        said = pl.col(name).cast(pl.String).str.strip_chars()
        if re.search(COUNTING, name):
            no = YES_NO.term(said) == "N"
            found.append(found_in(unexplained.filter(no), NOT_COUNTING, name, file))
        elif re.search(REPLACED, name):
            yes = YES_NO.term(said) == "Y"
            found.append(found_in(unexplained.filter(yes), NOT_COUNTING, name, file))
        else:
            found.append(found_in(open_.filter(_says_dlt(name, said)), UNDATED_DLT, name, file))
    return all_findings(found)


def _says_dlt(name: str, said: pl.Expr) -> pl.Expr:
    """Whether a column says a DLT: by anything but a no where the column is about it, else by its words."""
    if not re.search(ABOUT, name):
        return said.str.contains(DLT_SAID) & ~said.str.contains(DLT_DENIED)
    if re.search(ABOUT_WINDOW, name):
        return pl.lit(value=False)
    no = (YES_NO.term(said) == "N").fill_null(value=False) | said.str.contains(NO_DLT)
    return ~no & ~said.str.contains(DLT_DENIED)


def undated_ends(rows: pl.DataFrame, known: Sequence[str], file: str) -> pl.DataFrame:
    """Rows of which a column of words says that the subject left or died, and none that is read says when."""
    open_ = rows.filter(pl.all_horizontal(pl.col(c).is_null() for c in ("dlt_onset", *WHY_NOT)))
    found = []
    for name in unread(rows, known):
        said = pl.col(name).cast(pl.String)
        ended = said.str.contains(ENDED) & ~said.str.contains(END_DENIED)
        found.append(found_in(open_.filter(ended), ENDED_UNDATED, name, file))
    return all_findings(found)


def deaths_in_window(records: pl.DataFrame, plan: EscalationPlan, file: str) -> pl.DataFrame:
    """Deaths in the window of subjects without a DLT. records: as the room has them, and DIEDDT."""
    last = pl.col("TRTSDT").dt.offset_by(f"{plan.dlt_window_days}d")
    inside = pl.col("DIEDDT").is_between(pl.col("TRTSDT"), last) & pl.col("DLTDT").is_null()
    return findings_at(
        records.filter(inside.fill_null(value=False)),
        DIED,
        file=file,
        row=pl.col("ROW"),
        subject=pl.col("USUBJID"),
        value=pl.col("DIEDDT").cast(pl.String),
    )
