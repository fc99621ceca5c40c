"""What readers write about a lesion without a size: its state, in the words of RECIST 1.1 and in others."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.schema.coded_words import Codelist

# What a reader writes about a lesion without a size, and what it means.
LESION_STATES: Final = {
    "ABSENT": ("ABSENT", "DISAPPEARED", "NOT PRESENT", "RESOLVED", "NORMALIZED", "NORMALISED"),
    "PRESENT": ("PRESENT", "STABLE", "UNCHANGED", "DECREASED", "INCREASED", "PERSISTENT"),
    "UNEQUIVOCAL": (
        "UNEQUIVOCAL",
        "UNEQUIVOCAL PROGRESSION",
        "PROGRESSION",
        "PROGRESSIVE DISEASE",
    ),
    "EQUIVOCAL": ("EQUIVOCAL",),
    "TOO SMALL": (
        "TOO SMALL TO MEASURE",
        "TOO SMALL",
        "BELOW MEASURABLE LIMIT",
        "BML",
    ),
    # Of a target lesion that is measured as its parts or as another lesion.
    "SPLIT": ("SPLIT", "FRAGMENTED"),
    "MERGED": ("MERGED", "COALESCED", "CONFLUENT"),
    "NE": ("NE", "NOT EVALUABLE", "NOT ASSESSABLE", "NOT DONE", "UNEVALUABLE", "UNKNOWN"),
}
# The same in other words, read as the term where a table comes in.
_OTHER_WORDS: Final = {
    "ABSENT": (
        "CR",
        "NORMAL",
        "GONE",
        "COMPLETELY RESOLVED",
        "消失",
        "已消失",
        "完全消失",
        "不存在",
    ),
    "PRESENT": (
        *(
            "STILL PRESENT",
            "EXISTING",
            "NON-CR/NON-PD",
            "NO CHANGE",
            "YES",
            "Y",
            "NEW",
            "NEW LESION",
        ),
        *(
            "存在",
            "仍存在",
            "未消失",
            "持续存在",
            "稳定",
            "无变化",
            "新发",
            "新病灶",
            "新发病灶",
            "有",
            "是",
        ),
    ),
    "UNEQUIVOCAL": (
        *("UNEQUIVOCAL PROGRESSIVE DISEASE", "UNEQUIVOCAL PD", "UNEQUIVOCALLY PROGRESSED", "PD"),
        *(
            "PROGRESSED",
            "CLEAR PROGRESSION",
            "明确进展",
            "明确的进展",
            "无疑进展",
            "进展",
            "疾病进展",
        ),
    ),
    "EQUIVOCAL": ("不明确", "可疑", "疑似"),
    "TOO SMALL": (
        *("TSTM", "TOO SMALL FOR MEASUREMENT", "太小无法测量", "过小无法测量", "太小不能测量"),
        *("过小", "太小"),
    ),
    "NE": (
        *("N/E", "NON EVALUABLE", "INEVALUABLE", "NOT ASSESSED", "不可评估", "不可评价"),
        *("无法评估", "无法评价", "不能评价", "未评估", "未做", "未知"),
    ),
}
LESION_STATE: Final = Codelist(
    "state of a lesion",
    "RECIST 1.1, 4.3.3",
    {state: (*words, *_OTHER_WORDS.get(state, ())) for state, words in LESION_STATES.items()},
)
STATE_WORDS: Final = tuple(text for texts in LESION_STATES.values() for text in texts)
# A non-target or new lesion is judged by its state alone.
STATE_LOST: Final = Check(
    "TR-STATE-LOST",
    "error",
    "no known state of a non-target or new lesion: a progression would be lost",
    "RECIST 1.1, 4.3.3 to 4.3.5",
    allowed=", ".join(STATE_WORDS),
    table="TR",
    column="TRSTRESC",
)


def states_said(words: pl.Series) -> pl.Series:
    """The state that each text says, null where it is of none; each word is read once."""
    read = words.drop_nulls().unique(maintain_order=True).to_frame("T")
    terms = dict(read.select("T", LESION_STATE.term(pl.col("T")).alias("TERM")).iter_rows())
    return words.replace_strict(terms, default=None, return_dtype=pl.String)


def state_lost() -> pl.Expr:
    """True for a row of a non-target or new lesion without a size whose word is of no state."""
    judged = pl.col("TRGRPID").is_in(["NON-TARGET", "NEW"]) & pl.col("TRSTRESN").is_null()
    said = pl.col("TRSTRESC").is_not_null() & pl.col("TRSTAT").is_null()
    word = pl.col("TRSTRESC")
    return judged & said & LESION_STATE.term(word).is_null() & ~word.str.contains(r"^[<>\s]*\d")
