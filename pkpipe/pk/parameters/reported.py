"""What of the kernel's answers is reported: units, troughs, what a profile cannot give, what is summed up."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.above_limit import IN_PROFILE
from pkpipe.nca import PARAMETERS, StudyUnits
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME
from pkpipe.nca.reasons import OF_CUT_SHORT
from pkpipe.nca.registry.parameter_registry import PARTIAL, resting_on
from pkpipe.pk import pk_sentences as said
from pkpipe.pk.samples.concentrations import deviates, dose_deviates
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.nca import NcaPlan
from pkpipe.units import result_unit

# Clock times of observations stay in hours whatever unit an analyte's half-life is told in.
CLOCK: Final = frozenset({"TMAX", "TMIN", "TFIRST", "TLST", "TLAG", "LAMZLL", "LAMZUL"})
# What a profile with too few samples still gives: what was seen, not what was integrated or fitted.
PEAKS: Final = ("CMAX", "TMAX", "CMAXD", "PTROUGHR")
SEEN: Final = (
    *PEAKS,
    *("CLST", "TLST", "CLSTD", "TFIRST", "CEOI", "CTROUGH", "CTROUGHD", "C0", "TLAG"),
    *("NCONC", "NCONCM", "TDOSE"),
)
TROUGHS: Final = ("CTROUGH", "CTROUGHD")
NEEDS_DOSE: Final = tuple(p.code for p in PARAMETERS if p.dimension.dose)
# Areas from one time to another, of which a profile may have several.
PARTIAL_AREAS: Final = tuple(p.code for p in PARAMETERS if p.kinds == PARTIAL)
# What is made of the time the drug entered, read off the formulas; and what is looked for at its end.
ON_DURATION: Final = frozenset({"CEOI"}) | resting_on(
    frozenset({"INPUT", "INPUTTAU"}), {p.code: p for p in PARAMETERS}
)


def reported(
    rows: pl.DataFrame, drawn: pl.DataFrame, analyte: Analyte, plan: NcaPlan
) -> pl.DataFrame:
    """The kernel's long answer with what is withdrawn, doubted, and kept out of summaries."""
    return _with_use(_not_given(_with_trough(rows, drawn, plan), analyte), plan)


def in_the_unit_of(rows: pl.DataFrame, analyte: Analyte) -> pl.DataFrame:
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


def _with_trough(rows: pl.DataFrame, drawn: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """CTROUGH is the predose sample of the next dose as it was given, not as it was planned (methods 5.4).

    A sample at the end of the planned interval with no dose after it is none: treatment has ended.
    """
    trough = (
        drawn.filter(pl.col("NEXTGAP").is_between(0, plan.trough_window))
        .sort("PROFILE", "TIME")
        .group_by("PROFILE", maintain_order=True)
        .agg(TROUGH=pl.col("CONC").last())
    )
    closing = (
        drawn.filter(pl.col("NEXTGAP").is_not_null())
        .group_by("PROFILE")
        .agg(CLOSING=pl.col("CONC").max())
    )
    value = pl.col("TROUGH")
    by_code = (
        pl.when(pl.col("PARAMCD") == "CTROUGH")
        .then(value)
        .when((pl.col("PARAMCD") == "CTROUGHD") & (pl.col("DOSE") > 0))
        .then(value / pl.col("DOSE"))
        .when((pl.col("PARAMCD") == "PTROUGHR") & (value > 0))
        .then(pl.col("MOST") / value)
    )
    mine = pl.col("PARAMCD").is_in([*TROUGHS, "PTROUGHR"])
    given, none = mine & by_code.is_not_null(), mine & by_code.is_null()
    peak = rows.filter(pl.col("PARAMCD") == "CMAX").select("PROFILE", MOST="AVAL")
    return (
        rows.join(trough, on="PROFILE", how="left", maintain_order="left")
        .join(peak, on="PROFILE", how="left", maintain_order="left")
        .join(closing, on="PROFILE", how="left", maintain_order="left")
        .with_columns(
            AVAL=pl.when(mine).then(by_code).otherwise("AVAL"),
            PPSTAT=pl.when(none).then(pl.lit("NOT DONE")).when(~mine).then("PPSTAT"),
            PPREASND=pl.when(none).then(pl.lit(said.NO_TROUGH.en)).when(~mine).then("PPREASND"),
            STATUS=pl.when(given).then(pl.lit("OK")).otherwise("STATUS"),
            REASON=pl.when(~mine).then("REASON"),
        )
        .drop("TROUGH")
    )


def _not_given(rows: pl.DataFrame, analyte: Analyte) -> pl.DataFrame:
    """Withdraws what a sparse profile, a payload or an unknown dose cannot give, and says why.

    A peak needs a sample at the end of the infusion: a sparse profile without it has none, a rich one is
    flagged. A null is never OK.
    """
    code, kind = pl.col("PARAMCD"), pl.col("PRFLFL")
    eoi = rows.filter((code == "CEOI") & pl.col("AVAL").is_null()).select("PROFILE", NOEOI=True)
    rows = rows.join(eoi, on="PROFILE", how="left", maintain_order="left")
    blind = (
        (pl.col("ROUTE") == "iv_infusion") & pl.col("NOEOI").fill_null(value=False)
    ) & code.is_in(PEAKS)
    withdrawn = (
        pl.when(pl.lit(analyte.dose_unknown) & code.is_in(NEEDS_DOSE))
        .then(pl.lit(said.PAYLOAD.en))
        .when(pl.col("DOSE").is_null() & code.is_in(NEEDS_DOSE))
        .then(pl.lit(said.NO_DOSE.en))
        .when(code.is_in(PARTIAL_AREAS) & (pl.col("END") > pl.col("NEXTH") + SAME_TIME))
        .then(pl.lit(OF_CUT_SHORT.en))
        .when(pl.col("ABOVE") & ~code.is_in(TROUGHS) & ~code.str.starts_with("LAMZ"))
        .then(pl.lit(IN_PROFILE.en))
        # a trough alone is neither a peak nor a last concentration
        .when(
            ((kind == "SPARSE") & ~code.is_in(SEEN)) | ((kind == "TROUGH") & ~code.is_in(TROUGHS))
        )
        .then("SPARSE")
        .when(blind & (kind == "SPARSE"))
        .then(pl.lit(said.NO_PEAK.en))
        # also where that sample lies behind τ, and so is none of the dosing interval's
        .when((pl.max_horizontal("MOST", "CLOSING") > pl.col("PEAK")) & code.is_in(PEAKS))
        .then(pl.lit(said.TROUGH_HIGHEST.en))
    )
    good = pl.col("STATUS") == "OK"
    doubted = (
        pl.when(good & blind & (kind == "RICH"))
        .then(pl.lit(said.DOUBTED_PEAK.en))
        .when(good & pl.lit(analyte.role == "payload") & code.is_in(NEEDS_DOSE))
        .then(pl.lit(said.ON_CONJUGATE.en))
        .when(good & (pl.col("DURPLFL") == "Y") & code.is_in(sorted(ON_DURATION)))
        .then(pl.lit(said.PLANNED_DURATION.en))
    )
    kept = pl.col("WITHDRAWN").is_null()
    return (
        rows.with_columns(WITHDRAWN=withdrawn)
        .with_columns(
            AVAL=pl.when(kept).then("AVAL"),
            PPSTAT=pl.when(kept).then("PPSTAT").otherwise(pl.lit("NOT DONE")),
            PPREASND=pl.coalesce("WITHDRAWN", "PPREASND"),
            STATUS=pl.when(doubted.is_not_null()).then(pl.lit("FLAG")).otherwise("STATUS"),
            REASON=pl.coalesce(doubted, "REASON"),
        )
        .with_columns(
            STATUS=pl.when(pl.col("AVAL").is_null()).then(pl.lit("NR")).otherwise("STATUS"),
            REASON=pl.when(pl.col("AVAL").is_null()).then("PPREASND").otherwise("REASON"),
        )
        .drop("WITHDRAWN", "NOEOI", "MOST", "CLOSING")
    )


def _with_use(rows: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Whether a value enters the summaries (DOSE-3, CONC-PRE, acceptance)."""
    limit = plan.summary.dose_deviation_max_percent
    return rows.with_columns(
        SUMRSN=pl.when(pl.col("STATUS") == "NR")
        .then("REASON")
        .when(deviates(pl.col("DOSEPCT"), limit))
        .then(pl.lit(dose_deviates(limit)))
        .when(pl.col("CARRIED"))
        .then(pl.lit(said.CARRIED.en))
    ).with_columns(
        SUMFL=pl.when(pl.col("SUMRSN").is_null()).then(pl.lit("Y")).otherwise(pl.lit("N"))
    )
