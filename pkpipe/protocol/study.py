"""A study as its file states it: the root of everything a room may ask about the trial."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from pkpipe.protocol.base import BY_KEY, Frozen
from pkpipe.protocol.drugs import Analyte, Biomarker, Code, Drug
from pkpipe.protocol.efficacy import ResponsePlan, SurvivalPlan
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.exposure_response import ExposureResponsePlan
from pkpipe.protocol.immunogenicity import AdaPlan
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.report_plan import ReportPlan
from pkpipe.protocol.safety import SafetyPlan
from pkpipe.protocol.schedule import Schedule
from pkpipe.protocol.simulation import SimulationPlan
from pkpipe.protocol.sources import Domain, Source
from pkpipe.protocol.submission_plan import SubmissionPlan
from pkpipe.protocol.waivers import Waiver


class Identity(Frozen):
    """What the trial is called."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")] = Field(
        description="name of the study file and of its results folder"
    )
    studyid: str = Field(description="STUDYID in the data")
    title: str = Field(description="title of the trial, as the report heads it")
    title_zh: str | None = Field(
        default=None, description="title for pages in Chinese; left out, they have the other one"
    )
    phase: str = Field(description="phase, as the report names it, such as Phase I")
    indication: str = Field(description="disease or population, as the report names it")
    registry_text: str = Field(description="where the protocol text comes from")
    text_findings: tuple[Annotated[str, Field(pattern=r"^[A-Z]+-?[0-9]+$")], ...] = Field(
        default=(),
        description="contradictions and gaps found by reading the text; each needs an assumption",
    )


class Assumption(Frozen):
    """A contradiction or gap of the protocol text, and how this study decides it."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*$")] = Field(
        description="name of the question: the id of the check that asks, such as DLT-WINDOW; SEED-1 to 12; "
        "or one of your own such as GAP-1"
    )
    finding: str = Field(description="what the text says twice, or does not say")
    decision: str = Field(description="what is done")


class Cohort(Frozen):
    """A group of subjects as DM.ARMCD names it."""

    code: Code = Field(description="ARMCD")
    label: str = Field(description="name of the group as tables show it, such as its dose")
    part: Literal["escalation", "backfill", "expansion", "other"] = Field(
        description="part of the trial; only escalation (and counted backfill) decides on doses"
    )
    level: Code | None = Field(default=None, description="dose level of escalation; null: as dosed")
    tumour_type: str | None = Field(
        default=None, description="tumour type of all its subjects; null: as DM.TUMTYPE says"
    )
    planned: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="planned number of subjects"
    )
    minimum: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="fewest subjects the protocol asks for"
    )


class Objective(Frozen):
    """An endpoint as the protocol names it, with the time frame it gives."""

    measure: str = Field(description="the endpoint in the words of the protocol")
    kind: Literal["primary", "secondary", "exploratory"] = Field(
        description="rank of the objective"
    )
    time_frame: str = Field(description="time frame as the protocol words it")
    topic: Literal["DLT", "SAFETY", "PK", "ADA", "RESPONSE", "SURVIVAL", "BIOMARKER"] = Field(
        description="the part of the pipeline that answers it"
    )


class Treatment(Frozen):
    """When treatment ends, and what the sponsor gives afterwards."""

    stops_at: tuple[
        Literal[
            "PROGRESSION",
            "DEATH",
            "INTOLERABLE_TOXICITY",
            "NEW_ANTICANCER_THERAPY",
            "WITHDRAWAL",
            "MAX_CYCLES",
        ],
        ...,
    ] = Field(description="the first of these ends treatment (C16)")
    beyond_progression: bool = Field(description="may treatment go on after progression")


class Study(Frozen):
    """Everything `config/<study>.yaml` states, plus the data cutoff of the run."""

    study: Identity = Field(description="what the trial is called")
    assumptions: tuple[Assumption, ...] = Field(
        description="gaps and contradictions of the protocol text, and how each is decided; []: none"
    )
    drugs: Annotated[tuple[Drug, ...], Field(min_length=1)] = Field(
        description="what is given, each drug with its own schedule"
    )
    analytes: tuple[Analyte, ...] = Field(
        default=(), description="what is measured in blood; none: no pharmacokinetics"
    )
    biomarkers: tuple[Biomarker, ...] = Field(
        default=(), description="pharmacodynamic measurements, such as receptor occupancy"
    )
    objectives: tuple[Objective, ...] = Field(
        default=(), description="objectives as the protocol lists them; each needs its section"
    )
    treatment: Treatment | None = Field(
        default=None, description="when treatment ends; null: the protocol does not say"
    )
    cohorts: Annotated[tuple[Cohort, ...], Field(min_length=1)] = Field(
        description="the groups of subjects, as DM.ARMCD names them"
    )
    escalation: EscalationPlan | None = Field(
        default=None, description="the dose-escalation design; null: no dose decision is made"
    )
    schedule: Schedule = Field(description="when samples, scans and visits are planned")
    nca: NcaPlan | None = Field(
        default=None, description="non-compartmental analysis; null: no parameters are computed"
    )
    immunogenicity: AdaPlan | None = Field(
        default=None, description="anti-drug antibodies; null: none are analysed"
    )
    response: ResponsePlan | None = Field(
        default=None, description="tumour response; null: none is assessed"
    )
    survival: SurvivalPlan | None = Field(
        default=None, description="times to events; null: none are estimated"
    )
    exposure_response: ExposureResponsePlan | None = Field(
        default=None, description="exposure beside biomarkers, toxicity and response; null: none"
    )
    safety: SafetyPlan = Field(description="adverse events, laboratory, vital signs, ECG")
    sources: Annotated[dict[Domain, Source], BY_KEY] = Field(
        description="raw files of each domain; a domain left out is not collected"
    )
    report: ReportPlan = Field(default=ReportPlan(), description="how results are shown")
    submission: SubmissionPlan = Field(
        default=SubmissionPlan(), description="datasets for a regulator (docs/submission.md)"
    )
    waive: tuple[Waiver, ...] = Field(default=(), description="findings accepted as they are")
    simulation: SimulationPlan | None = Field(
        default=None, description="assumed truth of a virtual trial; no result rests on it"
    )
    cutoff: datetime.date | None = Field(
        default=None, description="set by the run, never by the file"
    )
    virtual: bool = Field(
        default=False, description="the raw tables are drawn; set by the run, never by the file"
    )

    @field_validator("escalation")
    @classmethod
    def _doses_in_the_order_of_drugs(
        cls, plan: EscalationPlan | None, known: ValidationInfo
    ) -> EscalationPlan | None:
        """Doses of a level are written as the study lists its drugs, in whichever order a file has them."""
        if plan is None or "drugs" not in known.data:
            return plan
        places = {drug.code: place for place, drug in enumerate(known.data["drugs"])}

        def order(dose: tuple[str, float]) -> tuple[int, str]:
            return places.get(dose[0], len(places)), dose[0]

        levels = (
            one.model_copy(update={"doses": dict(sorted(one.doses.items(), key=order))})
            for one in plan.levels
        )
        return plan.model_copy(update={"levels": tuple(levels)})

    def at(self, cutoff: datetime.date) -> Study:
        """The same study with the data cutoff of a run."""
        return self.model_copy(update={"cutoff": cutoff})

    def source_of(self, code: str) -> Source | None:
        """Where a table is read from; None: it is not collected."""
        return next((source for domain, source in self.sources.items() if domain == code), None)

    def collects(self, *domains: Domain) -> bool:
        """True if the study has a source for every one of these domains."""
        return all(domain in self.sources for domain in domains)

    def drug(self, code: str) -> Drug:
        """The drug of that code."""
        return next(d for d in self.drugs if d.code == code)

    def analytes_of(self, drug: str) -> tuple[Analyte, ...]:
        """The analytes of a drug, in the order of the file."""
        return tuple(a for a in self.analytes if a.drug == drug)
