"""Contradictions inside a protocol are findings; one that the text contains may be decided, no other."""

import pytest
from study_texts import line_of, tiny

from pkpipe.errors import ConfigError
from pkpipe.protocol.drugs import Biomarker
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study_checks.linter import CHECKS, lint, load_sound_study

EOI = "{timepoint: EOI, cycles: [1, 2], hours: 1, early_hours: 0, late_hours: 0.25}"
CURVES = (
    "exposure_response:\n  markers: {result: AVAL, models: [EMAX], apart_minutes: 15, blq: drop, "
    "confidence: 0.95, min_points: 12, min_subjects: 6, min_each_side: 2, min_gain: 2, ec50_fold: 10, "
    "hill: {low: 0.2, high: 8}, max_fold: 100}\n"
)
MISTAKES = {
    "ANALYTE-DRUG": [("drug: MAB\n    role", "drug: MOB\n    role")],
    "COHORT-LEVEL": [
        (
            "{code: B, label: 3 mg/kg, part: escalation, level: B}",
            "{code: B, label: b, part: escalation, level: Z}",
        )
    ],
    "LEVEL-DOSE": [("{code: A, doses: {MAB: 1}}", "{code: A, doses: {}}")],
    "SAMPLE-NAME": [(EOI, EOI[:-1] + ", analytes: [XYZ]}")],
    "SAMPLE-CYCLE": [("cycles: [1, 2, 3], hours: 0", "cycles: [1, 2, 5], hours: 0")],
    "SAMPLE-TIME": [
        ("timepoint: D15, cycles: [1], hours: 336", "timepoint: D15, cycles: [1], hours: 504")
    ],
    "SAMPLE-EOI": [("infusion_hours: 1", "infusion_hours: 2")],
    "SAMPLE-OVERLAP": [
        ("hours: 24, early_hours: 2, late_hours: 2", "hours: 24, early_hours: 23, late_hours: 2")
    ],
    "ADA-PLAN": [("tolerance_analyte: MAB", "tolerance_analyte: MUB")],
    "TUMOUR-PLAN": [("  tumour: {every_weeks: 6, window_days: 7, baseline_max_days: 28}\n", "")],
    "COMPARISON": [
        (
            "  month_days: 30.4375\n",
            "  month_days: 30.4375\n"
            "  comparisons: [{group: COHORT, reference: A, against: [Z], endpoints: [PFS]}]\n",
        )
    ],
    "MARKER-CURVE": [("safety:\n", f"{CURVES}safety:\n")],
    "CODE-TWICE": [("{code: X, label", "{code: A, label")],
    "PREDOSE-WINDOW": [("predose_window: 24", "predose_window: 12")],
    "THRESHOLD-UNIT": [
        (
            "cohorts:\n",
            "  - {code: MET, name: Metabolite, drug: MAB, role: small_molecule, matrix: SERUM, unit: ng/mL, "
            "lloq: 1, time_unit: h, blq_texts: []}\ncohorts:\n",
        ),
        ("  time_basis: actual\n", "  time_basis: actual\n  time_above: 5\n"),
    ],
    "SOURCE": [("  EX: {files: [ex.csv]}\n", "")],
}


def findings(path, code):
    return [f for f in lint(load_study(path)) if f.id == code]


def test_a_sound_study_has_no_error(tmp_path):
    assert [f for f in lint(load_study(tiny(tmp_path))) if f.severity == "error"] == []


@pytest.mark.parametrize("code", MISTAKES)
def test_a_mistake_is_an_error_that_stops_with_its_line(tmp_path, code):
    path = tiny(tmp_path, *MISTAKES[code])
    (first, *_) = findings(path, code)
    assert first.severity == "error"
    assert first.allowed
    with pytest.raises(ConfigError) as problem:
        load_sound_study(path)
    assert f"[{code}]" in str(problem.value)
    assert str(problem.value).startswith(f"{path}:")


def test_a_mistake_names_key_and_line(tmp_path):
    path = tiny(tmp_path, *MISTAKES["SAMPLE-TIME"])
    with pytest.raises(ConfigError) as problem:
        load_sound_study(path)
    line = line_of(path, "timepoint: D15")
    assert f"{path}:{line}:" in str(problem.value)
    assert "schedule.pk.4.hours: D15 at 504 h lies after the next dose of MAB" in str(problem.value)


@pytest.mark.parametrize(
    ("code", "seed", "changes", "words"),
    [
        (
            "DLT-WINDOW",
            "SEED-1",
            [
                ("cycle_days: 21", "cycle_days: 14"),
                (
                    "timepoint: D15, cycles: [1], hours: 336",
                    "timepoint: D14, cycles: [1], hours: 300",
                ),
            ],
            "spans 2 doses of MAB",
        ),
        ("DLT-LAST-DAY", "SEED-6", [], "study day 22 counts"),
        (
            "OPTIONAL-LEVEL",
            "SEED-7",
            [("doses: {MAB: 3}}", "doses: {MAB: 3}, optional: true}")],
            "level B is optional and closed",
        ),
        (
            "AE-WINDOW",
            "SEED-8",
            [
                (
                    "  safety_cycle_days: [1]",
                    "  follow_up: {eot_days: 21, eot_late_days: 7, safety_days: [21], "
                    "safety_window_days: [7], survival_every_weeks: null, survival_window_days: null, "
                    "survival_max_days: null}",
                )
            ],
            "last safety visit is on day 21",
        ),
        (
            "DOSE-INCREASE",
            "SEED-9",
            [
                (
                    "min_dose_fraction: 0.8",
                    "min_dose_fraction: 0.8\n  conduct: {intrapatient: {min_cycles: 4}}",
                )
            ],
            "may change within a subject",
        ),
        (
            "FIRST-PROFILE",
            "SEED-4",
            [
                (f"    - {line}\n", f"    - {line.replace('[1]', '[3]')}\n")
                for line in (
                    "{timepoint: 24H, cycles: [1], hours: 24, early_hours: 2, late_hours: 2}",
                    "{timepoint: D8, cycles: [1], hours: 168, early_hours: 24, late_hours: 24}",
                    "{timepoint: D15, cycles: [1], hours: 336, early_hours: 24, late_hours: 24}",
                )
            ],
            "accumulation of the area is not estimable",
        ),
    ],
)
def test_a_contradiction_of_the_text_stops_until_it_is_decided(
    tmp_path, code, seed, changes, words
):
    open_point = tiny(tmp_path, ("{id: SEED-6,", "{id: OTHER-1,"), *changes)
    (first, *_) = findings(open_point, code)
    assert first.severity == "error"
    assert words in " ".join(f.message for f in findings(open_point, code))
    assert f"or a decision on {seed} in assumptions" in first.allowed
    for name in (seed, code):  # by the number of the methods, or by the check that asks
        decided = tiny(tmp_path, ("{id: SEED-6,", f"{{id: {name},"), *changes)
        (first, *_) = findings(decided, code)
        assert (first.severity, first.decision) == ("decision", "day 1 to day 22")


def test_a_profile_before_steady_state_needs_a_decision(tmp_path):
    changes = [
        (f"timepoint: {t}, cycles: [1]", f"timepoint: {t}, cycles: [3]")
        for t in ("24H", "D8", "D15")
    ]
    slow = tiny(
        tmp_path,
        *changes,
        ("blq_texts: [BLQ]", "blq_texts: [BLQ]\n    expected_half_life_days: 18"),
    )
    (found,) = findings(slow, "STEADY-STATE")
    assert "cycle 3 starts 42 days after the first dose, 2.3 half-lives of MAB" in found.message
    quick = tiny(
        tmp_path, *changes, ("blq_texts: [BLQ]", "blq_texts: [BLQ]\n    expected_half_life_days: 5")
    )
    assert findings(quick, "STEADY-STATE") == []


def test_what_a_reader_found_in_the_text_needs_a_decision(tmp_path):
    listed = (
        "registry_text: invented for tests",
        "registry_text: x\n  text_findings: [SEED-2, SEED-6]",
    )
    path = tiny(tmp_path, listed)
    with pytest.raises(ConfigError) as problem:
        load_sound_study(path)
    assert (
        "study.text_findings.0: the wording of the PFS endpoint belongs to another protocol"
        in str(problem.value)
    )
    assert "SEED-6" not in str(problem.value)


def test_every_check_has_words_and_a_source():
    assert len({c.id for c in CHECKS}) == len(CHECKS)
    assert all(c.words and c.source for c in CHECKS)


def test_a_curve_asks_for_a_biomarker_and_for_concentrations_of_its_drug(tmp_path):
    study = load_study(tiny(tmp_path, ("safety:\n", f"{CURVES}safety:\n")))
    told = {f.message for f in lint(study) if f.id == "MARKER-CURVE"}
    assert told == {"curves of biomarkers are planned and none is measured"}
    marker = {"name": "occupancy", "specimen": "BLOOD", "unit": "%"}
    sound = Biomarker(code="RO", drug="MAB", **marker)
    lost = Biomarker(code="CD8", drug="OTHER", **marker)
    study = study.model_copy(update={"biomarkers": (sound, lost), "nca": None})
    told = {f.message for f in lint(study) if f.id == "MARKER-CURVE"}
    assert told == {
        "without an nca section no concentration is analysed",
        "no analyte of OTHER is measured, so CD8 has no concentration beside it",
    }


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("min_points: 12", "min_pionts: 12", "did you mean 'min_points'"),
        ("min_points: 12", "min_points: 5", "min_points"),
        ("low: 0.2, high: 8", "low: 8, high: 0.2", "low must be less than high"),
        ("min_gain: 2, ", "", "min_gain"),
    ],
)
def test_the_keys_of_a_curve_are_closed_and_none_has_a_default(tmp_path, before, after, words):
    with pytest.raises(ConfigError) as problem:
        load_study(tiny(tmp_path, ("safety:\n", f"{CURVES.replace(before, after)}safety:\n")))
    assert words in str(problem.value)
