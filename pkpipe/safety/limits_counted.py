"""Counts a study asks for: values beyond a limit it states, and who had any abnormal value (SAF-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import EVERYTHING, Collected, withheld
from pkpipe.protocol.safety import Criterion
from pkpipe.safety.abnormal import Kind, kinds
from pkpipe.safety.grading import beyond
from pkpipe.safety.groups_counted import members, percent, sizes

# PE needs no limit: normal, or abnormal without significance, at baseline; clinically significant after it.
PE_CODE: Final = "PE_CS"
PE_LABEL: Final = "Physical examination: new clinically significant abnormality"
# What a value compared with a limit is made of.
MEASURED: Final = ("STRESN", "STRESU")
_TABLE: Final = {"VS": "ADVS", "EG": "ADEG", "LB": "ADLB"}


def critsum_of(
    tables: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    criteria: tuple[Criterion, ...],
    known: Collected = EVERYTHING,
) -> pl.DataFrame:
    """Subjects who met each criterion after first dose, of those with such a value, by group.

    tables: ADVS, ADEG, ADLB, ADPE. A study without criteria has no rows but that of the examinations. A
    criterion whose table or columns were not collected has no number and names them in REASON.
    """
    met = [
        Kind(
            c.code,
            c.label,
            _met(tables[_TABLE[c.domain]], c),
            _other_units(tables[_TABLE[c.domain]], c),
            known.reason(*(f"{c.domain}.{c.domain}{part}" for part in MEASURED)),
        )
        for c in criteria
    ]
    examined = tables["ADPE"].height or not known.has("PE")
    if examined:
        found = _newly_significant(tables["ADPE"])
        met.append(Kind(PE_CODE, PE_LABEL, found, None, known.reason("PE.PECLSIG")))
    return _rows(met, adsl)


def anysum_of(
    tables: Mapping[str, pl.DataFrame],
    adsl: pl.DataFrame,
    criteria: tuple[Criterion, ...],
    known: Collected = EVERYTHING,
) -> pl.DataFrame:
    """Subjects with any abnormal value after first dose by kind of examination, in the same columns."""
    own = [(c, _met(tables[_TABLE[c.domain]], c)) for c in criteria]
    return _rows(kinds(tables, own, known), adsl)


def _rows(met: Sequence[Kind], adsl: pl.DataFrame) -> pl.DataFrame:
    schema = {
        **dict.fromkeys(("GROUP", "GROUPVAL", "PARAMCD", "PARAM"), pl.String()),
        **{"X": pl.Int64(), "N": pl.Int64(), "PCT": pl.Float64(), "REASON": pl.String()},
    }
    if not met:
        return pl.DataFrame(schema=schema)
    membership = members(adsl)
    parts = [
        _counted(kind.found, membership)
        .with_columns(
            pl.lit(i).alias("ORDER"),
            pl.lit(kind.code).alias("PARAMCD"),
            pl.lit(kind.label).alias("PARAM"),
            pl.coalesce(
                pl.lit(kind.note, dtype=pl.String),
                pl.when(pl.col("N") == 0).then(pl.lit("nobody with such a value after first dose")),
            ).alias("REASON"),
        )
        .pipe(withheld, kind.lost, ("X", "N", "PCT"))
        for i, kind in enumerate(met)
    ]
    return pl.concat(parts).sort("GROUP", "GROUPVAL", "ORDER").select(*schema)


def _met(rows: pl.DataFrame, criterion: Criterion) -> pl.DataFrame:
    """`USUBJID`, `MET`: each subject with a value after first dose in the criterion's unit."""
    after = rows.filter(_of_test(criterion) & _in_unit(criterion))
    met = _compared(pl.col("AVAL"), criterion.operator, criterion.value)
    if criterion.change is not None:
        upward = criterion.operator.startswith(">")
        change = criterion.change if upward else -criterion.change
        moved = _compared(pl.col("CHG"), criterion.operator, change)
        met = met & moved
    return after.group_by("USUBJID").agg(MET=met.fill_null(value=False).any())


def _of_test(criterion: Criterion) -> pl.Expr:
    test = pl.col("PARAMCD") == criterion.test
    return test & (pl.col("POSTFL") == "Y") & pl.col("AVAL").is_not_null()


def _in_unit(criterion: Criterion) -> pl.Expr:
    unit = pl.col("AVALU").str.to_uppercase() == criterion.unit.upper()
    return unit.fill_null(value=False)


def _other_units(rows: pl.DataFrame, criterion: Criterion) -> str | None:
    """What to say of values in a unit the criterion does not speak of: they are not counted."""
    others = rows.filter(_of_test(criterion) & ~_in_unit(criterion)).height
    return f"{others} values not in {criterion.unit}: not counted" if others else None


def _compared(value: pl.Expr, operator: str, limit: float) -> pl.Expr:
    """The comparison as the study writes it; a hair of binary arithmetic decides nothing."""
    direction = "H" if operator.startswith(">") else "L"
    return beyond(value, pl.lit(limit), direction, reached=operator.endswith("="))


def _newly_significant(adpe: pl.DataFrame) -> pl.DataFrame:
    significant = pl.col("PECLSIG") == "Y"
    before = adpe.filter((pl.col("ABLFL") == "Y") & significant).select("USUBJID", "PARAMCD")
    after = adpe.filter(pl.col("POSTFL") == "Y")
    new = after.filter(significant).join(before, on=["USUBJID", "PARAMCD"], how="anti")
    return (
        after.select("USUBJID")
        .unique()
        .with_columns(MET=pl.col("USUBJID").is_in(new["USUBJID"].unique().implode()))
    )


def _counted(found: pl.DataFrame, membership: pl.DataFrame) -> pl.DataFrame:
    counted = (
        found.join(membership.drop("N"), on="USUBJID", how="inner")
        .group_by("GROUP", "GROUPVAL")
        .agg(X=pl.col("MET").sum().cast(pl.Int64), N=pl.len().cast(pl.Int64))
    )
    return (
        sizes(membership)
        .drop("N")
        .join(counted, on=["GROUP", "GROUPVAL"], how="left", maintain_order="left")
        .with_columns(pl.col("X", "N").fill_null(0))
        .with_columns(PCT=percent())
    )
