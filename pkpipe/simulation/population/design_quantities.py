"""What is asked of every replicate: each quantity as a value, with its meaning and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

RULES: Final = "the decision rules of the escalation, over drawn fates"
PK: Final = "the pk room, from drawn samples"
ANTIBODIES: Final = "the immunogenicity room, from drawn assay results"
RESPONSE: Final = "the tumour room, from drawn scans"
CALENDAR: Final = "the drawn calendar"
TRUTH: Final = "the truth"


@dataclass(frozen=True)
class Quantity:
    """One number a replicate, and a level or cohort where it has one."""

    name: str
    words: str
    kind: Literal["share of trials", "mean"]
    source: str
    unit: str = ""


def _share(name: str, words: str, source: str = RULES) -> Quantity:
    return Quantity(name, words, "share of trials", source)


def _mean(name: str, words: str, source: str = RULES, unit: str = "") -> Quantity:
    return Quantity(name, words, "mean", source, unit)


# The names of the escalation are those of `pkpipe operating-characteristics`.
QUANTITIES: Final = (
    _share("P_MTD", "trials in which the level is declared the MTD"),
    _share("P_MAD_reached", "trials that pass the highest open level without an MTD"),
    _share("P_no_tolerable_dose", "trials that end with too many DLTs at the lowest level"),
    _share("P_no_level_declared", "trials of a table design that end without a level"),
    _share("P_not_decided", "trials whose accrual ends before a decision that ends the escalation"),
    _share("P_reached", "trials in which a subject of the escalation is dosed at the level"),
    _share("P_top_not_reached", "trials that end before the highest open level is dosed"),
    _share("P_titration_ends_at", "trials in which a titrated subject of the level ends titration"),
    _share("P_titration_completed", "trials that pass all titration levels as such"),
    _mean("E_n", "subjects evaluable for DLT at the level", unit="subjects"),
    _mean("E_dlt", "subjects with a DLT at the level", unit="subjects"),
    _mean("E_dosed", "subjects of the escalation dosed at the level", unit="subjects"),
    _mean("E_n_total", "subjects evaluable for DLT", unit="subjects"),
    _mean("E_dlt_total", "subjects with a DLT", unit="subjects"),
    _mean("E_dosed_total", "subjects of the escalation", unit="subjects"),
    _mean("E_replaced", "subjects who left the DLT window and were replaced", unit="subjects"),
    _mean("E_decision_days", "start of accrual to the last decision", CALENDAR, "days"),
    _mean("E_accrual_days", "start of accrual to the last first dose", CALENDAR, "days"),
    _mean("E_trial_days", "start of accrual to the last contact", CALENDAR, "days"),
    _mean("E_subjects", "subjects enrolled; of a cohort those of the expansion", unit="subjects"),
    _share("P_expansion_full", "trials in which the expansion cohort is filled as planned"),
    _mean("stopped", "share of subjects whose treatment ended for the reason in `of`", TRUTH),
    _mean("GMEAN", "geometric mean after the first dose, of the parameter and analyte in `of`", PK),
    _mean("ADA_prevalence", "share ADA-positive at any time, of those with a result", ANTIBODIES),
    _mean("ADA_incidence", "share with treatment-emergent ADA, of those evaluable", ANTIBODIES),
    _mean("NAb_incidence", "share with neutralising antibodies, of those evaluable", ANTIBODIES),
    _mean("ORR", "share with CR or PR, unconfirmed, of the treated", RESPONSE),
    _mean("CORR", "share with confirmed CR or PR, of the treated", RESPONSE),
    _mean("DCR", "share with CR, PR or SD, of the treated", RESPONSE),
    _mean("best_change", "median best change of the sum of diameters", RESPONSE, "%"),
)  # fmt: skip
BY_NAME: Final = {quantity.name: quantity for quantity in QUANTITIES}
PATH: Final = "path"  # the levels dosed, in words

# One row a replicate, quantity and place; level and cohort are null of the whole trial.
RESULTS: Final = pl.Schema(
    {
        "replicate": pl.Int64(),
        "quantity": pl.String(),
        "of": pl.String(),
        "level": pl.String(),
        "cohort": pl.String(),
        "value": pl.Float64(),
        "unit": pl.String(),
        "text": pl.String(),
    }
)
