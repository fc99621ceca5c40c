"""Checks that curves of biomarkers on concentration have something to be drawn from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.mistakes import HOUSE, Found, study_check


def _marker_curves(study: Study) -> Iterable[Found]:
    plan = study.exposure_response
    if plan is None or plan.markers is None:
        return
    where = ("exposure_response", "markers")
    if not study.biomarkers:
        yield Found(where, "curves of biomarkers are planned and none is measured", "biomarkers")
    if study.nca is None:
        yield Found(where, "without an nca section no concentration is analysed", "an nca section")
    measured = {a.drug for a in study.analytes}
    for i, marker in enumerate(study.biomarkers):
        if marker.drug not in measured:
            yield Found(
                ("biomarkers", i, "drug"),
                f"no analyte of {marker.drug} is measured, so {marker.code} has no concentration beside it",
                "a drug with an analyte, or no exposure_response.markers",
            )


MARKER_PLANS: Final = (
    study_check(
        "MARKER-CURVE",
        ("a curve without results or concentrations", "a curve has results and concentrations"),
        HOUSE,
        _marker_curves,
    ),
)
