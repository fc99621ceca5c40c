"""Situations worked out by hand from RECIST 1.1 (Eisenhauer 2009, tables 1 to 3) and iRECIST (Seymour 2017).

Defaults: stable disease from day 42 on, confirmation 28 days later, one NE between.
"""

import datetime as dt

import pytest
from tumour_drawings import FIRST_DOSE, best, followed, reference, responses

DAYS = (-7, 42, 84, 126)


@pytest.mark.parametrize(
    ("course", "unconfirmed", "confirmed"),
    [
        ("PR42 PR70", "PR", "PR"),
        ("PR42 PR69", "PR", "SD"),  # 27 days
        ("PR42 PR63 PR84", "PR", "PR"),  # the second scan is early, the third is not
        ("PR42 SD70 PR98", "PR", "SD"),
        ("PR42 SD70 PR98 PR126", "PR", "PR"),
        ("PR42 NE70 PR98", "PR", "PR"),
        ("PR42 NE70 NE84 PR112", "PR", "SD"),
        ("PR42 CR84", "CR", "PR"),
        ("PR42 CR70 CR98", "CR", "CR"),
        ("PR42 CR63 PR84", "CR", "SD"),  # PR after CR is regrowth
        ("PR42 PD70", "PR", "SD"),
        ("PR41 PD69", "PR", "PD"),
        ("PR35 NE63 PD91", "PR", "PD"),
        ("PR30 SD70", "PR", "SD"),
        ("PR30 NE70", "PR", "NE"),
        ("PR20 PR35", "PR", "NE"),
        ("PR30 PR50", "PR", "SD"),
        ("PR20 PR48 PD60", "PR", "PR"),
        ("PR42 PD70 PR98 PR126", "PR", "SD"),  # nothing counts after progression
        ("CR42 CR84", "CR", "CR"),
        ("CR42 NE84 CR126", "CR", "CR"),
        ("CR42 NE70 NE98 CR126", "CR", "SD"),
        ("CR42 CR60 CR75", "CR", "CR"),
        ("CR20 CR48", "CR", "CR"),
        ("CR20 CR35", "CR", "NE"),
        ("CR20 CR45", "CR", "SD"),
        ("CR42 PR84", "CR", "SD"),
        ("CR35 PR63", "CR", "PD"),
        ("CR42 SD84 CR126", "CR", "SD"),
        ("CR42 PD84", "CR", "SD"),
        ("CR41 PD84", "CR", "PD"),
        ("SD41", "NE", "NE"),
        ("SD42", "SD", "SD"),
        ("SD41 PD84", "PD", "PD"),
        ("SD20 SD41", "NE", "NE"),
        ("SD20 SD48", "SD", "SD"),
        ("SD42 NE84 PD126", "SD", "SD"),
        ("SD56 PR98", "PR", "SD"),
        ("SD42 PR84 PR112 PD140", "PR", "PR"),
        ("SD42 PR84 CR112 CR140", "CR", "CR"),
        ("NE42 SD84", "SD", "SD"),
        ("NE42 PD84", "PD", "PD"),
        ("NE42", "NE", "NE"),
        ("PD30 PR60 PR90", "PD", "PD"),
    ],
)
def test_best_response_of_a_course(course, unconfirmed, confirmed):
    found = best(course)
    assert (found["BOR"], found["CBOR"]) == (unconfirmed, confirmed)


@pytest.mark.parametrize(
    ("course", "started", "choices", "confirmed"),
    [
        ("PR37 PD70", None, {"sd_window_days": 7}, "SD"),
        ("PR37 PD70", None, {}, "PD"),
        ("PR42 SD70 PR98", None, {"accept_sd": True}, "PR"),
        ("PR42 SD70 SD84 PR112", None, {"accept_sd": True}, "SD"),  # one SD, not two
        ("PR42 PR84", 60, {}, "SD"),  # after new therapy nothing counts
        ("SD42 PD84", 60, {}, "SD"),
    ],
)
def test_best_response_as_a_study_counts(course, started, choices, confirmed):
    assert best(course, reference(NACTDT=started), **choices)["CBOR"] == confirmed


@pytest.mark.parametrize(
    ("course", "progression"),
    [
        ("iSD42 iUPD84 iCPD119", 84),
        ("iUPD42 iSD84 iUPD126 iCPD160", 126),
        ("iPR42 iPR84 iUPD126 iCPD160", 126),
        ("iUPD42 iCPD84", 42),
        ("iUPD42 NE70 iCPD90", 42),
        ("iUPD42 iUPD84 iCPD119", 42),
        ("iUPD42 iPR84 iPR126", None),
    ],
)
def test_immune_progression_is_dated_at_the_first_of_what_was_confirmed(course, progression):
    day = None if progression is None else FIRST_DOSE + dt.timedelta(days=progression)
    assert best(course, criteria="iRECIST")["PDDT"] == day


@pytest.mark.parametrize(
    ("lesions", "scans", "overall"),
    [
        ("T1", ["50", "35"], ["PR"]),
        ("T1", ["50", "35.1"], ["SD"]),
        ("T1", ["99.9", "69.93"], ["PR"]),
        ("T1", ["10", "12"], ["SD"]),  # 20 %, but 2 mm
        ("T1", ["100", "80", "96"], ["SD", "PD"]),
        ("T1", ["100", "80", "95.9"], ["SD", "SD"]),
        ("T1", ["100", "40", "48"], ["PR", "PD"]),  # progression outranks response
        ("T1", ["100", "119.9"], ["SD"]),
        ("T1", ["100", "120"], ["PD"]),
        ("T1", ["50", "0", "3"], ["CR", "PD"]),
        ("T1", ["50", "0", "-", "0"], ["CR", "NE", "CR"]),
        ("T1", ["50", "30", "-", "37"], ["PR", "NE", "PD"]),
        ("T1", ["50", "30", "-", "34"], ["PR", "NE", "PR"]),
        ("T1", ["50", "TOO SMALL TO MEASURE", "9"], ["PR", "PR"]),  # 5 to 9: 4 mm
        ("T1", ["50", "TOO SMALL TO MEASURE", "10"], ["PR", "PD"]),
        ("T1 | T2", ["50 | 50", "40 | -", "45 | 50"], ["NE", "SD"]),  # a part is no nadir
        ("T1 | T2", ["50 | 50", "130 | -"], ["PD"]),
        ("N1", ["15", "9.9"], ["CR"]),
        ("N1", ["20", "14"], ["PR"]),
        ("T1 | N1", ["20 | 20", "0 | 9.9"], ["CR"]),
        ("T1 | N1", ["20 | 20", "0 | 10"], ["PR"]),
        ("T1 | N1", ["20 | 20", "20 | 9", "20 | 16"], ["SD", "PD"]),
        ("T1 | N1", ["20 | 20", "0 | 9", "0 | 15"], ["CR", "PD"]),
        ("T1 | NT1", ["20 | PRESENT", "0 | PRESENT"], ["PR"]),
        ("T1 | NT1", ["20 | PRESENT", "0 | -"], ["PR"]),
        ("T1 | NT1", ["20 | PRESENT", "0 | ABSENT"], ["CR"]),
        ("T1 | NT1", ["20 | PRESENT", "- | PRESENT"], ["NE"]),
        ("T1 | NT1", ["20 | PRESENT", "- | UNEQUIVOCAL"], ["PD"]),
        ("T1 | NT1", ["50 | PRESENT", "50 | -"], ["SD"]),
        ("T1 | NT1", ["50 | PRESENT", "- | ABSENT"], ["NE"]),
        ("T1 | NT1", ["50 | PRESENT", "60 | ABSENT"], ["PD"]),
        ("T1 | NT1", ["50 | PRESENT", "50 | ABSENT", "50 | PRESENT"], ["SD", "SD"]),
        ("T1 | NT1", ["50 | PRESENT", "0 | ABSENT", "0 | PRESENT"], ["CR", "PD"]),
        ("T1 | NEW1", ["20 | ", "- | UNEQUIVOCAL"], ["PD"]),
        ("NT1", ["PRESENT", "-"], ["NE"]),
        ("NT1", ["PRESENT", "UNEQUIVOCAL"], ["PD"]),
        ("NT1 | NEW1", ["PRESENT | ", "ABSENT | UNEQUIVOCAL"], ["PD"]),
        (
            "NT1 | NT2",
            ["PRESENT | PRESENT", "ABSENT | PRESENT", "ABSENT | ABSENT"],
            ["NON-CR/NON-PD", "CR"],
        ),
    ],
)
def test_overall_response_of_scans(lesions, scans, overall):
    visits = ("BASELINE", "V1", "V2", "V3")
    rows = [f"{v} | {d} | {s}" for v, d, s in zip(visits, DAYS, scans, strict=False)]
    assert responses(followed(f"VISIT | DAY | {lesions}\n" + "\n".join(rows))) == overall
