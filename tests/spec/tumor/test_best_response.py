"""Best overall response: `PR42 NE70 PR98` spells the responses of a subject with their days."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from tumour_drawings import best, day, reference, spelled

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed


def on(number: int) -> dt.date:
    return dt.date.fromisoformat(day(number))


@pytest.mark.parametrize(("gap", "confirmed"), [(27, "SD"), (28, "PR"), (29, "PR")])
def test_a_response_is_confirmed_28_days_later_and_not_27(gap, confirmed):
    got = best(f"PR42 PR{42 + gap}")
    assert (got["BOR"], got["CBOR"]) == ("PR", confirmed)


@pytest.mark.parametrize(
    ("when", "window", "response"),
    [
        (34, 7, "NE"),
        (35, 7, "SD"),
        (41, 7, "SD"),
        (42, 7, "SD"),
        (34, 0, "NE"),
        (35, 0, "NE"),
        (41, 0, "NE"),
        (42, 0, "SD"),
    ],
)
def test_stable_disease_counts_from_its_minimum_less_the_scan_window(when, window, response):
    assert best(f"SD{when}", sd_window_days=window)["CBOR"] == response


def test_an_unconfirmed_partial_response_before_progression_is_stable_disease_or_progression():
    with_window = best("PR37 PD80", sd_window_days=7)
    assert (with_window["CBOR"], with_window["CBORDT"]) == ("SD", on(37))
    without = best("PR37 PD80", sd_window_days=0)
    assert (without["CBOR"], without["CBORDT"]) == ("PD", on(80))
    assert (without["BOR"], without["BORDT"]) == ("PR", on(37))


def test_a_complete_response_is_confirmed_by_a_complete_one_only():
    assert best("CR42 CR70")["CBOR"] == "CR"
    assert best("CR42 PR70")["CBOR"] == "SD"
    assert best("PR42 CR70")["CBOR"] == "PR"


def test_the_date_of_a_confirmed_response_is_that_of_the_first_of_the_pair():
    got = best("SD42 PR84 PR126 PR168")
    assert (got["CBORDT"], got["CRSPDT"], got["CBORCONFDT"]) == (on(84), on(84), on(126))


@pytest.mark.parametrize(
    ("spelled", "options", "response"),
    [
        ("PR42 NE56 PR84", {}, "PR"),
        ("PR42 NE56 NE63 PR84", {}, "SD"),
        ("PR42 NE56 NE63 PR84", {"max_ne": 2}, "PR"),
        ("PR42 NE56 PR84", {"max_ne": 0}, "SD"),
        ("CR42 NE56 CR84", {}, "CR"),
        ("CR42 NE56 NE63 CR84", {}, "SD"),
        ("PR42 SD56 PR84", {}, "SD"),
        ("PR42 SD56 PR84", {"accept_sd": True}, "PR"),
        ("PR42 SD56 SD63 PR84", {"accept_sd": True}, "SD"),
        ("CR42 SD56 CR84", {"accept_sd": True}, "SD"),
        ("PR42 CR56 PR84", {}, "SD"),  # PR after CR in between
        ("PR42 CR57 CR84", {}, "PR"),  # 27 days from CR to CR
        ("PR42 PR56 CR84 CR112", {}, "CR"),
        ("PR42 CR84 PD126", {}, "PR"),
        ("PR42 PD70 PR98", {}, "SD"),
    ],
)
def test_what_may_lie_between_a_response_and_its_confirmation(spelled, options, response):
    assert best(spelled, **options)["CBOR"] == response


def test_only_the_first_assessment_late_enough_is_asked_to_confirm():
    # The PR of day 70 confirms; what follows does not matter.
    assert best("PR42 PR70 NE80 NE90 SD100")["CBOR"] == "PR"


@pytest.mark.parametrize(
    ("spelled", "response"),
    [
        ("CR10", "CR"),
        ("PR10 SD42", "PR"),
        ("SD10", "NE"),
        ("SD10 PD42", "PD"),
        ("NON-CR/NON-PD@42", "NON"),
        ("NON-CR/NON-PD@10", "NE"),
        ("SD42 NON-CR/NON-PD@43", "SD"),
        ("NE42", "NE"),
        ("NE42 PD84", "PD"),
        ("PD10", "PD"),
        ("CR42 PD84", "CR"),
    ],
)
def test_without_confirmation_the_best_of_all_up_to_progression_counts(spelled, response):
    assert best(spelled)["BOR"] == response


def test_nothing_after_the_first_progression_counts():
    got = best("SD42 PD84 CR126 CR168")
    assert (got["BOR"], got["CBOR"], got["PDDT"]) == ("SD", "SD", on(84))
    assert (got["LSTA"], got["LSTADT"]) == ("CR", on(168))


def test_a_response_after_new_therapy_does_not_count_and_before_it_does():
    assert best("SD42 PR84 PR112", reference(NACTDT=83))["BOR"] == "SD"
    assert best("SD42 PR84 PR112", reference(NACTDT=84))["BOR"] == "PR"
    assert best("SD42 PR84 PR112", reference(NACTDT=84))["CBOR"] == "SD"
    assert best("SD42 PR84 PR112", reference(NACTDT=83), new_therapy="keep")["CBOR"] == "PR"
    assert "after the start of new anti-cancer therapy" in str(
        best("SD42 PR84", reference(NACTDT=83))["REASON"]
    )


def test_progression_on_the_day_of_new_therapy_counts():
    assert best("SD42 PD84", reference(NACTDT=84))["PDDT"] == on(84)


def test_nothing_after_the_cutoff_exists():
    assert best("SD42 PR84", reference(CUTDT=83))["BOR"] == "SD"
    assert best("SD42 PR84", reference(CUTDT=84))["BOR"] == "PR"


def test_days_count_from_the_first_dose_or_from_randomisation():
    ref = reference(RANDDT=-7)
    assert best("SD35", ref)["BOR"] == "NE"
    assert best("SD35", ref, anchor="randomization")["BOR"] == "SD"


def test_an_assessment_before_the_anchor_does_not_count_and_one_on_its_day_does():
    assert best("PR-1")["BOR"] == "MISSING"
    assert best("PR0")["BOR"] == "PR"
    assert "1 before treatment" in str(best("PR@-1")["REASON"])


@pytest.mark.parametrize(
    ("spelled", "response"),
    [
        ("SD84 PR84", "SD"),
        ("PR84 NE84", "PR"),
        ("CR84 PR84", "PR"),
        ("SD84 PD84", "PD"),
        ("SD84 NON-CR/NON-PD@84", "NON"),
    ],
)
def test_of_two_responses_on_a_day_the_worse_counts_and_ne_hides_nothing(spelled, response):
    assert best(spelled)["BOR"] == response


def test_a_response_outside_the_codelist_does_not_count_and_the_subject_stays():
    got = best("CHECK42")
    assert got["BOR"] == "MISSING"
    assert "response not in the codelist" in str(got["REASON"])


def test_a_subject_without_counted_assessment_is_missing_or_not_evaluable_as_chosen():
    assert best("PR-1", no_assessment="NE")["CBOR"] == "NE"


def test_an_incomplete_date_is_last_first_or_not_evaluable_as_chosen():
    assert best("SD@2024-02", partial_dates="last")["BOR"] == "SD"
    assert best("SD@2024-02", partial_dates="first")["BOR"] == "NE"
    assert best("SD@2024-02", partial_dates="ne")["BOR"] == "MISSING"


def test_without_an_anchor_date_the_subject_has_no_counted_assessment_and_the_reason():
    got = best("PR42 PR84", reference(TRTSDT=None))
    assert got["BOR"] == "MISSING"
    assert "no anchor date" in str(got["REASON"])


@pytest.mark.parametrize(
    ("spelled", "words"),
    [
        ("PR42 PR84", "response of 2024-02-12 confirmed on 2024-03-25"),
        (
            "PR42 PR60",
            "PR of 2024-02-12 not confirmed: not followed by another response at least 28",
        ),
        ("PR42 SD56 PR84", "1 SD in between, 0 allowed; SD on day 42 >= 42"),
        ("PR42 NE50 NE56 PR84", "2 NE in between, 1 allowed"),
        ("SD20", "no evaluable assessment from day 42 on"),
        ("PD20", "progression on 2024-01-21"),
    ],
)
def test_every_best_response_has_its_reason(spelled, words):
    assert words in str(best(spelled)["REASON"])


def test_lasting_stable_disease_is_clinical_benefit_from_the_chosen_week_on():
    assert best("SD42 SD167", clinical_benefit_weeks=24)["CBRDT"] is None
    assert best("SD42 SD168", clinical_benefit_weeks=24)["CBRDT"] == on(168)
    assert best("PR42 PD84", clinical_benefit_weeks=24)["CBRDT"] == on(42)


@pytest.mark.parametrize("word", ["ND", "NED"])
def test_not_done_and_no_evidence_of_disease_are_no_response(word):
    got = best(f"SD42 {word}@84")
    assert got["LSTA"] == "SD"
    assert "no response to rate" in str(got["REASON"])


def test_an_empty_response_is_not_counted_and_says_so():
    rs = spelled("SD42 SD84").with_columns(
        RSSTRESC=pl.when(pl.col("RSSEQ") == 1).then("RSSTRESC").cast(pl.String)
    )
    outcome = analysed(None, None, rs, reference(), ResponseOptions())
    assert outcome.reported.timepoints["ANLRSN"].to_list() == [None, "no response given"]
    assert outcome.findings.is_empty()
