"""`pkpipe escalate`: the decision for spelled states, or for dated subject records as of a date."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.cli.escalate_columns import DATED, STATE_COLUMNS, SUBJECT_COLUMNS, of_the_plan
from pkpipe.errors import ConfigError, DataError
from pkpipe.escalation.conformance.dated import dated_checks
from pkpipe.escalation.decision.decide_as_of import Decided, decided
from pkpipe.escalation.decision.decision_sentences import answer_frame
from pkpipe.escalation.decision.log import LOG_COLUMNS, log_findings, replayed
from pkpipe.escalation.decision.states_as_text import CASE_TWICE, NO_STATE, read_states
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design, boundary_lines
from pkpipe.escalation.engine.rules import INVALID_STATE
from pkpipe.escalation.subjects.checks import PARTIAL_DATE, record_findings
from pkpipe.escalation.subjects.parts import EXPANSION, found_in, in_count, part_findings, undosed
from pkpipe.escalation.subjects.said_elsewhere import (
    deaths_in_window,
    undated_dlts,
    undated_ends,
)
from pkpipe.finding.table import all_findings, findings_at, lines_of, raise_if_any
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.file_reading.escalation_file import load_plan
from pkpipe.reading.files import suffix_of
from pkpipe.reading.verb_files import plain_name, say
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema import dates
from pkpipe.sentences import CHINESE
from pkpipe.store.files import write_table

EXAMPLE: Final = """example:
  pkpipe escalate states.csv -o decisions.csv --protocol config/bat6026.yaml
  pkpipe escalate subjects.csv -o decision.csv --protocol trial.yaml --as-of 2026-06-30

STATES is one of two kinds, told by its columns:
  case_id, highest_open_level, current_level, levels     levels as A:n/y/g2/pend|B:n/y/g2/pend
  subject, level, first_dose, dlt_onset (empty: none), grade2_onset, left_window, optional death,
    dose_fraction, backfill (Y: a backfill subject, in no x/n unless escalation.backfill_counts)
    or part (ESCALATION, BACKFILL, EXPANSION: in no x/n), assessments_missed (in words), case_id;
    dlt_onset must be there, and grade2_onset where levels are titrated; others are named and not used
PROTOCOL: a study file, or one with only its escalation: section.
OUT: the row and decision, next_level, n_to_enrol, mtd, mad, mode, rules, assumptions, reason.
With subject records three tables more beside OUT: <name>_subjects, <name>_lookahead, <name>_conformance;
with --decisions FILE also <name>_log: each recorded decision against what the same data say now.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The arguments of the verb."""
    parser.epilog = f"{EXAMPLE}\n{parser.epilog}"
    parser.add_argument(
        "states", type=Path, metavar="STATES", help="states, or dated subject records"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="the decisions, a row a question",
    )
    parser.add_argument("--protocol", type=Path, required=True, metavar="FILE", help="the design")
    parser.add_argument("--as-of", metavar="DATE", help="date of the question (subject records)")
    parser.add_argument(
        "--decisions", type=Path, metavar="FILE", help="recorded decisions (subject records)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, decide, write.

    Raises:
        ConfigError: arguments that do not go together, or a protocol that cannot be used.
        DataError: states or records that cannot be.
    """
    suffix_of(arguments.output)
    plan = load_plan(arguments.protocol)
    for line in boundary_lines(plan):
        print(line, file=sys.stderr)
    known = read_known(arguments.states, ())
    if any(plain_name(c) == "LEVELS" for c in known.columns):
        if arguments.as_of or arguments.decisions:
            raise ConfigError(
                f"--as-of, --decisions: {arguments.states} holds states, which have no dates"
            )
        answers = spelled_answers(arguments.states, plan)
        write_table(answers, arguments.output)
        for line in lines_of(_no_states(answers, arguments.states.name), most=20):
            print(line, file=sys.stderr)
        return 0
    if not arguments.as_of:
        raise ConfigError(f"--as-of: {arguments.states} holds dated records, a date is needed")
    _dated(arguments, plan, _date(arguments.as_of))
    return 0


def spelled_answers(path: Path, plan: EscalationPlan) -> pl.DataFrame:
    """Every row of a table of spelled states with its answer."""
    rows = read_known(path, [of_the_plan(c, plan, ()) for c in STATE_COLUMNS])
    design = Design.of(plan)
    states, findings = read_states(design, rows, path.name)
    raise_if_any(findings)
    answers = answer_frame(states, decide(design, states))
    return pl.concat([rows.drop(answers.columns, strict=False), answers], how="horizontal")


def _no_states(answers: pl.DataFrame, file: str) -> pl.DataFrame:
    """Rows that spell no state of the design (R19), answered as such, and further states of one case."""
    rows = answers.with_columns(ROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
    case = pl.col("case_id")
    other = case.is_not_null() & (pl.col("levels") != pl.col("levels").first().over(case))
    none, reason = rows.filter(pl.col("decision") == INVALID_STATE), pl.col("reason")
    invalid = findings_at(none, NO_STATE, file=file, value=pl.col("levels"), message=reason)
    twice = findings_at(rows.filter(other), CASE_TWICE, file=file, row=pl.col("ROW"), value=case)
    return all_findings([invalid, twice])


def subject_records(path: Path, plan: EscalationPlan, as_of: datetime.date) -> pl.DataFrame:
    """Dated records as the room wants them, checked."""
    there = {plain_name(c) for c in read_known(path, ()).columns}
    given = {c.name for c in SUBJECT_COLUMNS if plain_name(c.name) in there}
    asked = [of_the_plan(c, plan, given) for c in SUBJECT_COLUMNS]
    rows = read_known(path, asked, row="ROW", others="")
    if rows.is_empty():
        raise DataError(f"{path}: no subject (allowed: one row a subject)")
    if plan.required_assessments and "assessments_missed" not in given:
        raise ConfigError(
            f"{path}: escalation.required_assessments is set, and the records have no column "
            "assessments_missed (what was missed in the window, in words; empty: nothing)"
        )
    known_names = [c.name for c in SUBJECT_COLUMNS]
    elsewhere = undated_dlts(rows, known_names, path.name)
    raise_if_any(all_findings([part_findings(rows, known_names, path.name), elsewhere]))
    _ask(all_findings([undosed(rows, path.name), undated_ends(rows, known_names, path.name)]))
    of_expansion = (rows["part"] == EXPANSION).fill_null(value=False)
    if of_expansion.any():
        say(path, f"{of_expansion.sum()} rows of {EXPANSION} are in no count")
        rows = rows.filter(~of_expansion)
    # Of a closed window it is known since then; of an open one it stands in the records now.
    closed = dates.day(pl.col("first_dose")).dt.offset_by(f"{plan.dlt_window_days}d")
    known = pl.min_horizontal(closed, pl.lit(as_of))
    moments = {"first_dose": "TRTSDTM", "dlt_onset": "DLTDTM", "grade2_onset": "G2DTM"}
    days = {
        "first_dose": "TRTSDT",
        "dlt_onset": "DLTDT",
        "grade2_onset": "G2DT",
        "death": "DIEDDT",
    }
    records = rows.select(
        "ROW",
        CASE=pl.col("case_id").fill_null(""),
        AS_OF=pl.lit(as_of),
        USUBJID="subject",
        LEVEL="level",
        DLTTERM=pl.lit(None, dtype=pl.String),
        DOSEFRAC="dose_fraction",
        MISSED="assessments_missed",
        MISSDT=pl.when(pl.col("assessments_missed").is_not_null()).then(known),
        COUNTS=in_count(backfill_counts=plan.backfill_counts),
        LEFTDT=pl.min_horizontal(dates.day(pl.col("left_window")), dates.day(pl.col("death"))),
        **{name: dates.day(pl.col(column)) for column, name in days.items()},
        **{name: dates.moment(pl.col(column)) for column, name in moments.items()},
    )
    raise_if_any(
        all_findings([_partial(rows, path.name), record_findings(records, plan, path.name)])
    )
    _ask(deaths_in_window(records, plan, path.name))
    return records.drop("DIEDDT")


def _ask(queries: pl.DataFrame) -> None:
    for line in lines_of(queries, most=20):
        print(f"query: {line}", file=sys.stderr)


def _partial(rows: pl.DataFrame, file: str) -> pl.DataFrame:
    """Dates without a day: a window cannot be judged by them."""
    return all_findings(
        found_in(
            rows.filter(pl.col(column).is_not_null() & dates.day(pl.col(column)).is_null()),
            PARTIAL_DATE,
            column,
            file,
        )
        for column in DATED
    )


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--as-of: is '{text}' (allowed: a date such as 2026-06-30)") from None


def _dated(arguments: argparse.Namespace, plan: EscalationPlan, as_of: datetime.date) -> None:
    records = subject_records(arguments.states, plan, as_of)
    cases = records.partition_by("CASE", maintain_order=True)
    if not cases:
        raise DataError(f"{arguments.states}: no subject (allowed: one row a subject)")
    log = _recorded(arguments.decisions, plan) if arguments.decisions else None
    if log is not None and len(cases) > 1:
        raise ConfigError("--decisions: one trial at a time, case_id holds several")
    answers = [decided(case, plan, as_of) for case in cases]
    judged = pl.concat([a.subjects for a in answers])
    _say_late(judged, arguments.states)
    beside = {
        "subjects": pl.concat([_subjects(a) for a in answers]),
        "lookahead": pl.concat([_with_case(a) for a in answers]),
        "conformance": dated_checks(judged, plan, log),
    }
    if log is not None:
        beside["log"] = replayed(log, records, plan)
    out: Path = arguments.output
    suffix = suffix_of(out)
    for name, table in beside.items():
        _write(table, out.with_name(f"{out.name.removesuffix(suffix)}_{name}{suffix}"))
    _write(pl.concat([a.answer for a in answers]), out)
    for answer in answers:
        print(answer.answer["sentence"][0], file=sys.stderr)


def _say_late(judged: pl.DataFrame, path: Path) -> None:
    """Toxicities that no count has, for they are dated outside their window."""
    late = judged.filter(pl.col("DLTDT").is_not_null() & (pl.col("DLTFL").fill_null("N") != "Y"))
    for subject, day in late.select("USUBJID", "DLTDT").iter_rows():
        words = f"the DLT of {day} is outside the window and not counted: is its day right?"
        print(f"query: {path.name}, subject {subject}: {words}", file=sys.stderr)


def _recorded(path: Path, plan: EscalationPlan) -> pl.DataFrame:
    log = read_known(path, LOG_COLUMNS, may_be_empty=True)
    raise_if_any(log_findings(log, plan, path.name))
    return log


def _write(table: pl.DataFrame, path: Path) -> None:
    """Write a table in English; the case of a file without cases is empty."""
    table = table.select(c for c in table.columns if not c.endswith(CHINESE.ending))
    if "case_id" in table.columns:
        table = table.with_columns(pl.col("case_id").replace("", None))
    write_table(table, path)


def _subjects(answer: Decided) -> pl.DataFrame:
    names = ("STATE", "DLTFL", "G2FL", "REPLACE", "WINENDT", "REASON")
    return answer.subjects.select(
        case_id="CASE",
        subject="USUBJID",
        level="LEVEL",
        first_dose="TRTSDT",
        **{name.lower(): pl.col(name) for name in names},
    )


def _with_case(answer: Decided) -> pl.DataFrame:
    return answer.look_ahead.select(pl.lit(answer.answer["case_id"][0]).alias("case_id"), pl.all())
