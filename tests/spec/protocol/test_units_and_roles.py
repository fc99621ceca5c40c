"""Doses in other units than mg, and drugs that are given beside or before those of the levels."""

import polars as pl
import pytest
from study_texts import TINY, tiny

from pkpipe.clinical.administrations import first_days, of_study_drugs
from pkpipe.clinical.dose_units import in_mg, one_in, records_in
from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.protocol.study_checks.needed import DRAWN, lines
from pkpipe.shipped import examples

CONDITIONING = """\
  - {code: FLU, name: Fludarabine, kind: small_molecule, role: conditioning, route: iv_infusion,
     dose_unit: mg/m2, cycle_days: 1, dosing_window_days: 0, max_cycles: 3, infusion_hours: 1}
analytes:
"""


@pytest.mark.parametrize(
    ("dose", "unit", "mg"),
    [
        (5, "mg", 5),
        (500, "ug", 0.5),
        (2, "g", 2000),
        (3, "mg/kg", 210),
        (100, "ug/kg", 7),
        (30, "mg/m2", None),
        (1e6, "cells/kg", None),
        (10, "IU", None),
    ],
)
def test_a_dose_is_in_mg_where_its_unit_is_a_mass(dose, unit, mg):
    row = pl.DataFrame({"D": [float(dose)], "U": [unit], "W": [70.0]})
    got = row.select(in_mg(pl.col("D"), pl.col("U"), pl.col("W"))).item()
    assert got == (None if mg is None else pytest.approx(mg, rel=1e-12))


@pytest.mark.parametrize(
    ("given", "planned", "factor"),
    [("mg", "mg/kg", 70), ("ug", "mg", 1000), ("mg", "ug/kg", 0.07), ("cells", "cells", 1)],
)
def test_a_record_in_another_unit_is_set_beside_the_plan(given, planned, factor):
    got = pl.DataFrame({"W": [70.0]}).select(one_in(given, planned, pl.col("W"))).item()
    assert got == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("planned", ["cells", "IU/kg", "mg/m2", "mmol"])
def test_a_plan_that_is_no_mass_takes_no_other_unit(planned):
    assert records_in([planned]) == (planned,)
    assert one_in("mg", planned, pl.lit(70.0)) is None


def with_conditioning(tmp_path, *more):
    return tiny(tmp_path, ("analytes:\n", CONDITIONING), *more, name="tiny")


def test_a_level_needs_no_dose_of_a_drug_given_before_it(tmp_path):
    study = load_sound_study(with_conditioning(tmp_path))
    assert [d.role for d in study.drugs] == ["study", "conditioning"]
    assert all(set(level.doses) == {"MAB"} for level in study.escalation.levels)


def test_a_level_cannot_give_a_dose_of_a_drug_that_is_none_of_its_own(tmp_path):
    path = with_conditioning(tmp_path, ("{MAB: 1}", "{MAB: 1, FLU: 30}"))
    with pytest.raises(ConfigError, match="'FLU' is no drug of role study"):
        load_sound_study(path)


def test_day_one_is_the_first_dose_of_a_drug_of_role_study(tmp_path):
    study = load_study(with_conditioning(tmp_path))
    ex = pl.DataFrame(
        {
            "USUBJID": ["1", "1"],
            "EXTRT": ["FLU", "MAB"],
            "EXDOSE": [30.0, 1.0],
            "EXDOSFRQ": [None, None],
            "EXSTDTC": ["2026-01-02", "2026-01-07"],
            "EXENDTC": [None, None],
        },
        schema_overrides={"EXDOSFRQ": pl.String, "EXENDTC": pl.String},
    )
    assert str(first_days(of_study_drugs(ex, study))["_FIRST"][0]) == "2026-01-07"
    assert str(first_days(ex)["_FIRST"][0]) == "2026-01-02"


def test_what_the_simulator_does_not_draw_is_said_by_key():
    study = load_study(examples()[0])
    assert lines(DRAWN, study) == []
    other = study.drugs[0].model_copy(update={"role": "background", "dose_unit": "ug/kg"})
    told = lines(DRAWN, study.model_copy(update={"drugs": (other,)}))
    assert [line.partition(":")[0] for line in told] == ["drugs.0.dose_unit", "drugs.0.role"]


REFUSED = {
    "days of a cycle": (
        "    cycle_days: 21\n",
        "    cycle_days: 21\n    doses: {days: [1, 8, 15]}\n",
        "drugs.0.doses: doses on some days",
    ),
    "anchor": (
        "  dlt_window_days: 21\n",
        "  dlt_window_days: 21\n  dlt_anchor: MAB\n",
        "escalation.dlt_anchor: the DLT window",
    ),
    "schedule of a cohort": (
        "part: escalation, level: A}",
        "part: escalation, level: A, schedule: weekly}",
        "cohorts.0.schedule: a schedule of one cohort",
    ),
    "step-up doses": (
        "{MAB: 1}",
        "{MAB: {1: 0.1, 8: 1}}",
        "escalation.levels.0.doses: step-up doses by day",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), REFUSED.values(), ids=REFUSED)
def test_a_design_that_cannot_be_said_is_refused_with_its_line_and_what_to_do(
    tmp_path, old, new, said
):
    assert old in TINY
    with pytest.raises(ConfigError) as problem:
        load_study(tiny(tmp_path, (old, new), name="tiny"))
    first = str(problem.value)
    assert said in first
    assert "instead: " in first
