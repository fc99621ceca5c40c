"""What cannot be right in immunogenicity data: one finding a row, with subject and what is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.subject_dates import PARTIAL
from pkpipe.clinical.titres import differs
from pkpipe.finding.check import Check, Severity
from pkpipe.finding.rows import RowTest
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.immunogenicity.options import MICRO, AdaOptions
from pkpipe.immunogenicity.samples.assay_results import RESULTS_ALLOWED
from pkpipe.immunogenicity.samples.sample_status import KEY, of_drug, tiers_there

# A log10 titre above this would be a dilution of one in 10^12: such titres are dilutions, not logarithms.
HIGHEST_LOG10: Final = 12


def _check(place: str, severity: Severity, words: str, source: str, allowed: str = "") -> Check:
    """place: id and column, separated by a blank."""
    name, _, column = place.partition(" ")
    return Check(name, severity, words, source, allowed=allowed or None, table="IS", column=column)


DRUG_EMPTY: Final = _check(
    "IS-DRUG-EMPTY ISBDAGNT", "error",
    "the drug that the antibodies bind is not given, and the study has assays of several",
    "SDTMIG 3.4, ISBDAGNT")  # fmt: skip
TEST: Final = _check(
    "IS-TEST ISTESTCD", "error", "belongs to no tier of an ADA assay",
    "study file, immunogenicity.assays",
    "a screen, confirm, titre or NAb test, as the study names them")  # fmt: skip
RESULT: Final = _check("IS-RESULT ISSTRESC", "error", "is no result", "ADA-1", RESULTS_ALLOWED)
DUPLICATE: Final = _check(
    "IS-DUPLICATE ISDTC", "error", "a second result of the same test, drug and time", "SDTMIG 3.4, IS",
    "one result a sample")  # fmt: skip
CONFIRM_NO_SCREEN: Final = _check(
    "IS-CONFIRM-NO-SCREEN ISTESTCD", "error",
    "a confirmation without a screening result of the same sample", "ADA-1",
    "the screening result of that sample")  # fmt: skip
CONFIRM_SCREEN_NEGATIVE: Final = _check(
    "IS-CONFIRM-SCREEN-NEG ISSTRESC", "error", "confirmed, though the screen was negative", "ADA-1",
    "a confirmation of a positive screen")  # fmt: skip
CONFIRM_MISSING: Final = _check(
    "IS-CONFIRM-MISSING ISSTRESC", "query",
    "positive screen without a confirmation: the sample has no status", "ADA-1",
    "the confirmation")  # fmt: skip
NAB_NO_ADA: Final = _check(
    "IS-NAB-NO-ADA ISSTRESC", "error", "a NAb result of a sample without an ADA test", "ADA-12",
    "the ADA result of that sample")  # fmt: skip
NAB_ADA_NEGATIVE: Final = _check(
    "IS-NAB-ADA-NEG ISSTRESC", "error", "NAb-positive, though the sample is ADA-negative", "ADA-12",
    "NAb results of ADA-positive samples")  # fmt: skip
TITRE_ADA_NEGATIVE: Final = _check(
    "IS-TITRE-ADA-NEG ISSTRESC", "query", "a titre of an ADA-negative sample is not used", "ADA-11",
    "titres of ADA-positive samples")  # fmt: skip
TITRE_ALONE: Final = _check(
    "IS-TITRE-ALONE ISSTRESC", "query",
    "a titre without a screening or confirmation result of the same sample: the sample has no status",
    "ADA-1", "the screening result of that sample")  # fmt: skip
# Reciprocal dilutions start at the MRD; log10 titres are rounded or interpolated around it: of these a query.
TITRE_MRD: Final = _check(
    "IS-TITRE-MRD ISSTRESN", "error", "below the titre at the minimum required dilution",
    "study file, assays.mrd_titre", "that titre or more, or a text such as <100")  # fmt: skip
LOG_TITRE_MRD: Final = TITRE_MRD.weighing("query", f"{TITRE_MRD.words}: kept as reported")
TITRE_TWO: Final = replace(
    _check("IS-TITRE-TWO ISSTRESN", "error", "the text and the number of a titre differ",
           "SDTMIG 4.5.1", "the titre of ISSTRESC, its log10, or empty"),
    unless=("IS-NUMBER-TWO",),
)  # fmt: skip
TITRE_SCALE: Final = _check(
    "IS-TITRE-SCALE ISSTRESN", "error", "is a dilution, but the options speak of log10 titres",
    "study file, titre_scale", "log10 titres, or titre_scale: dilution")  # fmt: skip
METHOD: Final = _check(
    "IS-METHOD ISMETHOD", "query",
    "another assay version than the subject's first results: titres may not compare",
    "FDA 2019, immunogenicity testing", "one assay version a subject, or a bridging study")  # fmt: skip
# A date known in part is asked about by validation, which says what is done until it is answered.
DATE: Final = replace(
    _check("IS-DATE ISDTC", "query", "the sample cannot be placed before or after first dose", "ADA-3",
           "at least the whole date"),
    unless=(PARTIAL.id,),
)  # fmt: skip
NO_TIME: Final = _check(
    "IS-NO-TIME ISDTC", "note", "no time of day: placed by its date", "ADA-3", "date and time"
)  # fmt: skip
NO_TITRE: Final = _check(
    "IS-NO-TITRE ISSTRESC", "note", "positive without a titre", "ADA-11", "the titre"
)  # fmt: skip
CHECKS: Final = (
    *(DRUG_EMPTY, TEST, RESULT, DUPLICATE, CONFIRM_NO_SCREEN, CONFIRM_SCREEN_NEGATIVE),
    *(CONFIRM_MISSING, NAB_NO_ADA, NAB_ADA_NEGATIVE, TITRE_ADA_NEGATIVE, TITRE_MRD, TITRE_SCALE),
    *(TITRE_TWO, TITRE_ALONE, METHOD, DATE, NO_TIME, NO_TITRE),
)

_SCREEN, _CONFIRM, _ADA = pl.col("S_SCREEN"), pl.col("S_CONFIRM"), pl.col("S_ADA")
_SAYS, _TIER = pl.col("SAYS"), pl.col("TIER")
_NEGATIVE = (
    (_ADA == 0)
    | (_ADA.is_null() & ((_SCREEN == 0) | (_CONFIRM == 0)))
).fill_null(value=False)  # fmt: skip
_NO_ADA_ROW = ~pl.col("S_HASADA")


def tests_of(options: AdaOptions) -> tuple[RowTest, ...]:
    """The tests of IS rows under these options, S_* being the results of the row's own sample."""
    low = (pl.col("TITREU") < pl.col("MRDU")).fill_null(value=False)
    dilution = options.scale == "dilution"
    drugs = list(dict.fromkeys(assay.drug for assay in options.assays if assay.drug))
    unsaid = pl.col("DRUG").is_null() & pl.lit(len(drugs) > 1)
    of_several = RowTest(replace(DRUG_EMPTY, allowed=", ".join(drugs)), _TIER.is_null() & unsaid)
    given, high = _SAYS.is_not_null(), pl.col("TITREU") > HIGHEST_LOG10 * MICRO
    return (
        *((of_several,) if len(drugs) > 1 else ()),
        RowTest(TEST, _TIER.is_null() & ~unsaid),
        RowTest(RESULT, pl.col("UNREAD")),
        RowTest(DUPLICATE, pl.col("REPEATED")),
        RowTest(
            CONFIRM_NO_SCREEN,
            (_TIER == "CONFIRM") & given & ~pl.col("S_HASSCREEN") & pl.col("HAS_SCREEN"),
        ),
        RowTest(CONFIRM_SCREEN_NEGATIVE, (_TIER == "CONFIRM") & (_SAYS == 1) & (_SCREEN == 0)),
        RowTest(
            CONFIRM_MISSING,
            (_TIER == "SCREEN") & (_SAYS == 1) & _CONFIRM.is_null() & pl.col("HAS_CONFIRM"),
        ),
        RowTest(NAB_NO_ADA, (_TIER == "NAB") & given & _NO_ADA_ROW),
        RowTest(NAB_ADA_NEGATIVE, (_TIER == "NAB") & (_SAYS == 1) & _NEGATIVE),
        RowTest(
            TITRE_ALONE,
            (_TIER == "TITRE")
            & given
            & pl.all_horizontal(_SCREEN.is_null(), _CONFIRM.is_null(), _ADA.is_null()),
        ),
        RowTest(TITRE_ADA_NEGATIVE, (_TIER == "TITRE") & (_SAYS == 1) & _NEGATIVE),
        RowTest(TITRE_MRD if dilution else LOG_TITRE_MRD, low),
        RowTest(TITRE_SCALE, high & pl.lit(not dilution)),
        RowTest(
            TITRE_TWO, _TIER.is_in(["ADA", "TITRE"]) & differs(pl.col("TEXT"), pl.col("ISSTRESN"))
        ),
        RowTest(METHOD, pl.col("CHANGED")),
        RowTest(DATE, ~pl.col("DATED") & given),
        RowTest(NO_TIME, pl.col("DATED") & ~pl.col("TIMED") & given),
        RowTest(NO_TITRE, (_TIER == "ADA") & (_SAYS == 1) & ~pl.col("S_HASTITRE")),
    )


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
    tests = tests_of(options)
    flagged = rows.with_columns(test.fails().alias(f"W{i}") for i, test in enumerate(tests))
    return all_findings(
        _found(flagged.filter(pl.col(f"W{i}")), test.check) for i, test in enumerate(tests)
    )


def _found(rows: pl.DataFrame, check: Check) -> pl.DataFrame:
    column = str(check.column)
    there = pl.col(column) if column in rows.columns else pl.lit(None)
    value = there.cast(pl.String)
    return findings_at(
        rows,
        check,
        file=pl.col("SRCFILE"),
        row=pl.col("SRCROW"),
        subject=pl.col("USUBJID"),
        value=pl.coalesce(value, "TEXT") if column.startswith("ISSTRES") else value,
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
