"""The room: tables of a study in, response tables out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tumour_drawings import FIRST_DOSE, lesions, places, spelled

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import BY_NAME
from pkpipe.tumor import run

TINY = Path(__file__).resolve().parents[2] / "studies" / "tiny.yaml"
DRAWN = {
    "1": "BASELINE | -7 | 50\nWEEK 6 | 42 | 30\nWEEK 12 | 84 | 20\nWEEK 18 | 126 | 30",
    "2": "BASELINE | -7 | 50\nWEEK 6 | 42 | 48\nWEEK 12 | 84 | 52",
    "3": "BASELINE | -7 | 50\nWEEK 6 | 42 | 61",
    "4": "BASELINE | -7 | 50",
}


def adsl() -> pl.DataFrame:
    count = len(DRAWN) + 1
    days = {
        "DTHDT": [None, None, 60, None, None],
        "CUTDT": [150] * 5,
        "EOTDT": [120, None, 50, 10, 5],
    }
    dates = {
        name: [None if d is None else FIRST_DOSE + dt.timedelta(days=d) for d in numbers]
        for name, numbers in days.items()
    }
    return pl.DataFrame(
        {
            "USUBJID": [str(i) for i in range(1, count + 1)],
            "COHORT": ["A", "A", "B", "B", "B"],
            "LEVEL": ["A", "A", "B", "B", "B"],
            "PART": ["escalation"] * count,
            "TUMTYPE": ["LUNG"] * count,
            "SAFFL": ["Y"] * count,
            "RSPFL": ["Y", "Y", "Y", "Y", "N"],
            "TRTSDT": [FIRST_DOSE] * count,
            "TRTEDT": [FIRST_DOSE] * count,
            **dates,
        },
        schema_overrides={"DTHDT": pl.Date, "EOTDT": pl.Date, "CUTDT": pl.Date},
    )


def tables() -> dict[str, pl.DataFrame]:
    tr = pl.concat(lesions(f"VISIT | DAY | T1\n{rows}", subject=s) for s, rows in DRAWN.items())
    rs = pl.concat(
        [spelled("PR42 PR84 PD126", "1"), spelled("SD42 SD84", "2"), spelled("SD42", "3")]
    )
    empty = pl.DataFrame(schema={"USUBJID": pl.String})
    return {"ADSL": adsl(), "TR": tr, "TU": places(tr), "RS": rs, "CM": empty}


@pytest.fixture(scope="module")
def results() -> dict[str, pl.DataFrame]:
    return run(tables(), load_study(TINY))


def column(table: pl.DataFrame, code: str, **where: str) -> dict[str, str]:
    wanted = {"PARAMCD": code, "CRIT": "RECIST 1.1", "SRC": "derived", **where}
    rows = table.filter(pl.col(name) == value for name, value in wanted.items())
    return dict(rows.select("USUBJID", "AVALC").iter_rows())


def test_the_room_writes_the_tables_it_promises(results):
    assert tuple(results) == BY_NAME["tumor"].writes


def test_best_responses_of_all_subjects_stand_in_adrs(results):
    assert column(results["ADRS"], "BOR") == {
        "1": "PR",
        "2": "SD",
        "3": "PD",
        "4": "MISSING",
        "5": "MISSING",
    }
    assert column(results["ADRS"], "CRSP") == {"1": "Y", "2": "N", "3": "N", "4": "N", "5": "N"}
    assert column(results["ADRS"], "BOR", SRC="reported")["3"] == "SD"
    assert column(results["ADRS"], "BOR", CRIT="iRECIST")["3"] == "iUPD"


def test_adrs_is_sorted_by_its_key_and_the_key_is_unique(results):
    key = ["USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "ADT"]
    table = results["ADRS"]
    assert not table.select(key).is_duplicated().any()
    assert table.equals(table.sort(key, maintain_order=True, nulls_last=True))
    assert set(table["COHORT"]) == {"A", "B"}


def test_adtr_has_every_measurement_and_every_sum(results):
    table = results["ADTR"]
    assert dict(table["PARAMCD"].value_counts().iter_rows()) == {"LDIAM1": 10, "SDIAM": 10}
    sums = table.filter((pl.col("PARAMCD") == "SDIAM") & (pl.col("USUBJID") == "1"))
    assert sums["AVAL"].to_list() == [50, 30, 20, 30]
    assert sums["PCHG"].to_list() == [0, -40, -60, -40]
    assert sums["NADIR"].to_list() == [None, 50, 30, 20]
    assert sums["ABLFL"].to_list() == ["Y", None, None, None]
    assert sums["ANL02FL"].to_list() == [None, None, "Y", None]


def test_every_mismatch_of_derived_and_reported_is_listed_with_the_arithmetic(results):
    wrong = results["RECON"].filter(pl.col("AGREE") == "N")
    assert wrong.select("USUBJID", "DERIVED", "REPORTED").rows() == [("3", "PD", "SD")]
    assert wrong["ARITH"][0].startswith("PD: 61 >= 120 % of nadir 50 (60)")


def test_rates_stand_for_every_criterion_set_source_and_denominator(results):
    table = results["RSPSUM"]
    corr = table.filter((pl.col("PARAMCD") == "CORR") & (pl.col("GROUP") == "ALL"))
    # Nobody reported iRECIST, so it has the derived source only.
    assert set(corr.select("CRIT", "SRC").rows()) == {
        ("RECIST 1.1", "derived"),
        ("RECIST 1.1", "reported"),
        ("iRECIST", "derived"),
    }
    assert corr.height == 3 * 2
    recist = corr.filter((pl.col("CRIT") == "RECIST 1.1") & (pl.col("SRC") == "derived"))
    assert dict(recist.select("DENOM", "N").iter_rows()) == {"evaluable": 4, "treated": 5}
    assert set(recist["X"]) == {1}


def test_the_waterfall_names_who_is_not_drawn_and_marks_confirmation(results):
    table = results["WATERFAL"]
    assert table["BESTPCHG"].to_list() == [-60, -4, 22, None, None]
    assert table["ORDER"].to_list() == [3, 2, 1, None, None]
    assert table["DRAWN"].to_list() == ["Y", "Y", "Y", "N", "N"]
    assert table["REASON"].to_list()[3:] == ["no counted assessment after baseline"] * 2
    assert table["CONFFL"].to_list() == ["Y", None, None, None, None]


def test_the_best_change_is_taken_up_to_and_including_first_progression():
    data = tables()
    late = lesions("VISIT | DAY | T1\nWEEK 24 | 168 | 5", subject="3")
    data["TR"] = pl.concat([data["TR"], late])
    data["ADSL"] = data["ADSL"].with_columns(CUTDT=pl.date(2025, 1, 1))
    table = run(data, load_study(TINY))["WATERFAL"]
    assert table.filter(pl.col("USUBJID") == "3")["BESTPCHG"].to_list() == [22]


def test_the_spider_starts_at_zero_at_baseline(results):
    line = results["SPIDER"].filter(pl.col("USUBJID") == "1")
    assert line["ADY"].to_list() == [-7, 43, 85, 127]
    assert line["PCHG"].to_list() == [0, -40, -60, -40]


def test_who_is_not_in_the_spider_has_a_row_that_says_why(results):
    missing = results["SPIDER"].filter(pl.col("ADY").is_null())
    told = missing.select("USUBJID", "COHORT", "REASON").rows()
    assert told == [
        ("4", "B", "no counted assessment after baseline"),
        ("5", "B", "no counted assessment after baseline"),
    ]
    drawn = results["SPIDER"].filter(pl.col("ADY").is_not_null())
    assert drawn["REASON"].null_count() == drawn.height


def test_the_swimmer_has_bars_marks_an_arrow_and_the_cutoff(results):
    def events(subject: str) -> dict[str, tuple[float, float | None]]:
        rows = results["SWIMMER"].filter(pl.col("USUBJID") == subject)
        return {e: (s, t) for e, s, t in rows.select("EVENT", "STARTDY", "ENDDY").iter_rows()}

    assert events("1") == {
        "TREATMENT": (1, 121),
        "RESPONSE": (43, 127),
        "PD": (127, None),
        "CUTOFF": (151, None),
    }
    assert events("2")["ONGOING"] == (151, None)
    assert events("2")["TREATMENT"] == (1, 151)
    assert events("3")["DEATH"] == (61, None)


def test_an_incomplete_scan_date_is_not_imputed_in_a_study():
    data = tables()
    data["TR"] = data["TR"].with_columns(
        TRDTC=pl.when(pl.col("USUBJID") == "3")
        .then(pl.col("TRDTC").str.slice(0, 7))
        .otherwise("TRDTC")
    )
    table = run(data, load_study(TINY))["ADRS"]
    assert column(table, "BOR")["3"] == "MISSING"
    row = table.filter((pl.col("USUBJID") == "3") & (pl.col("PARAMCD") == "OVR"))
    assert "date incomplete, not imputed: not evaluable" in row["ANLRSN"].to_list()


def test_a_study_without_lesions_or_responses_still_has_every_table_and_subject():
    study = load_study(TINY)
    nothing = pl.DataFrame(schema={"USUBJID": pl.String})
    got = run({"ADSL": adsl(), **dict.fromkeys(("TR", "TU", "RS", "CM"), nothing)}, study)
    assert set(column(got["ADRS"], "BOR").values()) == {"MISSING"}
    assert got["WATERFAL"].height == 5
    without_section = study.model_copy(update={"response": None})
    got = run({"ADSL": adsl(), **dict.fromkeys(("TR", "TU", "RS", "CM"), nothing)}, without_section)
    assert tuple(got) == BY_NAME["tumor"].writes


def test_the_same_tables_in_another_order_give_the_same_results(results):
    data = {name: table.reverse() for name, table in tables().items()}
    again = run(data, load_study(TINY))
    for name, table in results.items():
        rows = [c for c in table.columns if c not in {"SRCROW", "SEQ"}]
        assert table.select(rows).equals(again[name].select(rows)), name
