"""The first thing a safety review committee reads: the decision, what it rests on, what is still open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.displays.dose_finding.decision_words import doses_of
from pkpipe.displays.dose_finding.dose_decision import BASIS
from pkpipe.displays.dose_finding.dose_proposal import Seen, proposal
from pkpipe.displays.number_text import limits, plain, whole
from pkpipe.protocol.study import Study
from pkpipe.report.all_findings import LINE
from pkpipe.report.page_blocks import Block, Paragraph, Section, Table, table_of
from pkpipe.report.sections.dose_context import context
from pkpipe.report.sections.other_designs import other_designs

TITLE: Final = "Decision"
WITHHELD: Final = "NO_DECISION"  # an error in what the decision would count
SHOWN: Final = 12  # characters of a hash, enough to tell runs apart
NOT_ASKED: Final[tuple[Block, ...]] = (
    Paragraph("Not asked while the decision is withheld: it would rest on the same records."),
)
AS_THEY_STAND: Final[tuple[Block, ...]] = (
    Paragraph("As the records stand, those to be resolved among them.", "warn"),
)


def section(tables: Mapping[str, pl.DataFrame], study: Study) -> Section:
    """The decision in one sentence, DLTs by level, pending subjects, look-ahead, conformance."""
    if study.escalation is None:
        text = "This study has no dose escalation; there is no dose decision to take."
        return Section("decision", TITLE, (Paragraph(text),))
    answer = tables["DECISION"].filter(pl.col("SCOPE") == "STUDY")
    withheld = not answer.is_empty() and answer["DECISION"][0] == WITHHELD
    return Section(
        "decision",
        TITLE,
        _withheld(answer, tables, study) if withheld else _answer(answer, tables, study),
        (
            Section("dose-context", "Beside the decision", context(tables["DOSECTX"])),
            Section(
                "dlt-subjects",
                "Subjects and their DLT window",
                (*(AS_THEY_STAND if withheld else ()), *_subjects(tables["ADDLT"])),
            ),
            Section(
                "look-ahead",
                "What pending subjects could change",
                NOT_ASKED if withheld else _look_ahead(tables["LOOKAHD"]),
            ),
            Section(
                "other-designs",
                "Other designs, for context",
                NOT_ASKED if withheld else other_designs(tables["DECISION"], study),
            ),
            Section(
                "decision-log",
                "Decisions recorded so far",
                NOT_ASKED if withheld else _log(tables["DECLOG"], study),
            ),
            Section(
                "conformance", "Conformance with the protocol", _conformance(tables["CONFORM"])
            ),
        ),
    )


def headline(tables: Mapping[str, pl.DataFrame], study: Study) -> str:
    """The decision in one sentence, as the first page says it."""
    answer = tables["DECISION"].filter(pl.col("SCOPE") == "STUDY")
    if study.escalation is None:
        return "This study has no dose escalation."
    if answer.is_empty():
        return "No decision: nobody has been dosed at this cutoff."
    return _headline(answer.row(0, named=True), tables["DECISION"], study)


def _answer(
    answer: pl.DataFrame, tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[Block, ...]:
    """The decision, why, what it rests on, and the counts by level."""
    levels = _levels(tables["DECISION"], study)
    if answer.is_empty():
        nobody = Paragraph("No decision: nobody has been dosed at this cutoff.", "warn")
        return (nobody, levels)
    row = answer.row(0, named=True)
    reason = Paragraph(str(row["REASON"] or ""))
    return (
        Paragraph(_headline(row, tables["DECISION"], study), "lead"),
        reason,
        _basis(row),
        levels,
    )


def _withheld(
    answer: pl.DataFrame, tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[Block, ...]:
    """That there is no decision, and every record that stands in its way."""
    row = answer.row(0, named=True)
    lines = tables["FINDINGS"].filter(pl.col("SEVERITY") == "error")
    said = _headline(row, tables["DECISION"], study)
    blocks: tuple[Block, ...] = (Paragraph(said, "warn"), Paragraph(str(row["REASON"])))
    if lines.is_empty():
        return blocks
    return (*blocks, table_of("Records to be resolved before a decision", lines, LINE))


def _headline(row: Mapping[str, object], decision: pl.DataFrame, study: Study) -> str:
    """The proposal with its dose; it is the committee that decides."""
    lost = NOT_COLLECTED in str(row["REASON"])
    said = proposal(row, Seen.of(decision, study), not_collected=lost).en
    return said if row["DECISION"] == WITHHELD else f"Proposal: {said}"


def _basis(row: Mapping[str, object]) -> Table:
    cells = (
        ("Decision code", str(row["DECISION"])),
        ("Level last dosed", str(row["LEVEL"] or "–")),
        ("Mode", str(row["MODE"] or "–")),
        ("Rules applied", str(row["RULES"] or "–").replace(";", ", ")),
        ("Assumptions used", str(row["ASSUMTXT"] or "none")),
        ("First date on which a decision is possible", plain(row["EARLIEST"])),
        (
            "State (evaluable / DLT / grade ≥2 / pending)",
            str(row["STATES"] or "–").replace("|", "  "),
        ),
    )
    return Table("What the decision rests on", ("Item", "Value"), cells)


def _levels(decision: pl.DataFrame, study: Study) -> Table:
    doses = doses_of(study)
    rows = [
        (
            str(r["LEVEL"]),
            doses.get(str(r["LEVEL"]), ""),
            whole(r["N"]),
            whole(r["Y"]),
            whole(r["PEND"]),
            limits(_hundred(r["LOWER"]), _hundred(r["UPPER"])) if r["N"] else "–",
        )
        for r in decision.filter(pl.col("SCOPE") == "LEVEL").iter_rows(named=True)
    ]
    header = (
        "Level",
        "Planned dose",
        "Evaluable",
        "With DLT",
        "In window",
        "95 % CI of the rate (%)",
    )
    note = "Evaluable subjects only; exact (Clopper–Pearson) interval; without backfill and late events."
    return Table(
        "Dose-limiting toxicity by level", header, tuple(rows), note, frozenset({2, 3, 4, 5})
    )


def _hundred(value: float | None) -> float | None:
    return None if value is None else 100 * value


def _subjects(addlt: pl.DataFrame) -> tuple[Block, ...]:
    columns = {
        "LEVEL": "Level",
        "USUBJID": "Subject",
        "TRTSDT": "First dose",
        "WINENDT": "Window closes",
        "STATE": "State",
        "DLTTERM": "DLT",
        "DLTDT": "Onset",
        "DOSEFRAC": "Smallest dose in the window (fraction of planned)",
        "REASON": "Why",
    }
    ordered = addlt.sort("LEVELN", "TRTSDTM", "USUBJID", nulls_last=True)
    return (table_of("DLT evaluation, subject by subject", ordered, columns),)


def _look_ahead(cases: pl.DataFrame) -> tuple[Block, ...]:
    if cases.is_empty():
        return (Paragraph("No subject is pending: the decision above is complete."),)
    columns = {
        "OUTCOME": "If",
        "POSSIBLE": "Possible from",
        "DECISION": "then",
        "ABOUT": "Level",
        "NENROL": "Subjects",
        "REASON": "Why",
    }
    cases = cases.with_columns(ABOUT=pl.coalesce("NEXTLVL", "MTD", "MAD"))
    return (table_of("Every combination of outcomes of the pending subjects", cases, columns),)


def _log(log: pl.DataFrame, study: Study) -> tuple[Block, ...]:
    """Every recorded decision, and whether the data as they are now would lead to the same."""
    if not study.collects("DECISIONS") and log.is_empty():
        text = "No log of decisions is among the inputs (sources.DECISIONS of the study file)."
        return (Paragraph(text),)
    columns = {
        "date": "Date",
        "cutoff": "On data up to",
        "level": "At level",
        "decision": "Decision",
        "next_level": "Level",
        "n_to_enrol": "Subjects",
        "recorded": "Recorded by, on",
        "rests_on": "Manifest",
        "would": "Would it differ today",
        "detail": "With the data as they are now",
        **{f.name: f.head.en for f in BASIS if log[f.name].null_count() < log.height},
    }
    would = pl.when(pl.col("same") == "Y").then(pl.lit("no")).otherwise(pl.lit("YES"))
    changed = log.filter(pl.col("same") != "Y").height
    blocks: tuple[Block, ...] = (
        table_of(
            "Recorded decisions",
            log.with_columns(
                would=would,
                recorded=pl.concat_str(
                    "recorded_by", "recorded_on", separator=", ", ignore_nulls=True
                ),
                rests_on=pl.col("manifest").str.slice(0, SHOWN),
            ),
            columns,
            f"Manifest: the first {SHOWN} characters of the SHA-256 of the run the meeting saw.",
        ),
    )
    if changed:
        text = f"{changed} recorded decision(s) would differ with the data as they are now."
        blocks = (Paragraph(text, "warn"), *blocks)
    return blocks


def _conformance(checks: pl.DataFrame) -> tuple[Block, ...]:
    if checks.is_empty():
        return (Paragraph("Conformance was not assessed: no subject was dosed."),)
    counts = (
        checks.group_by("CHECK", "RULE", "RESULT")
        .len()
        .pivot(on="RESULT", index=["CHECK", "RULE"], values="len")
        .sort("CHECK")
    )
    names = [c for c in ("PASS", "FAIL", "INDETERMINATE", "NOT_ASSESSABLE") if c in counts.columns]
    overview = table_of(
        "Checks by result",
        counts.with_columns(pl.col(names).fill_null(0)),
        {"CHECK": "Check", "RULE": "What it asks for"}
        | {n: n.capitalize().replace("_", " ") for n in names},
    )
    failed = checks.filter(pl.col("RESULT") == "FAIL")
    columns = {
        "CHECK": "Check",
        "COHORT": "Cohort",
        "USUBJID": "Subject",
        "DATE": "Date",
        "DETAIL": "Detail",
    }
    return (overview, table_of("Failed checks", failed, columns, most=100))
