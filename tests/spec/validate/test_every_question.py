"""Every check about results, doses, events and a subject's story finds its row, and asks nothing else."""

import polars as pl
import pytest
from story_drawings import (
    D1,
    D22,
    EARLY,
    FATAL,
    MISSED,
    RIGHT,
    SCAN,
    STRANGER,
    STUDY,
    dead,
    diameter,
    dose,
    event,
    findings,
    lesion,
    result,
    sample,
    with_cells,
    with_rows,
    without,
)
from support import typed_domain

from pkpipe.finding.table import lines_of
from pkpipe.schema.own_inputs import SPECS
from pkpipe.validate.checks.adverse_event_rows import EVENT_ROWS
from pkpipe.validate.checks.adverse_events import EVENTS
from pkpipe.validate.checks.biomarkers import BIOMARKER_ROWS
from pkpipe.validate.checks.concentration_rows import CONCENTRATION_ROWS
from pkpipe.validate.checks.concentrations import CONCENTRATIONS
from pkpipe.validate.checks.cycles import CYCLE_ROWS
from pkpipe.validate.checks.decisions import DECISIVE
from pkpipe.validate.checks.disposition import DISPOSITION_ROWS
from pkpipe.validate.checks.dose_rows import DOSE_ROWS
from pkpipe.validate.checks.dosing import DOSING
from pkpipe.validate.checks.examination_rows import EXAMINATION_ROWS
from pkpipe.validate.checks.lesion_rows import LESION_ROWS
from pkpipe.validate.checks.results_of_any_domain import GIVEN_ROWS
from pkpipe.validate.checks.subject_rows import SUBJECT_ROWS
from pkpipe.validate.checks.subjects import SUBJECTS
from pkpipe.validate.checks.therapies import THERAPY_ROWS
from pkpipe.validate.checks.tumour import TUMOUR

# check, tables, the table, row and column the finding is at
CASES = [
    *(
        (f"{d}-NO-RESULT", with_cells(d, 0, **{f"{d}STRESC": None, f"{d}STRESN": None}), d, 2, f"{d}STRESC")
        for d in ("TR", "RS", "LB", "VS", "EG", "PE", "CP")
    ),
    *(
        (f"{d}-DONE", with_cells(d, 0, **{f"{d}STAT": "NOT DONE", f"{d}REASND": "late"}), d, 2, f"{d}STRESC")
        for d in ("PC", "IS", "TR", "RS", "LB", "VS", "EG", "PE", "CP")
    ),
    *(
        (
            f"{d}-RANGE-{test}",
            with_rows(d, result(d, test, D1, **{f"{d}STRESC": v, f"{d}STRESN": v, f"{d}STRESU": unit})),
            d,
            len(RIGHT[d]) + 2,
            f"{d}STRESN",
        )
        for d, test, v, unit in (
            ("VS", "WEIGHT", "7", "kg"), ("VS", "HEIGHT", "1.7", "cm"), ("VS", "TEMP", "98", "C"),
            ("VS", "SYSBP", "12", "mmHg"), ("VS", "DIABP", "800", "mmHg"), ("VS", "PULSE", "7", "beats/min"),
            ("VS", "RESP", "160", "breaths/min"), ("EG", "EGHRMN", "700", "beats/min"),
            ("EG", "QTCFAG", "0.42", "ms"), ("EG", "PRAG", "0.2", "ms"), ("EG", "QRSAG", "0.1", "ms"),
            ("LB", "HGB", "13.5", "g/L"), ("LB", "ALB", "4", "g/L"), ("LB", "SODIUM", "14", "mmol/L"),
            ("LB", "K", "40", "mmol/L"), ("CP", "RO", "800", "%"),
        )
    ),
    ("AE-FATAL-OUTCOME", dead(with_cells("AE", 0, **FATAL | {"AEOUT": "UNKNOWN"})), "AE", 2, "AEOUT"),
    ("AE-FATAL-GRADE", dead(with_cells("AE", 0, **FATAL | {"AETOXGR": "4"})), "AE", 2, "AETOXGR"),
    ("AE-FATAL-FLAG", dead(with_cells("AE", 0, **FATAL | {"AESDTH": "N"})), "AE", 2, "AESDTH"),
    ("AE-FATAL-SERIOUS", dead(with_cells("AE", 0, **FATAL | {"AESER": "N"})), "AE", 2, "AESER"),
    ("AE-FATAL-END", dead(with_cells("AE", 0, **FATAL | {"AEENDTC": None})), "AE", 2, "AEENDTC"),
    ("AE-RESOLVED-END", with_cells("AE", 0, AEENDTC=None), "AE", 2, "AEENDTC"),
    ("AE-OPEN-END", with_cells("AE", 0, AEOUT="NOT RECOVERED/NOT RESOLVED"), "AE", 2, "AEOUT"),
    ("AE-DLT-RELATED", with_cells("AE", 0, AEDLTFL="Y", AEREL="NOT RELATED"), "AE", 2, "AEREL"),
    ("AE-DLT-GRADE", with_cells("AE", 0, AEDLTFL="Y", AETOXGR="1"), "AE", 2, "AETOXGR"),
    ("AE-SERIOUS-EMPTY", with_rows("AE", event(2, AESER=None)), "AE", 3, "AESER"),
    ("AE-RELATION-EMPTY", with_rows("AE", event(2, AEREL=None)), "AE", 3, "AEREL"),
    ("AE-CODED", with_rows("AE", event(2, AEDECOD=None)), "AE", 3, "AEDECOD"),
    ("AE-CLASS", with_rows("AE", event(2, AESOC=None)), "AE", 3, "AESOC"),
    ("AE-SAME", with_rows("AE", event(2, AETERM="NAUSEA 1")), "AE", 3, "AETERM"),
    ("AE-DOSE-REDUCED", with_cells("AE", 0, AEACN="DOSE REDUCED"), "AE", 2, "AEACN"),
    (
        "EX-ADJUSTED-NO-EVENT",
        with_cells("EX", 1, EXADJ="ADVERSE EVENT") | {"AE": [event(1, AEACN="DOSE NOT CHANGED")]},
        "EX", 3, "EXADJ",
    ),
    ("SAMPLE-AFTER-INFUSION", with_cells("PC", 1, PCDTC=f"{D1}T15:00"), "PC", 3, "PCDTC"),
    ("EX-NO-TIME", with_cells("EX", 1, EXSTDTC=D22), "EX", 3, "EXSTDTC"),
    ("EX-END-NO-TIME", with_cells("EX", 1, EXENDTC=D22), "EX", 3, "EXENDTC"),
    ("EX-MG-TWO", with_cells("EX", 1, EXDOSU="mg", EXDOSEMG="70"), "EX", 3, "EXDOSEMG"),
    ("EX-ZERO-MG", with_cells("EX", 1, EXDOSE="0", EXADJ="MISSED", EXDOSEMG="70"), "EX", 3, "EXDOSEMG"),
    ("EX-NO-END", with_cells("EX", 1, EXENDTC=None), "EX", 3, "EXENDTC"),
    ("EX-LONG", with_cells("EX", 1, EXENDTC=f"{D22}T13:00"), "EX", 3, "EXENDTC"),
    ("EX-SHORT", with_cells("EX", 1, EXENDTC=f"{D22}T09:10"), "EX", 3, "EXENDTC"),
    ("EX-PLAN", with_cells("EX", 1, EXPDOSE="2", EXDOSE="2", EXDOSEMG="140"), "EX", 3, "EXPDOSE"),
    ("EX-OVER", with_cells("EX", 1, EXDOSE="1.2", EXDOSEMG="84"), "EX", 3, "EXDOSE"),
    ("EX-UNDER", with_cells("EX", 1, EXDOSE="0.8", EXDOSEMG="56"), "EX", 3, "EXADJ"),
    ("EX-CYCLE", with_cells("EX", 1, CYCLE="9"), "EX", 3, "CYCLE"),
    ("EX-NOT-GIVEN", with_cells("EX", 1, EXOCCUR="N"), "EX", 3, "EXDOSE"),
    ("EX-ZERO", with_cells("EX", 1, EXDOSE="0", EXDOSEMG="0"), "EX", 3, "EXDOSE"),
    ("PC-LLOQ-OTHER", with_cells("PC", 1, PCLLOQ="0.2"), "PC", 3, "PCLLOQ"),
    ("PC-CYCLE", with_cells("PC", 1, CYCLE="0"), "PC", 3, "CYCLE"),
    ("PC-ABOVE-LIMIT", with_cells("PC", 1, PCSTRESC=">50", PCSTRESN=None), "PC", 3, "PCSTRESC"),
    ("PC-NO-MATRIX", with_cells("PC", 1, PCSPEC=None), "PC", 3, "PCSPEC"),
    ("PC-NOT-DONE-WHY", with_cells("PC", 1, **MISSED), "PC", 3, "PCREASND"),
    *(
        (f"{c}-COMPUTED", with_rows(c, RIGHT[c][-1] | {f"{c}DRVFL": "Y"}), c, len(RIGHT[c]) + 2, f"{c}DRVFL")
        for c in ("PC", "IS", "LB", "VS", "EG", "CP")
    ),
    ("IS-CYCLE", with_cells("IS", 0, CYCLE="0"), "IS", 2, "CYCLE"),
    ("TR-LARGE", with_cells("TR", 2, TRSTRESN="1500", TRSTRESC="1500"), "TR", 4, "TRSTRESN"),
    ("TR-SIZE-LOST", with_cells("TR", 2, TRSTRESN=None, TRSTRESC="28,5"), "TR", 4, "TRSTRESC"),
    ("TU-NO-ORGAN", with_cells("TU", 0, TULOC=None), "TU", 2, "TULOC"),
    ("LB-LIMITS", with_cells("LB", 0, LBSTNRLO="3"), "LB", 2, "LBSTNRHI"),
    ("LB-LOW", with_cells("LB", 0, LBSTNRLO="1.5"), "LB", 2, "LBNRIND"),
    ("LB-HIGH", with_cells("LB", 0, LBSTNRHI="0.5"), "LB", 2, "LBNRIND"),
    ("LB-INSIDE", with_cells("LB", 0, LBNRIND="HIGH"), "LB", 2, "LBNRIND"),
    ("CP-CODE", with_cells("CP", 0, CPTESTCD="XX"), "CP", 2, "CPTESTCD"),
    ("CM-ORDER", with_cells("CM", 0, CMENDTC="2025-02-28"), "CM", 2, "CMENDTC"),
    ("DM-NO-CONSENT", with_cells("DM", 0, RFICDTC=None), "DM", 2, "RFICDTC"),
    ("DM-CONSENT-BIRTH", with_cells("DM", 0, BRTHDTC="2025-02"), "DM", 2, "BRTHDTC"),
    ("DM-DEATH-CONSENT", with_cells("DM", 0, DTHDTC="2024-12", DTHFL="Y"), "DM", 2, "DTHDTC"),
    ("DM-DEATH-FIRST-DOSE", with_cells("DM", 0, DTHDTC="2025-01-05", DTHFL="Y"), "DM", 2, "DTHDTC"),
    ("DM-ARM-CHANGED", with_cells("DM", 0, ACTARMCD="B"), "DM", 2, "ACTARMCD"),
    ("DS-NO-PART", with_cells("DS", 0, DSSCAT=None), "DS", 2, "DSSCAT"),
    ("VISIT-BEFORE-CONSENT", with_cells("PE", 0, PEDTC="2024-12-31"), "PE", 2, "PEDTC"),
    ("DOSED-WITHOUT-ARM", with_cells("DM", 0, ARMCD="SCRNFAIL"), "EX", 2, "USUBJID"),
    ("ARM-WITHOUT-DOSE", with_rows("DM", STRANGER), "DM", 3, "USUBJID"),
    ("SUBJID-TWICE", with_rows("DM", STRANGER | {"SUBJID": "1"}), "DM", 3, "SUBJID"),
    ("FIRST-DOSE-OTHER", with_cells("DM", 0, RFSTDTC="2025-01-11"), "DM", 2, "RFSTDTC"),
    ("DOSE-OTHER-LEVEL", with_cells("DM", 0, ARMCD="B", ACTARMCD="B"), "EX", 2, "EXPDOSE"),
    ("DOSE-OVERLAP", with_cells("EX", 0, EXENDTC=f"{D22}T09:30"), "EX", 3, "EXSTDTC"),
    ("DOSE-TOO-CLOSE", with_cells("EX", 1, **dose("2025-01-18", 2)), "EX", 3, "EXSTDTC"),
    ("CYCLE-BACKWARDS", with_cells("EX", 0, CYCLE="3"), "EX", 3, "CYCLE"),
    ("CYCLE-SKIPPED", with_cells("EX", 1, CYCLE="3"), "EX", 3, "CYCLE"),
    ("DOSE-MG-WEIGHT", with_cells("EX", 1, EXDOSEMG="700"), "EX", 3, "EXDOSEMG"),
    ("DOSE-NO-WEIGHT", without("VS", 0), "EX", 2, "USUBJID"),
    ("DOSE-AFTER-END", with_cells("DS", 0, DSSTDTC="2025-01-20"), "EX", 3, "EXSTDTC"),
    ("DOSE-AFTER-PROGRESSION", with_cells("RS", 0, RSSTRESC="PD", RSDTC="2025-01-20"), "EX", 3, "EXSTDTC"),
    ("DOSE-AFTER-THERAPY", with_cells("CM", 0, CMSTDTC="2025-01-20"), "EX", 3, "EXSTDTC"),
    ("PREDOSE-AFTER-DOSE", with_cells("PC", 3, PCDTC=f"{D22}T09:30"), "PC", 5, "PCDTC"),
    (
        "SAMPLE-WITHOUT-DOSE",
        with_cells("PC", 1, CYCLE=None, PCDTC="2025-03-03T11:00"),
        "PC",
        3,
        "PCDTC",
    ),
    ("SAMPLE-BEFORE-DOSE", with_cells("PC", 2, PCDTC="2025-01-09T09:00"), "PC", 4, "PCDTC"),
    ("SAMPLE-DURING-INFUSION", with_cells("PC", 1, PCDTC=f"{D1}T09:30"), "PC", 3, "PCDTC"),
    ("SAMPLE-ORDER", with_cells("PC", 1, PCDTC="2025-01-11T11:00"), "PC", 4, "PCDTC"),
    ("DRUG-BEFORE-DOSE", with_cells("PC", 0, **EARLY), "PC", 2, "PCSTRESN"),
    ("DEATH-AE-NOT-DM", with_cells("AE", 0, **FATAL), "AE", 2, "AEOUT"),
    ("DEATH-DS-NOT-DM", with_cells("DS", 0, DSDECOD="DEATH"), "DS", 2, "DSDECOD"),
    ("DEATH-SS-NOT-DM", with_cells("SS", 0, SSSTRESC="DEAD"), "SS", 2, "SSSTRESC"),
    ("DEATH-OTHER-DAY", dead(with_cells("AE", 0, **FATAL | {"AEENDTC": "2025-05-09"})), "AE", 2, "AEENDTC"),
    ("ALIVE-AFTER-DEATH", dead(with_cells("SS", 0, SSDTC="2025-06-01")), "SS", 2, "SSDTC"),
    ("SCAN-NO-BASELINE", RIGHT | {"TU": [], "TR": RIGHT["TR"][2:]}, "DM", 2, "USUBJID"),
    (
        "SCAN-OLD-BASELINE",
        RIGHT | {"TU": [r | {"TUDTC": "2024-11-01"} for r in RIGHT["TU"]], "TR": RIGHT["TR"][2:]},
        "DM", 2, "RFSTDTC",
    ),
    ("LESION-SMALL", with_cells("TR", 0, TRSTRESN="6", TRSTRESC="6"), "TR", 2, "TRSTRESN"),
    (
        "LESION-MANY",
        with_rows("TU", *(lesion(f"T0{i}", f"ORGAN {i}") for i in range(3, 7))),
        "TU", 7, "TULNKID",
    ),
    ("LESION-ORGAN", with_rows("TU", lesion("T03", "LIVER"), lesion("T04", "LIVER")), "TU", 5, "TULNKID"),
    ("DLT-BEFORE-DOSE", with_cells("AE", 0, AEDLTFL="Y", AESTDTC="2025-01-09"), "AE", 2, "AESTDTC"),
    (
        "DLT-WITHOUT-DOSE",
        with_rows("AE", event(1, USUBJID="2", AEDLTFL="Y")) | {"DM": [*RIGHT["DM"], STRANGER]},
        "AE", 3, "AEDLTFL",
    ),
    (
        "LEFT-BEFORE-DOSE",
        with_cells("DS", 0, DSDECOD="DEATH", DSSCAT=None, DSSTDTC="2025-01-05"),
        "DS", 2, "DSSTDTC",
    ),
    ("DOSE-NOT-PLANNED", with_cells("EX", 1, EXPDOSE="2", EXDOSE="2", EXDOSEMG="140"), "EX", 3, "EXPDOSE"),
    ("SUBJECT-TWO-COHORTS", with_rows("DM", RIGHT["DM"][0] | {"ARMCD": "B"}), "DM", 3, "ARMCD"),
    ("DOSE-OTHER-COHORT", with_cells("DM", 0, ARMCD="B", ACTARMCD="B"), "EX", 2, "EXPDOSE"),
    (
        "EX-DELAY-WHY",
        with_cells("EX", 1, EXSTDTC="2025-03-10T09:00", EXENDTC="2025-03-10T10:00"),
        "EX", 3, "EXADJ",
    ),
    ("TR-NOT-IN-TU", with_rows("TR", diameter("T03", "12", SCAN, "WEEK 6")), "TR", 6, "TRLNKID"),
    ("EVALUATOR-NONE-OTHER", with_cells("RS", 0, RSEVAL="RADIOLOGIST"), "RS", 2, "RSEVAL"),
    ("RESPONSE-NO-SCAN", with_cells("RS", 0, RSDTC="2025-03-20", VISIT="WEEK 12"), "RS", 2, "RSDTC"),
]  # fmt: skip


OF_ROWS = (
    *(*SUBJECT_ROWS, *DISPOSITION_ROWS, *DOSE_ROWS, *CYCLE_ROWS, *CONCENTRATION_ROWS, *LESION_ROWS),
    *(*EVENT_ROWS, *EXAMINATION_ROWS, *BIOMARKER_ROWS, *THERAPY_ROWS, *GIVEN_ROWS),
)
ACROSS = (*SUBJECTS, *DOSING, *CONCENTRATIONS, *TUMOUR, *EVENTS, *DECISIVE)
# Cases in test_typed_tables, test_units_of_concentrations_and_doses, test_rows_beside_other_rows,
# test_cases_stranger_flow, test_cases_words_in_the_flow, test_cases_words_lost and the corruptions.
ELSEWHERE = {
    *("SUBJECT-NO-DOSE", "SUBJECT-NOT-DOSED", "DOSE-BEFORE-CONSENT"),
    *("TU-NOT-IN-TR", "EVALUATOR-NONE", "EVALUATOR-UNKNOWN", "EVALUATOR-ONLY-OTHER"),
    "TU-NEW-OF-NOBODY",
    *(
        "DM-ACTUAL-ARM",
        "DM-AGE",
        "DM-AGE-BIRTH",
        "DM-COHORT",
        "DM-DEATH",
        "DM-DEATH-FLAG",
        "DM-ORDER",
    ),
    *(
        "DM-SUBJID",
        "EX-DRUG",
        "EX-UNIT",
        "EX-ORDER",
        "VS-UNIT-HEIGHT",
        "VS-UNIT-WEIGHT",
        "LB-NEGATIVE",
    ),
    *(
        "EX-NEGATIVE-EXDOSE",
        "EX-NEGATIVE-EXDOSEMG",
        "EX-NEGATIVE-EXPDOSE",
        "TR-NEGATIVE",
        "TR-UNIT",
    ),
    *("PC-ANALYTE", "PC-BELOW-LLOQ", "PC-BLQ-NUMBER", "PC-LLOQ", "PC-MATRIX", "PC-NEGATIVE"),
    "PC-MATRIX-ALONE",
    *("PC-NO-RESULT", "PC-NO-TIME", "PC-NUMBER-LOST", "PC-NUMBER-TWO", "PC-RESULT", "PC-ZERO"),
    *("AE-GRADE", "AE-ORDER", "AE-RELATION-LESS", "AE-RELATION-UNKNOWN", "AE-SEVERITY-GRADE"),
    *("TR-NO-DIAMETER", "CM-CATEGORY-UNKNOWN", "TR-STATE-LOST"),
    *(c.check.id for c in CYCLE_ROWS if c.check.id.endswith(("-LOW", "-LATE"))),
}
EVERY = {*(r.check.id for r in OF_ROWS), *(check.id for c in ACROSS for check in c.checks)}
DECLARED = EVERY - ELSEWHERE


def test_what_has_its_case_elsewhere_is_declared():
    assert ELSEWHERE <= EVERY


def test_nothing_is_asked_about_a_story_that_holds_together():
    found = findings(RIGHT)
    assert found.is_empty(), lines_of(found)


@pytest.mark.parametrize(
    ("check", "rows", "table", "row", "column"),
    CASES,
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_check_finds_its_row(check, rows, table, row, column):
    found = findings(rows)
    places = found.filter(pl.col("CHECK") == check).select("TABLE", "ROW", "COLUMN").rows()
    assert places == [(table, row, column)], lines_of(found)


def test_a_sample_of_a_drug_that_was_never_given_is_found():
    other = STUDY.drugs[0].model_copy(update={"code": "OTHER"})
    analyte = STUDY.analytes[0].model_copy(update={"code": "OTH", "drug": "OTHER"})
    study = STUDY.model_copy(
        update={"drugs": (*STUDY.drugs, other), "analytes": (*STUDY.analytes, analyte)}
    )
    rows = with_rows("PC", sample("2025-01-11", "09:00", "24H", 24, 1, "3", PCTESTCD="OTH"))
    tables = {code: typed_domain(code, pl.DataFrame(rows.get(code, []))) for code in SPECS}
    found = [
        f
        for c in CONCENTRATIONS
        for f in c.find(tables, study)
        if c.checks[0].id == "SAMPLE-OF-NO-DRUG"
    ]
    told = pl.concat(found).filter(pl.col("CHECK") == "SAMPLE-OF-NO-DRUG")
    assert told.select("TABLE", "ROW", "COLUMN", "VALUE").rows() == [("PC", 6, "PCTESTCD", "OTH")]


@pytest.mark.parametrize(
    ("row", "dose", "why", "checks"),
    [
        (1, "0.6", "DOSE REDUCED", []),
        (1, "0.6", None, ["DOSE-NOT-PLANNED"]),
        (1, "2", "DOSE INCREASED", ["DOSE-NOT-PLANNED"]),
        (0, "0.6", "DOSE REDUCED", ["DOSE-NOT-PLANNED"]),
    ],
)
def test_only_a_later_reduction_with_its_reason_may_lead_to_a_dose_of_no_level(
    row, dose, why, checks
):
    rows = with_cells("EX", row, EXPDOSE=dose, EXDOSE=dose, EXDOSEMG=None, EXADJ=why)
    errors = findings(rows).filter(pl.col("SEVERITY") == "error")
    assert errors["CHECK"].to_list() == checks


def test_every_declared_check_has_its_case():
    # the last two: tests/cases/test_cases_one_subject_in_the_flow.py, test_cases_doses_of_others.py
    elsewhere = {"SAMPLE-OF-NO-DRUG", "DOSE-LEVEL-CLOSED", "SUBJECT-SPELLING", "EX-ROUTE-PLAN"}
    assert DECLARED - {case[0] for case in CASES} == elsewhere


def test_a_study_that_treats_beyond_progression_is_not_asked_about_it():
    beyond = STUDY.treatment.model_copy(update={"beyond_progression": True})
    rows = with_cells("RS", 0, RSSTRESC="PD", RSDTC="2025-01-20")
    tables = {code: typed_domain(code, pl.DataFrame(rows.get(code, []))) for code in SPECS}
    found = [
        f for c in DOSING for f in c.find(tables, STUDY.model_copy(update={"treatment": beyond}))
    ]
    assert "DOSE-AFTER-PROGRESSION" not in pl.concat(found)["CHECK"].to_list()
