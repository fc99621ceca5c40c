"""Exposure, antibodies and response of each replicate, by level of the escalation and expansion cohort."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.immunogenicity.tables.ada_summary import COUNTS
from pkpipe.protocol.study import Study
from pkpipe.simulation.population.derived import REPLICATE
from pkpipe.simulation.population.design_quantities import BY_NAME, RESULTS
from pkpipe.tumor import options_of
from pkpipe.tumor.responses.rates import RATES

PLACE: Final = ("LEVEL", "COHORT")
# What a study that names no parameters of dose proportionality is asked.
USUAL: Final = ("CMAX", "AUCLST")
OF_ANTIBODIES: Final = {
    "PREVAL": "ADA_prevalence",
    "INCID": "ADA_incidence",
    "NABINC": "NAb_incidence",
}
OF_RESPONSES: Final = ("ORR", "CORR", "DCR")


def subject_results(found: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """Rows of RESULTS that rest on data. found: of `derived`."""
    escalating = pl.col("PART") == "escalation"
    who = found["ADSL"].select(
        "USUBJID",
        REPLICATE,
        LEVEL=pl.when(escalating).then("LEVEL"),
        COHORT=pl.when(~escalating).then("COHORT"),
    )
    parts = [pl.DataFrame(schema=RESULTS)]
    if "ADPP" in found:
        parts.append(_exposure(_placed(found["ADPP"], who), study))
    if "ADA" in found:
        parts.append(_antibodies(_placed(found["ADA"], who)))
    if "WATERFAL" in found:
        parts.append(_responses(_placed(found["WATERFAL"], who), study))
    return pl.concat(parts)


def _placed(rows: pl.DataFrame, who: pl.DataFrame) -> pl.DataFrame:
    """The rows once at the level or cohort of their subject."""
    kept = rows.drop(REPLICATE, *PLACE, strict=False)
    return kept.join(who, on="USUBJID", how="inner", maintain_order="left")


def _everywhere(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows at their level or cohort, and again in the whole trial."""
    whole = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in PLACE)
    return pl.concat([rows, whole])


def _exposure(adpp: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Geometric mean of each parameter after the first dose, over subjects who count in summaries."""
    plan = study.nca.dose_proportionality if study.nca else None
    names = USUAL if plan is None else plan.parameters
    used = adpp.filter(
        pl.col("PARAMCD").is_in(names) & (pl.col("SUMFL") == "Y") & (pl.col("AVAL") > 0)
    )
    of = pl.col("PARAMCD") + pl.lit(" ") + pl.col("PARCAT1")
    return _rows(
        used.with_columns(OF=of, UNIT="AVALU").group_by(
            REPLICATE, "OF", "UNIT", *PLACE, maintain_order=True
        ),
        "GMEAN",
        pl.col("AVAL").log().mean().exp(),
    )


def _antibodies(ada: pl.DataFrame) -> pl.DataFrame:
    rows = _everywhere(ada.with_columns(OF="DRUG", UNIT=pl.lit(None, dtype=pl.String)))
    groups = [REPLICATE, "OF", "UNIT", *PLACE]
    return pl.concat(
        _rows(rows.group_by(groups, maintain_order=True), name, _share(count.of, count.out_of))
        for code, name in OF_ANTIBODIES.items()
        for count in COUNTS
        if count.code == code
    )


def _responses(bars: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Rates of the treated, by the first criteria that the study names, and the best change."""
    assert study.response is not None
    words = options_of(study, study.response.criteria[0]).words.class_of
    classes = pl.col("BOR", "CBOR").replace_strict(words, default=None, return_dtype=pl.String)
    nothing = pl.lit(None, dtype=pl.String)
    rows = _everywhere(bars.with_columns(classes, OF=nothing, UNIT=nothing))
    groups = [REPLICATE, "OF", "UNIT", *PLACE]
    rates = [r for r in RATES if r.code in OF_RESPONSES]
    found = [
        _rows(
            rows.group_by(groups, maintain_order=True), r.code, _share(r.when, pl.lit(value=True))
        )
        for r in rates
    ]
    sized = rows.with_columns(UNIT=pl.lit(BY_NAME["best_change"].unit)).group_by(
        groups, maintain_order=True
    )
    return pl.concat([*found, _rows(sized, "best_change", pl.col("BESTPCHG").median())])


def _share(of: pl.Expr, out_of: pl.Expr) -> pl.Expr:
    """Share of those who could be; null where nobody could."""
    among = out_of.fill_null(value=False)
    many = among.sum() if among.meta.root_names() else pl.len()
    return pl.when(many > 0).then((of.fill_null(value=False) & among).sum() / many)


def _rows(groups: pl.dataframe.group_by.GroupBy, name: str, value: pl.Expr) -> pl.DataFrame:
    found = groups.agg(value=value).drop_nulls("value")
    return found.select(
        replicate=REPLICATE,
        quantity=pl.lit(name),
        of="OF",
        level="LEVEL",
        cohort="COHORT",
        value=pl.col("value").cast(pl.Float64),
        unit="UNIT",
        text=pl.lit(None, dtype=pl.String),
    )
