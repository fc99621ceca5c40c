"""Bad input: a finding with its row, and the subject stays in with a reason."""

from __future__ import annotations

import polars as pl
import pytest
from tumour_drawings import followed, lesions, places, reference, responses, spelled

from pkpipe.tumor.check_list import CHECKS
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Outcome, analysed


def found(outcome: Outcome, check: str) -> list[tuple[int, str]]:
    hits = outcome.findings.filter(pl.col("CHECK") == check)
    return [(row, value) for row, value in hits.select("ROW", "VALUE").iter_rows()]


def test_clean_lesions_have_no_finding():
    outcome = followed("VISIT | DAY | T1 | N2\nBASELINE | -7 | 30 | 20\nWEEK 6 | 42 | 20 | 12")
    assert outcome.findings.is_empty()


def test_a_target_lesion_without_baseline_is_a_finding_and_the_response_not_evaluable():
    outcome = followed("VISIT | DAY | T1 | T2\nBASELINE | -7 | 30 |\nWEEK 6 | 42 | 20 | 15")
    assert found(outcome, "TR-NOBASE") == [(4, "T2")]
    assert responses(outcome) == ["NE"]
    assert "target lesion T2 has no baseline size" in outcome.points["ARITH"][1]
    assert outcome.derived.best["BOR"][0] == "NE"


def test_a_lesion_not_done_at_baseline_has_none_either():
    outcome = followed("VISIT | DAY | T1 | T2\nBASELINE | -7 | 30 | -\nWEEK 6 | 42 | 20 | -")
    assert [value for _, value in found(outcome, "TR-NOBASE")] == ["T2"]
    assert responses(outcome) == ["NE"]


def test_new_lesions_progress_though_a_target_lesion_has_no_baseline():
    drawn = (
        "VISIT | DAY | T1 | T2 | NEW1\nBASELINE | -7 | 30 | |\nWEEK 6 | 42 | 20 | 9 | UNEQUIVOCAL"
    )
    assert responses(followed(drawn)) == ["PD"]


def test_a_reader_without_any_baseline_scan_is_a_finding():
    outcome = followed("VISIT | DAY | T1\nWEEK 6 | 42 | 30\nWEEK 12 | 84 | 20")
    assert found(outcome, "TR-NOBASEVISIT") == [(2, "WEEK 6")]
    assert responses(outcome) == ["NE", "NE"]


def test_two_sums_on_a_date_are_a_finding():
    outcome = followed("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 20\nRESCAN | 42 | 25")
    assert found(outcome, "TR-TWOSUMS") == [(3, "2024-02-12")]
    # Sorted by name RESCAN comes first; of the two responses of that day the worse counts.
    assert outcome.derived.best["BOR"][0] == "SD"


def test_a_lesion_measured_twice_at_one_time_point_counts_with_the_larger_size():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 21\nWEEK 6 | 42 | 22")
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert found(outcome, "TR-TWICE") == [(3, "21")]
    assert responses(outcome) == ["SD"]


def test_an_assessment_before_treatment_is_a_finding_and_does_not_count():
    outcome = followed("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | -2 | 60\nWEEK 12 | 84 | 30")
    assert found(outcome, "TR-EARLY") == [(3, "2023-12-30")]
    assert responses(outcome) == ["SD"]
    assert outcome.points["ARITH"][0] == "assessment before treatment, not counted"


def test_a_lesion_that_changes_organ_is_a_finding_and_its_first_place_counts():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 5")
    tu = pl.DataFrame(
        {
            "USUBJID": ["1", "1"],
            "TULNKID": ["T1", "T1"],
            "TULOC": ["LIVER", "LYMPH NODE"],
            "TUSTRESC": "TARGET",
            "TUEVAL": "INVESTIGATOR",
            "VISIT": ["BASELINE", "WEEK 6"],
            "VISITNUM": [1, 2],
        }
    )
    outcome = analysed(tr, tu, None, reference(), ResponseOptions())
    assert found(outcome, "TU-ORGAN") == [(3, "LYMPH NODE")]
    assert responses(outcome) == ["PR"]


def test_a_response_outside_the_codelist_is_a_finding():
    outcome = analysed(None, None, spelled("SD42 CHECK84"), reference(), ResponseOptions())
    assert found(outcome, "RS-CODELIST") == [(3, "CHECK")]
    assert outcome.reported.best["BOR"][0] == "SD"


@pytest.mark.parametrize("check", ["TR-DEATH", "RS-DEATH"])
def test_a_scan_after_death_is_a_finding_and_still_counts(check):
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 20")
    ref = reference(DTHDT=40)
    outcome = analysed(tr, places(tr), spelled("PR42"), ref, ResponseOptions())
    assert [value for _, value in found(outcome, check)] == ["2024-02-12"]
    assert outcome.derived.best["BOR"][0] == outcome.reported.best["BOR"][0] == "PR"


@pytest.mark.parametrize(
    ("column", "value", "check"),
    [
        ("TRSTRESU", "cm", "TR-UNIT"),
        ("TRSTRESN", -3.0, "TR-NEGATIVE"),
        ("TRSTRESN", 12.34567, "TR-FINE"),
        ("TRGRPID", "TARGETT", "TR-GROUP"),
    ],
)
def test_a_value_that_cannot_be_used_is_a_finding(column, value, check):
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 20\nWEEK 12 | 84 | 20")
    if column not in tr.columns:
        tr = tr.with_columns(pl.lit("mm").alias(column))
    last = pl.int_range(pl.len()) == 2
    tr = tr.with_columns(pl.when(last).then(pl.lit(value)).otherwise(column).alias(column))
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert [row for row, _ in found(outcome, check)] == [4]
    assert responses(outcome)[0] == "PR"


def test_an_unknown_state_is_a_finding_and_not_evaluable():
    outcome = followed("VISIT | DAY | T1 | NT1\nBASELINE | -7 | 30 | PRESENT\nV | 42 | 0 | SHINY")
    assert [value for _, value in found(outcome, "TR-STATE")] == ["SHINY"]
    assert responses(outcome) == ["PR"]


def test_lesions_too_small_or_too_many_at_baseline_are_asked_about():
    sizes = " | ".join(["9", "30", "30", "30", "30", "30"])
    header = " | ".join(f"T{i}" for i in range(1, 7))
    outcome = followed(f"VISIT | DAY | {header}\nBASELINE | -7 | {sizes}")
    assert found(outcome, "LESION-SMALL") == [(2, "9")]
    assert found(outcome, "LESION-MANY") == [(2, "6")]
    assert found(outcome, "LESION-ORGAN") == [(2, "LIVER")]
    assert set(outcome.findings["SEVERITY"]) == {"query"}


def test_an_old_baseline_and_one_after_the_first_dose_are_findings():
    old = followed("VISIT | DAY | T1\nBASELINE | -29 | 30\nWEEK 6 | 42 | 30")
    assert found(old, "TR-BASEOLD") == [(2, "2023-12-03")]
    late = followed("VISIT | DAY | T1\nBASELINE | 3 | 30\nWEEK 6 | 42 | 20")
    assert found(late, "TR-BASELATE") == [(2, "2024-01-04")]
    assert responses(late) == ["PR"]


def test_an_assessment_without_a_date_is_a_finding_and_does_not_count():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 60").with_columns(
        TRDTC=pl.when(pl.col("VISIT") == "WEEK 6").then(None).otherwise("TRDTC")
    )
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert [row for row, _ in found(outcome, "TR-NODATE")] == [3]
    assert outcome.derived.best["BOR"][0] == "MISSING"
    assert "no date" in outcome.derived.best["REASON"][0]


def test_a_visit_that_was_not_done_at_all_stays_as_a_time_point():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | -").with_columns(
        TRTESTCD=pl.when(pl.col("VISIT") == "WEEK 6").then(pl.lit("TRALL")).otherwise("TRTESTCD")
    )
    outcome = analysed(tr, places(tr), None, reference(), ResponseOptions())
    assert responses(outcome) == ["NE"]


def test_every_check_has_a_message_and_its_domain_in_its_code():
    for check in CHECKS:
        assert check.words
        assert check.table in {"TR", "TU", "RS"}
        assert check.id.split("-")[0] in {check.table, "LESION"}


def test_a_size_without_lesion_id_is_a_finding_and_in_no_sum():
    tr = lesions("VISIT | DAY | T1\nBASELINE | -7 | 30\nWEEK 6 | 42 | 20")
    stray = tr[1:].with_columns(TRLNKID=pl.lit(None, dtype=pl.String), TRSTRESN=pl.lit(90.0))
    tr = pl.concat([tr, stray])
    outcome = analysed(tr, None, None, reference(), ResponseOptions())
    assert [row for row, _ in found(outcome, "TR-NOLINK")] == [4]
    assert responses(outcome) == ["PR"]
