"""Response rates, times to event, schemes, agreement and their listings as displays."""

import datetime

import polars as pl
import pytest
from shown_display import TINY, Shown

from pkpipe.clinical.collected import EVERYTHING, Collected
from pkpipe.displays.efficacy.efficacy_words import CENSORED, SITUATIONS
from pkpipe.displays.figures.colours import group_colours
from pkpipe.schema.adam.survival import ENDED_BY, EVENT
from pkpipe.survival.curves.curve_tables import km_tables
from pkpipe.survival.times.endpoints import OS, PFS, START, TTR
from pkpipe.survival.times.sensitivity import moved
from pkpipe.tumor.responses.rates import response_rates

HOSTILE = "S\"3|'恶心\n"
WHO = ["S1", "S2", HOSTILE, "S4"]
SUBJECTS = pl.DataFrame(
    {
        "USUBJID": WHO,
        "COHORT": ["A", "A", "B", "B"],
        "COHORTN": [1, 1, 2, 2],
        "LEVEL": ["A", "A", "B", "B"],
        "PART": "escalation",
        "TUMTYPE": ["NSCLC", "NSCLC", "TNBC", "TNBC"],
        "SAFFL": "Y",
        "RSPFL": ["Y", "Y", "Y", "N"],
        "TRTSDT": [datetime.date(2026, 1, 1)] * 4,
    }
)


def responses(best=("PR", "SD", "PR", "PD"), confirmed=("PR", "SD", "SD", "PD"), crit="RECIST 1.1"):
    """ADRS with the best responses of four subjects, and RSPSUM made of them by the room."""
    rows = pl.concat(
        pl.DataFrame({"USUBJID": WHO, "PARAMCD": code, "AVALC": given})
        for code, given in (("BOR", best), ("CBOR", confirmed), ("CBR", ("Y", "N", "N", "N")))
    ).with_columns(CRIT=pl.lit(crit), SRC=pl.lit("derived"), EVAL=pl.lit("INVESTIGATOR"))
    rows = rows.join(SUBJECTS.select("USUBJID", "COHORT", "LEVEL"), on="USUBJID")
    kinds = {"iPR": "PR", "iSD": "SD", "iUPD": "UPD", "iCPD": "PD"}
    told = SUBJECTS.with_columns(
        BOR=pl.Series(best).replace(kinds),
        CBOR=pl.Series(confirmed).replace(kinds),
        CBRDT=pl.Series(["Y", None, None, None]),
        TREATED=True,
        EVALUABLE=pl.col("RSPFL") == "Y",
    )
    summed = response_rates(told, benefit=True, immune=crit == "iRECIST").with_columns(
        CRIT=pl.lit(crit), SRC=pl.lit("derived")
    )
    return {"ADSL": SUBJECTS, "ADRS": rows, "RSPSUM": summed}


def sheet(made, code):
    """The cells of one table of a display."""
    return made.cells.filter(pl.col("ID").str.contains(f"/{code}|", literal=True))


def cell(cells, row, column):
    (found,) = cells.filter(pl.col("ROW") == row, pl.col("COL") == column).iter_rows(named=True)
    return found


def behind(made, found):
    table = made.tables[found["TABLES"].partition("/")[2]]
    return pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {found['ROWS']}", eager=True)


def test_a_rate_has_exact_limits_and_the_subjects_behind_it():
    made = Shown("T14.2.1.1", **responses())
    cells = sheet(made, "derived")
    total = cell(cells, "evaluable/CORR", "ALL")
    assert total["TEXT"] == "1/3 (33.3 %) (0.8, 90.6)"
    assert behind(made, total)["USUBJID"].to_list() == ["S1"]
    assert cell(cells, "evaluable/ORR", "ALL")["TEXT"] == "2/3 (66.7 %) (9.4, 99.2)"
    assert cell(cells, "evaluable/DCR", "B")["TEXT"] == "1/1 (100.0 %) (2.5, 100.0)"
    assert behind(made, cell(cells, "evaluable/ORR", "B"))["USUBJID"].to_list() == [HOSTILE]


def test_treated_subjects_are_a_denominator_of_their_own_where_they_are_more():
    made = Shown("T14.2.1.1", **responses())
    cells = sheet(made, "derived")
    assert cell(cells, "treated/CBOR_PD", "ALL")["TEXT"] == "1/4 (25.0 %)"
    assert cell(cells, "evaluable/CBOR_PD", "ALL")["TEXT"] == "0/3 (0.0 %)"
    assert behind(made, cell(cells, "evaluable/CBOR_PD", "ALL")).is_empty()
    everybody = responses()
    everybody["RSPSUM"] = everybody["RSPSUM"].filter(pl.col("DENOM") == "evaluable")
    alone = Shown("T14.2.1.1", **everybody)
    assert not alone.cells["ROW"].str.starts_with("treated").any()


def test_confirmed_stands_first_where_the_study_asks_for_confirmation_and_words_are_in_both_languages():
    cells = sheet(Shown("T14.2.1.1", **responses()), "derived")
    first = cell(cells, "evaluable/CBOR_CR", "PARAM")
    assert cells["ROW"][0] == "evaluable/CBOR_CR"
    assert (first["TEXT"], first["TEXTZH"]) == ("Complete response (CR)", "完全缓解（CR）")
    assert cell(cells, "evaluable/CORR", "PARAM")["TEXTZH"] == "客观缓解率，已确认（CR + PR）"
    # a rate does not seem to be a line of the best response above it
    assert cell(cells, "evaluable/CORR", "HEAD")["TEXT"] == "Response-evaluable subjects: rates"


def test_rates_stand_by_tumour_type_too_and_name_its_subjects():
    made = Shown("T14.2.1.1", **responses())
    found = cell(sheet(made, "derived/TUMTYPE"), "evaluable/ORR", "TNBC")
    assert found["TEXT"] == "1/1 (100.0 %) (2.5, 100.0)"
    assert behind(made, found)["USUBJID"].to_list() == [HOSTILE]


def test_immune_criteria_have_a_table_where_the_study_asks_for_them():
    given = responses(("iPR", "iSD", "iUPD", "iCPD"), ("iPR", "iSD", "iUPD", "iCPD"), "iRECIST")
    made = Shown("T14.2.1.2", **given)
    found = cell(sheet(made, "derived"), "evaluable/CBOR_UPD", "ALL")
    assert found["TEXT"] == "1/3 (33.3 %)"
    assert behind(made, found)["USUBJID"].to_list() == [HOSTILE]
    plan = TINY.response.model_copy(update={"criteria": ("RECIST 1.1",)})
    without = Shown("T14.2.1.2", TINY.model_copy(update={"response": plan}), **given)
    assert without.state["state"].startswith("not planned")


def test_a_rate_of_what_was_not_collected_says_so_and_is_no_zero():
    given = responses()
    why = "not collected: TR.TRSTRESN"
    nothing = {"X": None, "N": None, "PCT": None, "LOWER": None, "UPPER": None}
    given["RSPSUM"] = given["RSPSUM"].with_columns(
        *(pl.lit(v).alias(k) for k, v in nothing.items()), REASON=pl.lit(why)
    )
    made = Shown("T14.2.1.1", **given)
    assert made.state["state"] == why
    assert made.state["STATEZH"] == "未收集：TR.TRSTRESN"


def times(aval, cnsr, *, endpoint="OS", scheme="A", leading="Y"):
    """ADTTE of one endpoint; censored: alive."""
    return SUBJECTS.select("USUBJID", "COHORT", "LEVEL", "PART", "TUMTYPE").with_columns(
        PARAMCD=pl.lit(endpoint),
        SCHEME=pl.lit(scheme),
        ANL01FL=pl.lit(leading, dtype=pl.String),
        AVAL=pl.Series([float(v) for v in aval]),
        CNSR=pl.Series(cnsr, dtype=pl.Int64),
        EVNTDESC=pl.Series(["Death" if c == 0 else "Alive" for c in cnsr]),
        CNSRRSN=pl.Series([0 if c == 0 else 1 for c in cnsr], dtype=pl.Int64),
    )


def survival(adtte, study=TINY):
    """The tables that the room makes of these times."""
    curve, summary = km_tables(adtte, SUBJECTS, study.survival, study.survival.endpoints)[:2]
    if "STAT" not in summary.columns:
        curve, summary = summary, curve
    return {"ADSL": SUBJECTS, "ADTTE": adtte, "KMSUM": summary, "KMCURVE": curve}


def test_a_median_has_its_limits_and_what_is_not_reached_is_said():
    made = Shown("T14.2.2.3", **survival(times((61, 122, 183, 244), (0, 0, 0, 0))))
    cells = sheet(made, "OS")
    median = cell(cells, "MEDIAN", "ALL")
    assert median["VALUE"] == pytest.approx(152.5 / 30.4375, rel=1e-12)
    assert median["TEXT"].startswith("5.0 (")
    assert behind(made, median).height == 4
    assert cell(cells, "EVENTS/Death", "A")["TEXT"] == "2/2 (100.0 %)"
    never = sheet(Shown("T14.2.2.3", **survival(times((61, 122, 183, 244), (1, 1, 1, 1)))), "OS")
    assert cell(never, "MEDIAN", "ALL")["TEXT"] == "NE"
    assert cell(never, "CENSORED/1", "ALL")["TEXT"] == "4/4 (100.0 %)"


def test_a_curve_without_an_event_has_no_limits_whatever_its_scale():
    one = Shown("T14.2.2.3", **survival(times((200, 210, 220, 230), (0, 0, 0, 0))))
    plan = TINY.survival.model_copy(update={"conf": "plain"})
    plain = TINY.model_copy(update={"survival": plan})
    other = Shown("T14.2.2.3", plain, **survival(times((10, 210, 220, 230), (1, 0, 0, 0)), plain))
    for made in (one, other):
        assert cell(sheet(made, "OS"), "SURV/3", "ALL")["TEXT"] == "1.00 (NE, NE)"


def test_at_risk_are_the_subjects_whose_time_is_that_long():
    made = Shown("T14.2.2.3", **survival(times((61, 122, 183, 244), (0, 0, 0, 0))))
    found = cell(sheet(made, "OS"), "NRISK/3", "ALL")
    assert found["TEXT"] == "3"
    assert behind(made, found)["USUBJID"].to_list() == WHO[1:]


def test_a_landmark_that_no_group_reaches_has_no_line_but_a_note():
    made = Shown("T14.2.2.3", **survival(times((61, 100, 110, 120), (0, 0, 0, 0))))
    assert not made.cells["ROW"].str.contains("/6", literal=True).any()
    assert "Overall survival: no group has an estimate at 6 months." in made.state["NOTESEN"]


def test_an_endpoint_the_study_does_not_state_is_not_planned():
    plan = TINY.survival.model_copy(update={"endpoints": ("OS",)})
    study = TINY.model_copy(update={"survival": plan})
    made = Shown("T14.2.2.2", study, **survival(times((61, 100, 110, 120), (0, 0, 0, 0))))
    assert made.state["state"].startswith("not planned")


def test_a_time_that_rests_on_what_was_not_collected_says_so():
    known = Collected(EVERYTHING.tables - {"TR"}, {})
    made = Shown("T14.2.2.2", known=known, **survival(times((61, 99, 110, 120), (0, 0, 0, 0))))
    assert made.state["state"] == "not collected: TR"


def test_another_scheme_says_whom_it_moves_and_why():
    adtte = pl.concat(
        [
            times((61, 122, 183, 244), (0, 0, 0, 1), endpoint="PFS"),
            times((61, 126, 183, 244), (0, 0, 0, 0), endpoint="PFS", scheme="B", leading=None),
        ]
    )
    made = Shown("T14.2.2.4", ADSL=SUBJECTS, ADTTE=adtte, TTESENS=moved(adtte))
    counts = sheet(made, "PFS")
    assert cell(counts, "MOVED", "B")["TEXT"] == "2/4 (50.0 %)"
    assert set(behind(made, cell(counts, "MOVED", "B"))["USUBJID"]) == {"S2", "S4"}
    assert cell(counts, "EVENTS", "A")["TEXT"] == "3/4 (75.0 %)"
    why = cell(sheet(made, "PFS/MOVED"), "S2/PFS/B", "WHY")
    assert (why["TEXT"], why["TEXTZH"]) == ("Death on another date", "死亡，日期不同")
    changed = cell(sheet(made, "PFS/MOVED"), "S4/PFS/B", "WHY")
    assert changed["TEXTZH"] == "由“存活”改为“死亡”"


RECON = {
    "USUBJID": WHO,
    "EVAL": "INVESTIGATOR",
    "CRIT": "RECIST 1.1",
    "COMPARE": "derived-reported",
    "VISIT": "WEEK 6",
    "ADT": [datetime.date(2026, 2, 12)] * 4,
    "DERIVED": ["PR", "SD", "PD", "PD"],
    "REPORTED": ["PR", "SD", "SD", None],
    "AGREE": ["Y", "Y", "N", None],
    "WHY": [None, None, "derived PD, reported SD", "derived only"],
}


def test_time_points_are_counted_by_both_responses_and_those_that_differ_are_listed():
    made = Shown("T14.2.3.1", ADSL=SUBJECTS, RECON=pl.DataFrame(RECON))
    code = "derived-reported/RECIST 1.1/INVESTIGATOR"
    counts = sheet(made, code)
    assert cell(counts, "PD", "SD")["TEXT"] == "1"
    assert behind(made, cell(counts, "PD", "SD"))["USUBJID"].to_list() == [HOSTILE]
    assert cell(counts, "AGREE", "TOTAL")["TEXT"] == "2/3 (66.7 %)"
    assert sheet(made, f"{code}/DIFFER")["ROW"].n_unique() == 1
    assert "Not compared: 1 derived only." in made.state["NOTESEN"]
    assert "未比较：1 个仅有推导结果。" in made.state["NOTESZH"]


def test_a_time_is_listed_with_its_dates_why_and_the_trace():
    adtte = times((61, 122, 183, 244), (0, 0, 0, 1)).with_columns(TRACE=pl.lit("start …"))
    made = Shown("L16.2.6.4", **survival(adtte))
    cells = sheet(made, "OS")
    assert cell(cells, "S4/OS/A", "CNSRRSN")["TEXTZH"] == "删失：无事件，数据截止时仍在随访"
    assert cell(cells, f"{HOSTILE}/OS/A", "EVNTDESC")["TEXT"] == "Death"
    assert behind(made, cell(cells, f"{HOSTILE}/OS/A", "AVAL"))["USUBJID"].to_list() == [HOSTILE]
    assert cell(cells, "S1/OS/A", "TRACE")["TEXT"] == "start …"


def test_a_level_and_its_cohort_have_one_colour_in_every_figure():
    colours = group_colours({"ADSL": SUBJECTS}, TINY)
    names = ("A", "B", "X", "LUNG", "NSCLC", "ALL")
    assert len({colours[name] for name in names}) == len(names)
    assert colours["A"] == group_colours({"ADSL": SUBJECTS.head(1)}, TINY)["A"]


def test_a_figure_without_anything_to_draw_says_why_in_both_languages():
    drawn = {"USUBJID": WHO, "DRAWN": "N", "REASON": "no target lesion"}
    made = Shown("F14.2.1", ADSL=SUBJECTS, WATERFAL=pl.DataFrame(drawn))
    assert made.state["state"] == "nobody has a measured change of the sum of diameters"
    assert made.state["STATEZH"] == "无受试者有径线总和的变化数据"
    few = Shown("F14.2.5", **survival(times((61, 122, 183, 244), (0, 0, 0, 0)).head(0)))
    assert few.state["state"] == "too few subjects for a curve"


def test_the_swimmer_shows_events_new_therapy_and_why_treatment_ended():
    bars = pl.DataFrame(
        {"USUBJID": WHO, "EVENT": "TREATMENT", "STARTDY": 1.0, "ENDDY": 50.0, "ORDER": [1, 2, 3, 4],
         "COHORT": ["A", "A", "B", "B"]}
    )  # fmt: skip
    ended = SUBJECTS.with_columns(
        EOTDT=pl.lit(datetime.date(2026, 2, 19)),
        DCTREAS=pl.Series(["ADVERSE EVENT", "PROGRESSIVE DISEASE", None, None]),
        NACTDT=pl.Series([None, datetime.date(2026, 3, 1), None, None]),
    )
    events = pl.DataFrame(
        {"USUBJID": ["S1", HOSTILE], "ASTDT": [datetime.date(2026, 1, 9)] * 2, "TRTEMFL": "Y",
         "AEDLTFL": ["Y", None], "AETOXGR": [3, 4], "AEDECOD": "Nausea"}
    )  # fmt: skip
    made = Shown("F14.2.3", ADSL=ended, ADAE=events, SWIMMER=bars)
    (drawing,) = made.figures["SVG"]
    for told in ("dose-limiting toxicity", "adverse event, grade 3 or higher or serious"):
        assert told in drawing
    for told in ("new anti-cancer therapy", "progressive disease", ">adverse event<"):
        assert told in drawing
    assert "5.5px" not in drawing
    assert '<title id="swimmer-title">' in drawing


def test_a_lesion_is_listed_in_both_languages_with_its_record():
    rows = pl.DataFrame(
        {"USUBJID": [HOSTILE] * 2, "EVAL": "INVESTIGATOR", "PARAMCD": ["LDIAM1", "SDIAM"],
         "ADT": [datetime.date(2026, 2, 12)] * 2, "VISIT": "WEEK 6", "LNKID": ["T01", None],
         "LOC": ["LIVER", None], "AVAL": [26.3, 131.20000000000002], "SRCROW": [5, None],
         "REASON": [None, "2 of 3 target lesions measured"]}
    )  # fmt: skip
    made = Shown("L16.2.6.1", ADSL=SUBJECTS, ADTR=rows)
    row = f"{HOSTILE}/INVESTIGATOR//LDIAM1/WEEK 6/2026-02-12"
    place = cell(sheet(made, "LESION"), row, "LOC")
    assert (place["TEXT"], place["TEXTZH"]) == ("Liver", "肝")
    assert cell(sheet(made, "LESION"), row, "VISIT")["TEXTZH"] == "第6周"
    assert behind(made, place)["SRCROW"].to_list() == [5]
    total = sheet(made, "SUM")
    whole = row.replace("LDIAM1", "SDIAM")
    assert cell(total, whole, "AVAL")["TEXT"] == "131.2"
    assert cell(total, whole, "REASON")["TEXTZH"] == "3 个靶病灶中测量了 2 个"


def test_every_way_in_which_a_time_may_end_has_words():
    rules = [rule for rules in (*PFS.values(), OS, TTR) for rule in rules]
    assert set(CENSORED) == set(ENDED_BY) - {EVENT}
    assert {rule.event or rule.situation for rule in rules} - {START} <= set(SITUATIONS)
