"""`pkpipe km`: Kaplan-Meier summary of one table of times, and what lies between its groups."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.survival.between import compared, hazard_ratios
from pkpipe.survival.km import CONFS, curves
from pkpipe.survival.summary import ALL, Reading, summary
from pkpipe.tables.files import write_table
from pkpipe.tables.findings import FINDINGS_SCHEMA, all_findings, raise_if_any
from pkpipe.tables.typed import Column, read_known

# Columns that tell several readings of one subject apart.
SERIES: Final = ("PARAMCD", "SCHEME", "PARQUAL", "EVAL", "EVALID", "CRIT")
NO_GROUP: Final = "(missing)"
EXAMPLE: Final = """example:
  pkpipe km adtte.csv -o km.csv --by COHORT --at 91 182 --time AVAL --cnsr CNSR
  pkpipe km lung.csv -o km.csv --time time --event event --by group --at 180 365 --cox female

  TTE   one row a subject; --event: 1 event, 0 censored; --cnsr the other way round (ADaM: 0 event).
        A table with several PARAMCD or SCHEME needs --param and --scheme; a subject in several rows (PFS by
        investigator and by review) needs --where PARQUAL=INVESTIGATOR or --by PARQUAL. Columns not named are
        looked for: AVAL or time; CNSR or event. A row without --by is the group "(missing)".
  OUT   long: GROUP (ALL = everybody), STAT, AT, ESTIMATE, SE, LOWER, UPPER, NOTE.
        N EVENTS CENSORED MEDIAN Q25 Q50 Q75 (share with an event) FOLLOWUP FOLLOWUP_Q25.. (reverse
        Kaplan-Meier); at each --at: SURV NRISK (time >= AT) CUMEVENTS CUMCENSORED RMST; RMST at the last time
        too; between the groups LOGRANK_CHISQ LOGRANK_DF LOGRANK_P, the same as PETO_... (weight S(t-)), and
        with --cox HR, HR_P, COX_LR_CHISQ, COX_SCORE_CHISQ, COX_WALD_CHISQ.
        A number that is not reached or not defined is empty, with a NOTE. After a group's last time SURV
        and RMST carry the last value forward, with a NOTE; --min-at-risk N makes them empty where fewer
        than N are at risk.
  MEDIAN is what R prints; Q50 is its quantile(), which differs where a curve ends exactly at a half.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog or ''}"
    parser.add_argument("tte", metavar="TTE", type=Path, help="times, one row a subject")
    parser.add_argument("-o", "--out", required=True, type=Path, help="file for the summary")
    parser.add_argument("--time", metavar="COL", help="column of the time (default AVAL, or time)")
    flag = parser.add_mutually_exclusive_group()
    flag.add_argument("--event", metavar="COL", help="column that is 1 for an event")
    flag.add_argument("--cnsr", metavar="COL", help="column that is 0 for an event (ADaM CNSR)")
    parser.add_argument("--by", metavar="COL", help="column of the group")
    parser.add_argument(
        "--at",
        metavar="T",
        type=float,
        nargs="+",
        action="extend",
        default=[],
        help="times to read, several or repeated",
    )
    parser.add_argument("--conf", choices=CONFS, default="log-log", help="scale of the limits")
    parser.add_argument("--level", type=float, default=0.95, help="confidence level (default 0.95)")
    parser.add_argument(
        "--min-at-risk", type=int, metavar="N", help="fewest at risk for SURV and RMST"
    )
    parser.add_argument("--param", help="keep the rows with this PARAMCD")
    parser.add_argument("--scheme", help="keep the rows with this SCHEME")
    parser.add_argument(
        "--where",
        metavar="COLUMN=VALUE",
        action="append",
        default=[],
        help="keep the rows with this value, e.g. PARQUAL=INVESTIGATOR; may be repeated",
    )
    parser.add_argument("--cox", metavar="REFERENCE", help="hazard ratios against this group")
    parser.add_argument("--ties", choices=("efron", "breslow"), default="efron", help="for --cox")
    parser.add_argument(
        "--curve", type=Path, metavar="FILE", help="write every step of the curves too"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, check, estimate, write."""
    if not 0 < arguments.level < 1:
        raise ConfigError(f"--level is {arguments.level} (allowed: between 0 and 1, e.g. 0.95)")
    wrong = [t for t in arguments.at if not (math.isfinite(t) and t >= 0)]
    if wrong:
        raise ConfigError(f"--at is {wrong[0]} (allowed: a time, 0 or later)")
    frame = _read(arguments)
    reading = Reading(
        conf=arguments.conf,
        level=arguments.level,
        at=tuple(arguments.at),
        min_at_risk=arguments.min_at_risk,
    )
    whole = frame.with_columns(GROUP=pl.lit(ALL))
    grouped = arguments.by is not None
    # Groups that are readings of the same subjects are nobody together, and are not compared.
    once = not frame["USUBJID"].drop_nulls().is_duplicated().any()
    if grouped and not once:
        print(
            f"{arguments.tte.name}: a subject is in several {arguments.by}: neither ALL nor a test "
            "between groups is given",
            file=sys.stderr,
        )
    named = frame.filter(pl.col("GROUP") != NO_GROUP)
    parts = [summary(whole, reading)] if once or not grouped else []
    if grouped:
        parts += [*([compared(named)] if once else []), summary(frame, reading)]
    if arguments.cox is not None:
        _check_reference_group(named, arguments, once=once)
        parts.append(hazard_ratios(named, arguments.cox, arguments.ties, arguments.level))
    write_table(pl.concat(parts), arguments.out)
    if arguments.curve is not None:
        alone = [whole] if once or not grouped else []
        everyone = pl.concat([*alone, frame] if grouped else [whole])
        table = curves(everyone, "TIME", "EVENT", ["GROUP"], arguments.conf, arguments.level)
        write_table(table.drop("SELOG"), arguments.curve)
    return 0


def _read(arguments: argparse.Namespace) -> pl.DataFrame:
    """GROUP, TIME, EVENT as the arguments name them."""
    path: Path = arguments.tte
    whose = (Column("USUBJID", called=("SUBJID", "SUBJECT")),)
    there = read_known(path, whose)
    present = [c for c in there.columns if c != "USUBJID" or there[c].count()]
    time = arguments.time or _found(path, present, "--time", ("AVAL", "time", "TIME"))
    if arguments.cnsr is None and arguments.event is None:
        flag = _found(path, present, "--event or --cnsr", ("CNSR", "event", "EVENT"))
        event, censor = (None, flag) if flag == "CNSR" else (flag, None)
    else:
        event, censor = arguments.event, arguments.cnsr
    names = [Column(time, "number", required=True)]
    names.append(Column(str(event or censor), "number", required=True))
    names += [Column(c, required=True) for c in (arguments.by,) if c is not None]
    frame = _chosen(read_known(path, [*names, *whose], row="ROW"), arguments)
    flag_value = pl.col(str(event or censor))
    # ADaM: 0 is the event, any other CNSR a kind of censoring.
    happened = flag_value if censor is None else (flag_value == 0).cast(pl.Float64)
    group = pl.lit(ALL) if arguments.by is None else pl.col(arguments.by).cast(pl.String)
    raise_if_any(
        all_findings(
            [
                _impossible(frame, path, time, str(event or ""), censored=censor is not None),
                _twice(frame, path, arguments.by),
            ]
        )
    )
    table = frame.select("USUBJID", GROUP=group, TIME=pl.col(time), EVENT=happened)
    _say_what_is_missing(table, path, arguments.by)
    return table.with_columns(GROUP=pl.col("GROUP").fill_null(NO_GROUP))


def _say_what_is_missing(table: pl.DataFrame, path: Path, by: str | None) -> None:
    """Rows that no number rests on.

    Raises:
        DataError: there is no other row.
    """
    lost = table.select((pl.col("TIME").is_null() | pl.col("EVENT").is_null()).sum()).item()
    if lost == table.height > 0:
        raise DataError(
            f"{path}: no row with a time and an event flag, of {table.height} rows "
            "(allowed: one row a subject, both filled)"
        )
    if lost:
        print(
            f"{path.name}: {lost} rows without a time or an event flag do not count",
            file=sys.stderr,
        )
    ungrouped = table["GROUP"].null_count()
    if ungrouped:
        print(
            f"{path.name}: {ungrouped} rows without {by} are the group {NO_GROUP}, in no test "
            "between groups",
            file=sys.stderr,
        )


def _found(path: Path, present: list[str], option: str, names: tuple[str, ...]) -> str:
    for name in names:
        if name in present:
            return name
    raise ConfigError(
        f"{path}: give {option}; no column {' or '.join(names)} (found: {', '.join(present)})"
    )


def _chosen(frame: pl.DataFrame, arguments: argparse.Namespace) -> pl.DataFrame:
    """The rows of one endpoint and scheme; several at once would count a subject more than once."""
    wheres = _wheres(arguments.where)
    asked = [("--param", "PARAMCD", arguments.param), ("--scheme", "SCHEME", arguments.scheme)]
    for option, column, wanted in (*asked, *wheres):
        if column not in frame.columns:
            if wanted is not None:
                raise ConfigError(
                    f"{arguments.tte}: {option} is given, but there is no column {column}"
                )
            continue
        values = frame[column].drop_nulls().cast(pl.String).unique().sort().to_list()
        if wanted is None and len(values) > 1 and arguments.by != column:
            raise ConfigError(
                f"{arguments.tte}: several {column} ({', '.join(map(str, values))}): "
                f"choose one with {option}"
            )
        if wanted is not None and wanted not in values:
            raise ConfigError(
                f"{arguments.tte}: {option} is '{wanted}' (found: {', '.join(map(str, values))})"
            )
        if wanted is not None:
            frame = frame.filter(pl.col(column).cast(pl.String) == wanted)
    return frame


def _wheres(given: list[str]) -> list[tuple[str, str, str]]:
    """What --where asks for, in the form of the other choices."""
    parts = [text.partition("=") for text in given]
    wrong = ["".join(p) for p in parts if not (p[0] and p[1] and p[2])]
    if wrong:
        raise ConfigError(
            f"--where is '{wrong[0]}' (allowed: COLUMN=VALUE, e.g. PARQUAL=INVESTIGATOR)"
        )
    return [("--where", column, value) for column, _, value in parts]


def _impossible(
    frame: pl.DataFrame, path: Path, time: str, event: str, *, censored: bool
) -> pl.DataFrame:
    """Times before 0 and event flags other than 0 and 1, one finding a row."""
    checks = [(time, pl.col(time) < 0, "a time before the start", "0 or more")]
    if not censored:
        checks.append((event, ~pl.col(event).is_in([0.0, 1.0]), "no event flag", "0 or 1"))
    who = (
        pl.col("USUBJID").cast(pl.String)
        if "USUBJID" in frame.columns
        else pl.lit(None, dtype=pl.String)
    )
    return pl.concat(
        frame.filter(wrong.fill_null(value=False)).select(
            CHECK=pl.lit("KM-VALUE"),
            SEVERITY=pl.lit("error"),
            TABLE=pl.lit("TTE"),
            FILE=pl.lit(path.name),
            ROW=pl.col("ROW").cast(pl.Int64),
            USUBJID=who,
            COLUMN=pl.lit(column),
            VALUE=pl.col(column).cast(pl.String),
            MESSAGE=pl.lit(message),
            ALLOWED=pl.lit(allowed),
        )
        for column, wrong, message, allowed in checks
    ).cast(FINDINGS_SCHEMA)


def _twice(frame: pl.DataFrame, path: Path, by: str | None) -> pl.DataFrame:
    """Rows of a subject that has one already: counted twice, a subject has two events."""
    kinds = [c for c in (by,) if c in SERIES]  # a group that is a reading of the same subjects
    key = ["USUBJID", *kinds]
    again = frame.filter(pl.col("USUBJID").is_not_null() & ~pl.struct(key).is_first_distinct())
    several = [c for c in SERIES if c in frame.columns and frame[c].n_unique() > 1]
    choose = f"choose with --where {several[0]}=..., or --by {several[0]}" if several else ""
    allowed = "; ".join(part for part in ("one row a subject", choose) if part)
    return again.select(
        CHECK=pl.lit("KM-TWICE"),
        SEVERITY=pl.lit("error"),
        TABLE=pl.lit("TTE"),
        FILE=pl.lit(path.name),
        ROW=pl.col("ROW").cast(pl.Int64),
        USUBJID="USUBJID",
        COLUMN=pl.lit("USUBJID"),
        VALUE="USUBJID",
        MESSAGE=pl.lit("the subject has a row already"),
        ALLOWED=pl.lit(allowed),
    ).cast(FINDINGS_SCHEMA)


def _check_reference_group(
    frame: pl.DataFrame, arguments: argparse.Namespace, *, once: bool
) -> None:
    if arguments.by is None:
        raise ConfigError("--cox compares groups: give --by too")
    if not once:
        raise ConfigError(f"--cox: a subject is in several groups of {arguments.by}")
    complete = frame.drop_nulls(["TIME", "EVENT"])["GROUP"].unique().sort().to_list()
    if arguments.cox not in complete:
        raise ConfigError(
            f"--cox is '{arguments.cox}', no such group (found: {', '.join(complete)})"
        )
