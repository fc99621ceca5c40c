"""Drug tolerance (ADA-2): a negative while the drug itself is above the assay's limit proves nothing."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS, Collected, withheld
from pkpipe.immunogenicity.options import AdaOptions
from pkpipe.immunogenicity.samples import sample_sentences as said
from pkpipe.immunogenicity.samples.sample_status import of_drug
from pkpipe.sentences import Words

NEAR: Final = "1h"  # a concentration counts as taken with the sample up to so long before or after
UNPROVEN: Final = Words(
    "drug tolerance not checked of every negative: no drug concentration with a sample",
    "并非所有阴性样本均已核查药物耐受：有样本无药物浓度",
)
# What a negative that the drug may have hidden is counted as (ADA-2).
RESULTS_JUDGED: Final = ("NEG", "INCONC")


def limits(options: AdaOptions) -> pl.Expr:
    """The drug concentration above which a negative of the assay proves nothing; null: not stated."""
    return of_drug({a.drug: a.drug_tolerance for a in options.assays}, pl.Float64())


def unchecked(options: AdaOptions) -> pl.Expr:
    """True for a negative after the first dose without a concentration to hold against the limit."""
    negative, post = pl.col("RESULT") == "NEGATIVE", pl.col("PHASE") == "POST"
    return (negative & post & limits(options).is_not_null() & pl.col("CONC").is_null()).fill_null(
        value=False
    )


def as_collected(adasum: pl.DataFrame, known: Collected, options: AdaOptions) -> pl.DataFrame:
    """ADASUM without the counts that need results or concentrations, in a study that has none of them."""
    if not known.has(*ANTIBODIES):
        return withheld(adasum, known.reason(*ANTIBODIES), ("X", "N", "PCT", "AVAL", "MIN", "MAX"))
    lost = known.reason(*CONCENTRATIONS)
    if lost is None:
        return adasum
    counted = pl.col("PARAMCD").is_in(RESULTS_JUDGED) & limits(options).is_not_null()
    return withheld(adasum, f"{lost} (drug tolerance)", ("X", "PCT"), where=counted)


def with_tolerance(
    samples: pl.DataFrame, concentrations: pl.DataFrame | None, options: AdaOptions
) -> pl.DataFrame:
    """Samples with `CONC` (null: none taken with it), `RESULT0` (limit ignored) and `RESULT` (limit applied).

    concentrations: `USUBJID`, `DRUG`, `ADTM`, `CONC` (0 where below LLOQ), in the unit of the limit; one
    analyte a drug, the one the tolerance is stated for. Null: none are known.
    """
    limit = limits(options)
    negative = pl.col("RESULT") == "NEGATIVE"
    above = (negative & (pl.col("CONC") > limit)).fill_null(value=False)
    note = (
        pl.when(above)
        .then(pl.lit(said.INCONCLUSIVE.en))
        .when(unchecked(options))
        .then(pl.lit(said.UNCHECKED.en))
    )
    return _with_concentrations(samples, concentrations).with_columns(
        RESULT0="RESULT",
        RESULT=pl.when(above).then(pl.lit("INCONCLUSIVE")).otherwise("RESULT"),
        REASON=pl.concat_str([pl.col("REASON"), note], separator="; ", ignore_nulls=True).replace(
            "", None
        ),
    )


def _with_concentrations(
    samples: pl.DataFrame, concentrations: pl.DataFrame | None
) -> pl.DataFrame:
    if concentrations is None:
        return samples.with_columns(CONC=pl.lit(None, dtype=pl.Float64))
    timed = concentrations.drop_nulls("ADTM").sort("ADTM").select("USUBJID", "DRUG", "ADTM", "CONC")
    known = samples.filter(pl.col("ADTM").is_not_null()).sort("ADTM", maintain_order=True)
    joined = known.join_asof(
        timed,
        on="ADTM",
        by=["USUBJID", "DRUG"],
        strategy="nearest",
        tolerance=NEAR,
        check_sortedness=False,  # both are sorted two lines above; polars cannot see it by group
    )
    rest = samples.filter(pl.col("ADTM").is_null())
    return pl.concat([joined, rest], how="diagonal_relaxed").sort(
        "USUBJID", "DRUG", "ADTM", "ISDTC", nulls_last=True
    )
