"""Performance qualification: clearance, volume and half-life that a virtual trial was drawn with come out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.qualify.compared_answers import Requirement, numbers
from pkpipe.qualify.what_was_given import CUTOFF, results, study
from pkpipe.simulation import TRUTH, simulate

C: Final = pl.col
NEAR: Final = 0.02
SEED: Final = 11
SUBJECTS: Final = 40
RECOVERED: Final = Requirement(
    *(
        "PQ-6",
        "pk",
        "Clearance, volume and half-life of each subject are those the trial was drawn with",
    ),
    f"a virtual trial of one long dose, {SUBJECTS} subjects, seed {SEED}, without noise",
    "relative 2 %",
)
HOURS: Final = (
    2,
    4,
    8,
    16,
    24,
    48,
    72,
    96,
    120,
    168,
    240,
    336,
    504,
    672,
    840,
    1008,
    1344,
    1680,
    1992,
)
# Ours, theirs, and theirs in our unit.
CODES: Final = (("CLO", "CL", 24.0), ("VSSO", "VSS", 1.0), ("LAMZHL", "HALFLIFE", 1 / 24))


def checks() -> Iterator[pl.DataFrame]:
    """Three parameters of every subject."""
    plan = _one_long_dose()
    drawn = simulate(plan, SEED, noise_free=True, subjects=SUBJECTS)
    adpp = results(drawn, plan.at(CUTOFF), ("subjects", "pk"))["ADPP"]
    got = adpp.select("USUBJID", code="PARAMCD", got="AVAL")
    for ours, theirs, factor in CODES:
        true = drawn[f"{TRUTH}PK"].select("USUBJID", expected=C(theirs) * factor, code=pl.lit(ours))
        both = true.join(got, on=["USUBJID", "code"], how="left", maintain_order="left")
        item = pl.concat_str("USUBJID", pl.lit(f" {ours}"))
        yield numbers(RECOVERED, both.select("expected", "got", item=item), NEAR)


def _one_long_dose() -> Study:
    """The example study as one dose of a linear antibody, followed for 84 days; nobody leaves it."""
    content: dict[str, Any] = study().model_dump(mode="json", exclude_none=True)
    drug = content["drugs"][0]
    drug.update(cycle_days=84, max_cycles=1)
    window = {"cycles": [1], "early_hours": 0, "late_hours": 0}
    content["schedule"]["pk"] = [
        {**window, "timepoint": "PREDOSE", "hours": 0, "predose": True, "early_hours": 24},
        {**window, "timepoint": "EOI", "hours": drug["infusion_hours"]},
        *({**window, "timepoint": f"{h}H", "hours": h} for h in HOURS),
    ]
    for kind in ("ada", "nab", "biomarker"):
        content["schedule"][kind] = []
    plan = content["simulation"]
    plan.update(antibodies=[], occupancy=[])
    plan["kinetics"][0]["vmax_mg_day"] = 0
    plan["tumour"].update(
        sensitive_share=1,
        growth_per_week={"typical": 1e-6},
        new_lesion_per_week=0,
        nontarget_progression_per_week=0,
    )
    plan["survival"].update(median_weeks=1e6, growth_effect=0)
    plan["toxicity"] = [t | {"dlt": 0, "grade2": 0} for t in plan["toxicity"]]
    return Study.model_validate(content)
