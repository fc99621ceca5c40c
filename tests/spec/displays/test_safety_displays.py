"""Deaths, narratives, events of special interest, laboratory and examinations as displays."""

import datetime

import polars as pl
from shown_display import DECLARED, TINY, Shown
from support import table

from pkpipe.clinical.collected import Collected
from pkpipe.safety.aesum import aesum_of
from pkpipe.safety.by_visit import by_visit, with_first
from pkpipe.safety.labs import lbshift_of, with_worst

DAY = datetime.date(2026, 1, 5)
ADSL = table(
    """
    USUBJID | COHORT | COHLABEL | SAFFL | ENRLFL | TRTSDT     | TRTEDT     | DTHDT      | DTHCAUS | SEX
    S1      | A      | 1 mg/kg  | Y     | Y      | 2026-01-05 | 2026-01-26 | 2026-02-05 | DEATH   | F
    it's    | B      | 3 mg/kg  | Y     | Y      | 2026-01-05 | 2026-01-26 |            |         | M
    """
)
EVENTS = table(
    """
    USUBJID | COHORT | AESEQ | AEDECOD                   | AETOXGR | AESER | ASTDT      | AEACN
    it's    | B      | 1     | Infusion related reaction | 3       | Y     | 2026-01-05 | DRUG WITHDRAWN
    it's    | B      | 2     | Nausea                    | 1       | N     | 2026-01-06 | DOSE NOT CHANGED
    """,
    AETOXGR=pl.Int64(),
).with_columns(TRTEMFL=pl.lit("Y"), ASTDY=pl.lit(1))  # fmt: skip
LABORATORY = table(
    """
    USUBJID | VISIT         | ADT        | AVAL | CHG | ABLFL | POSTFL | COHORT | ATOXGRH | SRCROW
    S1      | SCREENING     | 2026-01-01 | 20   |     | Y     |        | A      | 0       | 2
    S1      | CYCLE 1 DAY 8 | 2026-01-12 | 250  | 230 |       | Y      | A      | 3       | 3
    S1      | CYCLE 1 DAY 8 | 2026-01-12 | 90   | 70  |       | Y      | A      | 1       | 4
    S1      | UNSCHEDULED   | 2026-01-13 | 260  | 240 |       | Y      | A      | 3       | 5
    it's    | CYCLE 1 DAY 8 | 2026-01-12 | 30   | 5   |       | Y      | B      | 0       | 6
    """,
    ATOXGRH=pl.Int64(), SRCROW=pl.Int64(),
).with_columns(PARAMCD=pl.lit("ALT"), AVALU=pl.lit("U/L"), BTOXGRH=pl.lit(0))  # fmt: skip


def laboratory():
    full = DECLARED["ADLB"].as_declared(LABORATORY)
    adlb = with_worst(with_first(full, ADSL))
    empty = {code: DECLARED[code].empty() for code in ("ADVS", "ADEG")}
    stat = by_visit({"ADLB": adlb, **empty})
    shift = lbshift_of(adlb, ADSL.with_columns(LEVEL=pl.lit(None, dtype=pl.String)))
    return {"ADSL": ADSL, "ADLB": adlb, "BYVISIT": stat, "LBSHIFT": shift}


def test_a_death_is_listed_with_its_day_and_the_days_after_the_last_dose():
    told = Shown("L14.3.2.1", ADSL=ADSL)
    assert told.text("S1", "DTHDY") == "32"
    assert told.text("S1", "AFTER") == "10"
    assert told.text("S1", "WINDOW") == "within the window of adverse events"
    assert told.cell("S1", "DTHCAUS")["TEXTZH"] == "未记录"
    assert told.behind("S1", "DTHDT")["USUBJID"].to_list() == ["S1"]
    nobody = Shown("L14.3.2.1", ADSL=ADSL.with_columns(DTHDT=pl.lit(None, dtype=pl.Date)))
    assert nobody.state["state"] == "nobody died by the cutoff"
    lost = Collected(frozenset({"DM", "AE"}), {"DM.DTHDTC": ""})
    assert Shown("L14.3.2.1", known=lost, ADSL=ADSL).state["STATEZH"].startswith("未收集：")


def test_a_narrative_is_a_table_of_its_own_for_each_subject_who_needs_one():
    told = Shown("T14.3.3.1", ADSL=ADSL, ADAE=EVENTS)
    assert told.columns["SHEETEN"].unique().sort().to_list() == ["S1, 1 mg/kg", "it's, 3 mg/kg"]
    assert told.text("AE/1", "TOLD").startswith(
        "Infusion related reaction, grade 3, from 2026-01-05"
    )
    assert "停药" in told.cell("AE/1", "TOLD")["TEXTZH"]
    assert told.behind("AE/1", "TOLD")["AESEQ"].to_list() == [1]
    assert told.cells.filter(pl.col("ROW") == "AE/2").is_empty()  # not serious


def test_events_of_special_interest_are_those_the_study_file_names():
    told = Shown("T14.3.1.9", ADSL=ADSL, ADAE=EVENTS)
    assert told.text("INFREACT", "B") == "1/1 (100.0 %)"
    assert told.text("INFREACT/G3", "ALL") == "1/2 (50.0 %)"
    assert told.behind("INFREACT", "ALL")["USUBJID"].to_list() == ["it's"]
    none = TINY.model_copy(update={"immunogenicity": None})
    assert (
        Shown("T14.3.1.9", study=none, ADSL=ADSL, ADAE=EVENTS)
        .state["state"]
        .startswith("not planned")
    )


def test_a_mean_by_visit_is_of_the_first_value_of_each_planned_visit():
    told = Shown("T14.3.4.1", **laboratory())
    assert told.text("CYCLE 1 DAY 8/AVAL", "ALL") == "140 (156), n=2"
    assert told.text("CYCLE 1 DAY 8/AVAL", "A") == "250 (–), n=1"
    assert told.text("CYCLE 1 DAY 8/CHG", "ALL MEDIAN") == "118 (5.00, 230)"
    assert told.cell("CYCLE 1 DAY 8/AVAL", "VISIT")["TEXTZH"] == "第1周期第8天"
    assert told.behind("CYCLE 1 DAY 8/AVAL", "ALL")["AVAL"].to_list() == [250, 30]
    assert told.cells.filter(pl.col("ROW").str.contains("UNSCHEDULED")).is_empty()


def test_a_shift_goes_from_the_baseline_to_the_worst_grade_of_each_direction():
    tables = laboratory()
    told = Shown("T14.3.4.2", **tables)
    assert told.text("ALT/0/3", "ALL") == "1/2 (50.0 %)"
    assert told.behind("ALT/0/3", "A")["USUBJID"].to_list() == ["S1"]
    assert told.cell("ALT/0/3", "WORST")["TEXTZH"] == "3级"
    worst = Shown("T14.3.4.3", **tables)
    assert worst.text("ALT/3", "A") == "1/1 (100.0 %)"
    assert worst.text("ALT/3-4", "ALL") == "1/2 (50.0 %)"
    assert worst.text("ALT/3", "B") == "0/1 (0.0 %)"


def test_listed_are_values_of_grade_2_or_more_that_are_worse_than_at_baseline():
    told = Shown("L14.3.4.4", **laboratory())
    assert told.cells.filter(pl.col("COL") == "AVAL")["VALUE"].to_list() == [250, 260]
    assert told.cells.filter(pl.col("COL") == "TO")["TEXTZH"].to_list() == ["升高", "升高"]


def test_findings_of_an_examination_are_out_of_those_who_were_examined():
    findings = table(
        """
        USUBJID | PARAMCD | PARAM | AVALC    | PECLSIG | POSTFL | COHORT
        S1      | SKIN    | Skin  | ABNORMAL | Y       | Y      | A
        S1      | HEART   | Heart | NORMAL   |         | Y      | A
        """
    )
    told = Shown("T14.3.7.1", ADSL=ADSL, ADPE=findings)
    assert told.text("SKIN", "ALL") == "1/1 (100.0 %)"
    assert told.text("SKIN/CS", "A") == "1/1 (100.0 %)"
    assert told.behind("SKIN", "ALL")["PARAMCD"].to_list() == ["SKIN"]
    assert told.text("HEART", "ALL") == "0/1 (0.0 %)"


def test_what_a_registry_asks_for_says_why_a_count_is_missing():
    counts = table(
        """
        GROUP | GROUPVAL | PARAMCD | X | N | REASON
        ALL   | ALL      | LB_ABN  | 1 | 2 |
        ALL   | ALL      | VS_ABN  |   |   | not collected: VS
        """
    )
    told = Shown("T14.3.8.1", ADSL=ADSL, CRITSUM=counts, ADLB=laboratory()["ADLB"])
    assert told.text("LB_ABN", "ALL") == "1/2 (50.0 %)"
    assert told.text("VS_ABN", "ALL") == "not collected: VS"
    assert told.cell("VS_ABN", "ALL")["TEXTZH"] == "未收集：VS"


def test_a_cohort_whose_events_have_no_grade_has_no_number_of_severe_terms():
    events = EVENTS.vstack(
        EVENTS.head(1).with_columns(USUBJID=pl.lit("S1"), COHORT=pl.lit("A"), AETOXGR=None)
        .cast(dict(EVENTS.schema))
    )  # fmt: skip
    adae = DECLARED["ADAE"].as_declared(events)
    adsl = DECLARED["ADSL"].as_declared(ADSL)
    told = Shown("T14.3.1.4", ADSL=adsl, ADAE=adae, AESUM=aesum_of(adae, adsl))
    reason = "not collected: AE.AETOXGR|AE.AESEV (no event of the group has a value)"
    cell = told.cell("/", "A")
    assert (cell["X"], cell["VALUE"]) == (None, None)
    assert cell["TEXT"].startswith("not collected")
    assert cell["REASON"] == cell["TEXT"]
    assert told.text("/", "B") == "1/1 (100.0 %)"
    assert reason.partition(":")[0] in cell["TEXT"]


def test_severe_terms_of_events_without_any_grade_are_not_none():
    events = EVENTS.with_columns(AETOXGR=pl.lit(None, dtype=pl.Int64))
    adae = DECLARED["ADAE"].as_declared(events)
    adsl = DECLARED["ADSL"].as_declared(ADSL)
    told = Shown("T14.3.1.4", ADSL=adsl, ADAE=adae, AESUM=aesum_of(adae, adsl))
    assert told.state["state"].startswith("not collected")
