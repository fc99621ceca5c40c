"""Situations that public threads about RECIST derivations describe, each judged as the criteria say."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Outcome, analysed

START = dt.date(2026, 1, 6)
DAYS = (-5, 42, 84, 126, 168)
NODES = ("N1", "结1")


def followed(reader: str = "INVESTIGATOR", place: str | None = None, **lesions: str) -> Outcome:
    """One subject, a scan every six weeks; T liver, N node, NT bone, NEW; `-` not done, `.` no record."""
    rows, places = [], []
    for name, cells in lesions.items():
        named = name.replace("_", ".").replace("AND", "/")
        kind = (
            "NEW" if name.startswith("NEW") else "NON-TARGET" if name.startswith("NT") else "TARGET"
        )
        node = name.startswith("N1")
        places.append((named, place or ("LYMPH NODE" if node else "LIVER"), kind))
        for day, cell in zip(DAYS, cells.split(","), strict=False):
            word = cell.strip()
            if word == ".":
                continue
            number = float(word) if word.replace(".", "").isdigit() else None
            test = "TUMSTATE" if kind != "TARGET" else "LPERP" if node else "LDIAM"
            rows.append(
                (
                    *(named, kind, test, number, None if word == "-" else word),
                    *("mm", "NOT DONE" if word == "-" else None),
                    (f"VISIT {day}" if day > 0 else "SCREENING"),
                    (START + dt.timedelta(days=day)).isoformat(),
                )
            )
    names = (
        *("TRLNKID", "TRGRPID", "TRTESTCD", "TRSTRESN", "TRSTRESC"),
        *("TRSTRESU", "TRSTAT", "VISIT", "TRDTC"),
    )
    schema = dict.fromkeys(names, pl.String) | {"TRSTRESN": pl.Float64}
    tr = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        USUBJID=pl.lit("P1"), TREVAL=pl.lit(reader)
    )
    tu = pl.DataFrame(places, schema=["TULNKID", "TULOC", "TUSTRESC"], orient="row").with_columns(
        USUBJID=pl.lit("P1"), TUEVAL=pl.lit(reader)
    )
    ref = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": [START]})
    return analysed(tr, tu, None, ref, ResponseOptions())


def responses(outcome: Outcome) -> list[str]:
    return outcome.points.filter(pl.col("ROLE") == "POST")["OVRLRESP"].to_list()


def best(outcome: Outcome) -> tuple[str, str]:
    return outcome.derived.best.select("BOR", "CBOR").row(0)


@pytest.mark.parametrize(
    ("lesions", "overall"),
    [
        ({"NT1": "PRESENT, PRESENT, ABSENT, ABSENT"}, ["NON-CR/NON-PD", "CR", "CR"]),
        ({"NT1": "PRESENT, UNEQUIVOCAL"}, ["PD"]),
        ({"T1": "50, 48, -", "NEW1": "., UNEQUIVOCAL, -"}, ["PD", "NE"]),
        ({"T1": "50, 48, 47", "NEW1": "., EQUIVOCAL, ABSENT"}, ["SD", "SD"]),
        ({"T1": "50, 48, 47", "NEW1": "., EQUIVOCAL, UNEQUIVOCAL"}, ["PD", "PD"]),  # dated back
        (
            {"T1": "50, ., .", "T1_1": "., 20, 30", "T1_2": "., 25, 31"},
            ["SD", "PD"],
        ),  # split: 45, 61
        ({"T1": "30, 20, .", "T2": "20, 10, .", "T1ANDT2": "., ., 45"}, ["PR", "PD"]),  # merged
        ({"T1": "20, TOO SMALL TO MEASURE, 0"}, ["PR", "CR"]),  # 5 mm, and still there
        ({"T1": "20, 12, 6", "N1": "22, 8, 8"}, ["PR", "PR"]),  # node normal, liver persists
        ({"T1": "20, 0, 0", "N1": "22, 8, 9"}, ["CR", "CR"]),
        ({"T1": "20, 60", "T2": "20, -"}, ["PD"]),  # what was measured alone is progression
        ({"T1": "20, 0", "T2": "20, -"}, ["NE"]),
        ({"T1": "50, 20", "NT1": "PRESENT, -"}, ["PR"]),
        ({"T1": "50, 0", "NT1": "PRESENT, -"}, ["PR"]),  # complete only if all was seen
        ({"T1": "50, 61, 20"}, ["PD", "PR"]),
        ({"T1": "100, 60, 71.9, 72"}, ["PR", "SD", "PD"]),  # 120 % of the nadir of 60 is 72
        ({"T1": "12, 10, 14.9, 15"}, ["SD", "SD", "PD"]),  # 5 mm over the nadir of 10
    ],
)
def test_a_situation_is_judged_as_the_criteria_say(lesions, overall):
    assert responses(followed(**lesions)) == overall


def test_a_target_lesion_that_was_missing_at_baseline_leaves_the_response_open_and_is_asked_about():
    outcome = followed(T1="50, 30, 29", T2="-, 20, 20")
    assert best(outcome) == ("NE", "NE")
    assert outcome.findings.select("CHECK", "VALUE").rows() == [("TR-NOBASE", "T2")]


def test_a_target_lesion_of_0_mm_at_baseline_gives_no_complete_response():
    outcome = followed(T1="0, 0, 0")
    assert best(outcome) == ("NE", "NE")
    assert outcome.findings["CHECK"].to_list() == ["LESION-SMALL"]


def test_a_subject_with_a_baseline_alone_has_no_response():
    assert best(followed(T1="50")) == ("MISSING", "MISSING")


@pytest.mark.parametrize(
    ("place", "overall"),
    [
        ("肝脏", ["PR"]),
        ("右腋窝淋巴结", ["CR"]),
        ("纵隔淋巴结（4R组）", ["CR"]),
        ("结外肿块", ["PR"]),
    ],
)
def test_places_in_chinese_tell_a_node(place, overall):
    rows = [("T1", 20, "SCREENING", -5), ("T1", 9, "WEEK 6", 42)]
    tr = pl.DataFrame(
        [
            (
                name,
                "TARGET",
                "DIAMETER",
                float(size),
                str(size),
                "mm",
                visit,
                (START + dt.timedelta(days=day)).isoformat(),
            )
            for name, size, visit, day in rows
        ],
        schema=[
            *(
                "TRLNKID",
                "TRGRPID",
                "TRTESTCD",
                "TRSTRESN",
                "TRSTRESC",
                "TRSTRESU",
                "VISIT",
                "TRDTC",
            ),
        ],
        orient="row",
    ).with_columns(USUBJID=pl.lit("P1"))
    tu = pl.DataFrame(
        {"USUBJID": ["P1"], "TULNKID": ["T1"], "TULOC": [place], "TUSTRESC": ["TARGET"]}
    )
    ref = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": [START]})
    assert responses(analysed(tr, tu, None, ref, ResponseOptions())) == overall


def test_two_readers_each_have_their_own_series_and_the_investigator_leads():
    one, other = followed(T1="50, 20, 20"), followed(reader="INDEPENDENT ASSESSOR", T1="50, 62, 62")
    assert best(one) == ("PR", "PR")
    assert other.derived.best.sort("READER")["BOR"].to_list() == ["PD", "MISSING"]
