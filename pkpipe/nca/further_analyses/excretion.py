"""Urine and faeces: what was recovered, how fast, and the renal clearance.

A collection runs from TIME to TIMEEND; its amount is CONC times VOLUME (of faeces: times weight), or AMOUNT.
The rate of a collection, its amount over its length, stands at its midpoint; areas and slope of the rates are
those of the kernel. Sources: PKNCA (amount, fraction, clearance, largest rate), Phoenix's model of urine data
(rates at midpoints, zero at the dose).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.clinical import blq
from pkpipe.errors import ConfigError
from pkpipe.nca.given_tables.row_checks import needs_lloq
from pkpipe.nca.laid_out.sorted_arrays import SAME_TIME
from pkpipe.protocol.blq_options import BlqByPosition
from pkpipe.protocol.nca_options import Options
from pkpipe.units import StudyUnits, factor, parse, spelled

C: Final = pl.col
COLUMNS: Final = ("TIMEEND", "VOLUME", "AMOUNT")


@dataclass(frozen=True)
class Recovered:
    """One parameter of a collected matrix."""

    code: str
    label: str
    kind: str  # what it measures: amount, percent, share, clearance, volume, rate, time, number
    formula: str
    source: str
    summary: str


EXCRETION: Final = (
    Recovered("RCAMINT", "Amt Rec from T1 to T2", "amount",
        "sum of the amounts of the collections from START to END", "PKNCA", "geometric"),
    Recovered("RCPCINT", "Pct Rec from T1 to T2", "percent", "100 RCAMINT / DOSE", "PKNCA", "arithmetic"),
    Recovered("FREXINT", "Fract Excreted from T1 to T2", "share", "RCAMINT / DOSE", "PKNCA", "arithmetic"),
    Recovered("RENALCL", "Renal CL", "clearance",
        "RCAMINT / plasma AUC from START to the end of the last collection", "PKNCA", "geometric"),
    Recovered("VOLPK", "Sum of Urine Vol", "volume", "sum of the volumes of the collections",
        "PKNCA", "geometric"),
    Recovered("ERMAX", "Max Excretion Rate", "rate", "largest amount / length of a collection",
        "PKNCA", "geometric"),
    Recovered("ERTMAX", "Midpoint of Interval of Maximum ER", "time",
        "midpoint of the collection with ERMAX, the first of several", "PKNCA", "median"),
    Recovered("ERLST", "Last Meas Excretion Rate", "rate", "last rate above zero", "PKNCA", "geometric"),
    Recovered("ERTLST", "Midpoint of Interval of Last Nonzero ER", "time",
        "midpoint of the collection with ERLST", "PKNCA", "median"),
    Recovered("NCOLL", "Number of Collections", "number", "collections from START to END",
        "methods", "median"),
)  # fmt: skip
# Of the rates at their midpoints, as of concentrations: the kernel's code, ours, label, what it measures.
OF_RATES: Final = (
    ("AUCLST", Recovered("AURCLST", "AURC to Last Nonzero Rate", "amount",
        "area under the rates at their midpoints, from 0 at the dose", "WNL", "geometric")),
    ("AUCALL", Recovered("AURCALL", "AURC All", "amount", "as AURCLST, with the line to the first zero rate",
        "WNL", "geometric")),
    ("AUCIFO", Recovered("AURCIFO", "AURC Infinity Obs", "amount", "AURCLST + ERLST / LAMZ of the rates",
        "WNL", "geometric")),
    ("AUCPEO", Recovered("AURCPEO", "AURC %Extrapolation Obs", "percent",
        "100 (AURCIFO - AURCLST) / AURCIFO", "WNL", "arithmetic")),
    ("LAMZ", Recovered("LAMZ", "Lambda z", "per time", "minus the slope of ln(rate) on the midpoint",
        "WNL", "geometric")),
    ("LAMZHL", Recovered("LAMZHL", "Half-Life Lambda z", "time", "ln 2 / LAMZ", "WNL", "arithmetic")),
    ("LAMZNPT", Recovered("LAMZNPT", "Number of Points for Lambda z", "number", "rates of the slope",
        "WNL", "median")),
    ("R2ADJ", Recovered("R2ADJ", "R Squared Adjusted", "number", "of the slope of the rates", "WNL",
        "arithmetic")),
)  # fmt: skip
GAP_SHARE: Final = 0.05  # of the time up to the end of the last collection, that none may cover
OVER: Final = 1.1  # times the dose; a metabolite may be a little heavier than its parent
MORE: Final = (
    "more than the dose was recovered: are CONC, VOLUME and DOSE in the units that are stated?"
)
GAP: Final = "no collection covers a part of the time up to the end of the last one"
UNKNOWN: Final = "the amount of a collection is not known (no CONC or no VOLUME)"
CROSSING: Final = "a collection runs across START or END"
NONE: Final = "no collection lies in the interval"
NO_DOSE: Final = "no dose lies in the interval"
NO_PLASMA: Final = "no plasma profile with an area over the same time"
NOTHING: Final = "nothing was recovered"
NO_VOLUME: Final = "no volume is recorded"
PER_BODY: Final = "the dose is per kg or m2, and no WEIGHT or BSA is recorded"


@dataclass(frozen=True)
class ExcretionUnits:
    """Units of collected amounts and volumes; None where nobody said."""

    conc: str | None = None
    volume: str | None = None
    amount: str | None = None

    def of_amount(self) -> str | None:
        """The unit of CONC times VOLUME, or that of AMOUNT.

        Raises:
            ConfigError: the product is no amount of drug.
        """
        if self.amount is not None:
            return spelled(self.amount)
        if self.conc is None or self.volume is None:
            return None
        text = f"({spelled(self.conc)})*({spelled(self.volume)})"
        powers = dict(parse(text).powers)
        if powers not in ({"mass": 1}, {"amount": 1}, {"units": 1}, {"international units": 1}):
            raise ConfigError(
                f"--units VOLUME={self.volume}: {self.conc} times {self.volume} is no amount of drug "
                "(a volume such as mL, or of faeces a weight in g)"
            )
        return text


def split(conc: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The samples, and the collections: the rows that have a TIMEEND, a VOLUME or an AMOUNT."""
    there = [c for c in COLUMNS if c in conc.columns]
    if not there:
        return conc, conc.clear()
    is_collection = pl.any_horizontal(C(c).is_not_null() for c in there)
    return conc.filter(~is_collection), conc.filter(is_collection)


def amounts(collections: pl.DataFrame) -> pl.DataFrame:
    """The collections with AMT, LENGTH, MID and RATE; a result below the limit is 0."""
    has = collections.columns
    empty = pl.lit(None, dtype=pl.Float64)
    conc = C("CONC") if "CONC" in has else empty
    limit = C("LLOQ") if "LLOQ" in has else None
    flag = C("BLQ") == 1 if "BLQ" in has else None
    below = blq.is_blq(blq.Result(conc, flag=flag, limit=limit)).fill_null(value=False)
    product = pl.when(below).then(0.0).otherwise(conc) * (C("VOLUME") if "VOLUME" in has else empty)
    none = below | (conc == 0).fill_null(value=False)
    if "VOLUME" in has:  # nothing was voided, so there is nothing to measure
        none = none | (C("VOLUME") == 0).fill_null(value=False)
    stated = C("AMOUNT") if "AMOUNT" in has else empty
    end = C("TIMEEND") if "TIMEEND" in has else C("TIME")
    made = collections.with_columns(
        AMT=pl.coalesce(stated, pl.when(none).then(0.0).otherwise(product)).cast(pl.Float64),
        VOL=(C("VOLUME") if "VOLUME" in has else empty).cast(pl.Float64),
        TIMEEND=end.cast(pl.Float64),
    )
    length = C("TIMEEND") - C("TIME")
    return made.with_columns(
        MID=(C("TIME") + C("TIMEEND")) / 2,
        RATE=pl.when(length > 0).then(C("AMT") / length),
    )


def by_interval(
    collections: pl.DataFrame, asked: pl.DataFrame, keys: Sequence[str]
) -> pl.DataFrame:
    """One row an interval: what its collections add up to. asked: keys, START, END (null: to infinity)."""
    end = C("END").fill_null(float("inf"))
    both = (
        asked.with_row_index("_AT").join(
            collections, on=list(keys), how="inner", nulls_equal=True, maintain_order="left_right"
        )
        if keys
        else asked.with_row_index("_AT").join(collections, how="cross")
    )
    touches = (C("TIMEEND") > C("START") + SAME_TIME) & (C("TIME") < end - SAME_TIME)
    within = (C("TIME") >= C("START") - SAME_TIME) & (C("TIMEEND") <= end + SAME_TIME)
    rows = both.filter(touches | (within & (C("TIME") == C("TIMEEND"))))
    rows = rows.with_columns(_IN=within).sort("_AT", "TIME", maintain_order=True)
    some = C("RATE") > 0
    mid = C("MID") - C("START")
    summed = rows.group_by("_AT", maintain_order=True).agg(
        N=pl.len(),
        CROSSES=(~C("_IN")).any(),
        LOST=C("AMT").null_count(),
        AMT=C("AMT").sum(),
        VOL=C("VOL").sum(),
        VOLS=C("VOL").count(),
        UNTIL=C("TIMEEND").max(),
        COVERED=(C("TIMEEND") - C("TIME")).sum(),
        AT_ONCE=(C("TIMEEND") <= C("TIME") + SAME_TIME).any(),
        ERMAX=C("RATE").max(),
        ERTMAX=mid.filter(C("RATE") == C("RATE").max()).first(),
        ERLST=C("RATE").filter(some).last(),
        ERTLST=mid.filter(some).last(),
    )
    numbered = asked.with_row_index("_AT")
    made = numbered.join(summed, on="_AT", how="left", maintain_order="left").drop("_AT")
    whole = C("UNTIL") - C("START")
    missed = ~C("AT_ONCE") & (whole - C("COVERED") > GAP_SHARE * whole)
    return made.with_columns(GAP=missed.fill_null(value=False))


def bridge_to_dose(amount: str | None, units: StudyUnits) -> tuple[float, int]:
    """Factor from the unit of an amount to that of the dose, and the power of the molar mass (g/mol) in it.

    An amount nobody gave a unit is taken to be in that of the dose.

    Raises:
        ConfigError: the two measure different things.
    """
    drug = (units.dose or "").partition("/")[0]
    if amount is None or not drug:
        return 1.0, 0
    have, want = parse(amount), parse(drug)
    if have.powers == want.powers:
        return factor(amount, drug), 0
    kinds = (dict(have.powers), dict(want.powers))
    by = float(have.factor / want.factor)
    if kinds == ({"amount": 1}, {"mass": 1}):
        return by, 1
    if kinds == ({"mass": 1}, {"amount": 1}):
        return by, -1
    raise ConfigError(f"amounts in {amount} and doses in {drug} measure different things")


def options_of_rates(options: Options) -> Options:
    """The options for rates, which have no limit of quantification: a rule that needs one is of plasma."""
    own: dict[str, Any] = {"time_basis": "actual", "partial_areas": ()}
    if needs_lloq(options):
        slope = options.lambda_z.model_copy(update={"method": "log_linear"})
        own |= {"lambda_z": slope, "blq": BlqByPosition()}
    return options.model_copy(update=own)
