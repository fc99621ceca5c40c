"""What cannot be right in immunogenicity data: one finding a row, with subject and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.finding.table import Severity, all_findings, findings_at
from pkpipe.immunogenicity.options import MICRO, AdaOptions
from pkpipe.immunogenicity.results import RESULTS_ALLOWED
from pkpipe.immunogenicity.samples import KEY, of_drug, tiers_there

# A log10 titre above this would be a dilution of one in 10^12: such titres are dilutions, not logarithms.
HIGHEST_LOG10: Final = 12


@dataclass(frozen=True)
class Check:
    """One thing that may be wrong with an IS row."""

    code: str
    severity: Severity
    column: str
    wrong: pl.Expr
    message: str
    allowed: str


_SCREEN, _CONFIRM, _ADA = pl.col("S_SCREEN"), pl.col("S_CONFIRM"), pl.col("S_ADA")
_SAYS, _TIER = pl.col("SAYS"), pl.col("TIER")
_NEGATIVE = (
    (_ADA == 0)
    | (_ADA.is_null() & ((_SCREEN == 0) | (_CONFIRM == 0)))
).fill_null(value=False)  # fmt: skip
_NO_ADA_ROW = ~pl.col("S_HASADA")


def checks(options: AdaOptions) -> tuple[Check, ...]:
    """The checks of IS rows under these options, S_* being the results of the row's own sample."""
    low = (pl.col("TITREU") < pl.col("MRDU")).fill_null(value=False)
    dilution = options.scale == "dilution"
    drugs = list(dict.fromkeys(assay.drug for assay in options.assays if assay.drug))
    unsaid = pl.col("DRUG").is_null() & pl.lit(len(drugs) > 1)
    of_several = Check(
        "IS-DRUG-EMPTY",
        "error",
        "ISBDAGNT",
        _TIER.is_null() & unsaid,
        "the drug that the antibodies bind is not given, and the study has assays of several",
        ", ".join(drugs),
    )
    return (
        *((of_several,) if len(drugs) > 1 else ()),
        Check("IS-TEST", "error", "ISTESTCD", _TIER.is_null() & ~unsaid,
              "belongs to no tier of an ADA assay",
              "a screen, confirm, titre or NAb test, as the study names them"),
        Check("IS-RESULT", "error", "ISSTRESC", pl.col("UNREAD"), "is no result", RESULTS_ALLOWED),
        Check("IS-DUPLICATE", "error", "ISDTC", pl.col("REPEATED"),
              "a second result of the same test, drug and time", "one result a sample"),
        Check("IS-CONFIRM-NO-SCREEN", "error", "ISTESTCD",
              (_TIER == "CONFIRM") & _SAYS.is_not_null() & ~pl.col("S_HASSCREEN") & pl.col("HAS_SCREEN"),
              "a confirmation without a screening result of the same sample",
              "the screening result of that sample"),
        Check("IS-CONFIRM-SCREEN-NEG", "error", "ISSTRESC",
              (_TIER == "CONFIRM") & (_SAYS == 1) & (_SCREEN == 0),
              "confirmed, though the screen was negative", "a confirmation of a positive screen"),
        Check("IS-CONFIRM-MISSING", "query", "ISSTRESC",
              (_TIER == "SCREEN") & (_SAYS == 1) & _CONFIRM.is_null() & pl.col("HAS_CONFIRM"),
              "positive screen without a confirmation: the sample has no status", "the confirmation"),
        Check("IS-NAB-NO-ADA", "error", "ISSTRESC",
              (_TIER == "NAB") & _SAYS.is_not_null() & _NO_ADA_ROW,
              "a NAb result of a sample without an ADA test", "the ADA result of that sample"),
        Check("IS-NAB-ADA-NEG", "error", "ISSTRESC", (_TIER == "NAB") & (_SAYS == 1) & _NEGATIVE,
              "NAb-positive, though the sample is ADA-negative", "NAb results of ADA-positive samples"),
        Check("IS-TITRE-ADA-NEG", "query", "ISSTRESC",
              (_TIER == "TITRE") & (_SAYS == 1) & _NEGATIVE,
              "a titre of an ADA-negative sample is not used", "titres of ADA-positive samples"),
        # Reciprocal dilutions start at the MRD; log10 titres are rounded or interpolated around it.
        Check("IS-TITRE-MRD", "error" if dilution else "query", "ISSTRESN", low,
              "below the titre at the minimum required dilution"
              + ("" if dilution else ": kept as reported"),
              "that titre or more, or a text such as <100"),
        Check("IS-TITRE-SCALE", "error", "ISSTRESN",
              (pl.col("TITREU") > HIGHEST_LOG10 * MICRO) & pl.lit(not dilution),
              "is a dilution, but the options speak of log10 titres",
              "log10 titres, or titre_scale: dilution"),
        Check("IS-METHOD", "query", "ISMETHOD", pl.col("CHANGED"),
              "another assay version than the subject's first results: titres may not compare",
              "one assay version a subject, or a bridging study"),
        Check("IS-DATE", "query", "ISDTC", ~pl.col("DATED") & _SAYS.is_not_null(),
              "the sample cannot be placed before or after first dose", "at least the whole date"),
        Check("IS-NO-TIME", "note", "ISDTC", pl.col("DATED") & ~pl.col("TIMED") & _SAYS.is_not_null(),
              "no time of day: placed by its date", "date and time"),
        Check("IS-NO-TITRE", "note", "ISSTRESC",
              (_TIER == "ADA") & (_SAYS == 1) & ~pl.col("S_HASTITRE"),
              "positive without a titre", "the titre"),
    )  # fmt: skip


def findings_of(read: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """Findings in IS rows, in the layout of `pkpipe.finding.table`.

    read: rows through `with_tiers` and `with_results`, with `SRCFILE` and `SRCROW`.
    """
    rows = _with_sample(read).with_columns(
        MRDU=of_drug({a.drug: a.mrd_titre for a in options.assays}, pl.Int64()),
        DATED=pl.col("ISDTC").str.len_chars().fill_null(0) >= 10,
        **tiers_there(options.declared),
        TIMED=pl.col("ISDTC").str.len_chars().fill_null(0) > 10,
    )
    rules = checks(options)
    flagged = rows.with_columns(
        c.wrong.fill_null(value=False).alias(f"W{i}") for i, c in enumerate(rules)
    )
    return all_findings(
        findings_at(
            flagged.filter(pl.col(f"W{i}")),
            check=c.code,
            severity=c.severity,
            table="IS",
            file=pl.col("SRCFILE"),
            row=pl.col("SRCROW"),
            subject=pl.col("USUBJID"),
            column=c.column,
            value=pl.coalesce(pl.col(c.column).cast(pl.String), "TEXT")
            if c.column.startswith("ISSTRES")
            else (pl.col(c.column) if c.column in rows.columns else pl.lit(None)).cast(pl.String),
            message=c.message,
            allowed=c.allowed,
        )
        for i, c in enumerate(rules)
    )


def _with_sample(read: pl.DataFrame) -> pl.DataFrame:
    """Rows with the results of their own sample beside them, and whether a test is repeated."""
    sample = [*KEY, "ISDTC", "UNDATED"]
    keyed = read.with_columns(
        UNDATED=pl.when(pl.col("ISDTC").is_null()).then(pl.col("VISIT")),
        REPEATED=pl.struct(
            "USUBJID", "DRUG", "TIER", "ISDTC", _SAYS.is_not_null().alias("REPORTED")
        ).is_duplicated()
        & pl.col("ISDTC").is_not_null()
        & _SAYS.is_not_null(),
    )
    results = {
        f"S_{t}": pl.when(pl.col("TIER") == t).then(_SAYS).max()
        for t in ("ADA", "SCREEN", "CONFIRM")
    }
    side = keyed.group_by(sample).agg(
        S_HASTITRE=(pl.col("LEASTU").is_not_null() | pl.col("BELOW")).any(),
        S_HASSCREEN=((_TIER == "SCREEN") & _SAYS.is_not_null()).any(),
        S_HASADA=_TIER.is_in(["ADA", "SCREEN", "CONFIRM", "TITRE"]).any(),
        **results,
    )
    joined = keyed.join(side, on=sample, how="left", nulls_equal=True, maintain_order="left")
    return _with_assay_changes(joined)


def _with_assay_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """`CHANGED`: a subject's result by another assay version (ISMETHOD, where IS has it) than the first."""
    if "ISMETHOD" not in rows.columns:
        return rows.with_columns(ISMETHOD=pl.lit(None, dtype=pl.String), CHANGED=pl.lit(False))
    test = ["USUBJID", "DRUG", "ISTESTCD"]
    firsts = (
        rows.drop_nulls("ISMETHOD")
        .sort("ISDTC", nulls_last=True, maintain_order=True)
        .group_by(test, maintain_order=True)
        .agg(pl.col("ISMETHOD").first().alias("FIRSTMETHOD"))
    )
    joined = rows.join(firsts, on=test, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(CHANGED=pl.col("ISMETHOD") != pl.col("FIRSTMETHOD"))
