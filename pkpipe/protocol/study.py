"""A study as its file states it: the root of everything a room may ask about the trial."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from pkpipe.protocol.base import Frozen
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
from pkpipe.protocol.waivers import Waiver


class Identity(Frozen):
    """What the trial is called."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")] = Field(
        description="name of the study file and of its results folder"
    )
    studyid: str = Field(description="STUDYID in the data")
    title: str
    phase: str
    indication: str
    registry_text: str = Field(description="where the protocol text comes from")
    text_findings: tuple[Annotated[str, Field(pattern=r"^[A-Z]+-?[0-9]+$")], ...] = Field(
        default=(),
        description="contradictions and gaps found by reading the text; each needs an assumption",
    )


class Assumption(Frozen):
    """A contradiction or gap of the protocol text, and how this study decides it."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+-?[0-9]+$")]
    finding: str = Field(description="what the text says twice, or does not say")
    decision: str = Field(description="what is done")


class Cohort(Frozen):
    """A group of subjects as DM.ARMCD names it."""

    code: Code = Field(description="ARMCD")
    label: str
    part: Literal["escalation", "backfill", "expansion", "other"]
    level: Code | None = Field(default=None, description="dose level of escalation; null: as dosed")
    tumour_type: str | None = None
    planned: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="planned number of subjects"
    )
    minimum: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="fewest subjects the protocol asks for"
    )


class Objective(Frozen):
    """An endpoint as the protocol names it, with the time frame it gives."""

    measure: str
    kind: Literal["primary", "secondary", "exploratory"]
    time_frame: str
    topic: Literal["DLT", "SAFETY", "PK", "ADA", "RESPONSE", "SURVIVAL", "BIOMARKER"]


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

    study: Identity
    assumptions: tuple[Assumption, ...]
    drugs: Annotated[tuple[Drug, ...], Field(min_length=1)]
    analytes: tuple[Analyte, ...] = ()
    biomarkers: tuple[Biomarker, ...] = ()
    objectives: tuple[Objective, ...] = ()
    treatment: Treatment | None = None
    cohorts: Annotated[tuple[Cohort, ...], Field(min_length=1)]
    escalation: EscalationPlan | None = None
    schedule: Schedule
    nca: NcaPlan | None = None
    immunogenicity: AdaPlan | None = None
    response: ResponsePlan | None = None
    survival: SurvivalPlan | None = None
    exposure_response: ExposureResponsePlan | None = None
    safety: SafetyPlan
    sources: dict[Domain, Source]
    report: ReportPlan = Field(default=ReportPlan(), description="how results are shown")
    waive: tuple[Waiver, ...] = Field(default=(), description="findings accepted as they are")
    simulation: SimulationPlan | None = None
    cutoff: datetime.date | None = Field(
        default=None, description="set by the run, never by the file"
    )
    virtual: bool = Field(
        default=False, description="the raw tables are drawn; set by the run, never by the file"
    )

    def at(self, cutoff: datetime.date) -> Study:
        """The same study with the data cutoff of a run."""
        return self.model_copy(update={"cutoff": cutoff})

    def collects(self, *domains: Domain) -> bool:
        """True if the study has a source for every one of these domains."""
        return all(domain in self.sources for domain in domains)

    def drug(self, code: str) -> Drug:
        """The drug of that code."""
        return next(d for d in self.drugs if d.code == code)

    def analytes_of(self, drug: str) -> tuple[Analyte, ...]:
        """The analytes of a drug, in the order of the file."""
        return tuple(a for a in self.analytes if a.drug == drug)
