"""`pkpipe km`: Kaplan-Meier summary of one table of times, and what lies between its groups."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Final, get_args

import polars as pl
from pydantic import ValidationError

from pkpipe.cli.km_checks import NO_GROUP
from pkpipe.cli.km_declared import asked_together, named_events
from pkpipe.cli.km_declared import configure as declared_arguments
from pkpipe.cli.km_results import (
    between_groups,
    between_groups_by_kind,
    of_kinds,
    ratios,
    together,
)
from pkpipe.cli.km_tables import read
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.faults import faults
from pkpipe.protocol.survival_options import CurveRules, Ties
from pkpipe.schema.adam.common import ALL
from pkpipe.store.files import write_table
from pkpipe.survival.competing_events.incidence import incidences
from pkpipe.survival.curves.curve_summary import Reading, few_counted, summary
from pkpipe.survival.curves.km import CONFS, curves

EXAMPLE: Final = """example:
  pkpipe km adtte.csv -o km.csv --by COHORT --at 91 182 --time AVAL --cnsr CNSR
  pkpipe km lung.csv -o km.csv --time time --event event --by group --at 180 365 --cox female
  pkpipe km trial.csv -o km.csv --by ARM --cox A --strata SITE ECOG --entry ENROLLED
  pkpipe km trial.csv -o km.csv --event STATUS --competing 1=relapse 2=death --at 12 24

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
  --strata: LOGRANK, PETO and HR compare within strata and add up; STRATA says how many there are.
  --entry: at risk at t are those with entry < t <= time; an empty entry is the start.
  --competing: OUT has a column KIND too. CIF at each --at and at the last time is the cumulative incidence
        (Aalen-Johansen) of a KIND, CIF_EVENTS its events; SURV and the other curves are of any event; tests
        are of any event, and with a KIND of that one, others censored. With ADaM: --cnsr CNSR --kind EVNTDESC
        --competing "Disease Progression=progression" Death=death.
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
        "--min-n-curve",
        type=int,
        default=1,
        metavar="N",
        help="a group of fewer subjects is counted, not estimated, and has no curve",
    )
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
    parser.add_argument("--ties", choices=get_args(Ties), default="efron", help="for --cox")
    declared_arguments(parser)
    parser.add_argument(
        "--curve", type=Path, metavar="FILE", help="write every step of the curves too"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, check, estimate, write."""
    rules = _rules(arguments)
    wrong = [t for t in arguments.at if not (math.isfinite(t) and t >= 0)]
    if wrong:
        raise ConfigError(f"--at is {wrong[0]} (allowed: a time, 0 or later)")
    asked_together(arguments, rules)
    frame = read(arguments, rules)
    at = tuple(arguments.at)
    reading = Reading(conf=rules.conf, level=rules.level, at=at, min_at_risk=rules.min_at_risk)
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
    everyone, parts = frame, []
    if grouped and once:
        whole = frame.with_columns(GROUP=pl.lit(ALL))
        everyone = pl.concat([whole, frame])
        parts = [_summary(whole, reading, rules), *between_groups(named, rules)]
    parts.append(_summary(frame, reading, rules))
    if arguments.cox is not None:
        _check_reference_group(named, arguments, once=once)
        parts.append(ratios(named, arguments.cox, rules))
    if rules.competing:
        parts.append(of_kinds(everyone, reading, rules))
        parts += between_groups_by_kind(named, arguments.cox, rules) if grouped and once else []
    write_table(together(parts, rules), arguments.out)
    _write_steps(everyone, arguments, rules)
    return 0


def _write_steps(everyone: pl.DataFrame, arguments: argparse.Namespace, rules: CurveRules) -> None:
    """The files of every step of the curves and of the incidences, where they are asked for."""
    enough = pl.col("TIME").count().over("GROUP") >= rules.min_n_curve
    shown = everyone.filter(enough) if rules.min_n_curve > 1 else everyone
    if arguments.curve is not None:
        table = curves(shown, "TIME", "EVENT", ["GROUP"], rules.conf, rules.level)
        write_table(table.drop("SELOG"), arguments.curve)
    if arguments.incidence is not None:
        kinds = list(rules.competing.values())
        steps = incidences(shown, kinds, ["GROUP"], rules.conf, rules.level)
        write_table(steps, arguments.incidence)


def _rules(arguments: argparse.Namespace) -> CurveRules:
    """The arguments as the options that a study file has too."""
    given = {name: getattr(arguments, name) for name in CurveRules.model_fields}
    given["competing"] = named_events(arguments.competing)
    try:
        return CurveRules.model_validate(given)
    except ValidationError as problem:
        told = [
            fault.words
            if not fault.keys
            else f"--{str(fault.keys[0]).replace('_', '-')} is {given[str(fault.keys[0])]} ({fault.words})"
            for fault in faults(problem, given, CurveRules)
        ]
        raise ConfigError("\n  ".join(told)) from problem


def _summary(frame: pl.DataFrame, reading: Reading, rules: CurveRules) -> pl.DataFrame:
    table = summary(frame, reading)
    if rules.min_n_curve == 1:
        return table
    of_group = pl.col("ESTIMATE").filter(pl.col("STAT") == "N").max().over("GROUP")
    return few_counted(table, of_group, rules.min_n_curve)


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
