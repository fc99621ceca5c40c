"""The groups that stand side by side: cohorts with their dose and number of subjects, and everybody."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.displays.display import Material
from pkpipe.displays.words import Words

ALL: Final = "ALL"
TOTAL: Final = Words("Total", "合计")


def cohort_columns(material: Material, holds: pl.Expr) -> list[tuple[str, Words]]:
    """Cohorts with a subject in the analysis set, in the order of the study file, then everybody.

    The heading has the label of the cohort and the number of subjects in the set.
    """
    subjects = material["ADSL"].filter(holds)
    size = dict(subjects.group_by("COHORT").agg(pl.col("USUBJID").n_unique()).iter_rows())
    heads = [
        (cohort.code, _with_size(Words(cohort.label, cohort.label), size[cohort.code]))
        for cohort in material.study.cohorts
        if cohort.code in size
    ]
    return [*heads, (ALL, _with_size(TOTAL, subjects["USUBJID"].n_unique()))]


def _with_size(name: Words, size: int) -> Words:
    return Words(f"{name.en}\n(N={size})", f"{name.zh}\n(N={size})")


def each_and_all(rows: pl.DataFrame) -> pl.DataFrame:
    """Every record once for its cohort and once for everybody."""
    return pl.concat([rows, rows.with_columns(COHORT=pl.lit(ALL))])


def in_cohort(column: str = "COHORT") -> pl.Expr:
    """The part of an SQL condition that says whose rows they are; nothing where they are everybody's."""
    quoted = pl.col(column).str.replace_all("'", "''", literal=True)
    named = pl.concat_str(pl.lit(" AND COHORT = '"), quoted, pl.lit("'"))
    return pl.when(pl.col(column) == ALL).then(pl.lit("")).otherwise(named)
