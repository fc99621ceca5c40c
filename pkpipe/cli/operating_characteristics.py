"""`pkpipe operating-characteristics`: what an escalation design does under a scenario, exact or simulated."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.disk import write_text
from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics.calendar import Accrual, calendar_characteristics
from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.scenario import SCENARIO_COLUMNS, Scenario, read_scenario
from pkpipe.escalation.characteristics.simulate_graph import simulated_characteristics
from pkpipe.escalation.comparators.context import comparator_characteristics
from pkpipe.escalation.engine.design import Design, boundary_lines
from pkpipe.finding.table import all_findings, raise_if_any
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.file_reading.escalation_file import load_plan
from pkpipe.reading.files import suffix_of
from pkpipe.reading.verb_tables import read_known
from pkpipe.store.files import write_table

PROTOCOL: Final = "protocol"

# More trials say nothing more: at 10^7 the standard error is in the fourth decimal. The calendar and the
# comparators hold every level of every trial at once.
MOST_TRIALS: Final = 10_000_000
MOST_CELLS: Final = 6_000_000
EXAMPLE: Final = """example:
  pkpipe operating-characteristics --protocol plain_3p3.yaml --scenario rates.csv -o oc.csv --exact
  pkpipe operating-characteristics --protocol config/bat6026.yaml --scenario rates.csv -o oc.csv \\
      --simulate 100000 --seed 1 --accrual 3 --leaving 0.1 --comparators

SCENARIO: level, p_dlt, optional p_grade2 (related grade 2 or more of a titrated subject, DLTs included);
optional scenario: several in one file, then OUT has that column first. --figure draws them side by side.
OUT: quantity, level, value: P_MTD, P_MAD_reached, P_no_tolerable_dose, E_n, E_dlt, totals, P_n_total (level
holds n), where titration ends. When simulated with the Monte Carlo standard error se.
--exact takes any number of levels without titration and without a table; with them, a design of more than
3 000 000 states is refused at once.
--accrual (candidates a month) adds the calendar: duration, waiting, replaced and turned away subjects.
--comparators adds BOIN, mTPI-2 and the CRM as context (column design; escalation.target_dlt_rate is needed).
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog}"
    parser.add_argument("--protocol", type=Path, required=True, metavar="FILE", help="the design")
    parser.add_argument(
        "--scenario",
        type=Path,
        required=True,
        metavar="FILE",
        help="level, p_dlt, optional p_grade2",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="the characteristics, one table",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--exact", action="store_true", help="exact (the default)")
    how.add_argument("--simulate", type=int, metavar="N", help="N simulated trials")
    parser.add_argument("--seed", type=int, metavar="S", help="seed, needed to simulate")
    parser.add_argument("--accrual", type=float, metavar="PER_MONTH", help="candidates a month")
    parser.add_argument("--leaving", type=float, metavar="P", help="chance to leave the window (0)")
    parser.add_argument(
        "--patience",
        type=float,
        metavar="DAYS",
        help="longest wait (no limit)",
    )
    parser.add_argument(
        "--figure", type=Path, metavar="SVG", help="draw where trials end, by scenario"
    )
    parser.add_argument(
        "--comparators", action="store_true", help="add BOIN, mTPI-2, CRM as context"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, compute, write.

    Raises:
        ConfigError: arguments that do not go together, a protocol or scenario that cannot be used.
        DataError: a scenario with wrong rows.
    """
    suffix_of(arguments.output)
    _check(arguments)
    plan = load_plan(arguments.protocol)
    for line in boundary_lines(plan):
        print(line, file=sys.stderr)
    design = Design.of(plan)
    _check_size(arguments, design.levels)
    found = pl.concat(
        _characteristics(arguments, plan, design, scenario).select(
            pl.lit(name, dtype=pl.String).alias("scenario"), pl.all()
        )
        for name, scenario in _scenarios(arguments.scenario, design)
    )
    if arguments.figure is not None:
        from pkpipe.report.figures.designs import selection_by_level

        own = found.filter(pl.col("design") == PROTOCOL) if "design" in found.columns else found
        write_text(selection_by_level(own), arguments.figure)
    unnamed = found["scenario"].is_null().all()
    write_table(found.drop("scenario") if unnamed else found, arguments.output)
    return 0


def _scenarios(path: Path, design: Design) -> list[tuple[str | None, Scenario]]:
    """Every scenario of a file, in its order; all findings of all of them at once."""
    rows = read_known(path, SCENARIO_COLUMNS).with_row_index("ROW", offset=2)
    parts = rows.partition_by("scenario", maintain_order=True) or [rows]
    read = [(part, *read_scenario(part, design, path.name)) for part in parts]
    raise_if_any(all_findings(findings for _, _, findings in read))
    return [(part["scenario"][0], scenario) for part, scenario, _ in read if scenario is not None]


def _check(arguments: argparse.Namespace) -> None:
    if arguments.simulate is not None and arguments.seed is None:
        raise ConfigError("--seed: is missing (a simulation must be repeatable)")
    if arguments.simulate is None and (arguments.accrual is not None or arguments.comparators):
        raise ConfigError("--accrual, --comparators: are simulated, give --simulate N --seed S")
    if arguments.accrual is None and (
        arguments.leaving is not None or arguments.patience is not None
    ):
        raise ConfigError(
            "--leaving, --patience: are of the calendar, give --accrual PER_MONTH too"
        )


def _check_size(arguments: argparse.Namespace, levels: int) -> None:
    """What cannot be held in memory, or would take days, is refused before it is begun."""
    trials = arguments.simulate
    if trials is None:
        return
    beside = arguments.accrual is not None or arguments.comparators
    most = min(MOST_TRIALS, MOST_CELLS // levels) if beside else MOST_TRIALS
    if trials > most:
        with_what = " with --accrual or --comparators" if beside else ""
        raise ConfigError(
            f"--simulate: is {trials}, of {levels} levels (allowed{with_what}: 1 to {most}; at {most} trials "
            f"the standard error of a probability is at most {0.5 / math.sqrt(most):.1g}); give fewer "
            "trials, or a design of fewer levels, or leave it out: --exact needs no trials"
        )


def _characteristics(
    arguments: argparse.Namespace, plan: EscalationPlan, design: Design, scenario: Scenario
) -> pl.DataFrame:
    if arguments.simulate is None:
        return exact_characteristics(design, scenario).drop("se")
    trials, seed = arguments.simulate, arguments.seed
    parts = [simulated_characteristics(design, scenario, trials, seed)]
    if arguments.accrual is not None:
        accrual = Accrual(
            arguments.accrual,
            0.0 if arguments.leaving is None else arguments.leaving,
            math.inf if arguments.patience is None else arguments.patience,
        )
        parts.append(calendar_characteristics(plan, scenario, accrual, trials, seed))
    found = pl.concat(parts)
    if not arguments.comparators:
        return found
    others = comparator_characteristics(design, scenario, trials, seed)
    return pl.concat([found.with_columns(design=pl.lit(PROTOCOL)), others])
