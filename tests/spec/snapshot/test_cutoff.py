"""The data cutoff: what was known at the end of day D (methods CUT-2, CUT-3)."""

import datetime
import json

import pytest
from raw_drawings import RIGHT, deliver, tiny

from pkpipe import snapshot
from pkpipe.schema.sdtm import DOMAINS

D = datetime.date(2025, 3, 15)


def cut(tmp_path, *domains, **drawings):
    study = tiny(*RIGHT, *domains, cutoff=D)
    return snapshot.run(deliver(tmp_path, **RIGHT | drawings), study)


def samples(*days):
    head = RIGHT["PC"].splitlines()[1]
    rows = [f"1|MAB|SERUM|20|20|ug/mL|EOI|{day}" for day in days]
    return "\n".join([head, *rows])


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ("2025-03-14T10:00", True),
        ("2025-03-15", True),
        ("2025-03-15T23:59:59", True),
        ("2025-03-16", False),
        ("2025-03-16T00:00", False),
        ("2025-03", True),  # may lie on or before the 15th
        ("2025-04", False),
        ("2025", True),
        ("2026", False),
        ("", True),
        ("not a date", True),  # stays, and is found unreadable by validate
    ],
)
def test_a_record_stays_if_it_may_have_been_collected_on_or_before_the_cutoff(tmp_path, date, kept):
    tables = cut(tmp_path, PC=samples("2025-01-10T10:00", date))
    assert tables["PC"].height == 1 + kept
    away = tables["CUTAWAY"].filter(TABLE="PC")
    assert away.height == 1 - kept
    sources = tables["SOURCES"].filter(TABLE="PC").row(0, named=True)
    assert (sources["ROWS"], sources["KEPT"], sources["CUT"]) == (2, 1 + kept, 1 - kept)


@pytest.mark.parametrize(("date", "noted"), [("2025-03-14T10:00", True), ("2025-03-16", False)])
def test_a_column_is_noted_as_empty_once_the_table_has_a_record_at_the_cutoff(
    tmp_path, date, noted
):
    filled = dict.fromkeys(DOMAINS["DS"].names, "x") | {"USUBJID": "1", "DSSTDTC": date}
    rows = [" | ".join(filled), " | ".join((filled | {"DSCAT": ""}).values())]
    tables = cut(tmp_path, "DS", DS="\n".join(rows))
    found = tables["ARRIVAL"].filter(CHECK="COLUMN-EMPTY")
    assert found["COLUMN"].to_list() == ["DSCAT"] * noted


def test_what_is_cut_away_is_kept_whole_in_a_table_of_its_own(tmp_path):
    away = (
        cut(tmp_path, PC=samples("2025-03-16T08:00"))["CUTAWAY"]
        .filter(TABLE="PC")
        .row(0, named=True)
    )
    assert (away["SRCFILE"], away["SRCROW"], away["USUBJID"]) == ("pc.csv", 2, "1")
    assert (away["DATE"], away["REASON"]) == ("2025-03-16T08:00", "dated after the cutoff")
    record = json.loads(away["RECORD"])
    assert (record["PCSTRESC"], record["PCDTC"]) == ("20", "2025-03-16T08:00")
    assert list(record) == list(DOMAINS["PC"].names)


def test_undated_and_doubtful_records_are_kept_and_asked_about(tmp_path):
    tables = cut(tmp_path, PC=samples("2025-01-10T10:00", "", "2025-03", "2031-01-10"))
    asked = tables["ARRIVAL"].select("CHECK", "SEVERITY", "ROW", "VALUE").rows()
    assert sorted(asked) == [
        ("DATE-FAR", "query", 5, "2031-01-10"),
        ("DATE-NONE", "query", 3, None),
        ("DATE-PARTIAL-CUT", "query", 4, "2025-03"),
    ]


def test_a_table_without_any_date_is_noted_once(tmp_path):
    tables = cut(tmp_path, PC=samples("", ""))
    assert tables["ARRIVAL"].select("CHECK", "SEVERITY", "TABLE").rows() == [
        ("DATE-NONE-TABLE", "query", "PC")
    ]


AE_HEAD = "USUBJID|AESEQ|AETERM|AETOXGR|AESDTH|AEOUT|AESTDTC|AEENDTC\n"


@pytest.mark.parametrize(
    ("row", "known"),
    [
        (
            "1|1|Rash|2|N|RECOVERED/RESOLVED|2025-03-01|2025-03-15",
            ("2", "N", "RECOVERED/RESOLVED", "2025-03-15"),
        ),
        (
            "1|1|Rash|2|N|RECOVERED/RESOLVED|2025-03-01|2025-03-16",
            ("2", "N", "NOT RECOVERED/NOT RESOLVED", None),
        ),
        (
            "1|1|Sepsis|5|Y|FATAL|2025-03-01|2025-03-20",
            (None, "N", "NOT RECOVERED/NOT RESOLVED", None),
        ),
        ("1|1|Sepsis|5|Y|FATAL|2025-03-01|", ("5", "Y", "FATAL", None)),
    ],
)
def test_an_event_that_ended_after_the_cutoff_is_ongoing_at_it(tmp_path, row, known):
    tables = cut(tmp_path, "AE", AE=AE_HEAD + row)
    assert tables["AE"].select("AETOXGR", "AESDTH", "AEOUT", "AEENDTC").row(0) == known


def test_a_death_after_the_cutoff_is_not_known_at_it_in_no_table(tmp_path):
    dm = """
        USUBJID | RFICDTC    | RFSTDTC    | RFENDTC    | DTHDTC     | DTHFL | ARMCD
        1       | 2025-01-01 | 2025-01-10 | 2025-04-01 | 2025-03-20 | Y     | A
    """
    ds = """
        USUBJID | DSDECOD | DSSTDTC
        1       | DEATH   | 2025-03-20
    """
    ae = AE_HEAD + "1|1|Sepsis|5|Y|FATAL|2025-03-01|"
    tables = cut(tmp_path, "AE", "DS", DM=dm, DS=ds, AE=ae)
    assert tables["DM"].select("DTHDTC", "DTHFL", "RFENDTC", "RFSTDTC").row(0) == (
        None, None, None, "2025-01-10"
    )  # fmt: skip
    assert tables["DS"].is_empty()
    assert tables["AE"].select("AETOXGR", "AESDTH", "AEOUT").row(0) == (
        None, "N", "NOT RECOVERED/NOT RESOLVED"
    )  # fmt: skip
    changed = tables["CUTAWAY"].filter(REASON="not yet so at the cutoff")
    assert changed.select("TABLE", "SRCROW").rows() == [("DM", 2), ("AE", 2)]
    assert json.loads(changed["RECORD"][0])["DTHDTC"] == "2025-03-20"


@pytest.mark.parametrize(
    ("end", "known"),
    [
        ("2025-03-15", "2025-03-15"),
        ("2025-06-01", "2025-03-15"),
        ("2025-03-16T00:30", "2025-03-15T23:59:59"),
        ("", None),
    ],
)
def test_exposure_is_truncated_at_the_cutoff(tmp_path, end, known):
    ex = f"USUBJID|EXTRT|EXDOSE|EXDOSU|EXSTDTC|EXENDTC\n1|MAB|1|mg/kg|2025-01-10|{end}"
    assert cut(tmp_path, EX=ex)["EX"]["EXENDTC"].to_list() == [known]


def test_a_subject_who_consented_after_the_cutoff_was_not_in_the_trial(tmp_path):
    dm = """
        USUBJID | RFICDTC    | RFSTDTC    | ARMCD
        1       | 2025-01-01 | 2025-01-10 | A
        2       | 2025-03-15 |            | A
        3       | 2025-03-16 | 2025-03-20 | A
    """
    lb = """
        USUBJID | LBTESTCD | LBDTC
        2       | ALT      | 2025-03-15
        3       | ALT      | 2025-03-10
    """
    tables = cut(tmp_path, "LB", DM=dm, LB=lb)
    assert tables["DM"]["USUBJID"].to_list() == ["1", "2"]
    assert tables["LB"]["USUBJID"].to_list() == ["2"]
    gone = tables["CUTAWAY"].filter(USUBJID="3")
    assert gone.select("TABLE", "REASON").rows() == [
        ("DM", "the subject entered after the cutoff"),
        ("LB", "the subject entered after the cutoff"),
    ]


def test_without_a_consent_date_a_subject_is_in_the_trial_from_its_first_record(tmp_path):
    dm = """
        USUBJID | RFSTDTC    | ARMCD
        1       | 2025-01-10 | A
        2       | 2025-03-20 | A
        3       | 2025-03-20 | A
        4       |            | A
    """
    lb = """
        USUBJID | LBTESTCD | LBDTC
        2       | ALT      | 2025-03-12
        3       | ALT      | 2025-03-18
    """
    tables = cut(tmp_path, "LB", DM=dm, LB=lb)
    assert tables["DM"]["USUBJID"].to_list() == ["1", "2", "4"]
