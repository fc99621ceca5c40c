"""What a check of the raw tables is: an id, how serious it is, its sentence, where the rule comes from.

Every check is declared once, as a value, in the `checks` of `reading`, `snapshot` or `validate`;
`validate.registry` lists them all. An error is what would make a number wrong: it stops the study or,
where only the dose decision rests on it, that decision. A query is an oddity a site may explain. A note is
shown and needs no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from pkpipe.finding.table import FINDINGS_SCHEMA, Severity, findings_at, no_findings


@dataclass(frozen=True)
class Check:
    """One kind of finding."""

    id: str
    severity: Severity
    words: str  # what is wrong, for a data manager
    source: str  # rule, standard or guideline behind it
    stops: Literal["study", "decision"] = "study"  # what an error stops


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
    table: str,
    column: str | None,
    allowed: str | None = None,
    value: pl.Expr | None = None,
) -> pl.DataFrame:
    """The rows of a domain table (with SRCFILE, SRCROW, USUBJID) as findings of one check.

    value: what stands in the file; default: the column as text. A column
    _MESSAGE in the rows replaces the words of the check.
    """
    if rows.is_empty():  # most checks find nothing, and there are hundreds
        return no_findings()
    shown = pl.col(column) if value is None and column in rows.columns else value
    return findings_at(
        rows,
        check=check.id,
        severity=check.severity,
        table=table,
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
    return row | {"CHECK": check.id, "SEVERITY": check.severity, "MESSAGE": check.words} | cells


def as_findings(rows: list[dict[str, str | int | None]]) -> pl.DataFrame:
    """Single findings as one table."""
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row")
