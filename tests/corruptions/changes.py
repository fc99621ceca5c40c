"""Ways in which whole records go wrong: collected result, standard text and standard number change together.

A change takes the text tables of a delivery and gives others. It is as a data manager or a laboratory would
make it: what is derived of a result follows it, and rows that go are not missed in the sequence numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

Tables = Mapping[str, pl.DataFrame]
Change = Callable[[Tables], dict[str, pl.DataFrame]]
C = pl.col
RESULTS = ("ORRES", "STRESC", "STRESN")


@dataclass(frozen=True)
class Corruption:
    """One wrong delivery: of which study, what is wrong, whose records it strikes."""

    study: str
    kind: str
    what: str
    subjects: tuple[str, ...]
    change: Change

    @property
    def name(self):
        return f"{self.study}: {self.kind}: {self.what}"


def of(frame):
    """The change of one table, as a change of the delivery."""

    def made(code, change):
        return lambda tables: {**tables, code: change(tables[code])}

    return made(*frame)


def put(code, where, **cells):
    """Cells replaced by texts or expressions."""

    def change(frame):
        now = {
            n: v if isinstance(v, pl.Expr) else pl.lit(v, dtype=pl.String) for n, v in cells.items()
        }
        return frame.with_columns(
            pl.when(where).then(v.cast(pl.String)).otherwise(C(n)).alias(n) for n, v in now.items()
        )

    return of((code, change))


def result(code, where, text, number=None):
    """Another result: text and number, collected and standard."""
    cells = {f"{code}ORRES": text, f"{code}STRESC": text, f"{code}STRESN": number}
    return put(code, where, **cells)


def times(code, where, factor=1.0, plus=0.0):
    """Numbers times a factor, in every column that has them; flags of a normal range follow."""

    def change(frame):
        picked = frame.with_columns(_W=where.fill_null(value=False))["_W"]
        numbers = frame[f"{code}STRESN"].cast(pl.Float64, strict=False)
        now = [
            f"{n * factor + plus:.5g}" if w and n is not None else None
            for w, n in zip(picked, numbers, strict=True)
        ]
        new = pl.Series("_NEW", now, dtype=pl.String)
        changed = frame.with_columns(
            pl.coalesce(pl.lit(new), C(f"{code}{r}")).alias(f"{code}{r}") for r in RESULTS
        )
        return with_flags(changed) if code == "LB" else changed

    return of((code, change))


def with_flags(lb):
    value, low, high = (
        C(c).cast(pl.Float64, strict=False) for c in ("LBSTRESN", "LBSTNRLO", "LBSTNRHI")
    )
    flag = pl.when(value < low).then(pl.lit("LOW")).when(value > high).then(pl.lit("HIGH"))
    known = value.is_not_null() & C("LBNRIND").is_not_null()
    return lb.with_columns(
        LBNRIND=pl.when(known).then(flag.otherwise(pl.lit("NORMAL"))).otherwise("LBNRIND")
    )


def drop(code, where):
    """Rows gone, the others numbered anew."""

    def change(frame):
        return numbered(code, frame.filter(~where.fill_null(value=False)))

    return of((code, change))


def again(code, where, **cells):
    """Rows delivered a second time, perhaps with other cells."""

    def change(frame):
        more = put(code, pl.lit(value=True), **cells)({code: frame.filter(where)})[code]
        return numbered(code, pl.concat([frame, more]))

    return of((code, change))


def numbered(code, frame):
    if f"{code}SEQ" not in frame.columns or frame.is_empty():
        return frame
    nth = pl.int_range(1, pl.len() + 1).over("USUBJID").cast(pl.String)
    return frame.with_columns(nth.alias(f"{code}SEQ"))


def days(code, where, number, *columns):
    """Dates moved by whole days, times of day kept."""
    columns = columns or (f"{code}DTC",)
    day = {c: C(c).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False) for c in columns}
    moved = {
        c: pl.coalesce((d + pl.duration(days=number)).cast(pl.String) + C(c).str.slice(10), C(c))
        for c, d in day.items()
    }
    return put(code, where, **moved)


def day_and_month(code, where, *columns):
    """Day and month exchanged, where that is a date."""
    columns = columns or (f"{code}DTC",)
    turned = {
        c: C(c).str.slice(0, 5)
        + C(c).str.slice(8, 2)
        + "-"
        + C(c).str.slice(5, 2)
        + C(c).str.slice(10)
        for c in columns
    }
    return put(code, where, **turned)


def exchange(code, left, right, on, *columns):
    """Cells of two sets of rows exchanged, row by row of the same `on`."""
    columns = columns or tuple(f"{code}{r}" for r in RESULTS)

    def change(frame):
        rows = frame.with_row_index("_I")
        keys = [pl.lit(1).alias("_K"), *on]
        a, b = (rows.filter(w).with_columns(keys[0]) for w in (left, right))
        pairs = a.join(b, on=["_K", *on], suffix="_B", nulls_equal=True).unique(
            "_I", keep="first", maintain_order=True
        )
        pairs = pairs.unique("_I_B", keep="first", maintain_order=True)
        cells = {c: frame[c].to_list() for c in columns}
        for one, two in pairs.select("_I", "_I_B").rows():
            for c in columns:
                cells[c][one], cells[c][two] = cells[c][two], cells[c][one]
        return frame.with_columns(pl.Series(c, v, dtype=pl.String) for c, v in cells.items())

    return of((code, change))


def copied(code, source, target, on):
    """Results of one set of rows written over those of another, row by row of the same `on`."""
    columns = [f"{code}{r}" for r in RESULTS]

    def change(frame):
        there = (
            frame.filter(source).select(*on, *columns).unique(on, keep="first", maintain_order=True)
        )
        both = frame.join(
            there, on=on, how="left", suffix="_S", nulls_equal=True, maintain_order="left"
        )
        hit = target & C(f"{columns[1]}_S").is_not_null()
        return both.with_columns(
            pl.when(hit).then(f"{c}_S").otherwise(c).alias(c) for c in columns
        ).select(frame.columns)

    return of((code, change))


def both(*changes):
    """One change after the other."""

    def change(tables):
        for one in changes:
            tables = one(tables)
        return tables

    return change


def who(subject):
    return C("USUBJID") == subject


def made(trial, kind, what, subjects, change):
    if isinstance(subjects, str):
        subjects = (subjects,)
    return Corruption(trial.name, kind, what, tuple(subjects), change)
