"""Real errors put into raw tables on purpose, each logged: what validation must find."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.simulation.draws import Streams

LOG_SCHEMA: Final = pl.Schema(
    {
        "KIND": pl.String(),
        "FILE": pl.String(),
        "ROW": pl.Int64(),  # of the file, the header being row 1
        "USUBJID": pl.String(),
        "COLUMN": pl.String(),
        "WAS": pl.String(),
        "NOW": pl.String(),
    }
)


@dataclass(frozen=True)
class Fault:
    """One error: which cell becomes what, or which row is repeated or put under another subject."""

    kind: str
    table: str
    column: str
    how: Literal["set", "append", "repeat", "stranger", "column"]
    value: str = ""


FAULTS: Final = (
    Fault("text in a number", "PC", "PCSTRESN", "append", " ug"),
    Fault("decimal comma", "PC", "PCSTRESN", "set", "12,3"),
    Fault("wrong unit", "PC", "PCSTRESU", "set", "mg/dL"),
    Fault("unreadable date", "PC", "PCDTC", "set", "31/02/2025"),
    Fault("duplicate sample", "PC", "PCDTC", "repeat"),
    Fault("subject without dose", "PC", "USUBJID", "stranger", "-99-999"),
    Fault("day that does not exist", "EX", "EXSTDTC", "set", "2025-02-30T09:00"),
    Fault("missing dose", "EX", "EXDOSE", "set", ""),
    Fault("unknown grade", "AE", "AETOXGR", "set", "7"),
    Fault("unknown code", "AE", "AESER", "set", "MAYBE"),
    Fault("subject twice", "DM", "USUBJID", "repeat"),
    Fault("unknown arm", "DM", "ARMCD", "set", "ZZ"),
    Fault("text in a number", "LB", "LBSTRESN", "set", "haemolysed"),
    Fault("unknown column", "VS", "VSCOMMENT", "column", "free text"),
)


def messed(
    tables: dict[str, pl.DataFrame], seed: int
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The tables with every fault that applies, and the log of them."""
    now, log = dict(tables), []
    rng = Streams(seed)("mess")
    for fault in FAULTS:
        frame = now.get(fault.table)
        share = float(rng.random())
        if frame is None or frame.is_empty():
            continue
        filled = frame.with_row_index("AT")
        if fault.column in frame.columns:
            filled = filled.filter(pl.col(fault.column).is_not_null())
        if filled.is_empty():
            continue
        at = int(filled["AT"][int(share * filled.height)])
        now[fault.table], entry = _with(frame, fault, at)
        log.append(entry)
    return now, pl.DataFrame(log, schema=LOG_SCHEMA)


def _with(frame: pl.DataFrame, fault: Fault, at: int) -> tuple[pl.DataFrame, dict[str, object]]:
    was = frame[fault.column][at] if fault.column in frame.columns else None
    row: int = at + 2
    new: str | None = fault.value
    if fault.how in {"repeat", "stranger"}:
        extra = frame[at]
        if fault.how == "stranger":
            new = f"{was}"[: -len(fault.value)] + fault.value
            extra = extra.with_columns(pl.lit(new).alias(fault.column))
        else:
            new = was
        row = frame.height + 2
        frame = pl.concat([frame, extra])
    elif fault.how == "column":
        frame = frame.with_columns(pl.lit(new).alias(fault.column))
        row = 1
    else:
        new = f"{was}{fault.value}" if fault.how == "append" else fault.value
        cell = pl.when(pl.int_range(pl.len()) == at).then(pl.lit(new or None, dtype=pl.String))
        frame = frame.with_columns(cell.otherwise(pl.col(fault.column)).alias(fault.column))
    return frame, {
        "KIND": fault.kind,
        "FILE": f"{fault.table.lower()}.csv",
        "ROW": row,
        "USUBJID": None if row == 1 else frame["USUBJID"][row - 2],
        "COLUMN": fault.column,
        "WAS": was,
        "NOW": new,
    }
