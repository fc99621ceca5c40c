"""A row that another row or table contradicts: duplicates, unknown subjects, days out of order."""

import pytest
from raw_drawings import RIGHT
from validate_drawings import TR_HEAD, findings, only

from pkpipe import validate


def test_a_duplicate_sample_is_an_error_that_names_the_first_one(tmp_path):
    head, row = RIGHT["PC"].strip().splitlines()
    found = only(tmp_path, PC="\n".join([head, row, row.replace("20 ", "21 ")]))
    assert (found["CHECK"], found["SEVERITY"], found["ROW"]) == ("KEY-TWICE", "error", 3)
    assert "already row 2" in found["MESSAGE"]
    assert (found["COLUMN"], found["VALUE"]) == ("PCDTC", "2025-01-10T10:00")


def test_two_samples_that_were_not_done_are_no_duplicate(tmp_path):
    pc = """
        USUBJID | PCTESTCD | PCSPEC | PCSTRESN | PCSTRESU | PCSTAT   | PCTPT | PCDTC
        1       | MAB      | SERUM  |          |          | NOT DONE | EOI   |
        1       | MAB      | SERUM  |          |          | NOT DONE | 24H   |
        1       | MAB      | SERUM  | 1        | ug/mL    |          | D8    | 2025-01-17T10:00
    """
    assert "KEY-TWICE" not in findings(tmp_path, PC=pc)["CHECK"]


@pytest.mark.parametrize(
    ("second", "check"), [("21|21", "KEY-TWICE-LISTED"), ("25|25", "KEY-TWICE")]
)
def test_a_lesion_measured_twice_is_an_error_only_if_the_sizes_differ(tmp_path, second, check):
    rows = [
        f"1|T01|LDIAM|{size}|mm|INVESTIGATOR|SCREENING|2025-01-05" for size in ("21|21", second)
    ]
    assert only(tmp_path, "TR", TR=TR_HEAD + "\n".join(rows))["CHECK"] == check


def test_a_subject_that_is_not_in_dm_is_an_error_once_a_table(tmp_path):
    head, row = RIGHT["PC"].strip().splitlines()
    stranger = row.replace("1       |", "9       |")
    rows = [row, stranger, stranger.replace("T10:00", "T11:00")]
    found = findings(tmp_path, PC="\n".join([head, *rows])).filter(CHECK="SUBJECT-UNKNOWN")
    assert found.select("FILE", "ROW", "USUBJID", "COLUMN", "VALUE").rows() == [
        ("pc.csv", 3, "9", "USUBJID", "9")
    ]


DM_TWO = RIGHT["DM"].rstrip() + "\n2 | 2025-01-01 | | B"


@pytest.mark.parametrize(
    ("timepoint", "check", "severity"),
    [("EOI", "SUBJECT-NO-DOSE", "error"), ("PREDOSE", "SUBJECT-NOT-DOSED", "query")],
)
def test_a_subject_without_dose_may_have_only_samples_from_before_it(
    tmp_path, timepoint, check, severity
):
    pc = RIGHT["PC"].rstrip() + f"\n2|MAB|SERUM|20|20|ug/mL|{timepoint}|2025-01-12T10:00"
    found = only(tmp_path, DM=DM_TWO, PC=pc)
    assert (found["CHECK"], found["SEVERITY"]) == (check, severity)
    assert (found["FILE"], found["ROW"], found["USUBJID"]) == ("pc.csv", 3, "2")


@pytest.mark.parametrize(
    ("domain", "drawing", "check"),
    [
        ("AE", "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC|AEENDTC\n1|1|Rash|2|2025-03-02|2025-03-01", "AE-ORDER"),
        ("AE", "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1|Rash||2025-03-02", "AE-GRADE"),
        ("AE", "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1|Rash|1|", "DATE-NONE-TABLE"),
    ],
)  # fmt: skip
def test_an_oddity_is_a_query_or_a_note_and_stops_nothing(tmp_path, domain, drawing, check):
    found = only(tmp_path, domain, **{domain: drawing})
    assert found["CHECK"] == check
    assert found["SEVERITY"] in {"query", "note"}


def test_records_after_death_and_doses_before_consent_are_queries_but_for_the_dose_decision(
    tmp_path,
):
    dm = """
        USUBJID | RFICDTC    | RFSTDTC    | DTHDTC     | ARMCD
        1       | 2025-01-11 | 2025-01-10 | 2025-01-09 | A
    """
    found = findings(tmp_path, DM=dm)
    assert validate.stopping(found).is_empty()
    assert found.select("CHECK", "SEVERITY", "TABLE").rows() == [
        ("LEFT-BEFORE-DOSE", "error", "DM"),
        ("DM-DEATH-CONSENT", "query", "DM"),
        ("DM-DEATH-FIRST-DOSE", "query", "DM"),
        ("DATE-AFTER-DEATH", "query", "EX"),
        ("DOSE-BEFORE-CONSENT", "query", "EX"),
        ("DATE-AFTER-DEATH", "query", "PC"),
        ("VISIT-BEFORE-CONSENT", "query", "PC"),
    ]
