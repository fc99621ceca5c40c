"""The groups that stand side by side: cohorts with their dose and number of subjects, and everybody."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.display import Material
from pkpipe.displays.subject_words import PARTS, TUMOURS
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL

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


def group_columns(
    material: Material, column: str, shown: pl.Expr, counted: pl.Expr
) -> list[tuple[str, Words]]:
    """Groups of a column of ADSL with a subject that `shown` picks; the headings count those of `counted`.

    Cohorts and everybody for COHORT; the others in the order of the study file, then by name.
    """
    subjects = material["ADSL"].filter(shown)
    sizes = dict(
        subjects.group_by(column)
        .agg(counted.fill_null(value=False).sum().cast(pl.Int64))
        .iter_rows()
    )
    names = _names(material.study, column)
    order = [
        *(code for code in names if code in sizes),
        *sorted(sizes.keys() - names.keys() - {None}),
    ]
    heads = [(code, _with_size(names.get(code, same(code)), sizes[code])) for code in order]
    if column != "COHORT":
        return heads
    return [*heads, (ALL, _with_size(TOTAL, sum(sizes.values())))]


def _names(study: Study, column: str) -> dict[str, Words]:
    """What the groups of a column are called, in the order of the study file."""
    if column == "COHORT":
        return {c.code: same(c.label) for c in study.cohorts}
    if column == "LEVEL":
        levels = study.escalation.levels if study.escalation else ()
        label = {c.level: c.label for c in reversed(study.cohorts) if c.part == "escalation"}
        return {x.code: _level(x.code, label.get(x.code)) for x in levels}
    if column == "PART":
        return {c.part: PARTS[c.part] for c in study.cohorts}
    planned = [c.tumour_type for c in study.cohorts if c.tumour_type]
    return {code: TUMOURS.get(code, same(code)) for code in dict.fromkeys([*planned, *TUMOURS])}


def _level(code: str, label: str | None) -> Words:
    dose = f": {label}" if label else ""
    return Words(f"Level {code}{dose}", f"剂量水平 {code}{dose}")
