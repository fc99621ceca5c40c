"""Dose proportionality, accumulation, steady state, conventions and exposure as displays."""

import polars as pl
from shown_display import TINY, Shown

from pkpipe.displays.bilingual import PLACE
from pkpipe.displays.pharmacokinetics.reasons import in_chinese, sentences
from pkpipe.protocol.study import Study


def planned(**sections):
    """The smallest study with further sections of its analysis."""
    data = TINY.model_dump(by_alias=True)
    data["nca"] |= sections
    return Study.model_validate(data)


def test_a_verdict_is_told_in_words_with_the_region_it_was_held_against():
    plan = {"parameters": ["CMAX"], "confidence": 0.9, "min_levels": 2, "min_subjects": 3}
    row = {
        **{"PARCAT1": "MAB", "MATRIX": "SERUM", "PARAMCD": "CMAX", "MODEL": "FIRST"},
        **{"SCOPE": "ALL", "CYCLE": 1, "N": 9, "NDOSE": 2, "DMIN": 1.0, "DMAX": 3.0},
        **{"DOSEU": "mg/kg", "BETA": 1.0, "LOWER": 0.95, "UPPER": 1.05, "RDNM": 1.0},
        **{"RDNMLO": 0.9, "RDNMHI": 1.1, "STRLO": 0.797, "STRHI": 1.203, "STRICT": "inside"},
        **{"EXPLO": 0.369, "EXPHI": 1.631, "EXPLOR": "inconclusive"},
    }
    shown = Shown("T14.4.3.1", planned(dose_proportionality=plan), DOSEPROP=pl.DataFrame([row]))
    at = "CMAX/FIRST/ALL/1"
    assert shown.text(at, "STRICT") == "proportional (0.797 to 1.203)"
    assert shown.cell(at, "EXPLOR")["TEXTZH"] == "尚不能判定（0.369～1.631）"
    assert shown.text(at, "BETA") == "1.000 (0.950, 1.050)"
    assert shown.text(at, "DOSES") == "All doses, 1 to 3 mg/kg"


def test_a_model_that_was_not_fitted_says_why():
    plan = {"parameters": ["CMAX"], "confidence": 0.9, "min_levels": 2, "min_subjects": 3}
    row = {
        **{"PARCAT1": "MAB", "MATRIX": "SERUM", "PARAMCD": "CMAX", "MODEL": "REPEAT"},
        **{"SCOPE": "ALL", "N": 2, "REASON": "fewer than 3 subjects"},
    }
    shown = Shown("T14.4.3.1", planned(dose_proportionality=plan), DOSEPROP=pl.DataFrame([row]))
    assert shown.text("CMAX/REPEAT/ALL/", "STRICT") == "fewer than 3 subjects"
    assert shown.text("CMAX/REPEAT/ALL/", "BETA") == "–"
    assert shown.cell("CMAX/REPEAT/ALL/", "CYCLEW")["TEXTZH"].startswith("全部周期")


def accumulated(**changes):
    row = {"PARCAT1": "MAB", "MATRIX": "SERUM", "LEVEL": "A", "CYCLE": 2, "PARAMCD": "CMAX"}
    subjects = [row | {"SCOPE": "SUBJECT", "USUBJID": s, "N": n, "RAC": r}
                for s, n, r in (("S1", 1, 2.0), ("S2", 1, 4.5), ("S3", 0, None))]  # fmt: skip
    level = row | {
        "SCOPE": "LEVEL",
        "N": 2,
        "RAC": 3.0,
        "LOWER": 2.0,
        "UPPER": 4.5,
        "EFFHLU": "day",
    }
    return pl.DataFrame([*subjects, level | changes])


def test_a_ratio_of_a_level_is_shown_with_the_ratios_of_its_subjects_behind():
    plan = {"parameters": ["CMAX"], "confidence": 0.9, "min_subjects": 2}
    shown = Shown("T14.4.4.1", planned(accumulation=plan), ACCUM=accumulated())
    assert shown.text("CMAX/A/2", "RAC") == "3.000 (2.000, 4.500)"
    assert shown.behind("CMAX/A/2", "RAC")["USUBJID"].to_list() == ["S1", "S2"]
    heads = shown.columns.filter(pl.col("COL") == "RAC")
    assert heads["HEADEN"].item() == "Accumulation ratio (90 % CI)"


def test_steady_state_is_a_sentence_and_its_slope_a_change_per_dose():
    plan = {"confidence": 0.9, "max_change_percent": 10, "min_troughs": 2, "min_subjects": 2}
    row = {"PARCAT1": "MAB", "MATRIX": "SERUM", "LEVEL": "A", "LASTDOSE": 4, "N": 2}
    rows = pl.DataFrame(
        [
            row | {"SCOPE": "FROM", "FROMDOSE": 2, "LOWER": -0.1, "UPPER": 0.1, "CHGPCT": 0.0},
            row | {"SCOPE": "LEVEL", "REASON": "troughs still change from dose to dose"},
        ]
    ).with_columns(STEADYFL=pl.Series(["Y", "N"]))
    troughs = pl.DataFrame(
        {
            "USUBJID": ["S1", "S1", "S2"],
            "DOSENO": [1, 2, 2],
            "LEVEL": "A",
            "PARCAT1": "MAB",
            "MATRIX": "SERUM",
            "PARAMCD": "CTROUGH",
            "SUMFL": "Y",
            "AVAL": 1.0,
        }
    )
    shown = Shown("T14.4.4.2", planned(steady_state=plan), STEADY=rows, ADPP=troughs)
    assert shown.cell("A/FROM/2", "STATE")["TEXTZH"] == "已达稳态"
    assert shown.text("A/FROM/2", "CHGPCT") == "0.0 (-9.5, 10.5)"
    assert shown.behind("A/FROM/2", "N")["USUBJID"].to_list() == ["S1", "S2"]
    assert shown.text("A/LEVEL/", "STATE") == "not steady"
    assert shown.cell("A/LEVEL/", "WHY")["TEXTZH"] == "谷浓度仍随给药次数变化"


def test_a_convention_changed_alone_tells_how_much_moves_and_what_is_lost():
    plan = {"parameters": ["AUCLST"], "auc_method": ["linear"], "moves_percent": 1}
    row = {
        **{"PARCAT1": "MAB", "MATRIX": "SERUM", "LEVEL": "A", "CYCLE": 1, "PARAMCD": "AUCLST"},
        **{"BLQRULE": "as planned", "AUCRULE": "linear", "SLOPERUL": "as planned"},
        **{"TIMEBAS": "as planned", "NCHANGE": 1, "N": 3, "NMOVED": 2, "NGAINED": 0, "NLOST": 1},
        **{"GMRATIO": 1.05, "MINRATIO": 0.9, "MAXRATIO": 1.2, "COHORT": "ALL"},
    }
    shown = Shown("T14.4.7.1", planned(sensitivity=plan), CONVSENS=pl.DataFrame([row]))
    assert shown.text("AUCLST/A/ALL/1", "AUCRULE:linear") == "5.0 (2/3, −1)"
    assert shown.text("AUCLST/A/ALL/1", "FURTHEST") == "20.0"
    heads = shown.columns.filter(pl.col("COL") == "AUCRULE:linear")
    assert (heads["HEADEN"].item(), heads["HEADZH"].item()) == ("Area: linear", "面积：线性梯形")
    none = Shown("T14.4.7.1", planned(sensitivity=plan))
    assert none.state["state"] == "no other declared convention moves a parameter"


def test_what_the_planned_samples_can_yield_is_told_by_cycle():
    rows = pl.DataFrame(
        {
            "PARCAT1": "MAB",
            "MATRIX": "SERUM",
            "CYCLE": [1, 2],
            "PARAMCD": "LAMZHL",
            "NSAMP": [4, 1],
            "ESTIM": ["DOUBT", "N"],
            "REASON": ["short", "one sample"],
        }
    )
    shown = Shown("T14.4.7.2", ESTIMAB=rows)
    assert shown.text("LAMZHL", "1") == "in doubt"
    assert shown.cell("LAMZHL", "2")["TEXTZH"] == "不可估计"
    assert shown.cell("LAMZHL", "2")["REASON"] == "one sample"
    heads = shown.columns.filter(pl.col("COL") == "2")
    assert heads["HEADEN"].item() == "Cycle 2\n(1 sample)"


def test_exposure_is_shown_by_quarter_with_the_subjects_behind_and_the_n_of_the_model():
    quarters = pl.DataFrame(
        [
            {"STAT": "Q1", "N": 2, "X": 0, "EXPLO": 1.0, "EXPMED": 1.5, "EXPHI": 2.0, "AVAL": 0.0,
             "LOWER": 0.0, "UPPER": 84.2},
            {"STAT": "Q2", "N": 2, "X": 1, "EXPLO": 3.0, "EXPMED": 3.5, "EXPHI": 4.0, "AVAL": 50.0,
             "LOWER": 1.3, "UPPER": 98.7},
            {"STAT": "SLOPE", "N": 4, "X": 1, "EXPLO": 1.0, "EXPMED": 2.5, "EXPHI": 4.0,
             "REASON": "no slope: fewer than 5 subjects with, or without, the event"},
        ]
    ).with_columns(
        PARCAT1=pl.lit("MAB"), MATRIX=pl.lit("SERUM"), PARAMCD=pl.lit("CMAX"), CYCLE=1,
        ENDPOINT=pl.lit("DLT"), LEVELCI=0.95, EXPU=pl.lit("ug/mL"), DEFIN=pl.lit("toxicity"),
    )  # fmt: skip
    subjects = ["S1", "S2", "it's", "S4"]
    adpp = pl.DataFrame(
        {"USUBJID": subjects, "AVAL": [1.0, 2.0, 3.0, 4.0], "DOSENO": 1, "CYCLE": 1,
         "PARCAT1": "MAB", "MATRIX": "SERUM", "PARAMCD": "CMAX", "SUMFL": "Y",
         "PROFILE": [f"{s}|1" for s in subjects]}
    )  # fmt: skip
    states = ["EVALUABLE", "EVALUABLE", "EVALUABLE_DLT", "EVALUABLE"]
    addlt = pl.DataFrame({"USUBJID": subjects, "STATE": states})
    data = TINY.model_dump(by_alias=True)
    data["exposure_response"] = {
        "outcomes": {"confidence": 0.95, "min_quarters": 4, "min_slope": 4, "min_each": 5}
    }
    shown = Shown("T14.4.6.1", Study.model_validate(data), EXPRESP=quarters, ADPP=adpp, ADDLT=addlt)
    row = "MAB/SERUM/CMAX/1/EVENTS"
    assert shown.text(row, "Q2") == "1/2 (50.0 %) (1.3, 98.7)"
    assert shown.behind(row, "Q2")["USUBJID"].to_list() == ["it's"]
    assert shown.behind(row.replace("EVENTS", "EXPOSURE"), "Q1")["AVAL"].to_list() == [1.0, 2.0]
    assert (shown.text(row, "N"), shown.text(row, "SLOPE")) == ("4", "NE")
    assert shown.cell(row, "WHY")["TEXTZH"] == "发生或未发生事件的受试者少于5例，不估计斜率"
    assert "equal exposures stay together" in shown.state["NOTESEN"]


def test_a_reason_of_several_parts_is_told_in_chinese_part_by_part():
    said = "terminal points span less than 2 half-lives; over 20 % of the area extrapolated"
    assert in_chinese(said) == "末端点跨度不足2个半衰期；面积外推超过20 %"
    assert in_chinese("samples after the dose: 2; areas and slopes need 4") == (
        "给药后样本数2，计算面积和斜率需4"
    )
    assert (
        in_chinese("outside the sampling window; lost | 'here'") == "超出采样时间窗；lost | 'here'"
    )
    assert in_chinese("something nobody foresaw") is None
    assert in_chinese("lost: here") is None


def test_a_reason_within_a_reason_is_told_in_chinese_as_well():
    assert in_chinese("ADC: more than 5 % of CMAX was there before the first dose") == (
        "ADC：首次给药前浓度超过CMAX的5 %"
    )
    assert in_chinese("after the first dose: fewer than 3 subjects") == "首次给药后：受试者少于3例"
    assert in_chinese("2 of 7 ratios have a BLQ value") == "7个比值中2个含BLQ值"
    assert in_chinese("not done: 凝血") == "未采集：凝血"
    assert in_chinese("the assay measures antibody-conjugated payload") == "该方法检测抗体偶联载荷"


def test_every_reason_has_the_same_places_in_both_languages_and_is_found_by_its_english():
    said = list(sentences())
    assert len(said) > 80
    for words in said:
        places = len(PLACE.findall(words.en))
        assert places == len(PLACE.findall(words.zh)), words
        found = in_chinese(words.en.replace("{}", "7"))
        assert found is None if words.en == "{}: {}" else "7" in found or not places, words
