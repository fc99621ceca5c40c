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

    typical: Positive = Field(description="median between subjects")
    cv: Rate = Field(
        default=0, description="coefficient of variation between subjects, as a share; 0: all alike"
    )


class Payload(Frozen):
    """The small molecule a conjugate releases: one compartment, fed by the conjugate's loss."""

    deconjugation_l_day: Spread = Field(description="clearance of the conjugate to naked antibody")
    released: Share = Field(description="share of the lost payload that reaches the circulation")
    volume_l: Spread = Field(description="volume of distribution, L")
    half_life_hours: Spread = Field(description="half-life after release")


class Kinetics(Frozen):
    """A drug's disposition at 70 kg: two compartments, linear and Michaelis-Menten elimination."""

    drug: Code = Field(description="code of the drug")
    cl_l_day: Spread = Field(description="linear clearance, L a day")
    v1_l: Spread = Field(description="central volume, L")
    q_l_day: Spread = Field(description="clearance between the compartments, L a day")
    v2_l: Spread = Field(description="peripheral volume, L")
    vmax_mg_day: Rate = Field(default=0, description="0: linear")
    km_mg_l: Positive = Field(default=1, description="concentration at half of vmax_mg_day, mg/L")
    weight_on_clearance: float = Field(default=0.75, description="exponent of weight / 70 kg")
    weight_on_volume: float = Field(default=1, description="exponent of weight / 70 kg")
    payload: Payload | None = Field(
        default=None, description="what a conjugate releases; null: nothing that is measured"
    )
    proportional_error: Rate = Field(description="SD relative to the value")
    additive_error_lloq: Rate = Field(description="SD in units of the LLOQ")


class AntibodyResponse(Frozen):
    """Anti-drug antibodies against one drug."""

    drug: Code = Field(description="code of the drug")
    baseline_share: Share = Field(description="positive before the first dose")
    induced_share: Share = Field(description="share of subjects that become positive")
    boosted_share: Share = Field(description="of those positive at baseline")
    onset_weeks: Spread = Field(description="weeks to the first positive sample")
    transient_share: Share = Field(description="of those induced")
    transient_weeks: Spread = Field(description="weeks that a transient response lasts")
    peak_titre: Spread = Field(description="highest titre, as a dilution")
    doubling_weeks: Positive = Field(description="time in which the titre doubles up to its peak")
    clearance_factor: Spread = Field(description="clearance is multiplied by 1 + this")
    neutralising_share: Share = Field(description="share of the positive that neutralise")
    false_screen_share: Share = Field(description="negative samples that screen positive")


class Occupancy(Frozen):
    """Receptor occupancy as an Emax function of the antibody's concentration."""

    biomarker: Code = Field(description="code of the biomarker")
    analyte: Code = Field(description="code of the analyte whose concentration drives it")
    ec50: Positive = Field(description="in the analyte's unit")
    emax_percent: Positive = Field(description="occupancy at full effect")
    noise_sd: Rate = Field(description="SD of the measurement, in percentage points")


class TumourTruth(Frozen):
    """Lesions: growth, exposure-driven shrinkage, new lesions, and how scans are done."""

    types: dict[str, Positive] = Field(
        description="tumour type to weight, where the cohort names none"
    )
    targets: Annotated[int, Field(ge=1, le=5)] = Field(description="most target lesions")
    nontargets: Whole = Field(description="most non-target lesions")
    size_mm: Spread = Field(description="diameter of a lesion at baseline")
    growth_per_week: Spread = Field(description="growth rate without effect, as a share a week")
    shrinkage_per_week: Spread = Field(description="at full effect, in sensitive tumours")
    sensitive_share: Share = Field(description="share of tumours that shrink")
    driver: Code = Field(description="drug whose mean concentration drives the effect")
    ec50_mg_l: Positive = Field(description="mean concentration with half the effect")
    new_lesion_per_week: Rate = Field(description="rate of new lesions")
    nontarget_progression_per_week: Rate = Field(
        description="rate of unequivocal progression of non-target lesions"
    )
    measurement_sd_mm: Rate = Field(description="SD of a measured diameter")
    missed_scan: Share = Field(description="share of planned scans that are not done")
    unscheduled_scan: Share = Field(description="share of weeks with an unplanned scan")
    not_evaluable_lesion: Share = Field(description="share of measurements that cannot be made")
    scan_after_progression: Share = Field(
        description="share of subjects who are scanned again after progression"
    )
    reader_disagrees: Share = Field(
        description="investigator's response differs from the arithmetic"
    )


class SurvivalTruth(Frozen):
    """Death as a Weibull time that growing tumours shorten; leaving the trial; later therapy."""

    median_weeks: Positive = Field(description="median survival at the median growth rate")
    shape: Positive = Field(description="shape of the Weibull distribution; 1: constant hazard")
    growth_effect: float = Field(description="log hazard ratio per doubling of the growth rate")
    withdrawal_per_week: Rate = Field(description="rate of withdrawal of consent")
    lost_per_week: Rate = Field(description="rate of loss to follow-up")
    clinical_progression_per_week: Rate = Field(
        description="rate of progression that no scan shows"
    )
    toxicity_stop_per_week: Rate = Field(description="rate of stopping for toxicity")
    new_therapy_share: Share = Field(description="share of subjects who start another therapy")
    new_therapy_weeks: Spread = Field(description="from the end of treatment")


class LevelToxicity(Frozen):
    """Risk within the DLT window at one dose level."""

    level: Code = Field(description="code of the dose level")
    dlt: Share = Field(description="probability of a DLT within the window")
    grade2: Share = Field(description="related grade 2 or more, the DLT included")


class EventTruth(Frozen):
    """One kind of adverse event."""

    term: str = Field(description="preferred term")
    soc: str = Field(description="system organ class")
    per_28_days: Rate = Field(description="events of a subject in 28 days on treatment")
    grades: tuple[Rate, Rate, Rate, Rate] = Field(description="weights of grades 1 to 4")
    related: Share = Field(description="share that is called related")
    immune: bool = Field(default=False, description="is it called immune-related")
    dlt: bool = Field(default=False, description="a dose-limiting toxicity may take this form")


class LabEffect(Frozen):
    """A treatment's effect on a laboratory test."""

    test: Code = Field(description="LBTESTCD")
    factor: Positive = Field(description="the value is multiplied by this at full effect")


class Accrual(Frozen):
    """When subjects come."""

    start: datetime.date = Field(description="date of the first candidate")
    until: datetime.date = Field(description="no first dose later")
    data_until: datetime.date = Field(description="nothing is recorded later")
    sites: Annotated[int, Field(ge=1, le=99)] = Field(description="number of sites")
    wait_days: Positive = Field(description="mean days to the next candidate during escalation")
    expansion_wait_days: Positive = Field(
        description="mean days to the next candidate in an expansion cohort"
    )
    decision_days: Whole = Field(description="from complete data to the first dose of a new group")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.start < self.until <= self.data_until:
            raise ValueError("start, until, data_until must follow each other")
        return self


class Dirt(Frozen):
    """What happens in every real trial and must be carried, not choked on."""

    late_sample: Share = Field(description="drawn outside its window")
    missed_sample: Share = Field(description="share of planned samples that are not drawn")
    missed_visit: Share = Field(description="after the DLT window")
    partial_date: Share = Field(description="share of event dates of which the day is not known")
    dose_delay: Share = Field(description="a cycle starts a week or two late")
    interruption: Share = Field(description="an infusion is interrupted")
    incomplete_dose: Share = Field(description="of the interrupted: not finished")
    leaves_window: Share = Field(description="leaves the DLT window without DLT")
    intrapatient: Share = Field(description="of those who may go up one level: do")


class SimulationPlan(Frozen):
    """Section `simulation:` of a study file."""

    accrual: Accrual = Field(description="when subjects come")
    kinetics: tuple[Kinetics, ...]
    antibodies: tuple[AntibodyResponse, ...] = ()
    occupancy: tuple[Occupancy, ...] = ()
    tumour: TumourTruth | None = None
    survival: SurvivalTruth
    toxicity: tuple[LevelToxicity, ...]
    events: tuple[EventTruth, ...]
    laboratory: tuple[LabEffect, ...] = ()
    weight_kg: Spread = Field(description="body weight at baseline")
    dirt: Dirt = Field(description="what happens in every real trial and must be carried")
