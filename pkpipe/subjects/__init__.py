"""Validated domains to ADSL (one row a subject), ADEX (one row an administration) and ADEXSUM (exposure)."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.clinical.administrations import administrations as of_ex
from pkpipe.clinical.administrations import of_study_drugs
from pkpipe.clinical.collected import collected
from pkpipe.clinical.computed import measured
from pkpipe.clinical.ends import DEATH
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.adsl import ADSL
from pkpipe.sentences import sentence
from pkpipe.subjects.administrations import administrations, with_levels
from pkpipe.subjects.baseline import baseline_measures
from pkpipe.subjects.demography import demography
from pkpipe.subjects.disposition import disposition, ended_by_death, new_therapy
from pkpipe.subjects.exposure import exposure
from pkpipe.subjects.missing import missing
from pkpipe.subjects.populations import populations
from pkpipe.subjects.treatment import treatment_dates
from pkpipe.subjects.vital_status import vital_status


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """One row a subject of DM, whoever else appears in the data is a finding elsewhere."""
    known = collected(tables, study)
    tables = measured(tables)
    who = demography(tables["DM"], study)
    doses = of_ex(tables, study)
    who = _joined(who, treatment_dates(of_study_drugs(doses, study)))
    who = _joined(who, baseline_measures(tables["VS"], who))
    who = _joined(who, disposition(tables["DS"], who, known))
    who = _joined(who, new_therapy(tables["CM"], who))
    who = ended_by_death(_joined(who, vital_status(tables, who, study)))
    died = pl.lit(known.reason(*DEATH), dtype=pl.String)
    who = who.with_columns(DTHRS=pl.when(pl.col("DTHDT").is_null()).then(died))
    adex = with_levels(administrations(doses, who, study), who, study)
    adsl = _joined(who, _first_doses(adex, study))
    adsl = _joined(adsl, populations(tables, adsl, known)).with_columns(
        CUTDT=pl.lit(study.cutoff, dtype=pl.Date)
    )
    return {
        "ADSL": adsl.select(c.name for c in ADSL.columns).sort("USUBJID"),
        "ADEX": adex,
        "ADEXSUM": exposure(adex, adsl, study, known),
        "MISSING": missing(tables, adsl, adex, study),
    }


def _joined(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """One row a subject joined to one row a subject."""
    return left.join(right, on="USUBJID", how="left", maintain_order="left", validate="1:1")


def _first_doses(adex: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The level of the first dose and, in words, the first planned dose of every drug."""
    order = {drug.code: i for i, drug in enumerate(study.drugs)}
    first = adex.sort("USUBJID", "DRUG", "ASTDTM").unique(
        ["USUBJID", "DRUG"], keep="first", maintain_order=True
    )
    first = first.sort(
        "USUBJID", pl.col("DRUG").replace_strict(order, default=99, return_dtype=pl.Int32)
    )
    words = sentence("{} {} {}", "DRUG", _number(pl.coalesce("PLANDOSE", "DOSE")), "DOSEU")
    grouped = first.group_by("USUBJID", maintain_order=True).agg(
        DOSE1=words.str.join(" + "), LEVEL=pl.col("LEVEL").drop_nulls().first()
    )
    codes = study.escalation.codes if study.escalation else ()
    places = {code: i + 1 for i, code in enumerate(codes)}
    return grouped.with_columns(
        LEVELN=pl.col("LEVEL").replace_strict(places, default=None, return_dtype=pl.Int64)
    )


def _number(value: pl.Expr) -> pl.Expr:
    """A dose as people write it: 1 instead of 1.0."""
    text = value.cast(pl.String)
    return text.str.strip_suffix(".0")
