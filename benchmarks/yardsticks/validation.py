"""The checks of DM, EX and PC as bare polars expressions: how many are wrong, and nothing else.

What somebody would write who wants these counts and no findings: no pandera, no place in a file, no message,
no table left behind. Everything is lazy and collected together, so polars shares what it can. Codes and
limits are the study's; a test holds every count against the validation's, on a trial full of mistakes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import polars as pl
from yardsticks.doses import DOSES
from yardsticks.samples import SAMPLES
from yardsticks.tables import TABLES

from pkpipe.clinical.computed import measured
from pkpipe.protocol.study import Study
from pkpipe.schema.own_inputs import SPECS
from pkpipe.validate.checks.cells import CELLS, typed
from pkpipe.validate.registry import ROW_CHECKS

C = pl.col
Frames = Mapping[str, pl.LazyFrame]
# A check's id and a table of one number.
Count = tuple[str, pl.LazyFrame]
COUNTED = ("DM", "EX", "PC")
# Across tables: those that ask the study file, and those that ask of every study the same.
PLANNED: tuple[Callable[[Frames, Study], Iterable[Count]], ...] = (*DOSES, *SAMPLES)
ALWAYS: tuple[Callable[[Frames], Iterable[Count]], ...] = TABLES


def wrong(tables: Mapping[str, pl.DataFrame], study: Study) -> Counter[str]:
    """How often each check fails; only those that do."""
    types = {code: typed(tables[code], SPECS[code]) for code in COUNTED}
    cells = {code: bad_cells(tables[code], code) for code in COUNTED}
    # across tables no number rests on a computed record: which these are has one home
    lazy = {code: frame.lazy() for code, frame in measured(types).items()}
    across = [*(ask(lazy, study) for ask in PLANNED), *(ask(lazy) for ask in ALWAYS)]
    counts = [
        *(cells[code].lazy().select(pl.all().sum()) for code in COUNTED),
        *(of_rows(types[code], cells[code], code, study) for code in COUNTED),
        *(frame.select(pl.first().alias(check)) for asked in across for check, frame in asked),
    ]
    found: Counter[str] = Counter()
    for counted in pl.collect_all(counts):
        for name, number in counted.row(0, named=True).items():
            found[name.split()[0]] += int(number or 0)
    return +found


def bad_cells(text: pl.DataFrame, code: str) -> pl.DataFrame:
    """A column of true and false for each check of each column."""
    return (
        text.lazy()
        .select(
            (~cell.holds(C(column.name), column)).alias(f"{cell.check.id} {column.name}")
            for column in SPECS[code].columns
            for cell in CELLS
            if cell.applies(column)
        )
        .collect()
    )


def of_rows(types: pl.DataFrame, bad: pl.DataFrame, code: str, study: Study) -> pl.LazyFrame:
    """Rows that contradict themselves, unless the cell itself was bad already; of some checks the kinds."""
    counts = []
    for i, check in enumerate(ROW_CHECKS):
        if check.domain == code and check.applies(study):
            cell = [C(name) for name in bad.columns if name.endswith(f" {check.column}")]
            fails = check.wrong(study).fill_null(value=False) & ~pl.any_horizontal(
                pl.lit(value=False), *cell
            )
            kinds = pl.struct(check.once_per or check.column).filter(fails).n_unique()
            counts.append((kinds if check.once_per else fails.sum()).alias(f"{check.check.id} {i}"))
    return pl.concat([types, bad], how="horizontal").lazy().select(counts)
