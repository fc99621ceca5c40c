"""Biomarkers as displays: by visit, time saturated, models and figures."""

import polars as pl
from shown_display import TINY, Shown
from support import table

from pkpipe.biomarkers.visit_statistics import marker_statistics, with_first
from pkpipe.displays.figures.antibodies import drawn_analyte
from pkpipe.protocol.drugs import Biomarker

ADSL = pl.DataFrame({"USUBJID": ["S1", "S2"], "COHORT": ["A", "B"], "SAFFL": "Y", "PKCFL": "Y"})
RESULTS = table(
    """
    USUBJID | PARAMCD | ADTM             | DRUG | COHORT | CYCLE | VISIT         | AVAL | CHG | SRCROW
    S1      | RO      | 2026-01-12T08:00 | MAB  | A      | 1     | CYCLE 1 DAY 8 | 90   | 80  | 2
    S1      | RO      | 2026-01-12T09:00 | MAB  | A      | 1     | CYCLE 1 DAY 8 | 10   | 0   | 3
    S2      | RO      | 2026-01-12T08:00 | MAB  | B      | 1     | CYCLE 1 DAY 8 | 80   | 60  | 4
    """,
    SRCROW=pl.Int64(),
).with_columns(
    PARAM=pl.lit("Occupancy"), ATPT=pl.lit("D8"), ATPTN=pl.lit(168.0), AVALU=pl.lit("%"),
    PCHG=pl.lit(None, dtype=pl.Float64),
)  # fmt: skip
SATURATED = table(
    """
    USUBJID | PARAMCD | COHORT | SATPCT | OBSDAY | SATDAY | FSATDTM
    S1      | RO      | A      | 50     | 20     | 10     | 2026-01-12T08:00
    S2      | RO      | B      | 0      | 30     | 0      |
    """,
    SATPCT=pl.Float64(), OBSDAY=pl.Float64(), SATDAY=pl.Float64(),
)  # fmt: skip
TIMES = table(
    """
    PARAMCD | COHORT | LIMIT | AVALU | NEXAM | N | NEVER | OBSMED | SATMED | PCTMED | PCTMIN | PCTMAX
    RO      | ALL    | 90    | %     | 2     | 2 | 1     | 25     | 5      | 25     | 0      | 50
    """,
    **dict.fromkeys(("LIMIT", "OBSMED", "SATMED", "PCTMED", "PCTMIN", "PCTMAX"), pl.Float64()),
    NEXAM=pl.Int64(), NEVER=pl.Int64(),
)  # fmt: skip
FITS = table(
    """
    PARAMCD | PARCAT1 | MATRIX | MODEL | STAT | N | NOBS | AVAL | LOWER | UPPER | CHOSENFL | STATUS | REASON
    RO      | MAB     | SERUM  | EMAX  | EC50 | 6 | 20   | 1.5  | 1.1   | 2.2   | Y        | OK     |
    RO      | MAB     | SERUM  | NONE  | E0   | 6 | 20   | 50   | 40    | 60    | N        | OK     |
    """,
    NOBS=pl.Int64(), LOWER=pl.Float64(), UPPER=pl.Float64(),
)  # fmt: skip
MARKER = Biomarker(
    code="RO", name="Occupancy", drug="MAB", specimen="BLOOD", unit="%", saturated_from=90
)
STUDY = TINY.model_copy(update={"biomarkers": (MARKER,)})


def test_a_mean_by_visit_is_of_the_first_result_of_each_subject():
    adpd = with_first(RESULTS)
    told = Shown("T14.6.1", study=STUDY, ADSL=ADSL, ADPD=adpd, PDSTAT=marker_statistics(adpd))
    row = "1/CYCLE 1 DAY 8/168.0/AVAL"
    assert told.text(row, "ALL") == "85.0 (7.07), n=2"
    assert told.behind(row, "ALL")["AVAL"].sort().to_list() == [80, 90]
    assert told.text(row, "ALL MEDIAN") == "85.0 (80.0, 90.0)"
    assert told.cell(row, "VISIT")["TEXTZH"] == "第1周期第8天"


def test_the_time_saturated_names_who_was_never_saturated():
    told = Shown("T14.6.2", study=STUDY, ADSL=ADSL, PDSATSUM=TIMES, PDSAT=SATURATED)
    assert told.text("NEVER", "ALL") == "1/2 (50.0 %)"
    assert told.behind("NEVER", "ALL")["USUBJID"].to_list() == ["S2"]
    assert told.text("PCTMED", "ALL") == "25.0 (0, 50.0)"
    assert Shown("T14.6.2", study=STUDY, ADSL=ADSL).state["state"] == "no result at a planned time"
    none = STUDY.model_copy(update={"biomarkers": ()})
    assert Shown("T14.6.2", study=none, ADSL=ADSL).state["state"].startswith("not planned")


def test_a_model_has_its_parameters_with_limits_and_says_whether_it_was_chosen():
    told = Shown("T14.6.3", study=STUDY, ADSL=ADSL, PDEMAX=FITS)
    assert told.text("EMAX", "EC50") == "1.50 (1.10, 2.20)"
    assert told.text("EMAX", "SAID") == "chosen"
    assert told.cell("EMAX", "SAID")["TEXTZH"] == "选用"
    assert told.text("NONE", "NOBS") == "20"


def test_the_figures_say_in_both_languages_why_there_is_none():
    for number in ("F14.6.1", "F14.6.2", "F14.6.3", "F14.5.1", "F14.5.2"):
        told = Shown(number, study=STUDY, ADSL=ADSL)
        assert told.state["state"] != "shown", number
        assert told.state["STATEZH"], number


def test_a_marker_is_drawn_by_visit_with_a_caption_in_chinese():
    more = RESULTS.with_columns(USUBJID=pl.lit("S3"), SRCROW=pl.col("SRCROW") + 9)
    stat = marker_statistics(with_first(pl.concat([RESULTS, more])))
    told = Shown("F14.6.1", study=STUDY, ADSL=ADSL, PDSTAT=stat)
    assert told.state["state"] == "shown"
    assert "均值" in told.figures["TITLEZH"].item()


def test_the_analyte_under_the_titre_is_the_one_tolerance_is_stated_for():
    assert drawn_analyte(STUDY, "MAB").code == "MAB"
