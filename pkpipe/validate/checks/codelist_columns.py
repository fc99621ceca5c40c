"""Checks of the columns whose words come from a codelist."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
)

C: Final = pl.col
# The columns of which a word outside their codelist is asked about; where nothing but a term is right the
# cell itself is an error (CELL-CODE).
TERMS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (code, column.name): column.codelist.words
    for code, spec in DOMAINS.items()
    for column in spec.columns
    if column.codelist is not None
    and not column.allowed
    and column.name not in {"RSSTRESC", "EXROUTE"}
}


def _no_term(column: str, allowed: tuple[str, ...]) -> pl.Expr:
    """Outside the codelist; of readers only beside others (EVALUATOR-NONE asks about the rest)."""
    wrong = C(column).is_not_null() & ~C(column).is_in(allowed)
    return wrong & C(column).is_in(allowed).any() if column.endswith("EVAL") else wrong


def _term(domain: str, column: str, allowed: tuple[str, ...]) -> RowCheck:
    return RowCheck(
        Check(
            f"TERM-{column}",
            "query",
            "no term of the codelist",
            "CDISC controlled terminology",
            table=domain,
            column=column,
        ),
        wrong=lambda _: _no_term(column, allowed),
        allowed=lambda _: ", ".join(allowed),
        once_per=("SRCFILE", column),
    )


TERM_ROWS: Final[tuple[RowCheck, ...]] = (
    *(_term(domain, column, allowed) for (domain, column), allowed in TERMS.items()),
)
