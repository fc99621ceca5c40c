"""A small study whose adverse event says what a test wants."""

import datetime

import polars as pl
from support import ROOT

from pkpipe import snapshot, validate
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source

SCRIPT = '<script>alert(1)</script><img src=x onerror="alert(2)">&{{ 7*7 }}{% raw %}'


OVERRIDE = "\u202egpj.exe"


FORMULAS = (
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "|calc",
    "%0A=1",
)


TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")


CUTOFF = datetime.date(2025, 6, 30)


def delivered(folder, term, **more):
    """A small study whose adverse event says what the test wants, as the border has it."""
    rows = {
        "DM": {"USUBJID": ["1"], "ARMCD": ["A"], "RFICDTC": ["2025-01-01"], "SITEID": ["01"]},
        "EX": {"USUBJID": ["1"], "EXTRT": ["MAB"], "EXDOSE": ["1"], "EXDOSU": ["mg/kg"]}
        | {"EXSTDTC": ["2025-01-10T09:00"], "EXENDTC": ["2025-01-10T10:00"]},
        "AE": {"USUBJID": ["1"], "AESEQ": ["1"], "AETERM": [term], "AETOXGR": ["7"]}
        | {"AESTDTC": ["2025-01-12"]}
        | more,
    }
    for code, columns in rows.items():
        pl.DataFrame(columns).write_csv(folder / f"{code.lower()}.csv")
    sources = {code: Source(files=(f"{code.lower()}.csv",)) for code in rows}
    study = TINY.model_copy(update={"sources": sources}).at(CUTOFF)
    return validate.run(snapshot.run(folder, study), study), study
