"""Negative checks: input that cannot be right is refused, with the row named and nothing written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.qualify.commands import pkpipe
from pkpipe.qualify.compared_answers import Requirement, facts

REFUSED: Final = Requirement(
    *(
        "OQ-NEG-1",
        "cli",
        "Input that cannot be right is refused; the place is named, nothing is written",
    ),
    "docs/checks.md, exit codes of `pkpipe --help`",
)
OUT: Final = "out.csv"
DOSE: Final = "ID,TIME,DOSE,ROUTE\n1,0,100,iv_bolus\n"
CONC: Final = "ID,TIME,CONC\n1,0,8\n1,1,4\n1,2,2\n1,4,1\n"
EVENTS: Final = "USUBJID,AVAL,CNSR\nS1,10,0\nS2,20,1\n"
LESIONS: Final = (
    "USUBJID,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTAT,TRREASND,VISIT,TRDTC,TREVAL\n"
    "S1,T1,TARGET,LDIAM,50,50,,,BASELINE,2024-01-01,INVESTIGATOR\n"
)
DESIGN: Final = (
    "escalation:\n  levels: [{code: A}, {code: B}]\n  titration_levels: []\n"
    "  dlt_window_days: 21\n  dlt_last_day: 22\n  mtd_subjects: 6\n"
)
SUBJECTS: Final = "subject,level,first_dose,dlt_onset\nS1,A,2024-01-01,\n"
SAMPLES: Final = (
    "USUBJID,ISTESTCD,ISBDAGNT,ISDTC,ISSTRESC\nS1,ADASCR,MAB,2026-01-26T08:00,NEGATIVE\n"
)
REF: Final = "USUBJID,FIRSTDTM\nS1,2026-01-05T09:30\n"


@dataclass(frozen=True)
class Case:
    """One input that must be refused."""

    what: str
    words: tuple[str, ...]
    files: dict[str, str]
    code: int
    named: tuple[str, ...]  # texts that the refusal has in it


NCA: Final = ("nca", "conc.csv", "dose.csv", "-o", OUT)
KM: Final = ("km", "tte.csv", "-o", OUT)
ESCALATE: Final = ("escalate", "subjects.csv", "-o", OUT, "--protocol", "design.yaml")
CASES: Final = (
    Case(
        "a concentration that is no number",
        NCA,
        {"conc.csv": CONC.replace("1,2,2", "1,2,high"), "dose.csv": DOSE},
        *(3, ("conc.csv", "CONC", "high")),
    ),
    Case(
        "a route that is none",
        NCA,
        {"conc.csv": CONC, "dose.csv": DOSE.replace("iv_bolus", "nasal")},
        *(3, ("dose.csv", "ROUTE", "nasal")),
    ),
    Case(
        "a column that is missing",
        NCA,
        {"conc.csv": CONC.replace("CONC", "RESULT"), "dose.csv": DOSE},
        *(2, ("conc.csv", "CONC")),
    ),
    Case(
        "an option that does not exist",
        (*NCA, "--options", "options.yaml"),
        {"conc.csv": CONC, "dose.csv": DOSE, "options.yaml": "auc_methd: linear\n"},
        *(2, ("options.yaml", "auc_methd")),
    ),
    Case(
        "a censoring code that is none",
        KM,
        {"tte.csv": EVENTS.replace("20,1", "20,yes")},
        *(3, ("tte.csv", "CNSR", "yes")),
    ),
    Case(
        "a negative time to event",
        KM,
        {"tte.csv": EVENTS.replace("S1,10", "S1,-10")},
        *(3, ("tte.csv", "AVAL", "-10")),
    ),
    Case(
        "a lesion with a size that is no number",
        ("recist", "tr.csv", "-o", "out"),
        {"tr.csv": LESIONS.replace(",50,50,", ",big,50,")},
        *(3, ("tr.csv", "TRSTRESN", "big")),
    ),
    Case(
        "a level that the design has not",
        (*ESCALATE, "--as-of", "2024-03-01"),
        {"subjects.csv": SUBJECTS.replace("S1,A", "S1,Z"), "design.yaml": DESIGN},
        *(3, ("subjects.csv", "level", "Z")),
    ),
    Case(
        "a date that does not exist",
        (*ESCALATE, "--as-of", "2024-03-01"),
        {"subjects.csv": SUBJECTS.replace("2024-01-01", "2024-02-30"), "design.yaml": DESIGN},
        *(3, ("subjects.csv", "first_dose", "2024-02-30")),
    ),
    Case(
        "no column that says who had a DLT",
        (*ESCALATE, "--as-of", "2024-03-01"),
        {
            "subjects.csv": SUBJECTS.replace(",dlt_onset", "").replace("01-01,", "01-01"),
            "design.yaml": DESIGN,
        },
        *(2, ("subjects.csv", "dlt_onset")),
    ),
    Case(
        "an antibody result that is none",
        ("ada", "is.csv", "-o", "out", "--ref", "ref.csv"),
        {"is.csv": SAMPLES.replace("NEGATIVE", "MAYBE"), "ref.csv": REF},
        *(3, ("is.csv", "MAYBE")),
    ),
    Case(
        "a misspelt verb",
        ("nac", "conc.csv"),
        {},
        *(2, ("nac", "nca")),
    ),
)


def checks() -> Iterator[pl.DataFrame]:
    """Every refusal, and one command with good input beside them."""
    good = Case("good input is not refused", NCA, {"conc.csv": CONC, "dose.csv": DOSE}, 0, ())
    with ThreadPoolExecutor(2) as pool:
        yield facts(REFUSED, list(pool.map(_asked, (good, *CASES))))


def _asked(case: Case) -> tuple[str, str, str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in case.files.items():
            (folder / file).write_text(text, encoding="utf-8")
        done = pkpipe(case.words, folder)
        written = sorted({path.name for path in folder.iterdir()} - set(case.files))
    lacking = [text for text in case.named if text not in done.stderr]
    got = [f"exit code {done.returncode}"]
    got += [f"not named: {', '.join(lacking)}"] if lacking else []
    if case.code:
        got += [f"written: {', '.join(written)}"] if written else []
    return case.what, f"exit code {case.code}", "; ".join(got)
