"""Records of a study's own display: of which subjects, in which groups, found by which condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Material
from pkpipe.displays.groups_side_by_side import cohort_columns, group_columns
from pkpipe.displays.own.filters import Filter, filter_of
from pkpipe.displays.own.own_sources import (
    SUBJECT,
    SUBJECTS,
    Known,
    code_of,
    columns_of,
    lost_of,
    needs_of_rows,
)
from pkpipe.displays.populations import POPULATIONS, number_of
from pkpipe.displays.rows_behind import one_of, quoted_each
from pkpipe.displays.subject_words import COUNTRIES, ECOG, ETHNIC, PARTS, RACE, SEX, TUMOURS
from pkpipe.protocol.own_displays import OwnDisplay
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
COHORT: Final = "COHORT"
GROUP, AT, SIZE = "_GROUP", "_AT", "_SIZE"
# Codes that have words in both languages, by their column.
CODES: Final[Mapping[str, Mapping[str, Words]]] = {
    **{"SEX": SEX, "RACE": RACE, "ETHNIC": ETHNIC, "COUNTRY": COUNTRIES},
    **{"ECOGBL": ECOG, "TUMTYPE": TUMOURS, "PART": PARTS},
}


@dataclass(frozen=True)
class Records:
    """The records that count, each with its group, and the groups from left to right."""

    held: pl.DataFrame  # GROUP beside the columns of the table
    groups: pl.DataFrame  # GROUP, SIZE: subjects of the set, AT: the condition that finds its rows
    heads: Sequence[tuple[str, Words]]
    sql: tuple[str, ...]  # the conditions of the file
    undecided: (
        pl.DataFrame
    )  # records of which nobody can say whether they count: with GROUP, REASON


def withheld(plan: OwnDisplay, material: Material) -> str | None:
    """Why nothing of a display can be said; None: it can."""
    population = POPULATIONS[plan.population]
    if number_of(plan.population, material) is None:
        said = material[population.table][population.reason].drop_nulls()
        return str(said.filter(said.str.starts_with(NOT_COLLECTED))[0])
    rests = material.known.reason(*needs_of_rows(plan, material.study))
    asked = lost_of(material, plan.table, (*plan.rows.by, *plan.rows.where))
    across = lost_of(material, SUBJECTS, plan.columns or ()) if plan.number[0] == "T" else None
    return rests or asked or across


def of_set(plan: OwnDisplay, material: Material) -> pl.DataFrame:
    """USUBJID of every subject in the analysis set, in the order of ADSL."""
    population = POPULATIONS[plan.population]
    inside = material[population.table].filter(population.holds).select(SUBJECT)
    return material["ADSL"].select(SUBJECT).join(inside, on=SUBJECT, how="semi")


def filtered(plan: OwnDisplay) -> Filter:
    """The conditions of a display."""
    return filter_of(plan.rows.where, columns_of(plan.table))


def records_of(plan: OwnDisplay, material: Material) -> Records:
    """The records of a table, once in their group and once for everybody."""
    inside = of_set(plan, material)
    column = COHORT if plan.columns is None else next(iter(plan.columns), None)
    named = C(column).cast(pl.String) if column else pl.lit(ALL)
    members = (
        material["ADSL"].select(SUBJECT, named.alias(GROUP)).join(inside, on=SUBJECT, how="semi")
    )
    rows = material[code_of(plan.table)].join(
        members, on=SUBJECT, how="inner", maintain_order="left"
    )
    asked = filtered(plan)
    heads = _heads(material, inside, column)
    groups = _groups(plan, column, members, [code for code, _ in heads])
    outside = _outside(plan, rows[SUBJECT], material, asked)
    return Records(
        _grouped(rows.filter(asked.holds), column),
        groups,
        heads,
        (*asked.sql, *outside),
        _grouped(_undecided(plan, rows), column),
    )


def _grouped(rows: pl.DataFrame, column: str | None) -> pl.DataFrame:
    if column is None:
        return rows
    return pl.concat([rows, rows.with_columns(pl.lit(ALL).alias(GROUP))])


def _heads(material: Material, inside: pl.DataFrame, column: str | None) -> list[tuple[str, Words]]:
    holds = C(SUBJECT).is_in(inside[SUBJECT].implode())
    everybody = cohort_columns(material, holds)
    if column == COHORT:
        return everybody
    groups = group_columns(material, column, holds, holds) if column else []
    return [*groups, everybody[-1]]


def _groups(
    plan: OwnDisplay, column: str | None, members: pl.DataFrame, codes: list[str]
) -> pl.DataFrame:
    """The size of each group, and the part of a condition that finds its rows."""
    everybody = members.with_columns(pl.lit(ALL).alias(GROUP))
    both = pl.concat([members, everybody]) if column else everybody
    own = (COHORT in columns_of(plan.table) and column == COHORT) or plan.table == SUBJECTS
    sizes = both.group_by(GROUP).agg(
        C(SUBJECT).n_unique().cast(pl.Int64).alias(SIZE),
        quoted_each(C(SUBJECT)).sort().str.join(", ").alias("_IN"),
    )
    listed = pl.concat_str(pl.lit(f"{SUBJECT} IN ("), "_IN", pl.lit(")"))
    named = pl.concat_str(pl.lit(f"{column} = "), quoted_each(C(GROUP)))
    at = pl.when(C(GROUP) != ALL).then(named if own else listed)
    return (
        pl.DataFrame({GROUP: codes}, schema={GROUP: pl.String})
        .join(sizes, on=GROUP, how="left", maintain_order="left")
        .select(GROUP, C(SIZE).fill_null(0), at.alias(AT))
    )


def _outside(
    plan: OwnDisplay, inside: pl.Series, material: Material, asked: Filter
) -> tuple[str, ...]:
    """The condition that leaves out subjects who are not in the set, where records would be theirs."""
    population = POPULATIONS[plan.population]
    rows = material[code_of(plan.table)].filter(asked.holds)
    others = rows.filter(~C(SUBJECT).is_in(inside.implode()))[SUBJECT].drop_nulls().unique().sort()
    if others.is_empty():
        return ()
    if plan.table == SUBJECTS and population.table == "ADSL":
        return (population.sql,)
    return (one_of(SUBJECT, others, negated=True),)


def _undecided(plan: OwnDisplay, rows: pl.DataFrame) -> pl.DataFrame:
    """Records whose result was withheld, of which a condition on the result says nothing."""
    results = [name for name in plan.rows.where if name in {"AVAL", "AVALC"}]
    if not results or "REASON" not in rows.columns:
        return rows.clear()
    others = {name: asked for name, asked in plan.rows.where.items() if name not in results}
    rest = filter_of(others, columns_of(plan.table)).holds
    empty = pl.any_horizontal(C(name).is_null() for name in results)
    return rows.filter(rest, empty, C("REASON").str.starts_with(NOT_COLLECTED))


def head_of(plan: OwnDisplay, column: str, known: Known) -> Words:
    """The heading of a column: the file's, else its label with its unit."""
    given = plan.heads.get(column)
    if given is not None:
        return Words(given.en, given.zh or given.en)
    unit = f" ({known.unit})" if known.unit else ""
    return Words(f"{known.label}{unit}", f"{known.label}{unit}")
