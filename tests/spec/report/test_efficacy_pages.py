"""Response and time to event in the report: what a committee reads, and who is not shown."""

import re
from datetime import date

import polars as pl
import pytest
from support import ROOT

from pkpipe.displays.efficacy.efficacy_figures import curves, since
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.efficacy import spider, waterfall
from pkpipe.displays.figures.swimmer import Courses, swimmers
from pkpipe.protocol.efficacy import Comparison
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report.sections import group_tests, response

STUDY = load_study(ROOT / "config" / "bat8008_bat1308.yaml")
SHARED = Courses(("L1", "X1"), Colours(["L1", "X1"]), {})
WHY = "no counted assessment after baseline"


def spiders():
    rows = [("1", -7, 0.0, None), ("1", 43, -30.0, None), ("2", None, None, WHY)]
    return pl.DataFrame(
        [(u, d, p, "X1", "L2", w) for u, d, p, w in rows],
        schema=["USUBJID", "ADY", "PCHG", "COHORT", "LEVEL", "REASON"],
        orient="row",
    )


def test_the_spider_says_who_is_not_drawn_and_why():
    figure = spider(spiders(), ["L2"], Colours(["L2"]))
    assert figure.caption.en.endswith(f"Not drawn: 1 {WHY}.")
    assert figure.caption.en.startswith("1 subjects with a measured sum")


def test_nobody_left_out_is_said_too():
    figure = spider(spiders().filter(pl.col("REASON").is_null()), ["L2"], Colours(["L2"]))
    assert figure.caption.en.endswith("Not drawn: nobody.")


def swims(*events):
    bars = [("1", "TREATMENT", 1.0, 90.0, None), ("2", "TREATMENT", 1.0, 30.0, None)]
    rows = [
        (u, e, s, t, w, "X1" if u == "1" else "L1", int(u)) for u, e, s, t, w in (*bars, *events)
    ]
    names = ("USUBJID", "EVENT", "STARTDY", "ENDDY", "AVALC", "COHORT", "ORDER")
    kinds = {"STARTDY": pl.Float64, "ENDDY": pl.Float64, "AVALC": pl.String}
    return pl.DataFrame(rows, schema=list(names), schema_overrides=kinds, orient="row")


def texts(figure):
    return re.findall(r">([^<>]+)</text>", figure.svg)


def test_the_swimmers_legend_tells_every_mark_that_is_drawn_and_no_other():
    rows = swims(
        ("1", "RESPONSE", 43.0, 90.0, "PR confirmed"),
        ("2", "RESPONSE", 20.0, 30.0, "PR unconfirmed"),
        ("1", "CUTOFF", 120.0, None, "data cutoff"),
        ("2", "DEATH", 31.0, None, "DEATH"),
    )
    told = texts(*swimmers(rows, SHARED))
    for label in ("PR confirmed", "PR unconfirmed", "data cutoff", "death"):
        assert label in told
    assert not {"progression", "on treatment at the cutoff"} & set(told)


def test_the_swimmers_cohorts_stand_in_the_order_of_the_study():
    told = texts(*swimmers(swims(), SHARED))
    assert [t for t in told if t in {"L1", "X1"}] == ["L1", "X1"]


def test_without_bars_or_sums_there_is_no_figure():
    assert swimmers(swims().clear(), SHARED) == []
    assert spider(spiders().clear(), [], Colours([])) is None
    assert (
        waterfall(
            pl.DataFrame(schema={"DRAWN": pl.String, "ORDER": pl.Int64, "USUBJID": pl.String})
        )
        is None
    )


@pytest.mark.parametrize(
    ("anchor", "endpoint", "words"),
    [
        ("treatment", "PFS", "first dose"),
        ("treatment", "DOR", "first response"),
        ("randomization", "PFS", "randomisation"),
        ("randomization", "TTR", "randomisation"),
    ],
)
def test_the_time_axis_says_what_it_is_counted_from(anchor, endpoint, words):
    plan = STUDY.response.model_copy(update={"anchor": anchor})
    assert since(STUDY.model_copy(update={"response": plan}), endpoint).en == words


def curve_columns():
    return [
        *("PARAMCD", "GROUP", "GROUPVAL", "TIME", "NRISK", "NEVENT", "NCENSOR"),
        *("SURV", "LOWER", "UPPER"),
    ]


def test_groups_compared_that_are_no_cohorts_have_curves_of_their_own():
    rows = [
        ("ALL", "ALL"),
        ("COHORT", "X1"),
        *(("TUMTYPE", t) for t in ("GASTRIC", "NSCLC", "TNBC")),
    ]
    curve = pl.DataFrame(
        [
            ("PFS", g, v, t, 5 - i, 1, 0, 0.8 - i / 5, 0.5, 0.9)
            for g, v in rows
            for i, t in enumerate((60.0, 120.0))
        ],
        schema=curve_columns(),
        orient="row",
    )
    asked = Comparison(group="TUMTYPE", reference="TNBC", against=("NSCLC",), endpoints=("PFS",))
    plan = STUDY.survival.model_copy(update={"comparisons": (*STUDY.survival.comparisons, asked)})
    study = STUDY.model_copy(update={"survival": plan})
    adsl = pl.DataFrame(schema=dict.fromkeys(("SAFFL", "COHORT", "TUMTYPE"), pl.String))
    tables = {"ADSL": adsl, "KMCURVE": curve}
    first, figure = curves(tables, study, "PFS")
    assert (figure.name, figure.title.en) == (
        "km-pfs-tumtype",
        "Progression-free survival by tumour type",
    )
    assert {"TNBC", "NSCLC"} <= set(texts(figure))
    assert not {"GASTRIC", "X1"} & set(texts(figure))
    assert first.name == "km-pfs"
    assert [f.name for f in curves(tables, STUDY, "PFS")] == ["km-pfs"]


def test_a_curve_ends_where_too_few_are_at_risk_and_says_so():
    curve = pl.DataFrame(
        [("PFS", "ALL", "ALL", 300.0 * i, 6 - i, 1, 0, 1 - i / 6, 0.5, 0.9) for i in range(1, 6)],
        schema=curve_columns(),
        orient="row",
    )  # fmt: skip
    adsl = pl.DataFrame(schema=dict.fromkeys(("SAFFL", "COHORT", "TUMTYPE"), pl.String))
    (figure,) = curves({"ADSL": adsl, "KMCURVE": curve}, STUDY, "PFS")
    assert "fewer than 3 subjects are at risk" in figure.caption.en
    assert "27" in texts(figure)  # months: three are at risk on day 900, two on day 1200
    assert "30" not in texts(figure)


RECON = ("USUBJID", "EVAL", "EVALID", "ADT", "CRIT", "COMPARE", "VISIT", "DERIVED", "REPORTED")


def recon(*rows):
    table = pl.DataFrame(
        [
            ("1", who, idn, date(2026, 1, 5), crit, compare, "WEEK 6", one, other)
            for compare, crit, who, idn, one, other in rows
        ],
        schema=dict.fromkeys(RECON, pl.String) | {"ADT": pl.Date},
        orient="row",
    )
    agree = pl.when(pl.col("DERIVED").is_not_null() & pl.col("REPORTED").is_not_null())
    same = pl.when(pl.col("DERIVED") == pl.col("REPORTED")).then(pl.lit("Y")).otherwise(pl.lit("N"))
    return table.with_columns(
        AGREE=agree.then(same),
        DAYSOFF=pl.lit(0, dtype=pl.Int64),
        WHY=pl.when(pl.col("REPORTED").is_null()).then(pl.lit("derived only")),
        ARITH=pl.lit("words"),
    )


def test_every_comparison_and_reader_has_a_table_of_its_own():
    tables = response.comparisons(
        recon(
            ("derived-reported", "RECIST 1.1", "INVESTIGATOR", None, "PR", "SD"),
            ("derived-reported", "RECIST 1.1", "INDEPENDENT ASSESSOR", None, "PR", "PR"),
            ("investigator-review", "RECIST 1.1", "INDEPENDENT ASSESSOR", "R1", "SD", "PR"),
            ("derived-reported", "iRECIST", "INVESTIGATOR", None, "iPR", None),
        )
    )
    assert [(t.title, len(t.rows)) for t in tables] == [
        ("Derived from the lesions against the INDEPENDENT ASSESSOR as reported (RECIST 1.1)", 0),
        ("Derived from the lesions against the INVESTIGATOR as reported (RECIST 1.1)", 1),
        ("Investigator against INDEPENDENT ASSESSOR/R1, both as reported (RECIST 1.1)", 1),
    ]
    assert tables[1].header == ("Subject", "Visit", "Date", "Derived", "Reported", "Arithmetic")
    assert tables[2].header[3:] == ("Investigator", "Review", "Days apart")
    assert tables[1].note == "1 time points compared, 1 differ."


KMTEST = ("PARAMCD", "GROUP", "REFVAL", "GROUPVAL", "STAT", "ESTIMATE", "LOWER", "UPPER")


def kmtest(hazard, reason=None, strata=None):
    of_all = [
        ("ALL", s, v)
        for s, v in (("LOGRANK_CHISQ", 1.25), ("LOGRANK_DF", 1.0), ("LOGRANK_P", 0.2634))
    ]
    each = [(g, s, 3.0) for g in ("X1", "X2") for s in ("N", "EVENTS", "LOGRANK_EXPECTED")]
    ratio = [("X2", "HR", hazard), ("X2", "HR_P", hazard)]
    rows = [
        ("PFS", "COHORT", "X1", g, s, v, v and v / 2, v and v * 2)
        for g, s, v in (*of_all, *each, *ratio)
    ]
    kinds = dict.fromkeys(KMTEST[5:], pl.Float64)
    missing = pl.col("ESTIMATE").is_null()
    return pl.DataFrame(
        rows, schema=list(KMTEST), schema_overrides=kinds, orient="row"
    ).with_columns(
        STATUS=pl.when(missing).then(pl.lit("NE")).otherwise(pl.lit("OK")),
        REASON=pl.when(missing).then(pl.lit(reason)),
        STRATA=pl.lit(strata, dtype=pl.String),
    )


def test_a_comparison_of_groups_is_a_table_that_calls_itself_descriptive():
    (table,) = group_tests.comparisons({"KMTEST": kmtest(0.5)}, STUDY, "PFS")
    assert table.title == "Groups compared: each cohort against X1"
    assert table.rows[0] == ("X1", "3", "3", "3.00", "reference", "", "", "")
    assert table.rows[1][4:7] == ("0.500", "(0.25, 1.00)", "0.5000")
    assert "χ² 1.25, degrees of freedom 1, p = 0.2634" in table.note
    assert "not drawn by lot" in table.note
    assert "Stratified" not in table.note
    (within,) = group_tests.comparisons({"KMTEST": kmtest(0.5, strata="SITEID")}, STUDY, "PFS")
    assert "Stratified by SITEID. " in within.note


def test_a_ratio_that_is_not_estimable_says_why():
    (table,) = group_tests.comparisons(
        {"KMTEST": kmtest(None, "no event in group X2")}, STUDY, "PFS"
    )
    assert table.rows[1][4:] == ("NE", "", "", "no event in group X2")
    assert group_tests.comparisons({"KMTEST": kmtest(0.5)}, STUDY, "OS") == []
