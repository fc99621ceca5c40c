"""ADPP: the parameters of every profile, in the units of its analyte, each null with its reason."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.sample_schedule import end_of_infusion_hours
from pkpipe.nca import PARAMETERS, Options, StudyUnits, nca
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME
from pkpipe.pk.parameters.reported import in_the_unit_of, reported
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.schema import dates

DEFAULT_EOI_HOURS: Final = 0.25
COLUMNS: Final = (
    *(
        "PROFILE",
        "PARAMCD",
        "START",
        "END",
        "USUBJID",
        "PARAM",
        "PARCAT1",
        "MATRIX",
        "DRUG",
        "COHORT",
    ),
    *(
        "LEVEL",
        "PART",
        "CYCLE",
        "DOSENO",
        "AVAL",
        "AVALU",
        "PPSTAT",
        "PPREASND",
        "STATUS",
        "REASON",
    ),
    *("SUMFL", "SUMRSN", "DOSE", "DOSEU"),
)


def kernel_options(study: Study, plan: NcaPlan) -> Options:
    """The study's choices as the kernel takes them, with what its schedule says of them."""
    own = {name: getattr(plan, name) for name in Options.model_fields}
    if plan.eoi_window is None:
        own["eoi_window"] = max(end_of_infusion_hours(study), default=DEFAULT_EOI_HOURS)
    # the pk room hands over the times of the plan's basis
    return Options(**own | {"time_basis": "actual", "nominal_window": None})


def parameters(
    drawn: pl.DataFrame,
    profiles: pl.DataFrame,
    study: Study,
    plan: NcaPlan,
    options: Options | None = None,
) -> pl.DataFrame:
    """One row a profile and parameter; analytes one by one, since their units differ.

    `options`: other choices of the kernel than those of the plan.
    """
    options = options or kernel_options(study, plan)
    parts = [
        _analyte(
            drawn,
            profiles.filter((pl.col("PARAMCD") == a.code) & (pl.col("MATRIX") == a.matrix)),
            a,
            options,
            plan,
        )
        for a in study.analytes
    ]
    order = {p.code: i for i, p in enumerate(PARAMETERS)}
    return (
        pl.concat([p for p in parts if p is not None] or [_empty()])
        .sort(
            "PARCAT1",
            "USUBJID",
            "MATRIX",
            "DOSENO",
            pl.col("PARAMCD").replace_strict(order, default=len(order), return_dtype=pl.Int32),
            "START",
            "END",
            nulls_last=True,
        )
        .select(COLUMNS)
    )


def summary_kinds() -> pl.DataFrame:
    """PARAMCD and the statistic that suits it, from the registry of the kernel."""
    return pl.DataFrame(
        {"PARAMCD": [p.code for p in PARAMETERS], "SUMMARY": [p.summary for p in PARAMETERS]},
        schema={"PARAMCD": pl.String, "SUMMARY": pl.String},
    )


def kernel_doses(profiles: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The dose of every profile at 0 h, and the one before it: only a first dose starts from nothing.

    An unknown dose is 0 to the kernel; what needs it is withdrawn afterwards.
    """
    own = profiles.select(
        *keys,
        TIME=pl.lit(0.0),
        DOSE=pl.col("DOSE").fill_null(0.0),
        ROUTE="ROUTE",
        DURATION="DURH",
        TAU="TAUH",
        # asked as a multiple dose or not, nothing was given before the first one
        FIRSTFL=pl.when((pl.col("PREVDTM") < pl.col("DOSEDTM")).fill_null(value=False))
        .then(None)
        .otherwise(pl.lit("Y")),
    )
    since = dates.hours(pl.col("PREVDTM") - pl.col("DOSEDTM"))
    before = profiles.filter(pl.col("PREVDTM") < pl.col("DOSEDTM")).select(
        *keys,
        TIME=since,
        DOSE=pl.lit(0.0),
        ROUTE="ROUTE",
        DURATION=pl.lit(0.0),
        TAU="TAUH",
        FIRSTFL=pl.lit(None, dtype=pl.String),
    )
    return pl.concat([own, before])


def _analyte(
    drawn: pl.DataFrame, profiles: pl.DataFrame, analyte: Analyte, options: Options, plan: NcaPlan
) -> pl.DataFrame | None:
    if profiles.is_empty():
        return None
    doses = kernel_doses(profiles, ["PROFILE"])
    # a profile ends with its last sample, which may lie behind τ; areas over τ end at τ of the dose
    intervals = profiles.select(
        "PROFILE", START=pl.lit(0.0), END=pl.lit(None, dtype=pl.Float64), KIND="KIND"
    )
    samples = drawn.filter(pl.col("PROFILE").is_in(profiles["PROFILE"].implode()))
    samples = on_basis(samples, plan).select("PROFILE", "TIME", "CONC", "BLQ", "LLOQ", "LAMZFL")
    units = StudyUnits(conc=analyte.unit, dose="mg", time="h")
    found: pl.DataFrame = nca(
        samples, doses, options, keys=["PROFILE"], intervals=intervals, units=units
    )
    found = found.rename(
        {"PPTESTCD": "PARAMCD", "PPTEST": "PARAM", "PPSTRESN": "AVAL", "PPSTRESU": "AVALU"}
    )
    about = profiles.rename({"PARAMCD": "PARCAT1"}).select(
        *(
            "PROFILE",
            "USUBJID",
            "PARCAT1",
            "MATRIX",
            "DRUG",
            "COHORT",
            "LEVEL",
            "PART",
            "CYCLE",
            "DOSENO",
        ),
        *(
            "DOSE",
            "DOSEU",
            "DOSEPCT",
            "ROUTE",
            "DURPLFL",
            "PRFLFL",
            "CARRIED",
            "ABOVE",
            "PEAK",
            pl.col("REASON").alias("SPARSE"),
            _next_dose(plan).alias("NEXTH"),
        ),
    )
    joined = found.join(about, on="PROFILE", how="left", maintain_order="left")
    return reported(in_the_unit_of(joined, analyte), drawn, analyte, plan).select(COLUMNS)


def _next_dose(plan: NcaPlan) -> pl.Expr:
    """When the next dose was given, h after this one; by nominal times a whole number of intervals."""
    hours = dates.hours(pl.col("NEXTDTM") - pl.col("DOSEDTM"))
    if plan.time_basis == "actual":
        return hours
    return pl.max_horizontal((hours / pl.col("TAUH")).round(), pl.lit(1.0)) * pl.col("TAUH")


def on_basis(samples: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Actual times, or nominal ones where the plan says so (TIME-5); predose stays before the dose.

    Of two samples with one nominal time the nearer takes it and the other keeps its own.
    """
    if plan.time_basis == "actual":
        return samples
    nominal = (
        pl.when((pl.col("TIME") <= 0) & (pl.col("TIMENOM") == 0))
        .then(pl.col("TIME"))
        .otherwise("TIMENOM")
    )
    usable = pl.col("TIMENOM").is_not_null()
    far = (pl.col("TIME") - pl.col("TIMENOM")).abs()
    if plan.time_basis == "nominal_if_within":
        stated = plan.nominal_window
        usable = usable & (pl.col("WITHIN") if stated is None else far <= stated + SAME_TIME)
    moved = (
        samples.with_columns(ON=pl.when(usable).then(nominal), FAR=far)
        .sort("PROFILE", "ON", "FAR", "SRCROW", nulls_last=True)
        .with_columns(
            pl.when(pl.struct("PROFILE", "ON").is_first_distinct()).then("ON").alias("ON")
        )
        .with_columns(TIME=pl.coalesce("ON", "TIME"))
    )
    # an own time may by chance be the nominal time of another sample: that one stands
    kept = moved.sort("PROFILE", "TIME", pl.col("ON").is_null(), "SRCROW")
    return kept.unique(["PROFILE", "TIME"], keep="first", maintain_order=True).drop("ON", "FAR")


def _empty() -> pl.DataFrame:
    kinds = dict.fromkeys(COLUMNS, pl.String()) | dict.fromkeys(
        ("START", "END", "AVAL", "DOSE"), pl.Float64()
    )
    return pl.DataFrame(schema=kinds | dict.fromkeys(("CYCLE", "DOSENO"), pl.Int64()))
