"""States spelled as text, `A:n/y/g2/pend|B:...`, to counts and back; what cannot be read is a finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.level_counts import UNKNOWN, States, states
from pkpipe.finding.check import Check
from pkpipe.finding.table import all_findings, findings_at, no_findings
from pkpipe.schema.coded_words import Codelist, keys_of, plain_width
from pkpipe.sentences import sentence

COUNT: Final = "(-?[0-9]{1,4})"  # ASCII digits alone: others are no numbers to a cast
FORM: Final = rf"^([^:|]+):{COUNT}/{COUNT}/{COUNT}/{COUNT}$"
BESIDE_MARK: Final = r"\s*([:/|])\s*"
ALLOWED: Final = "A:n/y/g2/pend|B:n/y/g2/pend, each level once"
SPELLING: Final = Check(
    "STATE",
    "error",
    "a level is not spelled as counts",
    "pkpipe escalate",
    allowed=ALLOWED,
    column="levels",
)
TWICE: Final = Check(
    "STATE-TWICE",
    "error",
    "a level is given more than once",
    "pkpipe escalate",
    allowed=ALLOWED,
    column="levels",
)
NO_STATE: Final = Check(
    "ESC-STATE",
    "query",
    "counts that are no state of the design",
    "ESC-1 to ESC-4, R19",
    allowed="a state of the design (R19)",
    table="STATES",
    column="levels",
)
CASE_TWICE: Final = Check(
    "ESC-CASE-TWICE",
    "query",
    "the case has another state in a row before: which of them holds?",
    "one row a question",
    allowed="one state a case, or a name of its own for each",
    table="STATES",
    column="case_id",
)
CHECKS: Final = (SPELLING, TWICE, NO_STATE, CASE_TWICE)


def read_states(design: Design, questions: pl.DataFrame, file: str) -> tuple[States, pl.DataFrame]:
    """States of a table with `levels`, `current_level` and `highest_open_level`, and its findings.

    An empty `highest_open_level` is the design's; an empty `current_level` the highest level spelled.
    """
    rows = questions.height
    pieces = _pieces(design, questions)
    cube = np.zeros((rows, design.levels, 4), dtype=np.int16)
    known = pieces.filter(pl.col("level").is_not_null() & pl.col("n").is_not_null())
    index = (known["row"].to_numpy(), known["level"].to_numpy())
    for i, name in enumerate(("n", "y", "g2", "pend")):
        cube[(*index, i)] = known[name].to_numpy()
    outside = np.zeros(rows, dtype=bool)
    outside[
        pieces.filter(pl.col("level").is_null() & pl.col("code").is_not_null())["row"].to_numpy()
    ] = True
    highest = known.group_by("row").agg(pl.col("level").max())
    last = np.zeros(rows, dtype=np.int16)
    last[highest["row"].to_numpy()] = highest["level"].to_numpy()
    given = _level_numbers(design, questions["current_level"])
    tops = _level_numbers(design, questions["highest_open_level"])
    read = states(
        design,
        cube,
        given.fill_null(pl.Series(last)).to_numpy(),
        top=tops.fill_null(design.top).to_numpy(),
        outside=outside,
    )
    return read, _unreadable(questions, pieces, file)


def _pieces(design: Design, questions: pl.DataFrame) -> pl.DataFrame:
    """One row a level that was spelled: row, text, code, level number, four counts."""
    text = plain_width(pl.col("levels")).str.replace_all(BESIDE_MARK, "$1").str.split("|")
    numbers = {code: i for i, code in enumerate(design.codes)}
    return (
        questions.select("levels")
        .with_row_index("row")
        .select(pl.col("row").cast(pl.Int64), piece=text)
        .explode("piece")
        .with_columns(
            pl.col("piece").str.strip_chars().str.extract(FORM, 1).alias("code"),
            *(
                pl.col("piece").str.strip_chars().str.extract(FORM, i).cast(pl.Int16).alias(name)
                for i, name in enumerate(("n", "y", "g2", "pend"), start=2)
            ),
        )
        .with_columns(code=_as_designed(design))
        .with_columns(
            level=pl.col("code").replace_strict(numbers, default=None, return_dtype=pl.Int64)
        )
    )


def _as_designed(design: Design) -> pl.Expr:
    """A level as the design spells it; one that the design has not stays as it stands."""
    words = level_words(design.codes)
    return pl.col("code") if words is None else words.read(pl.col("code"))


def level_words(codes: Sequence[str]) -> Codelist | None:
    """The codes of the levels as a codelist: `a` is level A, unless two codes differ in nothing else."""
    if len(set(keys_of(codes))) < len(codes):
        return None
    return Codelist("level of the design", "escalation.levels", dict.fromkeys(codes, ()))


def _level_numbers(design: Design, codes: pl.Series) -> pl.Series:
    numbers = {code: i for i, code in enumerate(design.codes)}
    return (
        pl.select(
            pl.when(codes.is_not_null()).then(
                codes.replace_strict(numbers, default=UNKNOWN, return_dtype=pl.Int16)
            )
        )
        .to_series()
        .cast(pl.Int16)
    )


def _unreadable(questions: pl.DataFrame, pieces: pl.DataFrame, file: str) -> pl.DataFrame:
    repeated = pl.struct("row", "code").is_duplicated() & pl.col("code").is_not_null()
    wrong = pieces.filter(pl.col("code").is_null() | repeated).unique(
        ["row", "piece"], maintain_order=True
    )
    if wrong.is_empty():
        return no_findings()
    spelled = questions.select("levels").with_row_index("row").cast({"row": pl.Int64})
    rows = wrong.join(spelled, on="row", maintain_order="left")
    unread = pl.col("code").is_null()
    again = sentence("level {} is given more than once", pl.col("code"))
    return all_findings(
        findings_at(
            rows.filter(fails),
            check,
            file=file,
            row=pl.col("row") + 2,
            value=pl.col("levels"),
            message=message,
        )
        for check, fails, message in (
            (SPELLING, unread, pl.lit(SPELLING.words)),
            (TWICE, ~unread, again),
        )
    )
