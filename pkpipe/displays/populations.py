"""The analysis sets a display may be about: words in both languages, and how many subjects are in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Material

# Of the rows of ADSL: the subjects who received a dose.
TREATED: Final = pl.col("SAFFL") == "Y"


@dataclass(frozen=True)
class Population:
    """An analysis set: its words, the subjects in it, and where ADSL says why that is not known."""

    words: Words
    table: str
    holds: pl.Expr
    rule: str  # its id in docs/methods.md
    sql: str  # the same as an SQL condition, for the rows behind a number
    reason: str = ""


def _flag(name: str) -> tuple[pl.Expr, str]:
    return pl.col(name) == "Y", f"{name} = 'Y'"


POPULATIONS: Final[Mapping[str, Population]] = {
    code: Population(words, "ADSL", *(holds, rule, sql), reason)
    for code, words, (holds, sql), rule, reason in (
        ("ENR", Words("Enrolled", "入组人群"), _flag("ENRLFL"), "SET-ENR", ""),
        ("SAF", Words("Safety set", "安全性分析集"), _flag("SAFFL"), "SET-SAF", "SAFRS"),
        (
            "PKC",
            Words("PK concentration set", "药代动力学浓度分析集"),
            _flag("PKCFL"),
            "SET-PKC",
            "PKCRS",
        ),
        ("ADA", Words("ADA-evaluable set", "免疫原性分析集"), _flag("ADAFL"), "SET-ADA", "ADARS"),
        (
            "RSP",
            Words("Response-evaluable set", "疗效可评估分析集"),
            _flag("RSPFL"),
            "SET-RSP",
            "RSPRS",
        ),
        ("EFF", Words("Treated subjects", "接受治疗的受试者"), _flag("SAFFL"), "SET-EFF", "SAFRS"),
    )
} | {
    "DLT": Population(
        Words("DLT-evaluable set", "DLT 可评估分析集"),
        "ADDLT",
        pl.col("STATE").is_in(["EVALUABLE", "EVALUABLE_DLT"]),
        "SET-DLT",
        "STATE IN ('EVALUABLE', 'EVALUABLE_DLT')",
    ),
    "PKP": Population(
        Words("PK parameter set", "药代动力学参数分析集"),
        "PROFILE",
        pl.lit(value=True),
        "SET-PKC",
        "TRUE",
    ),
    "ALL": Population(
        Words("All records", "全部记录"), "ADSL", pl.lit(value=True), "SET-ENR", "TRUE"
    ),
}


def number_of(code: str, material: Material) -> int | None:
    """How many subjects are in the set; None where what it rests on was not collected."""
    population = POPULATIONS[code]
    subjects = material[population.table]
    if population.reason and subjects[population.reason].str.starts_with("not collected").any():
        return None
    return subjects.filter(population.holds)["USUBJID"].n_unique()
