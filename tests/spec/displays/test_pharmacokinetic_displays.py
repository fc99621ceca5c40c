"""Concentrations and PK parameters as displays: values, words, reasons, and the rows behind them."""

import math

import polars as pl
import pytest
from shown_display import TINY, Shown

from pkpipe.displays.pharmacokinetics.parameter_words import CHINESE, parameter_words
from pkpipe.nca import PARAMETERS
from pkpipe.pk.summaries.pk_summary_tables import concentration_summary, parameter_summary
from pkpipe.protocol.study import Study


def planned(**sections):
    """The smallest study with further sections of its analysis."""
    data = TINY.model_dump(by_alias=True)
    data["nca"] |= sections
    return Study.model_validate(data)


def samples(*values, cohort="A", cycle=1, hours=1.0):
    """One sample a subject at one planned time; nothing is a BLQ."""
    n = len(values)
    return pl.DataFrame(
        {
            "USUBJID": [f"{cohort}{i}" for i in range(n)],
            "PARAMCD": "MAB",
            "MATRIX": "SERUM",
            "COHORT": cohort,
            "LEVEL": "A" if cohort == "A" else "B",
            "CYCLE": cycle,
            "ATPT": "EOI",
            "ATPTN": hours,
            "NRRLT": hours,
            "AVAL": pl.Series(values, dtype=pl.Float64),
            "AVALU": "ug/mL",
            "SUMFL": "Y",
        }
    )


def by_time(adpc, number="T14.4.1.1"):
    return Shown(number, ADPC=adpc, PKCONC=concentration_summary(adpc, TINY.nca.summary))


def values(*aval, code="CMAX", cohort="A", unit="ug/mL", cycle=1):
    n = len(aval)
    return pl.DataFrame(
        {
            "PROFILE": [f"{cohort}{i}|MAB|SERUM|{cycle}" for i in range(n)],
            "USUBJID": [f"{cohort}{i}" for i in range(n)],
            "PARAMCD": code,
            "PARAM": code,
            "PARCAT1": "MAB",
            "MATRIX": "SERUM",
            "COHORT": cohort,
            "LEVEL": "A" if cohort == "A" else "B",
            "CYCLE": cycle,
            "DOSENO": cycle,
            "START": 0.0,
            "END": pl.Series([None] * n, dtype=pl.Float64),
            "AVAL": pl.Series(aval, dtype=pl.Float64),
            "AVALU": unit,
            "SUMFL": "Y",
        }
    )


KINDS = pl.DataFrame({"PARAMCD": [p.code for p in PARAMETERS],
                      "SUMMARY": [p.summary for p in PARAMETERS]})  # fmt: skip


def parameters(adpp, study=TINY):
    return Shown(
        "T14.4.2.1",
        study,
        ADPP=adpp,
        PKSTAT=parameter_summary(adpp, KINDS, study.nca.summary),
    )


def test_every_parameter_has_a_name_in_both_languages():
    for parameter in PARAMETERS:
        words = parameter_words(parameter.code)
        assert words.en == parameter.label
        assert any("\u4e00" <= letter <= "\u9fff" for letter in words.zh), parameter.code
    assert set(CHINESE) <= {p.code for p in PARAMETERS}
    assert parameter_words("ARCMAX").zh == "峰浓度的蓄积比"
    assert parameter_words("CMAXD").zh == "剂量归一化的峰浓度"


def test_concentrations_are_described_by_level_and_time_with_the_samples_behind():
    shown = by_time(samples(1.0, 2.0, 4.0))
    row = "A/ALL/1/1.0"
    assert [shown.text(row, c) for c in ("N", "NBLQ", "MEAN", "GMEAN", "MEDIAN", "MIN", "MAX")] == [
        *("3", "0", "2.33", "2.00", "2.00", "1.00", "4.00")
    ]
    logs = [math.log(v) for v in (1.0, 2.0, 4.0)]
    spread = sum((x - sum(logs) / 3) ** 2 for x in logs) / 2
    assert shown.cell(row, "GCV")["VALUE"] == pytest.approx(100 * math.sqrt(math.expm1(spread)))
    assert shown.cell(row, "POINT")["TEXTZH"] == "输注结束"
    assert shown.text(row, "LEVELW") == "A (1 mg/kg)"
    assert shown.cell(row, "MEAN")["UNIT"] == "ug/mL"
    assert shown.behind(row, "MEAN")["AVAL"].to_list() == [1.0, 2.0, 4.0]


def test_a_value_below_the_limit_is_told_in_words_and_too_many_give_no_mean():
    shown = by_time(samples(None, None, 3.0))
    assert shown.text("A/ALL/1/1.0", "MEDIAN") == "BLQ"
    assert shown.text("A/ALL/1/1.0", "MEAN") == "–"
    assert shown.cell("A/ALL/1/1.0", "MEAN")["REASON"] == "more than 50 % of the values are BLQ"
    assert "BLQ: below the limit of quantification." in shown.state["NOTESEN"]
    assert "BLQ" not in by_time(samples(1.0, 2.0, 3.0)).columns["SHEETEN"][0]
    assert "BLQ:" not in by_time(samples(1.0, 2.0, 3.0)).state["NOTESEN"]


def test_a_cohort_stands_beside_its_level_only_where_the_level_has_several():
    one = by_time(samples(1.0, 2.0, cohort="B"))
    assert one.cells["ROW"].unique().to_list() == ["B/ALL/1/1.0"]
    two = by_time(pl.concat([samples(1.0, 2.0, cohort="B"), samples(3.0, cohort="X")]))
    assert sorted(two.cells["ROW"].unique()) == ["B/ALL/1/1.0", "B/B/1/1.0", "B/X/1/1.0"]
    assert two.text("B/X/1/1.0", "COHORTW") == "expansion at 3 mg/kg"
    assert two.behind("B/X/1/1.0", "N")["USUBJID"].to_list() == ["X0"]


def test_every_listed_visit_stands_whether_or_not_it_has_a_result():
    shown = by_time(samples(1.0, 4.0), "T14.4.1.2")
    visits = shown.cells.filter(pl.col("COL") == "VISIT")["TEXT"].to_list()
    assert visits == ["C1D1", "C1D1", "C1D2", "C1D8", "C1D15", "C2D1", "C2D1", "C3D1"]
    assert shown.text("1/1.0", "A") == "2.00 [2]"
    assert shown.text("1/24.0", "A") == "no result"
    assert shown.cell("1/24.0", "A")["TEXTZH"] == "无结果"
    assert shown.behind("1/1.0", "A")["AVAL"].to_list() == [1.0, 4.0]
    heads = shown.columns.filter(pl.col("COL") == "A")
    assert heads["HEADEN"].item() == "A (1 mg/kg)\n(N=2)"


def test_a_single_value_and_values_that_are_all_below_the_limit_stand_as_they_are():
    assert by_time(samples(3.0), "T14.4.1.2").text("1/1.0", "A") == "3.00 [1]"
    assert by_time(samples(None, None), "T14.4.1.2").text("1/1.0", "A") == "BLQ [2]"


def test_parameters_have_their_name_and_unit_in_words():
    shown = parameters(values(1.0, 2.0, 4.0))
    row = "CMAX//A/ALL/1"
    assert shown.text(row, "PARAMW") == "Max Conc (CMAX)"
    assert shown.cell(row, "PARAMW")["TEXTZH"] == "峰浓度 (CMAX)"
    assert (shown.text(row, "UNITW"), shown.text(row, "SD")) == ("ug/mL", "1.53")
    assert shown.behind(row, "GMEAN")["AVAL"].to_list() == [1.0, 2.0, 4.0]


def test_a_time_has_two_decimals_and_neither_mean_nor_spread():
    shown = parameters(values(1.0, 1.125, 24.0, code="TMAX", unit="h"))
    assert shown.text("TMAX//A/ALL/1", "MEDIAN") == "1.13"
    assert shown.cells.filter(pl.col("COL") == "MEAN").is_empty()


def test_the_window_of_a_partial_area_is_told_and_found():
    areas = [values(a, b, code="AUCINT").with_columns(END=pl.lit(end))
             for a, b, end in ((1.0, 2.0, 168.0), (5.0, 6.0, 336.0))]  # fmt: skip
    shown = parameters(pl.concat(areas))
    row = "AUCINT/0.0 to 336.0 h/A/ALL/1"
    assert shown.text(row, "PARAMW").endswith("0.0 to 336.0 h")
    assert shown.behind(row, "MEAN")["AVAL"].to_list() == [5.0, 6.0]


def test_nothing_measured_and_nothing_planned_are_told_apart():
    assert Shown("T14.4.1.1").state["state"] == "no result yet"
    assert Shown("T14.4.3.1").state["state"].startswith("not planned")
    assert Shown("T14.4.5.1").state["STATEZH"].startswith("未计划")
    assert Shown("T14.4.6.1").state["state"].startswith("not planned")


def test_a_sample_is_listed_with_its_times_flags_and_reason():
    adpc = samples(2.0).with_columns(
        ADTM=pl.datetime(2026, 1, 5, 9, 30),
        ARRLT=pl.lit(1.126),
        DEVH=pl.lit(0.126),
        WINFL=pl.lit("OUT"),
        AVALC=pl.lit("2.0"),
        SUMFL=pl.lit("N"),
        SUMRSN=pl.lit("outside the sampling window"),
        SRCROW=pl.lit(7),
    )
    shown = Shown("L16.2.5.2", ADPC=adpc)
    row = "A0/2026-01-05 09:30:00.000000"
    assert [shown.text(row, c) for c in ("ATPT", "ARRLT", "DEVH", "WINFL", "AVALC", "WHY")] == [
        *("End of infusion", "1.13", "0.13", "outside", "2.0", "outside the sampling window")
    ]
    assert shown.cell(row, "WINFL")["TEXTZH"] == "窗外"
    assert shown.behind(row, "DEVH")["SRCROW"].to_list() == [7]


def test_a_doubted_parameter_is_marked_and_its_reason_stands_with_it():
    adpp = pl.concat([values(1.0), values(9.87654, code="LAMZHL", unit="day")]).with_columns(
        STATUS=pl.Series(["OK", "NR"]), REASON=pl.Series([None, "terminal points span too little"])
    )
    shown = Shown("L16.2.5.3", ADPP=adpp)
    row = "A0|MAB|SERUM|1"
    assert (shown.text(row, "CMAX"), shown.text(row, "LAMZHL")) == ("1.00", "9.88†")
    assert shown.cell(row, "LAMZHL")["REASON"] == "terminal points span too little"
    assert shown.cell(row, "LAMZHL")["VALUE"] == 9.87654
    heads = shown.columns.filter(pl.col("COL") == "LAMZHL")
    assert heads["HEADZH"].item() == "末端消除半衰期 (LAMZHL)\n(day)"


def test_a_terminal_fit_is_listed_with_its_window_and_its_status_in_words():
    half = values(9.0, code="LAMZHL", unit="day").with_columns(STATUS=pl.lit("FLAG"))
    ends = values(24.0, code="LAMZLL", unit="h").with_columns(STATUS=pl.lit("OK"))
    shown = Shown("L16.2.5.4", ADPP=pl.concat([half, ends]))
    assert shown.text("A0|MAB|SERUM|1", "LAMZLL") == "24.00"
    assert shown.cell("A0|MAB|SERUM|1", "STATUS")["TEXTZH"] == "报告（有备注）"
