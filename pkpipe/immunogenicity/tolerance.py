"""Drug tolerance (ADA-2): a negative while the drug itself is above the assay's limit proves nothing."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.immunogenicity.options import AdaOptions
from pkpipe.immunogenicity.samples import of_drug

NEAR: Final = "1h"  # a concentration counts as taken with the sample up to so long before or after
INCONCLUSIVE: Final = "drug concentration above the tolerance limit of the assay"
UNCHECKED: Final = "no drug concentration with this sample: tolerance not checked"


def with_tolerance(
    samples: pl.DataFrame, concentrations: pl.DataFrame | None, options: AdaOptions
) -> pl.DataFrame:
    """Samples with `CONC` (null: none taken with it), `RESULT0` (limit ignored) and `RESULT` (limit applied).

    concentrations: `USUBJID`, `DRUG`, `ADTM`, `CONC` (0 where below LLOQ), in the unit of the limit; one
    analyte a drug, the one the tolerance is stated for. Null: none are known.
    """
    limit = of_drug({a.drug: a.drug_tolerance for a in options.assays}, pl.Float64())
    negative = pl.col("RESULT") == "NEGATIVE"
    above = (negative & (pl.col("CONC") > limit)).fill_null(value=False)
    note = (
        pl.when(above)
        .then(pl.lit(INCONCLUSIVE))
        .when(
            negative & limit.is_not_null() & pl.col("CONC").is_null() & (pl.col("PHASE") == "POST")
        )
        .then(pl.lit(UNCHECKED))
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
