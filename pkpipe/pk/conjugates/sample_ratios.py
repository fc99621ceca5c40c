"""ADCRATIO and ADCSUM: the parts of a conjugate against each other, sample by sample (ADC-1 to ADC-3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.pk import pk_sentences as said
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.nca import ConjugateRatios, PkSummaries
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence
from pkpipe.statistics import geometric
from pkpipe.units import molar_factor

MOLAR: Final = "nmol/L"
BLQ: Final = "is BLQ"


@dataclass(frozen=True)
class Ratio:
    """One ratio of two analytes of a drug; `assays`: what the conjugate's assay must measure for it."""

    code: str
    label: str
    above: str  # roles of the analytes
    below: str
    assays: tuple[str, ...]
    of_initial: bool = False  # divided by the drug-antibody ratio as made
    of_parameters: bool = False  # asked of parameters too (methods ADC-4)


ANY_ASSAY: Final = ("conjugated_antibody", "conjugated_payload")
# Conjugate over total antibody is a share of antibodies or of payloads, as the assay of the conjugate has it.
RATIOS: Final = (
    Ratio("PAYADC", "Free payload to conjugate", "payload", "adc", ANY_ASSAY, of_parameters=True),
    Ratio(
        "ADCTAB",
        "Conjugate to total antibody",
        "adc",
        "total_antibody",
        ANY_ASSAY[:1],
        of_parameters=True,
    ),
    Ratio("DAR", "Apparent drug-antibody ratio", "adc", "total_antibody", ANY_ASSAY[1:]),
    Ratio(
        "FDAR",
        "Fraction of the initial drug-antibody ratio",
        "adc",
        "total_antibody",
        ANY_ASSAY[1:],
        of_initial=True,
    ),
)
PAIR_KEYS: Final = ("DRUG", "RATIO", "NUMCD", "DENCD")
PAIRS: Final = pl.Schema(
    dict.fromkeys(
        (*PAIR_KEYS, "LABEL", "NUMMAT", "DENMAT", "NUMUNIT", "DENUNIT", "WHYNOT"), pl.String()
    )
    | dict.fromkeys(("NUMFACT", "DENFACT", "SCALE"), pl.Float64())
)
RATIO_SCHEMA: Final = pl.Schema(
    dict.fromkeys(("USUBJID", *PAIR_KEYS), pl.String())
    | {"DOSENO": pl.Int64(), "NRRLT": pl.Float64(), "SEQ": pl.Int64()}
    | dict.fromkeys(("LABEL", "COHORT", "LEVEL", "PART"), pl.String())
    | {"CYCLE": pl.Int64(), "ATPT": pl.String(), "ADTM": pl.Datetime("us"), "ARRLT": pl.Float64()}
    | {"NUMVAL": pl.Float64(), "NUMU": pl.String(), "DENVAL": pl.Float64(), "DENU": pl.String()}
    | {"NUMMOL": pl.Float64(), "DENMOL": pl.Float64(), "MOLU": pl.String(), "APARTM": pl.Float64()}
    | {"AVAL": pl.Float64(), "AVALU": pl.String()}
    | dict.fromkeys(("BLQFL", "REASON", "SUMFL", "SUMRSN"), pl.String())
)
SUM_SCHEMA: Final = pl.Schema(
    dict.fromkeys((*PAIR_KEYS, "LEVEL"), pl.String())
    | {"CYCLE": pl.Int64(), "NRRLT": pl.Float64(), "ATPT": pl.String(), "LABEL": pl.String()}
    | dict.fromkeys(("N", "NNC", "NBLQ", "NOUT"), pl.Int64())
    | dict.fromkeys(("GMEAN", "GCV", "MEDIAN", "MIN", "MAX"), pl.Float64())
    | {"AVALU": pl.String(), "REASON": pl.String(), "GCVRSN": pl.String()}
)


def pairs(study: Study) -> pl.DataFrame:
    """Each ratio of each drug with its two analytes and factors to nmol/L; WHYNOT: the assay has none."""
    return pl.DataFrame(list(_pairs(study)), schema=PAIRS, orient="row")


def _pairs(study: Study) -> Iterator[tuple[object, ...]]:
    for drug in study.drugs:
        own = study.analytes_of(drug.code)
        assay = next((a.assay for a in own if a.role == "adc"), None)
        for ratio in RATIOS if assay is not None else ():
            why = (
                None
                if assay in ratio.assays
                else said.ASSAY.en.format(said.MEASURED[str(assay)].en)
            )
            scale = 1 / (drug.drug_antibody_ratio or 1) if ratio.of_initial else 1.0
            for above in (a for a in own if a.role == ratio.above):
                for below in (a for a in own if a.role == ratio.below):
                    yield (
                        *(drug.code, ratio.code, above.code, below.code, ratio.label),
                        *(above.matrix, below.matrix, above.unit, below.unit, why),
                        *(molar(above), molar(below), scale),
                    )


def molar(analyte: Analyte) -> float:
    """nmol/L in one of the analyte's own concentration unit; the study file is refused without the weight."""
    return molar_factor(analyte.unit, MOLAR, analyte.molecular_weight or 0.0)


def sample_ratios(adpc: pl.DataFrame, study: Study, plan: ConjugateRatios | None) -> pl.DataFrame:
    """ADCRATIO: one row a subject, sample and ratio; what cannot be calculated has its reason (ADC-3).

    Same sample: the same dose and nominal time, drawn no more than `apart_minutes` apart (a serum and a
    plasma tube of one venepuncture).
    """
    if plan is None or adpc.is_empty():
        return pl.DataFrame(schema=RATIO_SCHEMA)
    wanted = pairs(study).filter(pl.col("WHYNOT").is_null()).drop("WHYNOT")
    above, below = (_side(adpc, wanted, s) for s in ("NUM", "DEN"))
    on = [*PAIR_KEYS, "USUBJID", "DOSENO", "NRRLT", "PLACE", "SEQ"]
    both = above.join(below, on=on, how="full", coalesce=True, nulls_equal=True)
    about = wanted.drop("NUMMAT", "DENMAT")
    rows = both.join(about, on=list(PAIR_KEYS), how="left").with_columns(
        *(
            pl.coalesce(f"NUM{c}", f"DEN{c}").alias(c)
            for c in ("COHORT", "LEVEL", "PART", "CYCLE", "ATPT", "ADTM", "ARRLT")
        ),
        APARTM=(pl.col("NUMADTM") - pl.col("DENADTM")).dt.total_microseconds().abs() / 6e7,
        NUMMOL=pl.col("NUMVAL") * pl.col("NUMFACT"),
        DENMOL=pl.col("DENVAL") * pl.col("DENFACT"),
        MOLU=pl.lit(MOLAR),
        AVALU=pl.lit("1"),
        BLQFL=pl.when((pl.col("NUMBLQ") == "Y") | (pl.col("DENBLQ") == "Y")).then(pl.lit("Y")),
    )
    return (
        rows.with_columns(REASON=_why_none(plan))
        .with_columns(
            AVAL=pl.when(pl.col("REASON").is_null()).then(
                pl.col("NUMMOL") / pl.col("DENMOL") * pl.col("SCALE")
            ),
            SUMRSN=pl.coalesce("REASON", *(_of(s, f"{s}OUT") for s in ("NUM", "DEN"))),
        )
        .with_columns(
            SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
        )
        .sort(*RATIO_SCHEMA.names()[:8], "ATPT", "ADTM", nulls_last=True)
        .select(RATIO_SCHEMA.names())
        .cast(RATIO_SCHEMA)
    )


def _side(adpc: pl.DataFrame, wanted: pl.DataFrame, side: str) -> pl.DataFrame:
    """The samples of one side of every ratio, numbered where a nominal time was sampled more than once."""
    # without a nominal time the name of the time point is what two tubes of a sample have in common
    place = (
        pl.when(pl.col("NRRLT").is_null())
        .then(pl.col("ATPT").str.to_uppercase())
        .otherwise(pl.col("PREFL"))
    )
    about = ("COHORT", "LEVEL", "PART", "CYCLE", "ATPT", "ADTM", "ARRLT")
    own = ["USUBJID", "PARAMCD", "MATRIX", "DOSENO", "NRRLT", "PLACE"]
    drawn = (
        adpc.with_columns(PLACE=place)
        .sort(*own, "ADTM", "SRCROW", nulls_last=True)
        .with_columns(SEQ=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(own))
        .select(
            *own,
            "SEQ",
            *(pl.col(c).alias(f"{side}{c}") for c in about),
            pl.col("AVAL").alias(f"{side}VAL"),
            pl.col("AVALU").alias(f"{side}U"),
            pl.col("BLQFL").alias(f"{side}BLQ"),
            pl.col("EXCLRSN").alias(f"{side}EXCL"),
            pl.col("SUMRSN").alias(f"{side}OUT"),
            pl.lit(value=True).alias(f"{side}THERE"),
        )
    )
    return (
        wanted.select(*PAIR_KEYS, PARAMCD=f"{side}CD", MATRIX=f"{side}MAT")
        .join(drawn, on=["PARAMCD", "MATRIX"], how="inner")
        .drop("PARAMCD", "MATRIX")
    )


def _of(side: str, words: str) -> pl.Expr:
    """A reason with the analyte it is about before it; null where there is none."""
    return pl.when(pl.col(words).is_not_null()).then(
        sentence(said.OF_ANALYTE.en, f"{side}CD", words)
    )


def _why_none(plan: ConjugateRatios) -> pl.Expr:
    """Why a sample has no ratio: the first of these that holds."""
    sides = ("NUM", "DEN")
    reasons = [
        *(
            pl.when(pl.col(f"{s}THERE").is_null()).then(sentence(said.NO_SAMPLE.en, f"{s}CD"))
            for s in sides
        ),
        *(_of(s, f"{s}EXCL") for s in sides),
        pl.when(pl.col("APARTM") > plan.apart_minutes).then(
            pl.lit(said.APART.en.format(f"{plan.apart_minutes:g}"))
        ),
        *(
            pl.when(pl.col(f"{s}U") != pl.col(f"{s}UNIT")).then(
                sentence(said.OTHER_UNIT.en, f"{s}CD", f"{s}U", f"{s}UNIT")
            )
            for s in sides
        ),
        pl.when((pl.col("NUMBLQ") == "Y") & (pl.col("DENBLQ") == "Y")).then(
            sentence(said.BOTH_BLQ.en, "NUMCD", "DENCD")
        ),
        *(
            pl.when(pl.col(f"{s}BLQ") == "Y").then(sentence(said.ONE_BLQ.en, f"{s}CD"))
            for s in sides
        ),
        *(
            pl.when(~(pl.col(f"{s}VAL") > 0).fill_null(value=False)).then(
                sentence(said.NOT_ABOVE_ZERO.en, f"{s}CD")
            )
            for s in sides
        ),
    ]
    return pl.coalesce(reasons)


def ratio_summary(
    ratios: pl.DataFrame, study: Study, plan: ConjugateRatios | None, rules: PkSummaries
) -> pl.DataFrame:
    """ADCSUM: by dose level, cycle and nominal time; a ratio the assay cannot give is one row that says so.

    N ratios described, NNC not calculable, NBLQ of these for a BLQ, NOUT calculable but not summarised.
    """
    if plan is None:
        return pl.DataFrame(schema=SUM_SCHEMA)
    keys = (*PAIR_KEYS, "LEVEL", "CYCLE", "NRRLT")
    used = pl.col("AVAL").filter(pl.col("SUMFL") == "Y")
    none = pl.col("REASON").is_not_null()
    wide = (
        ratios.filter(pl.col("NRRLT").is_not_null())
        .group_by(*keys)
        .agg(
            pl.col("ATPT").drop_nulls().first(),
            pl.col("LABEL").first(),
            N=used.len(),
            NNC=none.sum(),
            NBLQ=(none & (pl.col("BLQFL") == "Y")).sum(),
            NOUT=(~none & (pl.col("SUMFL") == "N")).sum(),
            **geometric(used.log()),
            MEDIAN=used.median(),
            MIN=used.min(),
            MAX=used.max(),
            AVALU=pl.lit("1"),
        )
    )
    share = pl.col("NBLQ") / (pl.col("N") + pl.col("NBLQ"))
    why = (
        pl.when(pl.col("N") == 0)
        .then(pl.lit(said.NO_RATIO.en))
        .when(share.round(4) > round(rules.blq_share_max_geometric, 4))
        .then(sentence(said.SOME_BLQ.en, "NBLQ", pl.col("N") + pl.col("NBLQ")))
        .when(pl.col("N") < 2)
        .then(pl.lit(said.FEW_RATIOS.en.format(2)))
    )
    few = pl.when(pl.col("N") < rules.min_n_spread).then(
        pl.lit(said.FEW_RATIOS.en.format(rules.min_n_spread))
    )
    told = wide.with_columns(REASON=why, GCVRSN=pl.coalesce(why, few)).with_columns(
        GMEAN=pl.when(pl.col("REASON").is_null()).then("GMEAN"),
        GCV=pl.when(pl.col("GCVRSN").is_null()).then("GCV"),
    )
    absent = (
        pairs(study)
        .filter(pl.col("WHYNOT").is_not_null())
        .select(*PAIR_KEYS, "LABEL", N=0, NNC=0, NBLQ=0, NOUT=0, REASON="WHYNOT", GCVRSN="WHYNOT")
    )
    return (
        pl.concat(
            [told.select(SUM_SCHEMA.names()).cast(SUM_SCHEMA), absent], how="diagonal_relaxed"
        )
        .sort(*keys, nulls_last=True)
        .select(SUM_SCHEMA.names())
        .cast(SUM_SCHEMA)
    )
