"""Today's delivery against the one that an earlier cutoff was frozen with: values changed, records gone.

Within one delivery a falsification that is consistent cannot be seen; the delivery before shows it. Late
corrections are normal in a trial and each has a reason at the site, so it is asked for it: one line a table,
column and subject, with the first old and new value and how many more. A cell that was empty and is filled
now is late entry and not asked about, nor is a record that came later or a value that is written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.rows import as_findings, found, one
from pkpipe.schema import dates
from pkpipe.schema.coded_words import folded
from pkpipe.schema.sdtm import DOMAINS, RESULTS, DomainSpec
from pkpipe.sentences import sentence

C: Final = pl.col
Tables = Mapping[str, pl.DataFrame]
CHANGED: Final = Check(
    "REDELIVERED-CHANGED",
    "query",
    "another value than in the delivery of the earlier cutoff: why?",
    "21 CFR 11.10(e), ICH E6(R3) 4.2.2",
)
GONE: Final = Check(
    "REDELIVERED-GONE",
    "query",
    "a record of the delivery of the earlier cutoff is gone: why?",
    "21 CFR 11.10(e), ICH E6(R3) 4.2.2",
)
UNPROVED: Final = Check(
    "REDELIVERED-UNPROVED",
    "query",
    "the audit trail is not whole: the delivery of the earlier cutoff is not proved, and nothing is "
    "compared with it",
    "21 CFR 11.10(e)",
    allowed="a whole trail (pkpipe audit verify names what is wrong)",
)
REDELIVERED: Final = (CHANGED, GONE, UNPROVED)
# What goes on changing until it is over, and says so itself.
MOVES: Final = ("RFENDTC", "AEOUT", "EXENDTC")
SAME_RECORD: Final = (
    "TESTCD",
    "TRT",
    "LNKID",
    "TERM",
    "DECOD",
)  # of two ways to be matched by number


def redelivered(now: Tables, before: Tables) -> Iterable[pl.DataFrame]:
    """Findings about what changed since `before`.

    Both are text tables of the snapshot, known at the same earlier cutoff.
    """
    for code, spec in DOMAINS.items():
        if code in before and code in now and before[code].height:
            yield from _of_domain(now[code], before[code], spec)


def _of_domain(now: pl.DataFrame, before: pl.DataFrame, spec: DomainSpec) -> Iterable[pl.DataFrame]:
    columns = [c for c in spec.names if c in before.columns and c in now.columns]
    if before.select(columns).equals(now.select(columns)):
        return
    pairs, gone = _matched(now.select("SRCFILE", "SRCROW", *columns), before.select(columns), spec)
    for name in columns:
        if name in MOVES or name.endswith("SEQ") or name == "USUBJID":
            continue
        was = C(f"{name}_WAS")
        differs = pairs.filter(was.is_not_null() & was.ne_missing(C(name)))
        differs = differs.filter(~_means_the_same(was, C(name), spec, name))
        if differs.is_empty():
            continue
        first = differs.with_columns(_N=pl.len().over("USUBJID")).unique(
            "USUBJID", keep="first", maintain_order=True
        )
        told = first.with_columns(
            _MESSAGE=sentence(
                f"{CHANGED.words} '{{}}' before, '{{}}' now, in {{}} records of the subject",
                *(was, C(name).fill_null(""), "_N"),
            )
        )
        yield found(CHANGED, told, spec.code, name, "a reason for the change")
    if gone.height:
        lost = gone.with_columns(_N=pl.len().over("USUBJID"))
        lost = lost.unique("USUBJID", keep="first", maintain_order=True)
        told = lost.with_columns(
            _MESSAGE=sentence(f"{GONE.words} {{}} of the subject", "_N"),
            SRCFILE=pl.lit(now["SRCFILE"][0] if now.height else None, dtype=pl.String),
            SRCROW=pl.lit(None, dtype=pl.Int64),
        )
        yield found(
            GONE, told, spec.code, spec.date or "USUBJID", "the record, or why it was removed"
        )


def _means_the_same(was: pl.Expr, now: pl.Expr, spec: DomainSpec, name: str) -> pl.Expr:
    """Written otherwise, and no other value: 20.0 and 20, 08:20 and 08:20:00, Nausea and NAUSEA, Y, Yes."""
    column = next(c for c in spec.columns if c.name == name)
    result = name.endswith(("STRESC", "ORRES"))
    words = RESULTS.get(spec.code) if result else column.codelist

    def number(text: pl.Expr) -> pl.Expr:
        return text.cast(pl.Float64, strict=False)

    def word(text: pl.Expr) -> pl.Expr:
        return folded(text if words is None else words.read(text))

    if column.kind == "dtc":
        readings = [dates.moment]
    elif column.kind in {"number", "integer"}:
        readings = [number]
    else:
        readings = [number, word] if result else [word]
    return pl.any_horizontal((read(was) == read(now)).fill_null(value=False) for read in readings)


def unproved(trail: str) -> pl.DataFrame:
    """One finding: the delivery before cannot be compared with. trail: the file of the audit trail."""
    return as_findings([one(UNPROVED, FILE=trail, VALUE="")])


def _matched(
    now: pl.DataFrame, before: pl.DataFrame, spec: DomainSpec
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records of both by key, then by number; and those of `before` that today's delivery has not."""
    key = [c for c in spec.key if c in before.columns]
    number = _numbered(spec, before.columns)
    pairs: list[pl.DataFrame] = []
    left, right = now.with_row_index("_NOW"), before.with_row_index("_WAS_ROW")
    for on in (key, number):
        if not on:
            continue
        ours = left.unique(on, keep="none", maintain_order=True)
        theirs = right.unique(on, keep="none", maintain_order=True)
        both = ours.join(
            theirs, on=on, how="inner", suffix="_WAS", nulls_equal=True, maintain_order="left"
        ).with_columns(C(c).alias(f"{c}_WAS") for c in on)
        pairs.append(both.select(sorted(both.columns)))
        left = left.join(both.select("_NOW"), on="_NOW", how="anti", maintain_order="left")
        right = right.join(
            both.select("_WAS_ROW"), on="_WAS_ROW", how="anti", maintain_order="left"
        )
    # What is there twice on either side is asked about as such.
    lost = right.join(
        now.select(key).unique(), on=key, how="anti", nulls_equal=True, maintain_order="left"
    )
    return pl.concat(pairs), lost


def _numbered(spec: DomainSpec, columns: list[str]) -> list[str]:
    """The columns by which a record whose date or result was changed is still found."""
    number = f"{spec.code}SEQ"
    if number not in columns:
        return []
    which = [f"{spec.code}{end}" for end in SAME_RECORD if f"{spec.code}{end}" in columns]
    return ["USUBJID", number, *which[:1]]
