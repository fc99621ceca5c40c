"""What is wrong with the rows of the three tables: every fault a finding, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.clinical import blq
from pkpipe.finding.check import Check
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import all_findings, findings_at, raise_if_any
from pkpipe.nca.given_tables import check_list as checks
from pkpipe.nca.laid_out.intervals import INTERVAL_KINDS
from pkpipe.nca.laid_out.sorted_arrays import ROUTES, SAME_TIME, Grouped
from pkpipe.protocol.blq_options import SHARE_OF_LLOQ, BlqAroundPeak, first_and_then
from pkpipe.protocol.nca_options import Options
from pkpipe.schema.cell_text import stands_for_nothing

FLAGS: Final = ("Y", "N", "")
TIME_RULES: Final = ("actual", "nominal")
ROW: Final = "_ROW"  # of the file, its header being the first
C = pl.col
ALL: Final = pl.lit(value=True)


@dataclass(frozen=True)
class Tables:
    """Concentrations, doses and, if asked for, intervals; the names are those that messages use."""

    conc: pl.DataFrame
    dose: pl.DataFrame
    intervals: pl.DataFrame | None = None
    names: tuple[str, str, str] = ("concentrations", "doses", "intervals")
    unused: tuple[str, ...] = ()  # columns of the concentrations that are neither keys nor known


@dataclass(frozen=True)
class Named:
    """How messages call a table and its rows."""

    name: str
    what: str
    allowed: str = "one"


def check(tables: Tables, keys: Sequence[str], options: Options) -> None:
    """Stop at the first table rows that cannot be used.

    Raises:
        DataError: all such rows of all tables.
    """
    conc, dose, asked = tables.names
    of_dose = [k for k in keys if k in tables.dose.columns]
    found = [
        *_all_faults(tables.conc, keys, conc, conc_rules(tables.conc, options)),
        *_all_faults(tables.dose, of_dose, dose, dose_rules(tables.dose)),
    ]
    if tables.intervals is not None:
        own = [k for k in keys if k in tables.intervals.columns]
        rules = interval_rules(tables.intervals, own)
        found += _all_faults(tables.intervals, own, asked, rules)
    if found:
        raise_if_any(all_findings(found))


def _infinite(column: str) -> pl.Expr:
    return ~C(column).is_finite()


def no_time(column: str, kept: pl.Expr = ALL) -> RowTest:
    """A time that is none, in the rows that are kept."""
    check = replace(checks.NO_TIME, column=column)
    return RowTest(check, kept & (C(column).is_null() | _infinite(column)))


NO_DOSE: Final = RowTest(checks.DOSE, C("DOSE").is_null() | _infinite("DOSE") | (C("DOSE") < 0))


def _none_of(check: Check, column: str, *words: str | int) -> RowTest:
    return RowTest(check, ~C(column).is_in(list(words)))


def _says(text: pl.Expr) -> pl.Expr:
    """True where a text says something, and is no word for nothing."""
    return text.is_not_null() & ~stands_for_nothing(text)


def _in(table: pl.DataFrame, tests: Sequence[RowTest]) -> list[RowTest]:
    """The tests of the columns that a table has."""
    return [test for test in tests if test.check.column in table.columns]


def conc_rules(conc: pl.DataFrame, options: Options) -> list[RowTest]:
    """What a sample must be, unless it is excluded."""
    kept, has = ~excluded(conc), conc.columns
    empty = pl.lit(None, dtype=pl.Float64)
    limit = C("LLOQ") if "LLOQ" in has else empty
    bare = kept & is_blq(conc) & limit.is_null()
    flag = C("EXCLFL") if "EXCLFL" in has else pl.lit(None, dtype=pl.String)
    tests = _in(
        conc,
        [
            no_time("TIME", kept),
            RowTest(checks.CONCENTRATION, kept & _infinite("CONC")),
            RowTest(checks.BLQ_FLAG, kept & ~C("BLQ").is_in([0, 1])),
            RowTest(checks.LIMIT, kept & (_infinite("LLOQ") | (C("LLOQ") < 0))),
            _none_of(checks.SLOPE_FLAG, "LAMZFL", *FLAGS),
            _none_of(checks.EXCLUSION_FLAG, "EXCLFL", *FLAGS),
            RowTest(checks.EXCLUSION_REASON, (flag.fill_null("") == "") & _says(C("EXCLRSN"))),
            RowTest(checks.PLANNED_TIME, kept & _infinite("TIMENOM")),
            _none_of(checks.TIME_RULE, "TIMERULE", *TIME_RULES, ""),
            RowTest(checks.NOMINAL_WINDOW, kept & (_infinite("NOMWIN") | (C("NOMWIN") < 0))),
        ],
    )
    if needs_lloq(options):
        column = "LLOQ" if "LLOQ" in has else "CONC"
        tests.append(RowTest(replace(checks.NO_LIMIT, column=column), bare))
    return tests


def dose_rules(dose: pl.DataFrame) -> list[RowTest]:
    """What a dose must be."""
    no_route = C("ROUTE").is_null() | ~C("ROUTE").is_in(ROUTES)
    return _in(
        dose,
        [
            no_time("TIME"),
            NO_DOSE,
            RowTest(checks.ROUTE, no_route),
            RowTest(checks.DURATION, _infinite("DURATION") | (C("DURATION") < 0)),
            RowTest(checks.TAU, _infinite("TAU") | (C("TAU") <= 0)),
            RowTest(checks.PLANNED_TIME, _infinite("TIMENOM")),
            _none_of(checks.FIRST_FLAG, "FIRSTFL", *FLAGS),
        ],
    )


def interval_rules(asked: pl.DataFrame, keys: Sequence[str]) -> list[RowTest]:
    """What an interval must be; the results of one are found by keys, START and END alone."""
    end = C("END").fill_null(float("inf"))
    # a partial area has codes of its own, so it may have the ends of a profile
    is_part = C("KIND") == "PART" if "KIND" in asked.columns else pl.lit(value=False)
    kind = is_part.fill_null(value=False) | (
        pl.lit(value="KIND" not in asked.columns) & end.is_finite()
    )
    if "KIND" in asked.columns:
        kind = pl.when(C("KIND").fill_null("") == "").then(end.is_finite()).otherwise(kind)
    again = pl.struct(*keys, C("START") + 0.0, end, kind.alias("_PART")).is_duplicated()
    backward = C("END").is_nan() | (C("END") <= C("START"))
    open_end = C("END").is_null() | C("END").is_infinite()
    return _in(
        asked,
        [
            no_time("START"),
            RowTest(checks.BACKWARD, backward),
            _none_of(checks.KIND, "KIND", *INTERVAL_KINDS, ""),
            RowTest(checks.OPEN_PART, (C("KIND") == "PART") & open_end),
            RowTest(checks.INTERVAL_TWICE, again),
        ],
    )


def needs_lloq(options: Options) -> bool:
    """Does a BLQ rule put a share of the limit of quantification, or the terminal line lie below it?"""
    if options.lambda_z.method == "tobit":
        return True
    chosen = options.blq_rule
    rules: tuple[object, ...]
    if isinstance(chosen, BlqAroundPeak):
        rules = (chosen.before_tmax, chosen.after_tmax)
    else:
        rules = (chosen.first, chosen.middle, *first_and_then(chosen.last))
    return any(isinstance(r, str) and SHARE_OF_LLOQ.get(r, 0.0) > 0 for r in rules)


def excluded(conc: pl.DataFrame) -> pl.Expr:
    """Left out of everything by its flag."""
    if "EXCLFL" in conc.columns:
        return (pl.col("EXCLFL") == "Y").fill_null(value=False)
    return pl.lit(value=False)


def is_blq(conc: pl.DataFrame) -> pl.Expr:
    """A result below the limit: flagged so, an exact zero, or a number below its own limit."""
    flag = C("BLQ") == 1 if "BLQ" in conc.columns else None
    limit = C("LLOQ") if "LLOQ" in conc.columns else None
    return blq.is_blq(blq.Result(C("CONC"), flag=flag, limit=limit))


def once(grouped: Grouped, same: Sequence[str]) -> Grouped:
    """Without what stands again at the same time with the same values: a copied record counts once.

    An analysis table has the predose sample twice, as the end of one dose and the start of the next
    (ADaM, DTYPE COPY).
    """
    again = grouped.time[1:] - grouped.time[:-1] <= SAME_TIME
    again[grouped.heads[1:] - 1] = False
    if not again.any():
        return grouped
    frame = grouped.frame
    known = [c for c in same if c in frame.columns]
    rows = frame.select(
        pl.all_horizontal(
            pl.lit(value=True), *(C(c).ne_missing(C(c).shift()).not_() for c in known)
        )
    ).to_series()
    copy = np.append(False, again) & rows.to_numpy()
    if not copy.any():
        return grouped
    head = np.zeros(len(copy), bool)
    head[grouped.heads] = True
    kept = frame.filter(pl.Series(~copy))
    return Grouped(kept, grouped.time[~copy], np.flatnonzero(head[~copy]), grouped.keys)


def check_duplicates(grouped: Grouped, keys: Sequence[str], table: Named) -> None:
    """Two rows of one group at one time: nobody but the user can say which holds.

    Raises:
        DataError: all such rows.
    """
    same = grouped.time[1:] - grouped.time[:-1] <= SAME_TIME
    same[grouped.heads[1:] - 1] = False
    if not same.any():
        return
    bad = grouped.frame.filter(pl.Series(np.append(same, False) | np.append(False, same)))
    check = replace(
        checks.SAME_TIME_TWICE, words=f"two {table.what} at one time", allowed=table.allowed
    )
    raise_if_any(finding(bad.sort(*keys, "TIME", ROW), keys, table.name, check))


def stop_if_any(
    frame: pl.DataFrame, keys: Sequence[str], name: str, tests: Sequence[RowTest]
) -> None:
    """Stop at rows that fail a test.

    Raises:
        DataError: all such rows.
    """
    if found := _all_faults(frame, keys, name, tests):
        raise_if_any(all_findings(found))


def _all_faults(
    frame: pl.DataFrame, keys: Sequence[str], name: str, tests: Sequence[RowTest]
) -> list[pl.DataFrame]:
    """The findings of every test that some row fails; a sound table is looked through once.

    A row of the file that stands for several profiles is found once.
    """
    broken = frame.select(t.wrong.any().alias(str(i)) for i, t in enumerate(tests)).row(0)
    return [
        finding(
            frame.filter(test.wrong).unique(ROW, keep="first", maintain_order=True),
            keys,
            name,
            test.check,
        )
        for test, some in zip(tests, broken, strict=True)
        if some
    ]


def finding(bad: pl.DataFrame, keys: Sequence[str], name: str, check: Check) -> pl.DataFrame:
    """Rows that fail a check, each with its place (`ROW`)."""
    # The profile as a reader would name it: the key columns side by side.
    who = (
        pl.concat_str([pl.col(k).cast(pl.String) for k in keys], separator=" ", ignore_nulls=True)
        if keys
        else pl.lit(None, dtype=pl.String)
    )
    return findings_at(
        bad,
        check,
        table=name,
        file=name,
        row=pl.col(ROW),
        subject=who,
        value=pl.col(str(check.column)).cast(pl.String),
    )
