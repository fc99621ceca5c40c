"""How a virtual trial is drawn from the protocol: every number here is an assumed truth, never a result.

The pipeline does not read this section; `pkpipe simulate` does, and keeps what it assumed beside the data.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen
from pkpipe.protocol.drugs import Code, Positive

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0)]


class Spread(Frozen):
    """A log-normal quantity: median and coefficient of variation between subjects."""

    typical: Positive
    cv: Rate = 0


class Payload(Frozen):
    """The small molecule a conjugate releases: one compartment, fed by the conjugate's loss."""

    deconjugation_l_day: Spread = Field(description="clearance of the conjugate to naked antibody")
    released: Share = Field(description="share of the lost payload that reaches the circulation")
    volume_l: Spread
    half_life_hours: Spread


class Kinetics(Frozen):
    """A drug's disposition at 70 kg: two compartments, linear and Michaelis-Menten elimination."""

    drug: Code
    cl_l_day: Spread
    v1_l: Spread
    q_l_day: Spread
    v2_l: Spread
    vmax_mg_day: Rate = Field(default=0, description="0: linear")
    km_mg_l: Positive = 1
    weight_on_clearance: float = Field(default=0.75, description="exponent of weight / 70 kg")
    weight_on_volume: float = 1
    payload: Payload | None = None
    proportional_error: Rate = Field(description="SD relative to the value")
    additive_error_lloq: Rate = Field(description="SD in units of the LLOQ")


class AntibodyResponse(Frozen):
    """Anti-drug antibodies against one drug."""

    drug: Code
    baseline_share: Share = Field(description="positive before the first dose")
    induced_share: Share
    boosted_share: Share = Field(description="of those positive at baseline")
    onset_weeks: Spread
    transient_share: Share = Field(description="of those induced")
    transient_weeks: Spread
    peak_titre: Spread
    doubling_weeks: Positive = Field(description="time in which the titre doubles up to its peak")
    clearance_factor: Spread = Field(description="clearance is multiplied by 1 + this")
    neutralising_share: Share
    false_screen_share: Share = Field(description="negative samples that screen positive")


class Occupancy(Frozen):
    """Receptor occupancy as an Emax function of the antibody's concentration."""

    biomarker: Code
    analyte: Code
    ec50: Positive = Field(description="in the analyte's unit")
    emax_percent: Positive
    noise_sd: Rate


class TumourTruth(Frozen):
    """Lesions: growth, exposure-driven shrinkage, new lesions, and how scans are done."""

    types: dict[str, Positive] = Field(
        description="tumour type to weight, where the cohort names none"
    )
    targets: Annotated[int, Field(ge=1, le=5)] = Field(description="most target lesions")
    nontargets: Whole
    size_mm: Spread
    growth_per_week: Spread
    shrinkage_per_week: Spread = Field(description="at full effect, in sensitive tumours")
    sensitive_share: Share
    driver: Code = Field(description="drug whose mean concentration drives the effect")
    ec50_mg_l: Positive = Field(description="mean concentration with half the effect")
    new_lesion_per_week: Rate
    nontarget_progression_per_week: Rate
    measurement_sd_mm: Rate
    missed_scan: Share
    unscheduled_scan: Share
    not_evaluable_lesion: Share
    scan_after_progression: Share
    reader_disagrees: Share = Field(
        description="investigator's response differs from the arithmetic"
    )


class SurvivalTruth(Frozen):
    """Death as a Weibull time that growing tumours shorten; leaving the trial; later therapy."""

    median_weeks: Positive
    shape: Positive
    growth_effect: float = Field(description="log hazard ratio per doubling of the growth rate")
    withdrawal_per_week: Rate
    lost_per_week: Rate
    clinical_progression_per_week: Rate
    toxicity_stop_per_week: Rate
    new_therapy_share: Share
    new_therapy_weeks: Spread = Field(description="from the end of treatment")


class LevelToxicity(Frozen):
    """Risk within the DLT window at one dose level."""

    level: Code
    dlt: Share
    grade2: Share = Field(description="related grade 2 or more, the DLT included")


class EventTruth(Frozen):
    """One kind of adverse event."""

    term: str
    soc: str
    per_28_days: Rate
    grades: tuple[Rate, Rate, Rate, Rate] = Field(description="weights of grades 1 to 4")
    related: Share
    immune: bool = False
    dlt: bool = Field(default=False, description="a dose-limiting toxicity may take this form")


class LabEffect(Frozen):
    """A treatment's effect on a laboratory test."""

    test: Code = Field(description="LBTESTCD")
    factor: Positive = Field(description="the value is multiplied by this at full effect")


class Accrual(Frozen):
    """When subjects come."""

    start: datetime.date
    until: datetime.date = Field(description="no first dose later")
    data_until: datetime.date = Field(description="nothing is recorded later")
    sites: Annotated[int, Field(ge=1, le=99)]
    wait_days: Positive = Field(description="mean days to the next candidate during escalation")
    expansion_wait_days: Positive
    decision_days: Whole = Field(description="from complete data to the first dose of a new group")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.start < self.until <= self.data_until:
            raise ValueError("start, until, data_until must follow each other")
        return self


class Dirt(Frozen):
    """What happens in every real trial and must be carried, not choked on."""

    late_sample: Share = Field(description="drawn outside its window")
    missed_sample: Share
    missed_visit: Share = Field(description="after the DLT window")
    partial_date: Share
    dose_delay: Share = Field(description="a cycle starts a week or two late")
    interruption: Share = Field(description="an infusion is interrupted")
    incomplete_dose: Share = Field(description="of the interrupted: not finished")
    leaves_window: Share = Field(description="leaves the DLT window without DLT")
    intrapatient: Share = Field(description="of those who may go up one level: do")


class SimulationPlan(Frozen):
    """Section `simulation:` of a study file."""

    accrual: Accrual
    kinetics: tuple[Kinetics, ...]
    antibodies: tuple[AntibodyResponse, ...] = ()
    occupancy: tuple[Occupancy, ...] = ()
    tumour: TumourTruth | None = None
    survival: SurvivalTruth
    toxicity: tuple[LevelToxicity, ...]
    events: tuple[EventTruth, ...]
    laboratory: tuple[LabEffect, ...] = ()
    weight_kg: Spread
    dirt: Dirt
