"""`pkpipe tte`: PFS, OS, duration of response and time to response from time-point responses and dates."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

import polars as pl
from pydantic import model_validator

from pkpipe.cli.tte_columns import ADAM, OVERALL, READER, REF, UNSEEN, of_the_parameter
from pkpipe.clinical.assessment_checks import ASKED_AGAIN
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.rows import unsaid
from pkpipe.finding.table import all_findings, lines_of
from pkpipe.protocol.file_reading.loader import load_document, validated
from pkpipe.protocol.response_options import Anchor, PartialDates
from pkpipe.protocol.survival_options import Days, Scheme, TteChoices
from pkpipe.reading.verb_files import of_the_analysis, plain_name
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.adam.survival import ENDED_BY
from pkpipe.schema.coded_words import same
from pkpipe.store.files import write_table
from pkpipe.survival import BY_SCHEME
from pkpipe.survival.options import COUNTING, FOLLOWS_ON, PlannedScans, TteOptions
from pkpipe.survival.times.candidate_dates import DATES
from pkpipe.survival.times.date_checks import findings
from pkpipe.survival.times.tte import time_to_event
from pkpipe.tumor.given_files import response_files, verb_checks, verb_columns
from pkpipe.tumor.options import ResponseOptions, in_terms
from pkpipe.tumor.response_analysis import analysed, leading_reader
from pkpipe.tumor.tables.listing import POINT_COLUMNS


def listed(items: Iterable[str]) -> str:
    """Items with commas between them, as lines of the help."""
    return textwrap.fill(", ".join(items), 110, initial_indent=" " * 8, subsequent_indent=" " * 8)


EXAMPLE: Final = f"""example:
  pkpipe tte --rs rs.csv --ref ref.csv -o adtte.csv --options tte.yaml

  RS    SDTM RS (USUBJID RSTESTCD RSSTRESC RSDTC RSEVAL ..), the timepoints.csv of `pkpipe recist`, or
        USUBJID, ADT, AVALC (of an ADRS the rows with PARAMCD OVR; who assessed in EVAL or PARQUAL)
  REF   USUBJID, TRTSDT, optional BASEFL (N: no baseline assessment), EOSREAS (LOST TO FOLLOW-UP ..),
{listed(f"{date.column} ({date.means})" for date in DATES if date.column != "TRTSDT")}
  OPTIONS (YAML), with what holds if a key is left out:
        endpoints: [PFS, OS, DOR, TTR]
        sensitivity: []        # further schemes: rows of PFS, DOR and TTR with their SCHEME
        scheme: A              # A documented progression, B planned dates, C investigator claims,
                               # E every progression or death, last_assessment (nothing but the last scan)
        anchor: treatment      # or randomization
        response: confirmed    # or unconfirmed: which responders DOR and TTR are of
        schedule:              # planned scans, to count missed ones (A, B); weeks from the start date
          every_weeks: 6
          until_week: 48
          then_every_weeks: 12
          window_days: 7       # or explicit: {{weeks: [6, 12, 18, 27], window_days: 7}}
        gap:                   # without planned scans: {{interval_days: 42, window_days: 7}}, a gap over
                               # 2 x interval + window is two missed
        missed: 2              # so many missed scans before an event censor it
        evaluator:             # RSEVAL that leads; empty: the investigator
        confirm_days: 28       # confirmation, as in pkpipe recist; also max_ne, accept_sd, sd_min_days
        partial_dates: last    # or first, ne (not evaluable)
  OUT   USUBJID PARAMCD PARAM SCHEME STARTDT ADT AVAL (days, end - start + 1) CNSR (0 event) EVNTDESC CNSDTDSC
        TRACE (every candidate date and the rule that won) CNSRRSN, which is
{listed(f"{code} {why}" for code, why in ENDED_BY.items())}
"""


class TteFile(TteChoices):
    """The file `--options` names; from `anchor` on, a study has these keys in `response` and `schedule`."""

    anchor: Anchor = "treatment"
    schedule: PlannedScans | None = None
    evaluator: str | None = None
    sd_min_days: Days = 42
    confirm_days: Days = 28
    max_ne: Days = 1
    accept_sd: bool = False
    partial_dates: PartialDates = "last"

    @model_validator(mode="after")
    def _one_way_to_count(self) -> TteFile:
        for scheme in self.schemes:
            TteOptions.of(self, scheme, self.anchor, self.schedule)
        return self

    def under(self, scheme: Scheme) -> TteOptions:
        """The choices under one of the schemes."""
        return TteOptions.of(self, scheme, self.anchor, self.schedule)


# What `pkpipe recist` writes beside a response.
RS_OTHERS: Final = f"{verb_columns.STANDARD}|{'|'.join(POINT_COLUMNS)}"


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog or ''}"
    parser.add_argument("--rs", type=Path, required=True, help="time-point responses")
    parser.add_argument("--ref", type=Path, required=True, help="dates of each subject")
    parser.add_argument("-o", "--out", type=Path, required=True, help="file for the result")
    parser.add_argument("--options", type=Path, help="choices, YAML")


def run(arguments: argparse.Namespace) -> int:
    """Read, derive, write."""
    choices = read_options(arguments.options)
    counting = [s for s in choices.schemes if s in COUNTING]
    if counting and not choices.under(counting[0]).counts_missed:
        print(
            f"pkpipe tte: scheme {', '.join(counting)}: missed assessments are not counted, "
            "for neither `schedule` nor `gap` is given",
            file=sys.stderr,
        )
    reference = _read_ref(arguments.ref, choices)
    rows = _read_rs(arguments.rs)
    response_files.check_subjects(arguments.rs, rows, arguments.ref, reference, choices.anchor)
    tables, found = [], []
    for scheme in choices.schemes:
        adtte, asked = _analysed(rows, reference, choices, scheme, arguments.rs)
        leads = scheme == choices.scheme
        tables.append(adtte if leads else adtte.filter(pl.col("PARAMCD").is_in(BY_SCHEME)))
        found += [asked] if leads else []
    write_table(pl.concat(tables), arguments.out)
    if "LSTALVDT" not in _names(arguments.ref) and "OS" in choices.endpoints:
        print(
            f"pkpipe tte: no LSTALVDT: {UNSEEN}",
            file=sys.stderr,
        )
    column = "RSDTC" if "RSSTRESC" in _names(arguments.rs) else "ADT"
    partial = response_files.partial_dates(rows, "RS", column, choices.partial_dates)
    said = all_findings([partial, *found])
    _say(said, {"RS": arguments.rs.name, "REF": arguments.ref.name, "ADTTE": arguments.out.name})
    return 0


def _analysed(
    rows: pl.DataFrame, reference: pl.DataFrame, choices: TteFile, scheme: Scheme, path: Path
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The times under one scheme, and what is asked about them."""
    options = choices.under(scheme)
    responses, confirmed, asked = _responses(rows, reference, choices, options, path)
    if "CONFDT" not in reference.columns:
        reference = reference.join(confirmed, on="USUBJID", how="left", maintain_order="left")
    adtte = time_to_event(responses, reference, options).drop("TRACEZH")
    doubted = unsaid(findings(responses, reference, adtte, options), asked, ASKED_AGAIN)
    return adtte, all_findings([asked, doubted])


def read_options(path: Path | None) -> TteFile:
    """The options of a file, or the defaults.

    Raises:
        ConfigError: a key that is unknown or a value that is not allowed.
    """
    return TteFile() if path is None else validated(TteFile, load_document(path), path)


def _read_ref(path: Path, options: TteFile) -> pl.DataFrame:
    given = _names(path)
    ref = response_files.read_reference(path, REF, options.anchor)
    return ref if "CONFDT" in given else ref.drop("CONFDT")


def _names(path: Path) -> set[str]:
    """The names of a file's columns as they are compared with those that are known."""
    return {plain_name(c) for c in read_known(path, (), may_be_empty=True).columns}


def _read_rs(path: Path) -> pl.DataFrame:
    """The responses as SDTM RS, whichever way they are given."""
    present = _names(path)
    if "RSSTRESC" in present:
        return response_files.read_table_of(path, verb_columns.RS, RS_OTHERS)
    if "AVALC" not in present:
        found = ", ".join(read_known(path, (), may_be_empty=True).columns)
        raise ConfigError(
            f"{path}: no response column (RSSTRESC, or ADT with AVALC; found: {found})"
        )
    rows = read_known(path, ADAM, row=response_files.ROW, may_be_empty=True)
    if "PARAMCD" in present:
        codes = rows["PARAMCD"].drop_nulls().unique().sort().to_list()
        if rows.height and not rows.select(same(pl.col("PARAMCD"), [OVERALL]).any()).item():
            raise DataError(
                f"{path}: no row with PARAMCD {OVERALL}, an overall response (found: {', '.join(codes)})"
            )
        rows = of_the_parameter(rows, path)
    rows = of_the_analysis(path, rows)
    return rows.select(
        response_files.ROW,
        "USUBJID",
        RSTESTCD=pl.lit(response_files.OVERALL),
        RSDTC="ADT",
        RSSTRESC="AVALC",
        RSEVAL=pl.coalesce(*READER),
    )


def _responses(
    rows: pl.DataFrame,
    reference: pl.DataFrame,
    choices: TteFile,
    options: TteOptions,
    path: Path,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The leading reader's responses; CONFDT, the first of each confirmed pair; what recist asks."""
    after: Literal["keep", "ignore"] = "keep" if options.scheme in FOLLOWS_ON else "ignore"
    rules = in_terms(
        ResponseOptions(
            anchor=choices.anchor,
            evaluator=choices.evaluator,
            sd_min_days=choices.sd_min_days,
            confirm_days=choices.confirm_days,
            max_ne=choices.max_ne,
            accept_sd=choices.accept_sd,
            partial_dates=choices.partial_dates,
            new_therapy=after,
        )
    )
    analysis = analysed(None, None, rows, reference, rules)
    outcome = analysis.reported
    response_files.stop_at(analysis.findings, "RS", path, analysis.lesions)
    if rows.height or set(options.endpoints) - {"OS"}:  # OS alone rests on dates
        response_files.check_responses(path, rows, outcome.timepoints, rules.criteria)
    reader = leading_reader(outcome.timepoints, rules)
    response_files.check_reader(path, outcome.timepoints, reader, rules)
    mine = pl.col("READER") == reader
    verb_checks.stop_at_mixed_sets(path.name, rows, rules.criteria)
    lost = verb_checks.left_out(rows, outcome.timepoints, reader, rules.criteria)
    points = outcome.timepoints.filter(mine & ~pl.col("UNDATED").fill_null(value=False))
    confirmed = outcome.best.filter(mine).select("USUBJID", CONFDT="CRSPDT")
    asked = all_findings([lost, analysis.findings])
    return points.select("USUBJID", "ADT", "AVALC", "SRCROW"), confirmed, asked


def _say(found: pl.DataFrame, names: dict[str, str]) -> None:
    """Queries one by one, notes as counts."""
    named = found.with_columns(
        FILE=pl.col("TABLE").replace_strict(names, default=None, return_dtype=pl.String)
    )
    for line in lines_of(named.filter(pl.col("SEVERITY") == "query"), most=20):
        print(f"query: {line}", file=sys.stderr)
    notes = named.filter(pl.col("SEVERITY") == "note").group_by("CHECK", "MESSAGE").len()
    for check, message, count in notes.sort("CHECK").iter_rows():
        print(f"note: {check}: {message} ({count} rows)", file=sys.stderr)
