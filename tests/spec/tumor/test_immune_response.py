"""iRECIST: progression waits for confirmation 4 to 8 weeks later; without it the bar is set again."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from tumour_drawings import best, followed, responses

from pkpipe.tumor import adrs_rows


def immune(rows: str, header: str = "VISIT | DAY | T1", **options: object) -> list[str | None]:
    outcome = followed(f"{header}\n{rows.strip()}", criteria="iRECIST", **options)
    return responses(outcome, "IOVERALL")


def targets(*sizes: tuple[int, str], **options: object) -> list[str | None]:
    rows = "\n".join(f"V{d} | {d} | {size}" for d, size in sizes)
    return immune(f"BASELINE | -7 | 50\n{rows}", **options)


def test_without_progression_responses_read_as_in_recist_with_an_i():
    assert targets((42, "40"), (84, "30"), (126, "0")) == ["iSD", "iPR", "iCR"]


def test_first_progression_is_unconfirmed():
    assert targets((42, "60")) == ["iUPD"]


@pytest.mark.parametrize(
    ("gap", "size", "response"),
    [
        (28, "65", "iCPD"),
        (56, "65", "iCPD"),
        (27, "65", "iUPD"),
        (57, "65", "iUPD"),
        (42, "64.9", "iUPD"),  # 4.9 mm more than at iUPD
        (42, "60", "iUPD"),
    ],
)
def test_growth_of_5_mm_four_to_eight_weeks_later_confirms(gap, size, response):
    assert targets((42, "60"), (42 + gap, size)) == ["iUPD", response]


def test_a_response_after_unconfirmed_progression_sets_the_bar_again():
    assert targets((42, "60"), (84, "45"), (126, "60"), (168, "66")) == [
        "iUPD",
        "iSD",
        "iUPD",
        "iCPD",
    ]


def test_not_evaluable_in_between_leaves_the_progression_waiting():
    assert targets((42, "60"), (60, "-"), (84, "66")) == ["iUPD", "NE", "iCPD"]


def test_growth_outside_the_window_starts_the_wait_anew():
    assert targets((42, "60"), (140, "70"), (180, "75")) == ["iUPD", "iUPD", "iCPD"]


def test_progression_of_another_kind_of_lesion_confirms():
    header = "VISIT | DAY | T1 | NT1 | NEW1"
    base = "BASELINE | -7 | 50 | PRESENT |\n"
    nontarget = base + "V1 | 42 | 60 | PRESENT |\nV2 | 84 | 60 | UNEQUIVOCAL |"
    assert immune(nontarget, header) == ["iUPD", "iCPD"]
    new = base + "V1 | 42 | 60 | PRESENT |\nV2 | 84 | 60 | PRESENT | UNEQUIVOCAL"
    assert immune(new, header) == ["iUPD", "iCPD"]


def test_another_new_lesion_confirms_and_the_same_one_unchanged_does_not():
    header = "VISIT | DAY | T1 | NEW1 | NEW2"
    base = "BASELINE | -7 | 50 | |\nV1 | 42 | 50 | UNEQUIVOCAL |\n"
    assert immune(base + "V2 | 84 | 50 | UNEQUIVOCAL |", header) == ["iUPD", "iUPD"]
    assert immune(base + "V2 | 84 | 50 | UNEQUIVOCAL | UNEQUIVOCAL", header) == ["iUPD", "iCPD"]


def test_after_confirmed_progression_there_is_no_way_back_for_the_best_response():
    rows = "V1 | 42 | 60\nV2 | 84 | 66\nV3 | 126 | 20\nV4 | 168 | 20"
    outcome = followed(f"VISIT | DAY | T1\nBASELINE | -7 | 50\n{rows}", criteria="iRECIST")
    got = outcome.derived.best.row(0, named=True)
    assert (got["BOR"], got["CBOR"]) == ("PD", "PD")


@pytest.mark.parametrize(
    ("spelled", "response"),
    [
        ("iUPD42 iPR84 iPR126", "PR"),
        ("iUPD42 iSD84", "SD"),
        ("iUPD42", "UPD"),
        ("iUPD42 iCPD84", "PD"),
        ("iSD42 iUPD84 iCPD126", "SD"),
        ("NE42 iUPD84", "UPD"),
        ("NON-iCR/NON-iUPD@42", "NON"),
        ("iCR42 iCR84 iCPD126", "CR"),
    ],
)
def test_best_immune_response_of_reported_responses(spelled, response):
    assert best(spelled, criteria="iRECIST")["CBOR"] == response


def test_the_words_say_since_when_progression_waits():
    rows = "V1 | 42 | 60\nV2 | 84 | 66"
    outcome = followed(f"VISIT | DAY | T1\nBASELINE | -7 | 50\n{rows}", criteria="iRECIST")
    words = outcome.derived.timepoints["ARITH"].to_list()
    assert words[0].startswith("iUPD: first progression, to be confirmed in 28 to 56 days")
    assert words[1].startswith("iCPD: worse 42 days after iUPD of 2024-02-12")


def test_progression_is_dated_at_the_unconfirmed_one_that_was_confirmed():
    rows = "V1 | 42 | 60\nV2 | 84 | 40\nV3 | 126 | 60\nV4 | 168 | 66"
    outcome = followed(f"VISIT | DAY | T1\nBASELINE | -7 | 50\n{rows}", criteria="iRECIST")
    got = adrs_rows(outcome, None, "derived").filter(pl.col("PARAMCD") == "IPD")
    assert got.select("AVALC", "ADT").row(0) == ("Y", dt.date(2024, 5, 6))
