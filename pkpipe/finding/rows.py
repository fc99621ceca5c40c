"""Rows that fail a check as findings: of tables with their place in a file, of whole files, of two rooms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import FINDINGS_SCHEMA, findings_at, no_findings


@dataclass(frozen=True)
class RowTest:
    """A check and which rows fail it; null counts as right."""

    check: Check
    wrong: pl.Expr

    def fails(self) -> pl.Expr:
        """True for a row that fails."""
        return self.wrong.fill_null(value=False)


def checks_of(tests: Iterable[RowTest]) -> tuple[Check, ...]:
    """The checks of tests, in order."""
    return tuple(test.check for test in tests)


def unsaid(
    findings: pl.DataFrame,
    said: pl.DataFrame,
    checks: Iterable[Check],
    on: Sequence[str] = ("USUBJID",),
) -> pl.DataFrame:
    """Findings without what was said already, by the same check or a more exact one.

    Args:
        findings: of those who ask later.
        said: findings of those who asked before.
        checks: those that may be asked twice, each with the ids that are more exact (`unless`).
        on: what must agree, so that both findings are about the same: the subject, its table, the row.
    """
    twins = [(check.id, id_) for check in checks for id_ in (check.id, *check.unless)]
    pairs = pl.DataFrame(twins, schema={"CHECK": pl.String, "SAID": pl.String}, orient="row")
    before = said.select(*on, SAID="CHECK").unique()
    told = before.join(pairs, on="SAID", how="inner").select(*on, "CHECK").unique()
    return findings.join(told, on=(*on, "CHECK"), how="anti", maintain_order="left")


def shown(*columns: str) -> list[str]:
    """The columns a finding needs of a table: where the row is, whose it is, and these.

    Many rows may be wrong, so only what is shown of them is taken from a wide table.
    """
    return list(dict.fromkeys(("SRCFILE", "SRCROW", "USUBJID", *columns)))


THEIRS: Final = "{this:"
NOT_TEXT: Final = r"^(?i:y|n|yes|no|true|false|on|off|null)$"  # words YAML reads as something else


def found(
    check: Check,
    rows: pl.DataFrame,
    table: str | None = None,
    column: str | None = None,
    allowed: str | None = None,
    value: pl.Expr | None = None,
) -> pl.DataFrame:
    """The rows of a domain table (with SRCFILE, SRCROW, USUBJID) as findings of one check.

    table, column, allowed: those of the check, unless given here. value: what stands in the file; default:
    the column as text. A column _MESSAGE in the rows replaces the words of the check.
    """
    if rows.is_empty():  # most checks find nothing, and there are hundreds
        return no_findings()
    column, allowed = column or check.column, allowed or check.allowed
    shown = pl.col(column) if value is None and column in rows.columns else value
    return findings_at(
        rows,
        check,
        table=table or check.table,
        file=pl.col("SRCFILE"),
        row=pl.col("SRCROW"),
        subject=pl.col("USUBJID"),
        column=column,
        value=(pl.lit(None) if shown is None else shown).cast(pl.String),
        message=pl.col("_MESSAGE") if "_MESSAGE" in rows.columns else pl.lit(check.words),
        allowed=_with_theirs(allowed, shown),
    )


def _with_theirs(allowed: str | None, shown: pl.Expr | None) -> pl.Expr:
    """What is allowed; `{this: ours}` of a line of the study file names the word that stands there."""
    if allowed is None or shown is None or THEIRS not in allowed:
        return pl.lit(allowed, dtype=pl.String)
    word = shown.cast(pl.String)
    plain = word.str.contains(r"^\p{L}[\p{L}\d_]*$") & ~word.str.contains(NOT_TEXT)
    quoted = pl.when(plain).then(word).otherwise(pl.concat_str(pl.lit('"'), word, pl.lit('"')))
    named = pl.concat_str(pl.lit("{"), quoted.fill_null("this"), pl.lit(":"))
    first, *rest = (pl.lit(part) for part in allowed.split(THEIRS))
    return pl.concat_str(first, *(text for part in rest for text in (named, part)))


def one(check: Check, **cells: str | int | None) -> dict[str, str | int | None]:
    """One finding about a whole file or table; cells by their names in FINDINGS_SCHEMA."""
    row: dict[str, str | int | None] = dict.fromkeys(FINDINGS_SCHEMA)
    place = {"TABLE": check.table, "COLUMN": check.column, "ALLOWED": check.allowed}
    told = {"CHECK": check.id, "SEVERITY": check.severity, "MESSAGE": check.words}
    return row | place | told | cells


def as_findings(rows: list[dict[str, str | int | None]]) -> pl.DataFrame:
    """Single findings as one table."""
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row")
