"""The cells of one statistic of a study's own table, each with its reason where there is no number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.bilingual import Words, reason_in_chinese
from pkpipe.displays.display import CELLS, Material
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.own.own_records import AT, GROUP, SIZE, Records, head_of
from pkpipe.displays.own.own_sources import columns_of, lost_of
from pkpipe.displays.own.own_statistics import MEASURES, NUMBER, Measure
from pkpipe.protocol.own_displays import OwnDisplay, Statistic
from pkpipe.sentences import sentence

C: Final = pl.col
ROW, PLACE, NO, LABEL = "_KEY", "_PLACE", "_NO", "STATISTIC"
MISSING: Final = Words("Missing", "缺失")
CELL_NUMBERS: Final = ("VALUE", "X", "LOWER", "UPPER")
# Where a table has the unit of a column in another one.
UNITS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("AVAL", "BASE", "CHG"), "AVALU"),
    **{"CONC": "CONCU", "LLOQ": "CONCU", "DOSE": "DOSEU", "PLANDOSE": "DOSEU"},
}


def words_of(plan: OwnDisplay, statistic: Statistic) -> Words:
    """A statistic in words, with the column it is of."""
    measure = MEASURES[statistic.show]
    if statistic.of is None:
        return measure.label
    rule = FORMATS[statistic.show].words
    head = head_of(plan, statistic.of, columns_of(plan.table)[statistic.of])
    return Words(f"{head.en}: {rule.en}", f"{head.zh}：{rule.zh}")


def kept(by: Sequence[str]) -> list[pl.Expr]:
    """The columns of rows under names that no column of a cell has."""
    return [C(name).alias(f"_B_{name}") for name in by]


def label_of(name: str) -> str:
    """The key of the column that shows the values of a column."""
    return f"{name}_" if name in CELLS else name


def cells_of(
    plan: OwnDisplay, material: Material, records: Records, grid: pl.DataFrame, number: int
) -> pl.DataFrame:
    """One row a cell of the `number`-th statistic; grid: the rows and groups there are."""
    statistic = plan.statistics[number]
    on = [*kept(plan.rows.by), C(GROUP)]
    wide, names = grid, [*(f"_B_{name}" for name in plan.rows.by), GROUP]
    for part in (_found(plan, records.held, statistic, on), _doubt(records.undecided, on)):
        wide = wide.join(part, on=names, how="left", nulls_equal=True, maintain_order="left")
    reason = lost_of(material, plan.table, (statistic.of,)) if statistic.of else None
    key = f"{statistic.show}:{statistic.of}" if statistic.of else statistic.show
    given = [C(AT), *(pl.lit(sql) for sql in records.sql), C("_OF")]
    given += [pl.lit(f"{statistic.of} IS NOT NULL")] if statistic.of else []
    return _filled(wide, MEASURES[statistic.show], reason).select(
        *(PLACE, GROUP, *CELL_NUMBERS, "N", "TEXT", "TEXTZH", "REASON"),
        *(C(f"_L_{name}").alias(label_of(name)) for name in plan.rows.by),
        pl.lit(number).alias(NO),
        pl.concat_str(ROW, pl.lit(key)).alias(ROW),
        pl.lit(words_of(plan, statistic).en).alias(LABEL),
        UNIT=C("_UNIT") if statistic.of else pl.lit("records" if key == "records" else "subjects"),
        STAT=pl.lit(statistic.show),
        TABLES=pl.lit(plan.table),
        ROWS=pl.concat_str(given, separator=" AND ", ignore_nulls=True).replace("", "TRUE"),
    )


def _found(
    plan: OwnDisplay, held: pl.DataFrame, statistic: Statistic, on: list[pl.Expr]
) -> pl.DataFrame:
    """The numbers of a statistic in each row and group, the units of its values, and what is said of none."""
    column, known = statistic.of, columns_of(plan.table)
    none = pl.lit(None, dtype=pl.String)
    unit, why = none, none
    if column is not None and (name := UNITS.get(column)) in known:
        unit = C(str(name))
    elif column is not None:
        unit = pl.lit(known[column].unit or None, dtype=pl.String)
    if column is not None and "REASON" in known:
        why = C("REASON").filter(C("REASON").str.starts_with(NOT_COLLECTED)).first()
    value = C(column).cast(pl.Float64) if column else pl.lit(None, dtype=pl.Float64)
    of_values = held.with_columns(value.alias(NUMBER), _U=unit)
    units = C("_U").filter(C(NUMBER).is_not_null()).drop_nulls().unique().sort()
    return of_values.group_by(on).agg(
        *(expr.alias(name) for name, expr in MEASURES[statistic.show].cell.items()),
        _WHY=why if column is not None and "REASON" in known else none.first(),
        _UNIT=units.first(),
        _UNITS=pl.when(units.len() > 1).then(units.str.join(", ")),
    )


def _doubt(undecided: pl.DataFrame, on: list[pl.Expr]) -> pl.DataFrame:
    if "REASON" not in undecided.columns:
        return undecided.select(on).clear().with_columns(_DOUBT=pl.lit(None, dtype=pl.String))
    return undecided.group_by(on).agg(_DOUBT=C("REASON").first())


def _filled(wide: pl.DataFrame, measure: Measure, reason: str | None) -> pl.DataFrame:
    """Every column of a cell: counts of nothing are 0, a number that nobody can give has its reason."""
    lacking = [name for name in (*CELL_NUMBERS, "N") if name not in wide.columns]
    rows = wide.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in lacking)
    if not measure.of_numbers:
        counted = "X" if "X" in measure.cell else "VALUE"
        share = 100 * C("X") / pl.when(C(SIZE) > 0).then(SIZE)
        rows = rows.with_columns(C(counted).fill_null(0.0), N=SIZE).with_columns(
            VALUE=share if counted == "X" else C("VALUE")
        )
    else:
        rows = rows.with_columns(C("N").fill_null(0))
    blocked = pl.coalesce(
        pl.lit(reason, dtype=pl.String),
        C("_DOUBT"),
        sentence("values in several units: {}", "_UNITS"),
        pl.when(C("N") == 0, pl.lit(measure.of_numbers)).then("_WHY"),
    )
    small = [
        pl.when(C(name).is_null() & (C("N") > 0)).then(pl.lit(words))
        for name, words in measure.without.items()
    ]
    told = rows.with_columns(_BLOCKED=blocked)
    return told.with_columns(
        *(pl.when(C("_BLOCKED").is_null()).then(name).alias(name) for name in CELL_NUMBERS),
        REASON=pl.coalesce("_BLOCKED", *small),
        TEXT="_BLOCKED",
        TEXTZH=reason_in_chinese(C("_BLOCKED")),
        N=C("N").cast(pl.Int64),
    )
