"""Immunogenicity: tiered ADA and NAb results to status by subject, incidence, effect on exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, collected, withheld
from pkpipe.clinical.computed import measured
from pkpipe.clinical.infusion_parts import PLACEBO, given
from pkpipe.clinical.sample_schedule import marked
from pkpipe.finding.table import no_findings, raise_if_any
from pkpipe.immunogenicity.checks import findings_of
from pkpipe.immunogenicity.exposure import dose_proportionality_by_ada, exposure_by_ada_status, loss
from pkpipe.immunogenicity.exposure.dose_proportionality_by_ada import adadose_of
from pkpipe.immunogenicity.exposure.exposure_by_ada_status import adaexpo_of
from pkpipe.immunogenicity.exposure.loss import adaloss_of
from pkpipe.immunogenicity.exposure.pk_by_ada_status import adapk_of
from pkpipe.immunogenicity.options import AdaOptions, options_of
from pkpipe.immunogenicity.samples.assay_results import with_results, with_tiers
from pkpipe.immunogenicity.samples.sample_status import samples_of
from pkpipe.immunogenicity.samples.tolerance import as_collected, with_tolerance
from pkpipe.immunogenicity.subjects.rule_listing import adarule_of
from pkpipe.immunogenicity.subjects.subject_status import subjects_of, with_sample_class
from pkpipe.immunogenicity.tables.ada_summary import adasum_of, without_unconfirmed
from pkpipe.immunogenicity.tables.adab import adab_of, adasamp_of
from pkpipe.protocol.immunogenicity import AdaPlan
from pkpipe.protocol.study import Study

__all__ = [
    "IS_COLUMNS",
    "adab_of",
    "adasamp_of",
    "adasum_of",
    "classified_samples",
    "findings",
    "known_columns",
    "run",
    "subjects_of",
    "without_unconfirmed",
]

# Columns of IS the room works with; a file that lacks one of them has it empty.
IS_COLUMNS: Final[dict[str, pl.DataType]] = {
    **dict.fromkeys(
        ("USUBJID", "ISTESTCD", "ISTEST", "ISBDAGNT", "ISORRES", "ISSTRESC", "ISSTAT", "ISREASND"),
        pl.String(),
    ),
    "ISSTRESN": pl.Float64(),
    **dict.fromkeys(("VISIT", "ISTPT", "ISDTC", "SRCFILE"), pl.String()),
    "ISTPTNUM": pl.Float64(),
    "SRCROW": pl.Int64(),
}
_NO_PLAN: Final = AdaPlan.model_validate(
    {
        "assays": (),
        "missing_baseline": "negative",
        "boosted": {"ratio": 1},
        "persistent_days": 1,
        "short_followup": "indeterminate",
    }
)


_NO_IMPACT: Final = {
    "ADAEXPO": pl.DataFrame(schema=exposure_by_ada_status.SCHEMA),
    "ADADOSE": pl.DataFrame(schema=dose_proportionality_by_ada.SCHEMA),
    "ADALOSS": pl.DataFrame(schema=loss.SCHEMA),
}


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """Samples, status, incidence and what antibodies do to exposure; empty tables where ADA is not collected.

    Raises:
        DataError: IS rows that cannot be right (`checks.py`).
    """
    tables = measured(tables)
    options, samples, subjects = status(tables, study)
    known = collected(tables, study)
    summary = without_unconfirmed(adasum_of(subjects, ("COHORT", "LEVEL")), samples)
    return {
        "ADASAMP": adasamp_of(samples),
        "ADAB": withheld(adab_of(subjects), known.reason(*ANTIBODIES), ("AVAL", "AVALC")),
        "ADASUM": as_collected(summary, known, options),
        "ADARULE": adarule_of(subjects, options),
        **_impact(subjects, tables, study),
    }


def status(
    tables: Mapping[str, pl.DataFrame], study: Study
) -> tuple[AdaOptions, pl.DataFrame, pl.DataFrame]:
    """ADSL, ADEX, ADPC and IS to the options of the study, its samples and its subjects, classified.

    Raises:
        DataError: IS rows that cannot be right (`checks.py`).
    """
    sampled = study.immunogenicity is not None and study.collects("IS")
    options = options_of(study.immunogenicity if study.immunogenicity and sampled else _NO_PLAN)
    rows = known_columns(tables["IS"]) if sampled else known_columns(tables["IS"].clear())
    raise_if_any(findings(rows, options))
    drugs = [a.drug for a in options.assays if a.drug is not None]
    first = first_doses(tables["ADEX"], drugs)
    samples = classified_samples(
        with_plan(rows, study), first, options, tolerance_concentrations(tables["ADPC"], options)
    )
    assayed = pl.DataFrame({"DRUG": drugs}, schema={"DRUG": pl.String()})
    treated = tables["ADSL"].filter(pl.col("SAFFL") == "Y").select("USUBJID", "COHORT", "LEVEL")
    everyone = treated.join(assayed, how="cross").sort("USUBJID", "DRUG", maintain_order=True)
    return options, samples, subjects_of(samples, everyone, options)


def _impact(
    subjects: pl.DataFrame, tables: Mapping[str, pl.DataFrame], study: Study
) -> dict[str, pl.DataFrame]:
    """ADA-14. The study file's `impact` section says how; without it only the tags are given."""
    adpp = tables["ADPP"]
    adapk = adapk_of(subjects, adpp, tables["ADPC"], tables["PROFILE"])
    impact = study.immunogenicity.impact if study.immunogenicity else None
    if impact is None or study.nca is None or not collected(tables, study).has(*ANTIBODIES):
        return {"ADAPK": adapk, **_NO_IMPACT}
    levels = study.escalation.codes if study.escalation else ()
    share = study.nca.summary.blq_share_max_geometric
    return {
        "ADAPK": adapk,
        "ADAEXPO": adaexpo_of(adapk, impact.confidence, share),
        "ADADOSE": adadose_of(
            adpp, adapk, tables["PROFILE"], levels, study.nca.dose_proportionality
        ),
        "ADALOSS": adaloss_of(adapk, impact.loss),
    }


def with_plan(rows: pl.DataFrame, study: Study) -> pl.DataFrame:
    """IS rows with what the schedule says of them; as they are where it plans no antibodies."""
    if not (study.schedule.ada or study.schedule.nab):
        return rows
    told = marked(rows, study, "ada", {"name": "ISTPT", "hours": "ISTPTNUM"})
    return told.drop("TPKEY", "IS_EOI")


def classified_samples(
    rows: pl.DataFrame,
    first: pl.DataFrame,
    options: AdaOptions,
    concentrations: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """IS rows to samples with status, tolerance, baseline and their class beside it (TFLAG)."""
    samples = samples_of(rows, first, options)
    return with_sample_class(with_tolerance(samples, concentrations, options), options)


def early_findings(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """What the room would stop for, asked where every table is checked: all findings come together."""
    if study.immunogenicity is None or not study.collects("IS"):
        return no_findings()
    options = options_of(study.immunogenicity)
    rows, drugs = (
        known_columns(tables["IS"]),
        [a.drug for a in options.assays if a.drug is not None],
    )
    # IS-DRUG asks about another drug: its tests belong to no assay either
    strange = (~pl.col("ISBDAGNT").is_in(drugs) & pl.lit(bool(drugs))).fill_null(value=False)
    return findings(rows.filter(~strange), options)


def findings(rows: pl.DataFrame, options: AdaOptions) -> pl.DataFrame:
    """Everything in IS that cannot be right or asks for a query."""
    if rows.is_empty():
        return no_findings()
    return findings_of(with_results(with_tiers(rows, options.declared)), options)


def known_columns(rows: pl.DataFrame) -> pl.DataFrame:
    """IS with every column the room asks for, in its type; others stay (ISTSTOPO is used if there)."""
    return rows.with_columns(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in IS_COLUMNS.items()
    )


def first_doses(adex: pl.DataFrame, drugs: Sequence[str]) -> pl.DataFrame:
    """First dose of each of the drugs and subject; midnight where only its day is known.

    Who received placebo instead of a drug has the first placebo as first dose of it.
    """
    placebo = pl.col("DRUG").str.contains(PLACEBO)
    own = adex.filter(pl.col("DRUG").is_in(drugs) & ~placebo & given("DOSE", "DRUG"))
    instead = adex.filter(placebo).select("USUBJID", "ASTDTM")
    for_each = pl.DataFrame({"DRUG": drugs}, schema={"DRUG": pl.String()})
    ranked = pl.concat(
        [
            own.select("USUBJID", "DRUG", "ASTDTM", RANK=pl.lit(1)),
            instead.join(for_each, how="cross").select("USUBJID", "DRUG", "ASTDTM", RANK=pl.lit(2)),
        ]
    )
    return (
        ranked.sort("USUBJID", "DRUG", "RANK", "ASTDTM")
        .group_by("USUBJID", "DRUG", maintain_order=True)
        .agg(FIRSTDTM=pl.col("ASTDTM").first())
    )


def tolerance_concentrations(adpc: pl.DataFrame, options: AdaOptions) -> pl.DataFrame | None:
    """Concentrations of the analytes the tolerance limits are stated for; BLQ counts as 0. None: no limit."""
    analytes = {a.tolerance_analyte for a in options.assays if a.drug_tolerance is not None}
    if not analytes:
        return None
    value = pl.when(pl.col("BLQFL") == "Y").then(0.0).otherwise(pl.col("AVAL"))
    return (
        adpc.filter(pl.col("PARAMCD").is_in([a for a in analytes if a is not None]))
        .select("USUBJID", "DRUG", "ADTM", value.alias("CONC"))
        .drop_nulls("CONC")
    )
