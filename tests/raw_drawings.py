"""Raw folders drawn in a test: a table is lines of cells with bars between them."""

import datetime
from pathlib import Path

import polars as pl

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.sources import Source
from pkpipe.protocol.study import Study

ROOT = Path(__file__).resolve().parents[1]
CUTOFF = datetime.date(2025, 6, 30)
# A study that is right: one subject, one dose, one sample of each kind. A test draws only what it changes.
RIGHT = {
    "DM": """
        USUBJID | RFICDTC    | RFSTDTC    | ARMCD
        1       | 2025-01-01 | 2025-01-10 | A
    """,
    "EX": """
        USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC          | EXENDTC
        1       | MAB   | 1      | mg/kg  | 2025-01-10T09:00 | 2025-01-10T10:00
    """,
    "PC": """
        USUBJID | PCTESTCD | PCSPEC | PCSTRESC | PCSTRESN | PCSTRESU | PCTPT | PCDTC
        1       | MAB      | SERUM  | 20       | 20       | ug/mL    | EOI   | 2025-01-10T10:00
    """,
}


def tiny(
    *domains: str,
    cutoff: datetime.date | None = CUTOFF,
    escalation: bool = False,
    **sources: Source,
) -> Study:
    """The tiny study with sources for these domains only; a keyword gives a source of its own.

    It asks for a dose decision only where a test says so: a decision rests on adverse events.
    """
    study = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
    known = {d: Source(files=(f"{d.lower()}.csv",)) for d in domains} | sources
    asked = study.escalation if escalation else None
    return study.model_copy(update={"sources": known, "cutoff": cutoff, "escalation": asked})


def cells(drawing: str) -> pl.DataFrame:
    """The drawing as a table of text; an empty cell is missing."""
    lines = [line for line in drawing.splitlines() if line.strip()]
    rows = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    return pl.DataFrame(rows[1:], schema=dict.fromkeys(rows[0], pl.String()), orient="row")


def deliver(folder: Path, **drawings: str) -> Path:
    """Raw CSV files of a delivery, by domain."""
    for code, drawing in drawings.items():
        cells(drawing).write_csv(folder / f"{code.lower()}.csv")
    return folder
