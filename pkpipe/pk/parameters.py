"""ADPP: the parameters of every profile, in the units of its analyte, each null with its reason."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from pkpipe.nca import PARAMETERS, Options, StudyUnits, nca
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study
from pkpipe.units import result_unit

# What a profile with too few samples still gives: what was seen, not what was integrated or fitted.
OBSERVED: Final = (
    *("CMAX", "TMAX", "CMIN", "TMIN", "CLST", "TLST", "TFIRST", "CEOI", "CTROUGH", "C0", "TLAG"),
    *("NCONC", "NCONCM", "TDOSE"),
)
# Clock times of observations stay in hours whatever unit an analyte's half-life is told in.
CLOCK: Final = frozenset({"TMAX", "TMIN", "TFIRST", "TLST", "TLAG", "LAMZLL", "LAMZUL"})
# The dose of a payload is not known, so what divides by it is not either (ADC-4).
NEEDS_OWN_DOSE: Final = r"^(CL[OPFSL]|VZ|VSS|TDOSE)|D$"
OBSERVED_LIKE_DOSED: Final = frozenset(
    {"CLST", "CLSTP"}
)  # concentrations whose codes begin as a clearance's
PAYLOAD_REASON: Final = "the dose of free payload is not known"
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
    """The study's choices in the words of the kernel."""
    windows = [
        max(s.early_hours, s.late_hours)
        for s in study.schedule.pk
        if s.timepoint.upper().startswith("EOI")
    ]
    choices: dict[str, Any] = {
        "auc_method": plan.auc_method,
        "blq": plan.blq.model_dump(),
        "start": plan.start.model_dump(),
        "predose_to_start": plan.predose_to_start,
        "predose_window": plan.pre_window_hours,
        "trough_window": plan.trough_window_hours,
        "eoi_window": max(windows, default=DEFAULT_EOI_HOURS),
        "lambda_z": plan.lambda_z.model_dump(),
        "tau_edge": plan.tau_edge.model_dump(),
        "accept": plan.accept.model_dump() | {"half_life_within_window": True},
        "time_basis": "actual",  # the pk room hands over the times of the plan's basis
    }
    return Options.from_mapping(choices)


def parameters(
    drawn: pl.DataFrame, profiles: pl.DataFrame, study: Study, plan: NcaPlan
) -> pl.DataFrame:
    """One row a profile and parameter; analytes one by one, since their units differ."""
    options = kernel_options(study, plan)
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


def _analyte(
    drawn: pl.DataFrame, profiles: pl.DataFrame, analyte: Analyte, options: Options, plan: NcaPlan
) -> pl.DataFrame | None:
    if profiles.is_empty():
        return None
    doses = profiles.select(
        "PROFILE",
        TIME=pl.lit(0.0),
        DOSE="DOSE",
        ROUTE="ROUTE",
        DURATION="DURH",
        TAU="TAUH",
    )
    intervals = profiles.select(
        "PROFILE", START=pl.lit(0.0), END=pl.when(pl.col("KIND") == "MD").then("TAUH"), KIND="KIND"
    )
    samples = drawn.filter(pl.col("PROFILE").is_in(profiles["PROFILE"].implode()))
    samples = _on_basis(samples, plan).select("PROFILE", "TIME", "CONC", "BLQ", "LLOQ")
    units = StudyUnits(conc=analyte.unit, dose="mg", time="h")
    found = nca(samples, doses, options, keys=["PROFILE"], intervals=intervals, units=units)
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
        *("DOSE", "DOSEU", "DOSEPCT", "PRFLFL", "PRECONC", pl.col("REASON").alias("SPARSE")),
    )
    joined = found.join(about, on="PROFILE", how="left", maintain_order="left")
    joined = _with_trough(joined, drawn, plan)
    return _with_use(_not_given(_in_days(joined, analyte), analyte), plan)


def _with_trough(rows: pl.DataFrame, drawn: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """CTROUGH is the predose sample of the next dose as it was given, not as it was planned (methods 5.4).

    Without a next dose the kernel's answer stands: the sample at the end of the planned interval.
    """
    trough = (
        drawn.filter(pl.col("NEXTGAP").is_between(0, plan.trough_window_hours))
        .sort("PROFILE", "TIME")
        .group_by("PROFILE", maintain_order=True)
        .agg(TROUGH=pl.col("CONC").last())
    )
    mine = (pl.col("PARAMCD") == "CTROUGH") & pl.col("TROUGH").is_not_null()
    return (
        rows.join(trough, on="PROFILE", how="left", maintain_order="left")
        .with_columns(
            AVAL=pl.when(mine).then("TROUGH").otherwise("AVAL"),
            PPSTAT=pl.when(~mine).then("PPSTAT"),
            PPREASND=pl.when(~mine).then("PPREASND"),
            STATUS=pl.when(mine).then(pl.lit("OK")).otherwise("STATUS"),
            REASON=pl.when(~mine).then("REASON"),
        )
        .drop("TROUGH")
    )


def _on_basis(samples: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Actual times, or nominal ones where the plan says so (TIME-5); predose stays before the dose."""
    if plan.time_basis == "actual":
        return samples
    nominal = (
        pl.when((pl.col("TIME") <= 0) & (pl.col("TIMENOM") == 0))
        .then(pl.col("TIME"))
        .otherwise("TIMENOM")
    )
    usable = pl.col("TIMENOM").is_not_null()
    if plan.time_basis == "nominal_if_within":
        usable = usable & pl.col("WITHIN")
    return samples.with_columns(TIME=pl.when(usable).then(nominal).otherwise("TIME"))


def _in_days(rows: pl.DataFrame, analyte: Analyte) -> pl.DataFrame:
    """Half-lives, clearances and areas per day where the analyte is told in days (methods 5.4)."""
    if analyte.time_unit == "h":
        return rows
    hours = StudyUnits(conc=analyte.unit, dose="mg", time="h")
    days = StudyUnits(conc=analyte.unit, dose="mg", time="day")
    converted = [p for p in PARAMETERS if p.dimension.time != 0 and p.code not in CLOCK]
    table = pl.DataFrame(
        {
            "PARAMCD": [p.code for p in converted],
            "TODAYS": [24.0**-p.dimension.time for p in converted],
            "DAYUNIT": [result_unit(p.dimension, days)[0] for p in converted],
            # an effective factor hidden in a named unit (L for mg/(ug/mL)) is the same for both
            "SAME": [
                result_unit(p.dimension, days)[1] / result_unit(p.dimension, hours)[1]
                for p in converted
            ],
        }
    )
    return (
        rows.join(table, on="PARAMCD", how="left", maintain_order="left")
        .with_columns(
            AVAL=pl.col("AVAL") * (pl.col("TODAYS") * pl.col("SAME")).fill_null(1.0),
            AVALU=pl.coalesce("DAYUNIT", "AVALU"),
        )
        .drop("TODAYS", "DAYUNIT", "SAME")
    )


def _not_given(rows: pl.DataFrame, analyte: Analyte) -> pl.DataFrame:
    """Withdraws what a sparse profile or a payload cannot give, and says why."""
    sparse = (pl.col("PRFLFL") == "SPARSE") & ~pl.col("PARAMCD").is_in(OBSERVED)
    # a trough alone is neither a peak nor a last concentration
    sparse = sparse | ((pl.col("PRFLFL") == "TROUGH") & (pl.col("PARAMCD") != "CTROUGH"))
    by_dose = pl.col("PARAMCD").str.contains(NEEDS_OWN_DOSE) & ~pl.col("PARAMCD").is_in(
        OBSERVED_LIKE_DOSED
    )
    payload = pl.lit(analyte.role == "payload") & by_dose
    why = pl.when(payload).then(pl.lit(PAYLOAD_REASON)).when(sparse).then("SPARSE")
    return (
        rows.with_columns(WITHDRAWN=why)
        .with_columns(
            AVAL=pl.when(pl.col("WITHDRAWN").is_null()).then("AVAL"),
            PPSTAT=pl.when(pl.col("WITHDRAWN").is_null())
            .then("PPSTAT")
            .otherwise(pl.lit("NOT DONE")),
            PPREASND=pl.coalesce("WITHDRAWN", "PPREASND"),
            STATUS=pl.when(pl.col("WITHDRAWN").is_null()).then("STATUS").otherwise(pl.lit("NR")),
            REASON=pl.coalesce("WITHDRAWN", "REASON"),
        )
        .drop("WITHDRAWN")
    )


def _with_use(rows: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Whether a value enters the summaries (DOSE-3, CONC-PRE, acceptance)."""
    off = (pl.col("DOSEPCT") - 100).abs() > plan.summary.dose_deviation_max_percent
    peak = rows.filter(pl.col("PARAMCD") == "CMAX").select("PROFILE", PEAK="AVAL").unique("PROFILE")
    carried = (pl.col("DOSENO") == 1) & (pl.col("PRECONC") > 0.05 * pl.col("PEAK"))
    limit = (
        f"actual dose deviates more than {plan.summary.dose_deviation_max_percent:g} % from plan"
    )
    return (
        rows.join(peak, on="PROFILE", how="left", maintain_order="left")
        .with_columns(
            SUMRSN=pl.when(pl.col("AVAL").is_null())
            .then(pl.coalesce("PPREASND", "REASON"))
            .when(pl.col("STATUS") == "NR")
            .then("REASON")
            .when(off)
            .then(pl.lit(limit))
            .when(carried)
            .then(pl.lit("more than 5 % of CMAX was there before the first dose"))
        )
        .with_columns(
            SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
        )
        .select(COLUMNS)
    )


def _empty() -> pl.DataFrame:
    kinds = dict.fromkeys(COLUMNS, pl.String()) | dict.fromkeys(
        ("START", "END", "AVAL", "DOSE"), pl.Float64()
    )
    return pl.DataFrame(schema=kinds | dict.fromkeys(("CYCLE", "DOSENO"), pl.Int64()))
