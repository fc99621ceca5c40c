"""What is given and what is measured."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from pkpipe.protocol.base import Frozen

CODE_PATTERN: Final = r"^[A-Za-z0-9_.+-]{1,40}$"
Code = Annotated[str, Field(pattern=CODE_PATTERN)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, allow_inf_nan=False)]


DoseUnit = Literal[
    "mg/kg",
    "mg",
    "ug/kg",
    "ug",
    "g",
    "mg/m2",
    "mmol",
    "IU",
    "IU/kg",
    "cells",
    "cells/kg",
    "10^6 cells",
    "10^6 cells/kg",
]


class Drug(Frozen):
    """A study drug and its own schedule: cycles are per drug, never per study (SEED-1)."""

    code: Code = Field(description="as EXTRT spells it")
    name: str = Field(description="name in full, as tables and figures show it")
    kind: Literal["antibody", "adc", "small_molecule", "cell_therapy"] = Field(
        description="what it is: decides which parameters and texts make sense"
    )
    route: Literal["iv_infusion", "iv_bolus", "extravascular"] = Field(
        description="how it is given; decides the NCA parameters (CL or CL/F)"
    )
    role: Literal["study", "background", "conditioning"] = Field(
        default="study",
        description="study: its doses make the levels, and the first of them is day 1; background: given "
        "beside; conditioning: given before, such as lymphodepletion",
    )
    dose_unit: DoseUnit = Field(
        description="unit of the planned doses of the levels; of one that is no mass, and of mg/m2 without "
        "EX.EXDOSEMG, no parameter per dose is given"
    )
    cycle_days: Annotated[int, Field(gt=0)] = Field(description="planned days from dose to dose")
    doses_per_day: Annotated[int, Field(ge=1)] = Field(
        default=1, description="with a cycle of one day, doses within it"
    )
    dosing_window_days: Annotated[int, Field(ge=0)] = Field(
        description="± days allowed from cycle 2 on"
    )
    max_cycles: Annotated[int, Field(gt=0)] = Field(
        description="most cycles (doses) that the protocol plans"
    )
    infusion_hours: Hours = Field(description="planned length of the infusion; 0 if none")
    part_gap_hours: Hours | None = Field(
        default=None,
        description="longest break between two parts of one infusion; left out: the same day, "
        "or 24 hours if it is marked as interrupted",
    )
    drug_antibody_ratio: Positive | None = Field(
        default=None, description="payloads on one antibody as made (ADC only)"
    )


class Analyte(Frozen):
    """A measured substance; its unit and time unit hold from the raw table to the report."""

    code: Code = Field(description="PCTESTCD")
    name: str = Field(description="name in full, as tables and figures show it")
    drug: Code = Field(description="code of the drug it belongs to")
    role: Literal["antibody", "adc", "total_antibody", "payload", "small_molecule"] = Field(
        description="which part of the drug is measured"
    )
    matrix: str = Field(description="PCSPEC")
    unit: Literal["ng/mL", "ug/mL", "mg/L", "pg/mL"] = Field(
        description="unit of its concentrations, from the raw table to the report"
    )
    lloq: Positive = Field(description="lower limit of quantification, in that unit")
    molecular_weight: Positive | None = Field(default=None, description="g/mol, for molar ratios")
    assay: Literal["conjugated_antibody", "conjugated_payload"] | None = Field(
        default=None,
        description="what the assay of a conjugate measures, in mass of just that",
    )
    time_unit: Literal["h", "day"] = Field(
        description="unit in which half-life and CL are reported"
    )
    blq_texts: tuple[str, ...] = Field(description="how the laboratory spells a result below LLOQ")
    expected_half_life_days: Positive | None = Field(
        default=None,
        description="expected terminal half-life; only to judge whether a profile is at steady state",
    )
    disposition_on_dose_given: bool = Field(
        default=False,
        description="payload: report CL and V on the dose of the conjugate, flagged (ADC-4); else not at all",
    )

    @property
    def dose_unknown(self) -> bool:
        """True of a payload: what is given is its conjugate, and how much of it is released is not known."""
        return self.role == "payload" and not self.disposition_on_dose_given


class Biomarker(Frozen):
    """A pharmacodynamic measurement, such as receptor occupancy."""

    code: Code = Field(description="CPTESTCD")
    name: str = Field(description="name in full, as tables and figures show it")
    drug: Code = Field(description="code of the drug whose doses its samples are counted from")
    specimen: str = Field(description="CPSPEC, with the cell type")
    unit: str = Field(description="unit of its results")
    saturated_from: Positive | None = Field(
        default=None, description="occupancy from which the receptor counts as saturated (ADC-7)"
    )
    reported_from: float | None = Field(
        default=None,
        description="lowest result the laboratory reports: what is reported so may lie below",
    )
    reported_to: float | None = Field(
        default=None, description="highest result it reports: what is reported so may lie above"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        ends = self.reported_from, self.reported_to
        if ends[0] is not None and ends[1] is not None and not ends[0] < ends[1]:
            raise ValueError("reported_from must be less than reported_to")
        return self
