"""Response after a complete response, and the date of a confirmed immune progression."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.tumor import adrs_rows
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed

FIRST_DOSE = dt.date(2026, 1, 6)
VISITS = ("SCREENING", "WEEK 6", "WEEK 12", "WEEK 18", "WEEK 24", "WEEK 30")
NODES = ("N1", "NTN")


def day(number: int) -> str:
    return (FIRST_DOSE + dt.timedelta(days=number)).isoformat()


def drawn(**lesions: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TR and TU of one subject: T1 liver, N1 node, NT1 bone, NTN node; a value a visit, every six weeks."""
    rows, places = [], []
    for name, values in lesions.items():
        kind = "NON-TARGET" if name.startswith("NT") else "TARGET"
        place = "LYMPH NODE" if name in NODES else "BONE" if kind == "NON-TARGET" else "LIVER"
        places.append((name, place, kind))
        for i, value in enumerate(values.split()):
            test = "TUMSTATE" if kind == "NON-TARGET" else "LPERP" if name in NODES else "LDIAM"
            number = float(value) if value.replace(".", "").isdigit() else None
            when = day(-5 if i == 0 else 42 * i)
            rows.append((name, kind, test, number, value, "mm", VISITS[i], when))
    tr = pl.DataFrame(
        rows,
        schema={
            **dict.fromkeys(("TRLNKID", "TRGRPID", "TRTESTCD"), pl.String),
            "TRSTRESN": pl.Float64,
            **dict.fromkeys(("TRSTRESC", "TRSTRESU", "VISIT", "TRDTC"), pl.String),
        },
        orient="row",
    )
    tu = pl.DataFrame(places, schema=["TULNKID", "TULOC", "TUSTRESC"], orient="row")
    who = {"USUBJID": pl.lit("P1")}
    return (
        tr.with_columns(**who, TREVAL=pl.lit("INVESTIGATOR")),
        tu.with_columns(**who, TUEVAL=pl.lit("INVESTIGATOR")),
    )


def recist(folder: Path, options: str = "{}", **tables: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The tables that `pkpipe recist` writes of these, read as text."""
    given = ["recist"]
    reference = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": [FIRST_DOSE]})
    for name, table in {"ref": reference, **tables}.items():
        table.write_csv(folder / f"{name}.csv")
        given += (
            [str(folder / "tr.csv")] if name == "tr" else [f"--{name}", str(folder / f"{name}.csv")]
        )
    (folder / "options.yaml").write_text(options)
    given += ["--options", str(folder / "options.yaml"), "-o", str(folder / "out")]
    assert main(given) == 0
    names = ("best", "timepoints", "findings")
    return {n: pl.read_csv(folder / "out" / f"{n}.csv", infer_schema=False) for n in names}


def responses(folder: Path, options: str = "{}", **lesions: str) -> list[str]:
    tr, tu = drawn(**lesions)
    return recist(folder, options, tr=tr, tu=tu)["timepoints"]["OVRLRESP"].drop_nulls().to_list()


@pytest.mark.parametrize(
    ("target", "overall"),
    [
        ({"T1": "50 0 4 4"}, ["PR", "PR", "PR"]),
        ({"N1": "20 9 10 10"}, ["PR", "PR", "PR"]),
        ({"T1": "50 0 4.9 5"}, ["PR", "PR", "PD"]),  # 5 mm over the nadir of 0
        ({"N1": "20 9 13.9 14"}, ["PR", "PR", "PD"]),
    ],
)
def test_recist_target_back_while_overall_pr_is_judged_by_the_sum(tmp_path, target, overall):
    assert responses(tmp_path, NT1="PRESENT PRESENT PRESENT PRESENT", **target) == overall


@pytest.mark.parametrize("after", ["4", "1"])
def test_a_target_lesion_back_after_an_overall_complete_response_is_progression(tmp_path, after):
    assert responses(tmp_path, T1=f"50 0 {after}", NT1="PRESENT ABSENT ABSENT") == ["CR", "PD"]


def test_a_nontarget_lesion_back_after_an_overall_complete_response_is_progression(tmp_path):
    tr, tu = drawn(T1="50 0 0", NT1="PRESENT ABSENT PRESENT")
    points = recist(tmp_path, tr=tr, tu=tu)["timepoints"].drop_nulls("OVRLRESP")
    assert points["OVRLRESP"].to_list() == ["CR", "PD"]
    assert "1 back after complete response" in points["ARITH"][1]
    assert points["ADT"][1] == day(84)


def test_a_nontarget_lesion_back_while_the_overall_response_was_partial_is_none(tmp_path):
    assert responses(tmp_path, T1="50 20 20", NT1="PRESENT ABSENT PRESENT") == ["PR", "PR"]


def test_a_nontarget_node_seen_again_after_complete_response_is_no_progression_by_itself(tmp_path):
    # A node counts as back only where it has progressed without doubt (RECIST working group).
    assert responses(tmp_path, T1="50 0 0", NTN="PRESENT ABSENT PRESENT") == ["CR", "PR"]
    assert responses(tmp_path, T1="50 0 0", NTN="PRESENT ABSENT UNEQUIVOCAL") == ["CR", "PD"]


def test_nontarget_disease_alone_back_after_complete_response_is_progression(tmp_path):
    assert responses(tmp_path, NT1="PRESENT ABSENT PRESENT") == ["CR", "PD"]


def test_a_lesion_back_may_be_judged_by_the_sum_alone_if_the_study_says_so(tmp_path):
    assert responses(tmp_path, "reappearance: sum", T1="50 0 4", NT1="PRESENT ABSENT PRESENT") == [
        "CR",
        "PR",
    ]


def spelled(text: str) -> pl.DataFrame:
    """RS of one subject: `CR56 SD112` are responses with their days after the first dose."""
    words = [(w.rstrip("0123456789"), int(w[len(w.rstrip("0123456789")) :])) for w in text.split()]
    return pl.DataFrame(
        {
            "USUBJID": "P1",
            "RSTESTCD": "OVRLRESP",
            "RSSTRESC": [w for w, _ in words],
            "RSEVAL": "INVESTIGATOR",
            "RSDTC": [day(d) for _, d in words],
        }
    )


@pytest.mark.parametrize(
    ("said", "confirmed", "told"),
    [
        ("CR56 SD112", "SD", "SD of {112} after CR of {56}"),
        ("CR28 SD74", "PD", "SD of {74} after CR of {28}"),  # CR before the minimum duration of SD
        ("CR56 PR112 PR168", "PR", "PR of {112} after CR of {56}"),
        ("CR28 PR38", "PD", "PR of {38} after CR of {28}"),
        ("CR19 SD35", "PD", "SD of {35} after CR of {19}"),
        ("SD45 CR91 NE140 SD180", "SD", "SD of {180} after CR of {91}"),
        ("CR56 NON-CR/NON-PD112", "SD", "NON-CR/NON-PD of {112} after CR of {56}"),
    ],
)
def test_recist_cr_then_pr_or_sd_no_query_disease_after_cr_is_asked_about_once(
    tmp_path, said, confirmed, told
):
    out = recist(tmp_path, rs=spelled(said))
    assert out["best"].select("BOR", "CBOR").row(0) == ("CR", confirmed)
    asked = out["findings"].filter(pl.col("CHECK") == "RS-CR-THEN")
    for number in (19, 28, 35, 38, 56, 74, 91, 112, 180):
        told = told.replace(f"{{{number}}}", day(number))
    assert asked.select("SEVERITY", "VALUE").rows() == [("query", told)]


@pytest.mark.parametrize(
    "said", ["CR56 CR112", "CR56 NE112", "CR56 PD112", "PR56 SD112", "PD56 CR90 SD140"]
)
def test_what_may_follow_is_not_asked_about(tmp_path, said):
    assert recist(tmp_path, rs=spelled(said))["findings"].is_empty()


def test_irecist_progression_date_is_that_of_the_iupd_that_was_confirmed(tmp_path):
    tr, tu = drawn(T1="50 62 67")
    best = recist(tmp_path, "criteria: iRECIST", tr=tr, tu=tu)["best"]
    assert best.select("CBOR", "PDDT", "ADT").row(0) == ("iCPD", day(42), day(42))
    assert best["REASON"][0] == f"progression on {day(42)}, confirmed on {day(84)}"


@pytest.mark.parametrize(
    ("said", "progression"),
    [
        ("iUPD42 iCPD77", 42),
        ("iUPD42 NE60 iCPD90", 42),
        ("iUPD42 iSD77 iUPD119 iCPD160", 119),  # the first was not confirmed: counting starts anew
        ("iUPD42 iUPD60 iCPD95", 42),
    ],
)
def test_irecist_progression_date_of_responses_as_reported(tmp_path, said, progression):
    best = recist(tmp_path, "criteria: iRECIST", rs=spelled(said))["best"]
    assert best["PDDT"][0] == day(progression)


def test_an_icpd_that_no_iupd_announced_is_asked_about(tmp_path):
    out = recist(tmp_path, "criteria: iRECIST", rs=spelled("iSD42 iCPD84"))
    assert out["findings"]["CHECK"].to_list() == ["RS-ICPD-ALONE"]
    assert out["best"]["PDDT"][0] == day(84)


def test_irecist_progression_date_in_adrs_is_that_of_the_iupd_too():
    tr, tu = drawn(T1="50 62 67")
    reference = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": [FIRST_DOSE]})
    outcome = analysed(tr, tu, None, reference, ResponseOptions(criteria="iRECIST"))
    rows = adrs_rows(outcome, tu, "derived").filter(pl.col("PARAMCD").is_in(["PD", "IPD", "CBOR"]))
    assert rows.select("PARAMCD", "ADT").sort("PARAMCD").rows() == [
        (code, FIRST_DOSE + dt.timedelta(days=42)) for code in ("CBOR", "IPD", "PD")
    ]
