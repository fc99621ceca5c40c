"""Every bad value ends with a finding: file, row, subject, column, value, what is allowed."""

import polars as pl
import pytest
from raw_drawings import RIGHT, ROOT, deliver, tiny
from validate_drawings import TR_HEAD, changed, findings, only, validated

from pkpipe import snapshot, validate
from pkpipe.finding.table import lines_of
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate import run as stage_validated
from pkpipe.validate.registry import CHECKS


def test_a_right_study_has_no_finding(tmp_path):
    assert findings(tmp_path).is_empty()


def test_tables_are_typed_numbers_numbers_dates_text(tmp_path):
    tables = validated(tmp_path)
    for code, spec in DOMAINS.items():
        kinds = {c.name: tables[code].schema[c.name] for c in spec.columns}
        for column in spec.columns:
            expected = {"number": pl.Float64, "integer": pl.Int64}.get(column.kind, pl.String)
            assert kinds[column.name] == expected
    assert tables["PC"]["PCSTRESN"].to_list() == [20.0]


def test_tables_are_sorted_by_their_key_whatever_the_order_of_the_file(tmp_path):
    head, row = RIGHT["DM"].strip().splitlines()
    drawings = {"DM": "\n".join([head, row.replace("1  ", "2  "), row])}
    assert validated(tmp_path, **drawings)["DM"]["USUBJID"].to_list() == ["1", "2"]


@pytest.mark.parametrize(
    ("domain", "old", "new", "check", "column", "value", "allowed"),
    [
        (
            "PC",
            "20       | ug/mL",
            "twenty   | ug/mL",
            "CELL-NUMBER",
            "PCSTRESN",
            "twenty",
            "a finite number",
        ),
        (
            "PC",
            "20       | ug/mL",
            "2,0      | ug/mL",
            "CELL-NUMBER",
            "PCSTRESN",
            "2,0",
            "decimal point",
        ),
        (
            "PC",
            "20       | ug/mL",
            "inf      | ug/mL",
            "CELL-FINITE",
            "PCSTRESN",
            "inf",
            "a finite number",
        ),
        (
            "PC",
            "20       | ug/mL",
            "NaN      | ug/mL",
            "CELL-FINITE",
            "PCSTRESN",
            "NaN",
            "a finite number",
        ),
        (
            "PC",
            "2025-01-10T10:00",
            "10.01.2025      ",
            "CELL-DATE",
            "PCDTC",
            "10.01.2025",
            "an ISO date",
        ),
        (
            "PC",
            "2025-01-10T10:00",
            "2025-02-30T10:00",
            "CELL-DATE",
            "PCDTC",
            "2025-02-30T10:00",
            "ISO",
        ),
        ("DM", "2025-01-10", "2025-13   ", "CELL-DATE", "RFSTDTC", "2025-13", "possibly partial"),
        ("EX", "| 1      |", "|        |", "CELL-EMPTY", "EXDOSE", None, "a finite number"),
        ("EX", "| mg/kg  |", "| ug/kg  |", "EX-UNIT", "EXDOSU", "ug/kg", "MAB: mg/kg"),
        ("EX", "| MAB   |", "| MAP   |", "EX-DRUG", "EXTRT", "MAP", "MAB"),
        ("EX", "| 1      |", "| -1     |", "EX-NEGATIVE-EXDOSE", "EXDOSE", "-1.0", "0 or more"),
        ("EX", "T10:00", "T08:00", "EX-ORDER", "EXENDTC", "2025-01-10T08:00", "EXSTDTC or later"),
        ("PC", "| ug/mL    |", "| nmol/L   |", "PC-UNIT", "PCSTRESU", "nmol/L", "MAB: ug/mL"),
        ("PC", "| ug/mL    |", "|          |", "PC-UNIT", "PCSTRESU", None, "MAB: ug/mL"),
        (
            "PC",
            "| 20       | 20 ",
            "| -20      | -20",
            "PC-NEGATIVE",
            "PCSTRESN",
            "-20.0",
            "0 or more",
        ),
        ("PC", "| 20       | 20 ", "| <LOW     |    ", "PC-RESULT", "PCSTRESC", "<LOW", "BLQ"),
        (
            "PC",
            "| 20       | 20 ",
            "| 20       |    ",
            "PC-NUMBER-LOST",
            "PCSTRESN",
            None,
            "PCSTRESC",
        ),
        (
            "PC",
            "| 20       | 20 ",
            "| BLQ      | 20 ",
            "PC-BLQ-NUMBER",
            "PCSTRESN",
            "20.0",
            "empty",
        ),
        ("DM", "| A\n", "| Z\n", "DM-COHORT", "ARMCD", "Z", "A, B, X, SCRNFAIL"),
    ],
)
def test_a_bad_value_is_an_error_at_its_place(
    tmp_path, domain, old, new, check, column, value, allowed
):
    found = only(tmp_path, **changed(domain, old, new))
    assert (found["CHECK"], found["SEVERITY"]) == (check, "error")
    assert (found["FILE"], found["ROW"], found["USUBJID"]) == (f"{domain.lower()}.csv", 2, "1")
    assert (found["COLUMN"], found["VALUE"]) == (column, value)
    assert allowed in found["ALLOWED"]


def test_a_text_beside_a_number_that_says_something_else_is_a_query(tmp_path):
    found = only(tmp_path, **changed("PC", "| 20       | 20 ", "| about 20 | 20 "))
    assert (found["CHECK"], found["SEVERITY"]) == ("PC-NUMBER-TWO", "query")


def test_an_analyte_the_study_does_not_declare_is_an_error(tmp_path):
    found = only(tmp_path, **changed("PC", "| MAB      |", "| MBA      |"))
    assert (found["CHECK"], found["COLUMN"], found["VALUE"]) == ("PC-ANALYTE", "PCTESTCD", "MBA")
    assert found["ALLOWED"] == (
        "MAB; another word of theirs: sources.PC.codes: {PCTESTCD: {theirs: ours}}"
    )


@pytest.mark.parametrize(
    ("table", "check", "column", "value"),
    [
        ("USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1.5|Rash|2|2025-02-01", "CELL-WHOLE", "AESEQ", "1.5"),
        ("USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1|Rash|6|2025-02-01", "CELL-CODE", "AETOXGR", "6"),
        ("USUBJID|AESEQ|AETERM|AETOXGR|AESER|AESTDTC\n1|1|Rash|2|eh|2025-02-01", "CELL-CODE", "AESER", "eh"),
        ("USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1||2|2025-02-01", "CELL-EMPTY", "AETERM", None),
    ],
)  # fmt: skip
def test_codelists_and_whole_numbers_are_checked(tmp_path, table, check, column, value):
    found = only(tmp_path, "AE", AE=table)
    assert (found["CHECK"], found["COLUMN"], found["VALUE"]) == (check, column, value)


def test_a_whole_number_written_with_a_decimal_point_is_one(tmp_path):
    table = "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1.0|Rash|2.0|2025-02-01"
    tables = validated(tmp_path, "AE", AE=table)
    assert tables["FINDINGS"].is_empty()
    assert tables["AE"].select("AESEQ", "AETOXGR").row(0) == (1, 2)


@pytest.mark.parametrize(
    ("row", "check", "value"),
    [
        ("1|T01|LDIAM|2.1|2.1|cm|INVESTIGATOR|SCREENING|2025-01-05", "TR-UNIT", "cm"),
        ("1|T01|LDIAM|-21|-21|mm|INVESTIGATOR|SCREENING|2025-01-05", "TR-NEGATIVE", "-21.0"),
    ],
)
def test_diameters_are_millimetres_of_0_or_more(tmp_path, row, check, value):
    found = only(tmp_path, "TR", TR=TR_HEAD + row)
    assert (found["CHECK"], found["SEVERITY"], found["VALUE"]) == (check, "error", value)


def test_a_response_outside_recist_is_an_error(tmp_path):
    table = "USUBJID|RSTESTCD|RSSTRESC|RSEVAL|VISIT|RSDTC\n1|OVRLRESP|PRR|INVESTIGATOR|WEEK 6|2025-02-20"
    found = only(tmp_path, "RS", RS=table)
    assert (found["CHECK"], found["COLUMN"], found["VALUE"]) == ("RS-RESPONSE", "RSSTRESC", "PRR")


def test_an_antibody_result_against_a_drug_without_assay_is_an_error(tmp_path):
    table = "USUBJID|ISTESTCD|ISBDAGNT|ISSTRESC|ISTPT|ISDTC\n1|ADASCR|MOB|NEGATIVE|PREDOSE|2025-01-10T08:00"
    found = only(tmp_path, "IS", IS=table)
    assert (found["CHECK"], found["VALUE"], found["ALLOWED"]) == ("IS-DRUG", "MOB", "MAB")


def test_another_version_of_the_assay_is_asked_about_in_a_run_too(tmp_path):
    rows = """
        USUBJID | ISTESTCD | ISBDAGNT | ISSTRESC | ISTPT   | ISMETHOD | ISDTC
        1       | ADASCR   | MAB      | NEGATIVE | PREDOSE | ECL v1   | 2025-01-10T08:00
        1       | ADASCR   | MAB      | NEGATIVE | PREDOSE | ECL v2   | 2025-01-31T08:00
    """
    study = tiny(*RIGHT, "IS")
    tables = stage_validated(snapshot.run(deliver(tmp_path, **RIGHT | {"IS": rows}), study), study)
    asked = tables["FINDINGS"].filter(pl.col("CHECK") == "IS-METHOD")
    assert asked.select("ROW", "USUBJID", "VALUE").rows() == [(3, "1", "ECL v2")]


def test_a_sample_of_which_only_the_month_is_known_is_asked_about_once(tmp_path):
    table = "USUBJID|ISTESTCD|ISBDAGNT|ISSTRESC|ISTPT|ISDTC\n1|ADASCR|MAB|NEGATIVE|PREDOSE|2025-01"
    study = tiny(*RIGHT, "IS")
    arrived = snapshot.run(deliver(tmp_path, **RIGHT | {"IS": table}), study)
    found = stage_validated(arrived, study)["FINDINGS"].filter(pl.col("COLUMN") == "ISDTC")
    assert found["CHECK"].to_list() == ["DATE-PARTIAL"]


def test_all_findings_of_all_tables_come_together_errors_first(tmp_path):
    found = findings(
        tmp_path,
        "AE",
        "TU",
        DM=RIGHT["DM"].replace("| A\n", "| Z\n"),
        EX=RIGHT["EX"].replace("mg/kg", "stone"),
        PC=RIGHT["PC"].replace("| 20       | 20 ", "| 20       | no "),
        AE="USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC\n1|1|Rash||2025-02-01",
    )
    assert found.select("SEVERITY", "FILE", "CHECK").rows() == [
        ("error", "dm.csv", "DM-COHORT"),
        ("error", "ex.csv", "EX-UNIT"),
        ("error", "pc.csv", "CELL-NUMBER"),
        ("error", "tu.csv", "FILE-MISSING"),
        ("query", "ae.csv", "AE-GRADE"),
    ]


def test_a_table_that_did_not_arrive_is_not_blamed_on_the_others(tmp_path):
    study = tiny(*RIGHT)
    deliver(tmp_path, **RIGHT)
    (tmp_path / "dm.csv").unlink()
    (tmp_path / "ex.csv").write_bytes(b"")
    found = validate.run(snapshot.run(tmp_path, study), study)["FINDINGS"]
    assert found["CHECK"].to_list() == ["FILE-MISSING", "FILE-UNREADABLE"]


def test_a_finding_is_one_line_a_data_manager_can_act_on(tmp_path):
    found = findings(tmp_path, **changed("EX", "| mg/kg  |", "| ug/kg  |"))
    assert lines_of(found) == [
        "ex.csv row 2, subject 1: EXDOSU is 'ug/kg': a dose in another unit "
        "(allowed: MAB: mg/kg, or mg in every row)"
    ]


def test_every_check_is_declared_once_with_words_and_a_source():
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.words and check.source for check in CHECKS)
    assert all(not check.words.endswith(".") for check in CHECKS)


@pytest.mark.reference
def test_real_tables_hold_without_an_error(reference_set):
    study = load_study(ROOT / "tests" / "studies" / "cdiscpilot01.yaml")
    folder = reference_set / "pharmaverse"
    if not (folder / study.sources["DM"].files[0]).is_file():
        folder = folder / "xpt"
    whole = snapshot.run(folder, study.model_copy(update={"cutoff": tiny().cutoff}))
    tables = validate.run(whole, study)
    counts = tables["FINDINGS"].filter(pl.col("SEVERITY") == "error").height
    assert counts == 0, lines_of(tables["FINDINGS"])
    # Rows as counted by the README of the set.
    rows = {"DM": 306, "EX": 591, "PC": 4572, "AE": 1191, "DS": 850, "TR": 546, "RS": 66}
    assert {code: tables[code].height for code in rows} == rows
