"""The arguments of `pkpipe nca`: their help, and what the words after them say."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pkpipe.errors import ConfigError
from pkpipe.nca.further_analyses.excretion import ExcretionUnits
from pkpipe.nca.given_tables.collected_matrices import measured_units
from pkpipe.nca.handed_out import Wanted
from pkpipe.nca.results.result_units import split_units
from pkpipe.protocol.nca_options import Options
from pkpipe.units import StudyUnits

EXAMPLE: Final = """example:
  pkpipe nca conc.csv dose.csv -o pp.csv --units CONC=ug/mL DOSE=mg TIME=h CLO=mL/min
  pkpipe nca conc.csv dose.csv -o pp.csv --keep COHORT --parameters CMAX TMAX AUCIFO LAMZHL --digits 4
  pkpipe nca conc.parquet dose.parquet -o pp.parquet --by USUBJID --by ANALYTE --options nca.yaml

CONC: keys, TIME, CONC; optional BLQ (0/1), LLOQ, TIMENOM, TIMERULE (actual, nominal: of this sample, whatever
time_basis says), NOMWIN (its own nominal_window), LAMZFL (Y: exactly these points, N: never this
one), EXCLFL (Y: left out) with EXCLRSN.  DOSE: keys, TIME, DOSE, ROUTE (extravascular, iv_bolus,
iv_infusion); optional DURATION (without the column: 0), TAU, TIMENOM, FIRSTFL (Y: nothing was given before,
N: something was, whatever the table lists).  INTERVALS: keys, START, END (empty: to infinity, whatever doses
follow), KIND (SD, MD, PART); each START and END of a profile once.  Times are in the unit of --time-unit.
Keys: --by, or all other columns that CONC and DOSE share, and those of CONC that name an analyte or a matrix
(PCTESTCD, PCTEST, PCSPEC, PARAMCD, PARAM, ANALYTE, MATRIX, ...): one dose table serves them all.
BLQ: 0, BLQ = 1, a number below its LLOQ, or a word in CONC (BLQ, <LLOQ; <0.5 says the LLOQ; --blq-text ND).
A sample that stands twice with one time and value counts once.
A row of DOSE 0 beside other doses is no dose. TAU holds for later doses too, where their cell is empty.
CMIN, fluctuation, swing, CAVG, CTROUGH and, of KIND MD, CMAX and TMAX are those of TAU, also where samples go
on behind it; the terminal slope, TLST and areas to infinity use all of them.
UNITS: TIME, CONC and DOSE are those of the files; any parameter may be wanted in another unit of its kind, as
CDISC, UCUM or UDUNITS spell it (ug/mL, mcg/mL, [iU]/L, ug.h/mL, L h-1, nmol/L, HOURS). A column WEIGHT (kg)
or BSA (m2) in DOSE leads from mg/kg or mg/m2 to L and back, --molar-mass (g/mol) from mass to amount.
URINE AND FAECES: rows of CONC with VOLUME (of faeces: weight) and TIMEEND (TIME is the start of a
collection), or with AMOUNT. Amount, percent of the dose, rates, areas under them, and the renal clearance
against the plasma of the same subject. --units VOLUME=mL AMOUNT=mg EXCRETA=ug/mL (EXCRETA: CONC of the
collections, if not that of plasma).
SPARSE (--sparse): one row a subject (USUBJID) and time; groups by --by. The mean curve by the linear rule,
its standard error by batches of animals with the same times, Satterthwaite's degrees of freedom, 90 % limits;
with --bootstrap N --seed S also bias, error and limits of N data sets drawn again within the batches.
DRUG EFFECT (--effect): CONC is a response in any unit, be it negative (--rename CONC=EFFECT). Areas and times
above and below its baseline (effect: in OPTIONS; or a column RBASE in DOSE) and a threshold, by the linear
rule; onset and offset; slopes between two times.
REPORT (--report FILE.html or .pdf): every profile, linear and logarithmic, with its terminal fit; curves and
means; tables by group (the columns of --keep, and keys that are no subject); what was left out; settings.
OPTIONS (YAML; docs/options.md; the keys of `nca:` in a study file), with what holds if a key is left out; h
is hours whatever --time-unit says:
  auc_method: linear_up_log_down    # linear, linear_log
  blq: {first: keep, middle: drop, last: keep}   # or zero, half_lloq (all: docs/options.md), a number; or
                                    # {before_tmax: keep, after_tmax: drop}; or LOQ1 to LOQ5
  start: {infusion: zero, extravascular: zero, bolus: back_extrapolate, later_dose: none}
  predose_to_start: true            # predose_window: h
  lambda_z: {min_points: 3, r2adj_tolerance: 1.0e-4, cmax: exclude, during_infusion: exclude, rising: ignore}
                                    # max_points, not_before: h; weights: uniform, 1/y, 1/y2;
                                    # method: log_linear, tobit (a BLQ is a point below its LLOQ)
  tau_edge: {min_coverage: 0.8}     # trough_window, eoi_window: h
  partial_areas: []                 # [{start: 0, end: 24}]: h after every dose, as KIND PART in INTERVALS
  accept: {}                        # samples_min, r2adj_min, span_min, span_reject, extrapolated_max,
                                    # extrapolated_reject, half_life_within_window
  time_basis: actual                # nominal, nominal_if_within (nominal_window: h) by the TIMENOM of
                                    # CONC and DOSE; START and END are then nominal too
  effect: {baseline: predose}       # of --effect; predose_mean, a number; threshold, threshold_of_baseline:
                                    # a response, a share; slopes: [{start: 2, end: 8, scale: linear}]: h
Columns of other names: --rename TIME=time_h CONC=conc, for every file that has such a column.
OUT: keys, START, END, PPTESTCD, PPTEST, PPSTRESN, PPSTRESU, PPSTAT, PPREASND, STATUS, REASON; one row a
parameter. --wide: one row an interval, one column a parameter, without status and reasons.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog}"
    parser.add_argument("conc", type=Path, metavar="CONC", help="concentrations")
    parser.add_argument("dose", type=Path, metavar="DOSE", help="doses")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="OUT", help="parameters")
    parser.add_argument("--intervals", type=Path, metavar="FILE", help="default: one a dose")
    parser.add_argument("--options", type=Path, metavar="FILE", help="YAML")
    parser.add_argument("--by", action="append", nargs="+", metavar="COL", help="key columns")
    parser.add_argument(
        "--rename",
        action="append",
        nargs="+",
        metavar="NAME=COLUMN",
        help="the files call NAME otherwise; in every file that has COLUMN",
    )
    parser.add_argument(
        "--blq-text",
        action="append",
        nargs="+",
        metavar="WORD",
        help="further words in CONC for below the limit of quantification, such as ND",
    )
    parser.add_argument(
        "--sparse",
        action="store_true",
        help="few samples of each subject: one area a group of --by, with its standard error",
    )
    parser.add_argument(
        "--bootstrap",
        type=int,
        metavar="N",
        help="of --sparse: N data sets drawn again within batches; bias, standard error, percentile limits",
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="of the random numbers of --bootstrap"
    )
    parser.add_argument(
        "--effect",
        action="store_true",
        help="CONC is a response to the drug: areas and times about its baseline and a threshold, slopes",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="FILE.html or FILE.pdf: profiles with their fits, curves, tables by group, settings",
    )
    parser.add_argument(
        "--at",
        type=float,
        nargs="+",
        metavar="H",
        help="hours after START at which a concentration is estimated, for --estimates",
    )
    parser.add_argument(
        "--estimates",
        type=Path,
        metavar="FILE",
        help="a second table: keys, START, END, TIME, CONC at every --at, HOW it was found, REASON",
    )
    parser.add_argument("--wide", action="store_true", help="one column a parameter")
    parser.add_argument(
        "--units",
        action="append",
        nargs="+",
        metavar="NAME=UNIT",
        help="of TIME, CONC and DOSE as they are in the files, and of parameters as they are wanted",
    )
    parser.add_argument(
        "--molar-mass",
        action="append",
        nargs="+",
        metavar="G_PER_MOL",
        help="of everything, or by analyte as NAME=G_PER_MOL",
    )
    parser.add_argument(
        "--parent",
        metavar="NAME",
        help="an analyte: the others get their ratios to it, in mol with --molar-mass of each",
    )
    parser.add_argument(
        "--keep",
        action="append",
        nargs="+",
        metavar="COL",
        help="columns of CONC or DOSE to carry to OUT, one value a profile",
    )
    parser.add_argument(
        "--parameters",
        action="append",
        nargs="+",
        metavar="CODE",
        help="only these, in this order (docs/nca_parameters.md lists them)",
    )
    parser.add_argument(
        "--digits",
        type=int,
        metavar="N",
        help="adds PPSTRESC: the value as text in N significant digits; PPSTRESN stays as computed",
    )
    parser.add_argument("--conc-unit", metavar="UNIT", help="as --units CONC=UNIT")
    parser.add_argument("--dose-unit", metavar="UNIT", help="as --units DOSE=UNIT")
    parser.add_argument("--time-unit", metavar="UNIT", help="as --units TIME=UNIT; default: h")


def options_of(path: Path | None) -> Options:
    """The options of a file, or those that hold without one.

    Raises:
        ConfigError: an unknown key, or a value that cannot be.
    """
    if path is None:
        return Options()
    from pkpipe.protocol.file_reading.loader import load_document, validated

    return validated(Options, load_document(path), path)


def words_of(given: Sequence[Sequence[str]] | None) -> tuple[str, ...]:
    """The words of an argument that may be repeated, each of them with several."""
    return tuple(dict.fromkeys(word for group in given or () for word in group))


def named_words(
    given: Sequence[Sequence[str]] | None, argument: str, example: str
) -> dict[str, str]:
    """Words of the form NAME=VALUE.

    Raises:
        ConfigError: a word of another form, or a name that stands twice.
    """
    found: dict[str, str] = {}
    for word in words_of(given):
        name, _, value = word.partition("=")
        if not name or not value:
            raise ConfigError(f"{argument} {word}: NAME=VALUE is wanted, e.g. {example}")
        if name in found:
            raise ConfigError(f"{argument}: {name} is given twice ({found[name]}, {value})")
        found[name] = value
    return found


def units_of(
    arguments: argparse.Namespace,
) -> tuple[StudyUnits, ExcretionUnits, dict[str, str]]:
    """The units of the files, those of collections, and the units that parameters are wanted in.

    Raises:
        ConfigError: a unit that cannot be, or two for one thing.
    """
    measured, results = split_units(named_words(arguments.units, "--units", "CONC=ug/mL"))
    if arguments.effect:  # a response has a unit of its own kind
        measured.pop("CONC", None)
    for name in ("conc", "dose", "time"):
        stated, here = getattr(arguments, f"{name}_unit"), measured.get(name.upper())
        if stated and here and stated != here:
            raise ConfigError(
                f"--{name}-unit {stated} and --units {name.upper()}={here}: give one of them"
            )
        if stated:
            measured[name.upper()] = stated
    return *measured_units(measured), results


def wanted_of(arguments: argparse.Namespace, results: dict[str, str]) -> Wanted:
    """What is to be handed out.

    Raises:
        ConfigError: a molar mass that is no number above 0, digits outside 1 to 17.
    """
    if arguments.digits is not None and not 1 <= arguments.digits <= 17:
        raise ConfigError(f"--digits {arguments.digits} (allowed: 1 to 17)")
    if arguments.parent is not None and (arguments.wide or arguments.sparse):
        raise ConfigError(
            "--parent adds rows to the long table of profiles: no --wide, no --sparse"
        )
    if arguments.digits is not None and arguments.wide:
        raise ConfigError("--digits adds a column to the long table: leave out --wide")
    codes = tuple(code.upper() for code in words_of(arguments.parameters))
    return Wanted(words_of(arguments.keep), codes, results, molar_masses(arguments))


def molar_masses(arguments: argparse.Namespace) -> float | dict[str, float] | None:
    """One molar mass, or one of each analyte.

    Raises:
        ConfigError: what is no number above 0.
    """
    words = words_of(arguments.molar_mass)
    if not words:
        return None
    if len(words) == 1 and "=" not in words[0]:
        return _mass(words[0])
    by_name = named_words(arguments.molar_mass, "--molar-mass", "MMAE=717.98")
    return {name: _mass(text) for name, text in by_name.items()}


def _mass(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value > 0 and math.isfinite(value)):
        raise ConfigError(f"--molar-mass {text}: a number above 0 in g/mol is wanted")
    return value
