"""The registered counts of participants stand in the summary of cohorts, each by its declared rule."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.clinical.collected import Collected
from pkpipe.cohorts import TOPICS
from pkpipe.cohorts.dose_limiting import dlt_rows
from pkpipe.cohorts.meeting_numbers import PAGE
from pkpipe.cohorts.topics import abnormal_rows, survival_rows
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.safety import Criterion
from pkpipe.safety.limits_counted import anysum_of

STUDY = load_study(Path(__file__).resolve().parents[2] / "config" / "bat8008_bat1308.yaml")
FEVER = Criterion(
    code="TEMP38", domain="VS", test="TEMP", label="fever", operator=">=", value=38, unit="C"
)
EVERYONE = pl.DataFrame(
    {
        "USUBJID": ["S1", "S2", "S3"],
        "COHORT": ["A", "A", "B"],
        "LEVEL": ["L1", "L1", "L2"],
        "SAFFL": "Y",
    }
)
VALUES = {
    "USUBJID": pl.String,
    "PARAMCD": pl.String,
    "AVAL": pl.Float64,
    "AVALC": pl.String,
    "AVALU": pl.String,
    "CHG": pl.Float64,
    "POSTFL": pl.String,
    "ABLFL": pl.String,
    "PECLSIG": pl.String,
    "ANRIND": pl.String,
    "BNRIND": pl.String,
    "ATOXGRL": pl.Int64,
    "ATOXGRH": pl.Int64,
    "BTOXGRL": pl.Int64,
    "BTOXGRH": pl.Int64,
}


def values(*rows: dict[str, object]) -> pl.DataFrame:
    full = [dict.fromkeys(VALUES) | {"POSTFL": "Y"} | row for row in rows]
    return pl.DataFrame(full, schema=VALUES)


def result(
    subject: str, now: str, before: str | None = "NORMAL", **more: object
) -> dict[str, object]:
    return {"USUBJID": subject, "PARAMCD": "ALT", "ANRIND": now, "BNRIND": before, **more}


TABLES = {
    "ADVS": values(
        {"USUBJID": "S1", "PARAMCD": "TEMP", "AVAL": 38.4, "AVALU": "C"},
        {"USUBJID": "S1", "PARAMCD": "TEMP", "AVAL": 36.4, "AVALU": "C"},
        {"USUBJID": "S2", "PARAMCD": "TEMP", "AVAL": 36.5, "AVALU": "C"},
        {"USUBJID": "S3", "PARAMCD": "TEMP", "AVAL": 39.0, "AVALU": "C", "POSTFL": None},
    ),
    "ADEG": values({"USUBJID": "S2", "PARAMCD": "INTP", "AVALC": "ABNORMAL"}),
    "ADPE": values(
        {"USUBJID": "S1", "PARAMCD": "SKIN", "AVALC": "NORMAL", "PECLSIG": "N"},
        {"USUBJID": "S2", "PARAMCD": "SKIN", "AVALC": "ABNORMAL", "PECLSIG": "N"},
        {"USUBJID": "S3", "PARAMCD": "SKIN", "AVALC": "异常", "PECLSIG": "Y"},
    ),
    "ADLB": values(
        result("S1", "HIGH", ATOXGRH=3, BTOXGRH=0),
        result("S2", "HIGH", "HIGH", ATOXGRH=3, BTOXGRH=3),
        result("S3", "NORMAL", ATOXGRH=0),
        result("S3", "HIGH", POSTFL=None),  # before the first dose
    ),
}


def counted(
    known: Collected | None = None, criteria: tuple[Criterion, ...] = (FEVER,)
) -> dict[str, tuple]:
    table = (
        anysum_of(TABLES, EVERYONE, criteria)
        if known is None
        else anysum_of(TABLES, EVERYONE, criteria, known)
    )
    rows = table.filter(pl.col("GROUP") == "ALL").select("PARAMCD", "X", "N", "REASON").rows()
    return {code: rest for code, *rest in rows}


def test_cohort_summary_lacks_registry_endpoints_each_kind_of_abnormal_value_is_counted():
    assert counted() == {
        "VS_ABN": [1, 2, None],
        "PE_ABN": [2, 3, None],
        "LB_ABN": [2, 3, None],
        "LB_NEW": [1, 3, None],
        "LB_G3": [1, 3, None],
        "EG_ABN": [1, 1, None],
    }


@pytest.mark.parametrize(
    ("lacking", "codes"),
    [
        ("LB.LBSTNRHI", {"LB_ABN", "LB_NEW", "LB_G3"}),
        ("LB.LBSTRESU", {"LB_G3"}),
        ("VS.VSSTRESN", {"VS_ABN"}),
        ("PE.PESTRESC", {"PE_ABN"}),
    ],
)
def test_a_count_rests_on_its_columns(lacking, codes):
    lost = {lacking: ""} | ({"LB.LBNRIND": ""} if lacking == "LB.LBSTNRHI" else {})
    told = counted(Collected(frozenset({"VS", "PE", "LB", "EG"}), lost))
    withheld = {code for code, (x, n, _) in told.items() if x is None and n is None}
    assert withheld == codes
    assert all(lacking in told[code][2] for code in codes)


def test_a_table_that_is_not_collected_has_no_count():
    told = counted(Collected(frozenset({"VS", "PE", "EG"}), {}))
    assert [told[c] for c in ("LB_ABN", "LB_NEW", "LB_G3")] == [
        [None, None, "not collected: LB"]
    ] * 3


def test_vital_signs_without_a_stated_limit_have_no_count():
    assert counted(criteria=())["VS_ABN"] == [
        None,
        None,
        "no limit is stated: safety.criteria has none of domain VS",
    ]


def test_cohort_summary_lacks_registry_endpoints_the_summary_and_the_page_have_them():
    topics = {name for name, _, _ in TOPICS}
    assert {"DOR", "TTR", "ABNORMAL"} <= topics
    assert {"DOR", "TTR", "ABNORMAL"} <= {topic for topic, _, _ in PAGE}
    table = anysum_of(TABLES, EVERYONE, (FEVER,))
    rows = abnormal_rows({"CRITSUM": table}, STUDY)
    of_a = rows.filter(
        pl.col("COHORT") == "A", pl.col("PARAMCD") == "LB_ABN", pl.col("STAT") == "COUNT"
    )
    assert of_a.select("VALUE", "N").row(0) == (2.0, 2)


def test_duration_of_response_has_its_rows():
    km = pl.DataFrame(
        {
            "PARAMCD": ["DOR", "DOR"],
            "GROUP": "ALL",
            "GROUPVAL": "ALL",
            "STAT": ["N", "MEDIAN"],
            "AT": pl.Series([None, None], dtype=pl.Float64),
            "ESTIMATE": [4.0, 180.0],
            "LOWER": [None, 90.0],
            "UPPER": pl.Series([None, None], dtype=pl.Float64),
            "UNIT": ["subjects", "days"],
            "NOTE": pl.Series([None, None], dtype=pl.String),
        }
    )
    rows = survival_rows({"KMSUM": km}, STUDY, "DOR").filter(PARAMCD="MEDIAN", STAT="ESTIMATE")
    assert rows.select("COHORT", "VALUE", "N").row(0) == ("ALL", 180.0, 4)


def decision(*levels: tuple[str, int | None, int | None, int | None]) -> pl.DataFrame:
    rows = [("STUDY", "L4", None, None, None, "STAY_ADD", "add one")]
    rows += [
        ("LEVEL", code, n, y, pend, None, None if n is not None else "not collected: AE")
        for code, n, y, pend in levels
    ]
    names = {
        **dict.fromkeys(("SCOPE", "LEVEL"), pl.String),
        **dict.fromkeys(("N", "Y", "PEND"), pl.Int64),
        **dict.fromkeys(("DECISION", "REASON"), pl.String),
    }
    none = pl.lit(None, dtype=pl.Float64)
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(LOWER=none, UPPER=none)


def of_all(
    table: pl.DataFrame,
) -> dict[tuple[str, str], tuple[float | None, int | None, str | None]]:
    rows = dlt_rows({"DECISION": table}, STUDY).filter(COHORT="ALL")
    return {
        (r[0], r[1]): r[2:] for r in rows.select("PARAMCD", "STAT", "VALUE", "N", "REASON").rows()
    }


def test_cohort_summary_lacks_registry_endpoints_dlt_over_all_escalation_cohorts():
    told = of_all(decision(("L1", 3, 0, 0), ("L2", 3, 0, 0), ("L3", 6, 1, 0), ("L4", 6, 3, 1)))
    assert told["DLT", "COUNT"] == (4.0, 18, None)
    assert told["DLT", "PERCENT"][0] == pytest.approx(100 * 4 / 18)
    # Clopper and Pearson 1934, 4 of 18: 6.41 to 47.64 %
    assert told["DLT", "LOWER"][0] == pytest.approx(6.41, abs=0.01)
    assert told["DLT", "UPPER"][0] == pytest.approx(47.64, abs=0.01)
    assert told["PENDING", "COUNT"] == (1.0, 18, None)
    labels = dlt_rows({"DECISION": decision(("L1", 3, 0, 0))}, STUDY).filter(
        COHORT="ALL", PARAMCD="DLT"
    )
    assert labels["PARAM"].unique().to_list() == [
        "Subjects with DLT, all escalation cohorts together"
    ]


def test_no_dlt_incidence_over_levels_that_collected_nothing():
    told = of_all(decision(("L1", None, None, None), ("L2", 3, 0, 0)))
    assert {told[key][0] for key in told if key[0] != "DECISION"} == {None}
    assert told["DLT", "COUNT"] == (None, None, "not collected: AE")


def test_no_dlt_incidence_while_nobody_is_evaluable():
    told = of_all(decision(("L1", 0, 0, 2)))
    assert told["DLT", "PERCENT"] == (None, 0, "no evaluable subject")
    assert told["PENDING", "COUNT"] == (2.0, 0, None)
