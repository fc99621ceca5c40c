"""The survival room on a small study: which subjects, readers and schemes end up in which table."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.survival import run

CONFIG = Path(__file__).resolve().parents[3] / "config"
STUDY = load_study(CONFIG / "bat6026.yaml")
START = date(2024, 1, 1)


def day(n):
    return START + timedelta(days=n)


def adsl(n=6, **columns):
    base = {
        "USUBJID": [f"S{i}" for i in range(n)],
        "TRTSDT": [START] * n,
        "SAFFL": ["Y"] * n,
        "COHORT": ["C"] * (n - 1) + ["D"],
        "LEVEL": ["C"] * (n - 1) + ["D"],
        "PART": ["escalation"] * n,
        "TUMTYPE": [None] * n,
        "LSTALVDT": [day(300)] * n,
        "DTHDT": pl.Series([None] * n, dtype=pl.Date),
        "NACTDT": pl.Series([None] * n, dtype=pl.Date),
    }
    return pl.DataFrame(base | columns, schema_overrides={"TUMTYPE": pl.String})


def overall(who, n, answer, **more):
    row = {
        "USUBJID": who,
        "CRIT": "RECIST 1.1",
        "PARAMCD": "OVR",
        "EVAL": "INVESTIGATOR",
        "EVALID": None,
        "SRC": "derived",
        "ADT": day(n),
        "ADTF": None,
        "AVALC": answer,
        "BASE": 50.0,
        "NTRGRESP": None,
    }
    return row | more


def adrs(*rows):
    texts = ("USUBJID", "CRIT", "PARAMCD", "EVAL", "EVALID", "SRC", "ADTF", "AVALC", "NTRGRESP")
    schema = {**dict.fromkeys(texts, pl.String), "ADT": pl.Date, "BASE": pl.Float64}
    schema |= {"SRCROW": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


# Six subjects: progression at 42, 84, 126, 168 days, two without; S0 had a confirmed response.
COURSE = (
    *(overall(f"S{i}", 42 * k, "SD") for i in range(6) for k in range(1, i + 1)),
    *(overall(f"S{i}", 42 * (i + 1), "PD") for i in range(4)),
    overall("S4", 42, "PR", PARAMCD="CRSP", AVALC="Y"),
    overall("S0", 42, "N", PARAMCD="CRSP", AVALC="N", ADT=None),
)


def pfs_of(tables, who, scheme="A"):
    return tables["ADTTE"].filter(USUBJID=who, PARAMCD="PFS", SCHEME=scheme).row(0, named=True)


def test_every_treated_subject_has_pfs_and_os_and_responders_have_dor_and_ttr():
    people = adsl(SAFFL=["Y"] * 5 + ["N"])
    adtte = run({"ADSL": people, "ADRS": adrs(*COURSE)}, STUDY)["ADTTE"]
    lead = adtte.filter(ANL01FL="Y")
    counts = dict(lead.group_by("PARAMCD").len().rows())
    assert counts == {"PFS": 5, "OS": 5, "DOR": 1, "TTR": 1}
    assert "S5" not in lead["USUBJID"].to_list()


def test_the_leading_scheme_has_every_endpoint_and_the_others_what_they_can_move():
    adtte = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)["ADTTE"]
    by_scheme = adtte.group_by("SCHEME").agg(pl.col("PARAMCD").unique().sort()).sort("SCHEME")
    assert by_scheme.rows() == [
        ("A", ["DOR", "OS", "PFS", "TTR"]),
        ("B", ["DOR", "PFS", "TTR"]),
        ("C", ["DOR", "PFS", "TTR"]),
        ("E", ["DOR", "PFS", "TTR"]),
    ]
    assert not adtte.select("USUBJID", "PARAMCD", "SCHEME").is_duplicated().any()


def test_what_a_scheme_moves_is_said_with_its_reason():
    people = adsl(NACTDT=pl.Series([day(20), *[None] * 5], dtype=pl.Date))
    moved = run({"ADSL": people, "ADRS": adrs(*COURSE)}, STUDY)["TTESENS"].filter(MOVED="Y")
    row = moved.filter(SCHEME="E").row(0, named=True)
    assert (row["USUBJID"], row["AVAL"], row["CNSR"], row["AVALA"], row["CNSRA"]) == (
        "S0",
        43,
        0,
        1,
        1,
    )
    assert row["WHY"] == "Disease Progression instead of New anti-cancer therapy before an event"


def test_what_no_scheme_moves_is_listed_without_a_reason():
    same = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)["TTESENS"].filter(
        USUBJID="S0", SCHEME="E"
    )
    assert same.select("PARAMCD", "MOVED", "WHY").rows() == [("PFS", None, None)]


def test_an_independent_review_is_another_line_of_the_leading_scheme():
    review = overall("S5", 84, "PD", EVAL="INDEPENDENT ASSESSOR", EVALID="R1", SRC="reported")
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE, review)}, STUDY)
    name = "A, INDEPENDENT ASSESSOR/R1"
    assert (pfs_of(tables, "S5")["CNSR"], pfs_of(tables, "S5", name)["CNSR"]) == (1, 0)
    moved = tables["TTESENS"].filter(USUBJID="S5", PARAMCD="PFS", SCHEME=name)
    assert moved["MOVED"].to_list() == ["Y"]


def test_reported_responses_and_other_criteria_do_not_lead_where_the_lesions_do():
    noise = (
        overall("S5", 20, "PD", SRC="reported"),
        overall("S5", 20, "iUPD", CRIT="iRECIST"),
    )
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE, *noise)}, STUDY)
    assert pfs_of(tables, "S5")["CNSR"] == 1


def test_a_response_whose_date_was_imputed_does_not_count():
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE, overall("S5", 20, "PD", ADTF="D"))}, STUDY)
    assert pfs_of(tables, "S5")["CNSR"] == 1


def test_a_subject_assessed_without_any_baseline_lesion_is_censored_on_day_one():
    bare = [overall("S5", 42 * k, "NE", BASE=None) for k in (1, 2)]
    rows = [r for r in COURSE if r["USUBJID"] != "S5"]
    none = overall("S5", 1, "N", PARAMCD="MDIS", ADT=None)
    got = pfs_of(run({"ADSL": adsl(), "ADRS": adrs(*rows, *bare, none)}, STUDY), "S5")
    assert (got["AVAL"], got["CNSRRSN"]) == (1, 4)


def test_pfs_longer_than_os_is_a_finding_on_both_rows():
    people = adsl(LSTALVDT=[day(300)] * 5 + [day(100)])
    adtte = run({"ADSL": people, "ADRS": adrs(*COURSE)}, STUDY)["ADTTE"]
    doubted = adtte.filter(pl.col("FINDING").is_not_null(), SCHEME="A")
    assert doubted.select("USUBJID", "PARAMCD").rows() == [("S5", "PFS"), ("S5", "OS")]


def test_what_the_leading_analysis_doubts_is_a_table_of_findings_with_the_row():
    people = adsl(
        LSTALVDT=[day(300)] * 5 + [day(100)],
        DTHDT=pl.Series([None, day(60), *[None] * 4], dtype=pl.Date),
        TRTSDT=[START, START, None, *[START] * 3],
    )
    late = overall("S1", 84, "PD", SRCROW=17)
    rest = [r for r in COURSE if (r["USUBJID"], r["AVALC"]) != ("S1", "PD")]
    found = run({"ADSL": people, "ADRS": adrs(*rest, late)}, STUDY)["TTEFIND"]
    told = found.select("CHECK", "TABLE", "ROW", "USUBJID", "COLUMN", "VALUE").rows()
    assert sorted(told) == [
        ("REF-ALIVE-LATE", "ADSL", None, "S1", "LSTALVDT", day(300).isoformat()),
        ("REF-NO-START", "ADSL", None, "S2", "STARTDT", None),
        ("TTE-AFTER-DEATH", "TR", 17, "S1", "ADT", day(84).isoformat()),
        ("TTE-PFS-OS", "ADTTE", None, "S5", "ADT", day(210).isoformat()),
    ]


def test_a_subject_without_treatment_is_in_no_analysis_and_no_finding():
    people = adsl(SAFFL=["Y"] * 5 + ["N"], LSTALVDT=[day(300)] * 5 + [day(100)])
    assert run({"ADSL": people, "ADRS": adrs(*COURSE)}, STUDY)["TTEFIND"].is_empty()


def km(tables, **where):
    return tables["KMSUM"].filter(**where)


def test_the_summary_has_everybody_and_every_group_and_says_why_a_number_is_missing():
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)
    groups = km(tables, PARAMCD="PFS", STAT="N").select("GROUP", "GROUPVAL", "ESTIMATE").rows()
    assert groups == [
        ("ALL", "ALL", 6.0),
        ("COHORT", "C", 5.0),
        ("COHORT", "D", 1.0),
        ("LEVEL", "C", 5.0),
        ("LEVEL", "D", 1.0),
        ("PART", "escalation", 6.0),
    ]
    # PFS ends on day 43, 85, 127, 169, 169 (censored), 211 (censored): S is 1/2 from 127, 1/3 from 169
    assert km(tables, PARAMCD="PFS", STAT="MEDIAN", GROUP="ALL")["ESTIMATE"].to_list() == [148.0]
    alone = km(tables, PARAMCD="PFS", STAT="MEDIAN", GROUP="COHORT", GROUPVAL="D").row(
        0, named=True
    )
    assert alone["ESTIMATE"] is None
    assert alone["NOTE"] == "fewer than 5 subjects: listed, not estimated"
    missing = tables["KMSUM"].filter(pl.col("ESTIMATE").is_null() & pl.col("NOTE").is_null())
    assert missing.is_empty()


def test_a_landmark_with_too_few_at_risk_is_not_estimable():
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)
    surv = km(tables, PARAMCD="PFS", STAT="SURV", GROUP="ALL")
    assert surv["AT"].to_list() == [m * 30.4375 for m in (3, 6, 9, 12)]
    assert surv["ESTIMATE"].is_null().to_list() == [False, True, True, True]
    assert surv["NOTE"].to_list()[1] == "not estimable: fewer than 3 at risk"


def test_a_curve_needs_enough_subjects_and_begins_with_all_of_them():
    curve = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)["KMCURVE"]
    assert "D" not in curve["GROUPVAL"].to_list()
    everybody = curve.filter(PARAMCD="PFS", GROUP="ALL")
    assert everybody["TIME"].to_list() == [43, 85, 127, 169, 211]
    assert everybody["NRISK"].to_list() == [6, 5, 4, 3, 1]


def test_a_group_without_a_responder_is_shown_with_nobody():
    tables = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)
    row = km(tables, PARAMCD="DOR", STAT="N", GROUP="COHORT", GROUPVAL="D").row(0, named=True)
    assert (row["ESTIMATE"], row["NOTE"]) == (0, "no subject with this endpoint")


def test_a_study_without_time_to_event_writes_empty_tables_with_their_columns():
    without = STUDY.model_copy(update={"survival": None})
    full = run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, STUDY)
    empty = run({"ADSL": adsl(), "ADRS": adrs()}, without)
    assert {k: v.schema for k, v in empty.items()} == {k: v.schema for k, v in full.items()}
    assert all(t.is_empty() for t in empty.values())


def test_without_tumour_response_only_overall_survival_is_left():
    plain = STUDY.model_copy(
        update={
            "response": None,
            "sources": {k: v for k, v in STUDY.sources.items() if k not in {"TR", "RS"}},
        }
    )
    adtte = run({"ADSL": adsl(), "ADRS": adrs()}, plain)["ADTTE"]
    assert adtte["PARAMCD"].unique().to_list() == ["OS"]


def test_with_nobody_treated_the_summary_says_so():
    tables = run({"ADSL": adsl().clear(), "ADRS": adrs()}, STUDY)
    assert all(tables[t].is_empty() for t in ("ADTTE", "KMCURVE", "TTESENS"))
    counts = tables["KMSUM"].filter(STAT="N").select("PARAMCD", "GROUP", "ESTIMATE").rows()
    assert counts == [(code, "ALL", 0.0) for code in ("PFS", "OS", "DOR", "TTR")]


def test_counting_missed_scans_needs_planned_scans():
    schedule = STUDY.schedule.model_copy(update={"tumour": None})
    unplanned = STUDY.model_copy(update={"schedule": schedule})
    with pytest.raises(ConfigError, match=r"schedule\.tumour"):
        run({"ADSL": adsl(), "ADRS": adrs(*COURSE)}, unplanned)
