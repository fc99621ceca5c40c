"""Single corruptions of raw tables, drawn with a seed: every column of every domain, each way it breaks."""

import random
from dataclasses import dataclass

import polars as pl

from pkpipe.schema.sdtm import DOMAINS

# Words a site writes as it likes: what they say is not known to anyone else. They are emptied and garbled.
FREE_TEXT = {
    *(
        "AETERM",
        "AEDECOD",
        "AECAT",
        "CMTRT",
        "CMDECOD",
        "CMCAT",
        "DSTERM",
        "TUMTYPE",
        "EXADJ",
        "TULOC",
    ),
    *("TUMETHOD", "SITEID", "AEREL", "DSSCAT", "DSCAT"),
    *(f"{d}REASND" for d in ("PC", "IS", "TR", "RS", "LB", "VS", "EG", "PE", "SS", "CP")),
}
MOJIBAKE = "â‚¬\x81"
BELL = "\x07"
KINDS = (
    "type",
    "range",
    "code",
    "unit",
    "date",
    "key",
    "duplicate",
    "deletion",
    "order",
    "encoding",
)


@dataclass(frozen=True)
class Mutation:
    """One corruption: of a cell (row and column given), of a row, or of a whole table."""

    kind: str
    domain: str
    column: str | None
    row: int | None  # position in the table, 0 the first
    value: str | None  # what the cell becomes; None: empty
    what: str = "cell"  # cell, repeat, delete, shuffle, drop column, bytes

    @property
    def words(self):
        at = "" if self.row is None else f" row {self.row + 2}"
        return f"{self.kind}: {self.domain}{at} {self.column or ''} {self.what} -> {self.value!r}"


def mutations(tables, seed, most=2):
    """Corruptions of every column, each at a row drawn with the seed; most: how many of a column's cells."""
    rng = random.Random(seed)
    found = []
    for code in sorted(tables):
        frame = tables[code].cast(pl.String)
        if frame.is_empty():
            continue
        for column in (c for c in DOMAINS[code].columns if c.name in frame.columns):
            rows = [i for i, v in enumerate(frame[column.name]) if v is not None]
            if rows:
                every = list(_of_column(code, column, frame, rows, rng))
                found += rng.sample(every, min(most, len(every)))
        found += _of_rows(code, frame, rng)
    return found


def _of_column(code, column, frame, rows, rng):
    def cell(kind, value):
        row = rng.choice(rows)
        now = value(frame[column.name][row]) if callable(value) else value
        return Mutation(kind, code, column.name, row, now)

    yield cell("deletion", None)
    yield Mutation("deletion", code, column.name, None, None, "drop column")
    if column.kind in {"number", "integer"}:
        yield cell("type", lambda old: f"{old} ug")
        yield cell("type", "1,5")
        yield cell("range", "inf")
        yield cell("range", lambda old: f"{float(old) * 1000 + 1000:g}")
        yield cell("range", "-7")
    elif column.kind == "dtc":
        yield cell("date", "31/02/2025")
        yield cell("date", lambda old: f"{old[:4]}-02-30")
        yield cell("date", lambda old: f"2{old[2:4]}9{old[4:]}")
        yield cell("date", lambda old: f"19{old[2:]}")
        yield cell("type", "yesterday")
    else:
        yield cell("encoding", lambda old: old + MOJIBAKE)
        yield cell("encoding", lambda old: BELL + old)
        if column.name not in FREE_TEXT:
            kind = "unit" if column.name.endswith(("RESU", "DOSU")) else "code"
            yield cell("key" if column.name == "USUBJID" else kind, "ZZZ")
    if column.name == "USUBJID" and code != "DM":
        row = rng.choice(rows)
        others = sorted({u for u in frame["USUBJID"] if u != frame["USUBJID"][row]})
        if others:
            yield Mutation("key", code, column.name, row, rng.choice(others))


def _of_rows(code, frame, rng):
    yield Mutation("order", code, None, None, None, "shuffle")
    yield Mutation("encoding", code, None, rng.randrange(frame.height), None, "bytes")
    for _ in range(2):
        yield Mutation("duplicate", code, None, rng.randrange(frame.height), None, "repeat")
    # The record with the subject's last number leaves no trace in its own delivery; DM has no numbers.
    if code == "DM":
        yield Mutation("deletion", code, "USUBJID", rng.randrange(frame.height), None, "delete")
        return
    numbers = frame.select("USUBJID", N=pl.col(f"{code}SEQ").cast(pl.Int64))
    last = numbers["N"] == numbers.select(pl.col("N").max().over("USUBJID")).to_series()
    inner = [i for i, is_last in enumerate(last) if not is_last]
    for _ in range(2 if inner else 0):
        yield Mutation("deletion", code, f"{code}SEQ", rng.choice(inner), None, "delete")


def mutated(frame, mutation, seed=1):
    """The table, all text, with that corruption; not for `bytes`, which strike the file."""
    frame = frame.cast(pl.String)
    if mutation.what == "shuffle":
        return frame.sample(fraction=1.0, shuffle=True, seed=seed)
    if mutation.what == "drop column":
        return frame.drop(mutation.column)
    if mutation.what == "repeat":
        return pl.concat([frame, frame[mutation.row]])
    at = pl.int_range(pl.len()) == mutation.row
    if mutation.what == "delete":
        return frame.filter(~at)
    cell = pl.when(at).then(pl.lit(mutation.value, dtype=pl.String))
    return frame.with_columns(cell.otherwise(pl.col(mutation.column)).alias(mutation.column))


def corrupted_bytes(content, mutation):
    """The file with one line whose bytes are no UTF-8."""
    lines = content.split(b"\n")
    line = lines[mutation.row + 1]
    lines[mutation.row + 1] = line[:-1] + b"\xff\xfe"
    return b"\n".join(lines)
