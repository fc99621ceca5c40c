"""Read the delivered datasets, rebuild values from them, and compare with what was delivered.

It reads ../datasets/*.xpt and the CSV files beside this one, and needs polars, numpy and pyreadstat only.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyreadstat

HERE = Path(__file__).resolve().parent
DATASETS = HERE.parent / "datasets"
CLOSE = {"rel_tol": 1e-12, "abs_tol": 1e-12}
C = pl.col
Values = npt.NDArray[np.float64]
HALF, SMALL, DAYS_OF_A_MONTH = 0.5, 1e-12, 30.4375


def dataset(code: str) -> pl.DataFrame:
    """A delivered dataset; an empty text is a missing one, as SAS has it."""
    rows, _ = pyreadstat.read_xport(DATASETS / f"{code.lower()}.xpt", output_format="polars")
    texts = pl.when(C(pl.String) != "").then(C(pl.String)).name.keep()
    return pl.DataFrame(rows).with_columns(texts)


class Comparison:
    """What a program rebuilt, beside what was delivered."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.rows = dataset(code)
        self.compared = self.differing = 0

    def same(self, name: str, rebuilt: pl.Expr, where: pl.Expr | None = None) -> None:
        """A variable rebuilt as an expression of the delivered rows; where: of which rows."""
        rows = self.rows if where is None else self.rows.filter(where)
        both = rows.select(OLD=C(name), NEW=rebuilt)
        if both["OLD"].dtype.is_numeric():
            far = (C("OLD") - C("NEW")).abs() > 1e-12 * pl.max_horizontal(C("OLD").abs(), 1.0)
            other = far.fill_null(value=False) | (C("OLD").is_null() != C("NEW").is_null())
        else:
            other = C("OLD").ne_missing(C("NEW"))
        self._tell(name, rows.height, both.filter(other).height)

    def merged(self, names: list[str]) -> None:
        """Variables that come from ADSL by subject."""
        known = dataset("ADSL").select("USUBJID", *(C(n).alias(f"ADSL_{n}") for n in names))
        rows = self.rows
        self.rows = rows.join(known, on="USUBJID", how="left", maintain_order="left")
        for name in names:
            self.same(name, C(f"ADSL_{name}"))

    def _tell(self, name: str, compared: int, differing: int) -> None:
        self.compared += compared
        self.differing += differing
        print(f"{self.code}.{name}: {compared} values, {differing} differ")

    def end(self) -> None:
        """Say how it ended, and end with exit code 1 if anything differs."""
        print(f"{self.code}: {self.compared} values rebuilt, {self.differing} differ")
        sys.exit(1 if self.differing else 0)


def study_day(date: str) -> pl.Expr:
    """Days from TRTSDT, counted from 1 on the first day of treatment; there is no day 0."""
    return (C(date) - C("TRTSDT")).dt.total_days() + (C(date) >= C("TRTSDT")).cast(pl.Int64)


def as_analysed(code: str) -> pl.DataFrame:
    """The rows under the names that the conditions of displays use: codes without the signs of qualifiers."""
    rows = dataset(code)
    old = {"PARCODE": "PARAMCD", "PPTESTCD": "PARAMCD", "AEFATFL": "DTHFL", "ALLOQ": "LLOQ"}
    old |= {"NCAXFL": "EXCLFL", "NCA1XRS": "EXCLRSN"}
    for new, name in old.items():
        if new in rows.columns:
            rows = rows.with_columns(C(new).alias(name))
    for flag in ("PKSUM1F", "PPSUMFL"):
        if flag in rows.columns:
            used = pl.when(C(flag) == "Y").then(pl.lit("N")).otherwise(pl.lit("Y"))
            rows = rows.with_columns(SUMFL=used)
    return rows


def subjects(rows: pl.DataFrame, _: Values) -> float | None:
    """How many subjects the rows are of."""
    return float(rows["USUBJID"].n_unique())


def number_of_rows(rows: pl.DataFrame, _: Values) -> float | None:
    """How many rows there are."""
    return float(rows.height)


def below_limit(rows: pl.DataFrame, _: Values) -> float | None:
    """How many values are below the limit of quantification."""
    return float(rows["AVAL"].null_count())


def mean(_: pl.DataFrame, values: Values) -> float | None:
    """The arithmetic mean."""
    return float(values.mean())


def standard_deviation(_: pl.DataFrame, values: Values) -> float | None:
    """The standard deviation of a sample."""
    return float(values.std(ddof=1))


def variation(_: pl.DataFrame, values: Values) -> float | None:
    """The coefficient of variation, in percent."""
    return float(100 * values.std(ddof=1) / values.mean())


def geometric_mean(_: pl.DataFrame, values: Values) -> float | None:
    """The geometric mean of the values above 0."""
    return math.exp(np.log(values[values > 0]).mean())


def geometric_variation(_: pl.DataFrame, values: Values) -> float | None:
    """The geometric coefficient of variation of the values above 0, in percent."""
    return 100 * math.sqrt(math.expm1(np.log(values[values > 0]).var(ddof=1)))


def median(_: pl.DataFrame, values: Values) -> float | None:
    """The median."""
    return float(np.median(values))


def smallest(_: pl.DataFrame, values: Values) -> float | None:
    """The smallest value."""
    return float(values.min())


def largest(_: pl.DataFrame, values: Values) -> float | None:
    """The largest value."""
    return float(values.max())


def the_value(_: pl.DataFrame, values: Values) -> float | None:
    """The value of the rows that are named, if it is the same in all of them."""
    return float(values[0]) if values.size and (values == values[0]).all() else None


def survival_median(rows: pl.DataFrame, _: Values) -> float | None:
    """The Kaplan-Meier median in months; where the curve is flat at a half, the middle of that part."""
    curve = kaplan_meier(rows).filter(C("EVENTS") > 0)
    reached = curve.filter(C("SURVIVAL") <= HALF + SMALL)["AVAL"]
    below = curve.filter(C("SURVIVAL") < HALF - SMALL)["AVAL"]
    if reached.is_empty():
        return None
    last = below[0] if below.len() else reached[0]
    return float(reached[0] + last) / 2 / DAYS_OF_A_MONTH


def kaplan_meier(rows: pl.DataFrame) -> pl.DataFrame:
    """The share without the event after each time."""
    times = rows.group_by("AVAL").agg(EVENTS=(C("CNSR") == 0).sum(), LEAVE=pl.len()).sort("AVAL")
    at_risk = pl.lit(rows.height) - C("LEAVE").cum_sum() + C("LEAVE")
    return times.with_columns(SURVIVAL=(1 - C("EVENTS") / at_risk).cum_prod())


Statistic = Callable[[pl.DataFrame, Values], float | None]
# Of a statistic: the column of the analysis results that has its number, and how it follows from the rows.
STATISTICS: Mapping[str, tuple[str, Statistic]] = {
    "share": ("X", subjects),
    "rate": ("X", subjects),
    "count": ("VALUE", subjects),
    "values": ("VALUE", number_of_rows),
    "blq": ("VALUE", below_limit),
    **dict.fromkeys(
        ("days", "number", "one_decimal", "two_decimals", "three_decimals", "raw", "percent"),
        ("VALUE", the_value),
    ),
    "km_median": ("VALUE", survival_median),
    "mean": ("VALUE", mean),
    "mean_sd_n": ("VALUE", mean),
    "sd": ("VALUE", standard_deviation),
    "cv": ("VALUE", variation),
    "gmean": ("VALUE", geometric_mean),
    "gmean_n": ("VALUE", geometric_mean),
    "gmean_gcv": ("VALUE", geometric_mean),
    "gcv": ("VALUE", geometric_variation),
    "median": ("VALUE", median),
    "median_range": ("VALUE", median),
    "median_of_counts": ("VALUE", median),
    "time_median": ("VALUE", median),
    "minimum": ("VALUE", smallest),
    "time_minimum": ("VALUE", smallest),
    "maximum": ("VALUE", largest),
    "time_maximum": ("VALUE", largest),
}


def display(number: str, file: Path) -> None:
    """Rebuild the numbers of a display from the rows that each of them names, and compare."""
    with file.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
        cells = list(csv.DictReader(lines))
    tables = {code: as_analysed(code) for code in sorted({cell["DATASET"] for cell in cells})}
    differing = 0
    with pl.SQLContext(tables, eager=True) as known:
        for cell in cells:
            rows = known.execute(f"SELECT * FROM {cell['DATASET']} WHERE {cell['ROWS']}")
            found = rebuilt(cell, rows)
            if found is None or not math.isclose(found, float(cell["SHOWN"]), **CLOSE):
                differing += 1
                print(f"{cell['ID']}: {cell['SHOWN']} was delivered, {found} was rebuilt")
    print(f"{number}: {len(cells)} numbers rebuilt, {differing} differ")
    sys.exit(1 if differing else 0)


def rebuilt(cell: Mapping[str, str], rows: pl.DataFrame) -> float | None:
    """A number from its rows; VARIABLE is the one it is of, where it is of one."""
    values = rows[cell["VARIABLE"]] if cell["VARIABLE"] else pl.Series([], dtype=pl.Float64)
    # A concentration below the limit counts as 0; geometric statistics are of the values above 0.
    values = values.fill_null(0.0) if cell["DATASET"] == "ADPC" else values.drop_nulls()
    return STATISTICS[cell["STAT"]][1](rows, values.cast(pl.Float64).to_numpy())
