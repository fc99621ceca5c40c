"""SDTM copies: the domains that arrived as SDTM, and no other; the rest of a record is a qualifier."""

import polars as pl
import pyreadstat
import pytest
from submitted import DECLARED, STUDY, tables

from pkpipe.errors import DataError
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.schema.sdtm_labels import DATASETS, sdtm_label
from pkpipe.schema.sdtmig import in_order, is_variable
from pkpipe.submission import build
from pkpipe.submission.tabulations import OURS, tabulations

EVENTS = (
    "USUBJID | AESEQ | AETERM | AETOXGR | AEDLTFL\nS-01 | 1 | 恶心 | 2 | N\nS-02 | 4 | Rash | 3 |"
)
ALL = ("USUBJID", "AESEQ", "AETERM", "AETOXGR", "AEDLTFL")
SUBJECTS = "USUBJID | SUBJID | ARMCD | TUMTYPE\nS-01 | 01 | A | NSCLC\nS-02 | 02 | A | "


def run_of(domains, collected):
    rows = [
        (code, name, "a.csv", "COLUMN", "Y") for code, names in collected.items() for name in names
    ]
    collect = DECLARED["COLLECT"].as_declared(
        pl.DataFrame(rows, schema=["TABLE", "COLUMN", "FILE", "HOW", "FILLED"], orient="row")
    )
    return tables(domains) | {"COLLECT": collect}


def with_more(run, code, **values):
    """The run with variables that pkpipe does not use: one row of a file a value."""
    rows = [(code, "a.csv", None, name, None) for name in values]
    rows += [
        (code, "a.csv", 2 + place, name, value)
        for name, given in values.items()
        for place, value in enumerate(given)
        if value is not None
    ]
    unused = DECLARED["UNUSED"].as_declared(
        pl.DataFrame(rows, schema=DECLARED["UNUSED"].names, orient="row", infer_schema_length=None)
    )
    return run | {"UNUSED": unused, code: run[code].with_columns(SRCFILE=pl.lit("a.csv"))}


def copies(domains, collected, **source):
    changed = {
        code: s.model_copy(update=source) if code in domains else s
        for code, s in STUDY.sources.items()
    }
    study = STUDY.model_copy(update={"sources": changed})
    return {made.code: made for made in tabulations(run_of(domains, collected), study)}


def test_a_domain_has_the_variables_of_sdtm_that_were_delivered_in_the_order_of_the_model():
    found = copies({"AE": EVENTS}, {"AE": ALL})
    assert list(found) == ["AE", "SUPPAE"]
    events = found["AE"]
    assert events.rows.columns == ["STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AETOXGR"]
    assert events.rows.rows() == [
        (STUDY.study.studyid, "AE", "S-01", 1.0, "恶心", "2"),
        (STUDY.study.studyid, "AE", "S-02", 4.0, "Rash", "3"),
    ]
    assert [v.label for v in events.variables][-2:] == [
        "Reported Term for the Adverse Event",
        "Standard Toxicity Grade",
    ]


def test_variables_that_pkpipe_does_not_use_are_copied_in_their_place_with_type_and_label():
    run = with_more(
        run_of({"AE": EVENTS}, {"AE": ALL}),
        "AE",
        EPOCH=("TREATMENT", None),
        AELLTCD=("10037844", None),
        AESTDY=("2", "day 3"),
        AECONTRT=(),
    )
    (events, _) = tabulations(run, STUDY)
    assert events.rows.columns == [
        *("STUDYID", "DOMAIN", "USUBJID", "AESEQ", "AETERM", "AELLTCD", "AECONTRT", "AETOXGR"),
        *("EPOCH", "AESTDY"),
    ]
    labels = {v.name: (v.type, v.label) for v in events.variables}
    assert labels["AELLTCD"] == ("integer", "Lowest Level Term Code")
    assert labels["EPOCH"] == ("text", "Epoch")
    assert labels["AESTDY"] == ("text", "Study Day of Start of Adverse Event")
    assert events.rows["AELLTCD"].to_list() == [10037844.0, None]
    assert events.rows["AESTDY"].to_list() == ["2", "day 3"]
    assert events.rows["AECONTRT"].to_list() == [None, None]


def test_what_sdtm_has_no_variable_for_is_a_qualifier_of_its_record():
    more = copies({"AE": EVENTS}, {"AE": ALL})["SUPPAE"]
    assert more.rows.columns == [
        *("STUDYID", "RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QLABEL", "QVAL", "QORIG")
    ]
    assert more.rows.select("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL").rows() == [
        ("S-01", "AESEQ", "1", "AEDLTFL", "N")
    ]
    subject = copies({"DM": SUBJECTS}, {"DM": ("USUBJID", "SUBJID", "ARMCD", "TUMTYPE")})["SUPPDM"]
    assert subject.rows.select("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL").rows() == [
        ("S-01", None, None, "TUMTYPE", "NSCLC")
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": {"AETERM": "PT_NAME"}},
        {"constants": {"AECAT": "GENERAL"}},
        {"codes": {"AETOXGR": {"mild": "1"}}},
        {"dates": {"AESTDTC": "%d/%m/%Y"}},
        {"units": {"ng/mL": "ug/mL"}},
        {"decimal": ","},
        {"sequence": True},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_domain_whose_names_or_values_the_study_file_changes_is_not_copied(changed):
    assert copies({"AE": EVENTS}, {"AE": ALL}, **changed) == {}


def test_another_name_for_what_sdtm_has_no_variable_for_is_no_change():
    found = copies({"AE": EVENTS}, {"AE": ALL}, columns={"AEDLTFL": "DLT"})
    assert list(found) == ["AE", "SUPPAE"]


def test_without_a_sequence_number_in_the_files_or_without_a_row_nothing_is_copied():
    assert copies({"AE": EVENTS}, {"AE": ("USUBJID", "AETERM")}) == {}
    assert copies({"AE": "USUBJID | AESEQ | AETERM"}, {"AE": ALL}) == {}


def test_the_folder_has_a_transport_file_of_each_with_its_label(tmp_path):
    files = build(run_of({"AE": EVENTS}, {"AE": ALL}), STUDY).files
    top = "m5/datasets/bat6026/tabulations/sdtm/"
    assert sorted(name for name in files if "tabulations" in name and name.endswith(".xpt")) == [
        f"{top}ae.xpt",
        f"{top}suppae.xpt",
    ]
    path = tmp_path / "ae.xpt"
    path.write_bytes(files[f"{top}ae.xpt"])
    rows, meta = pyreadstat.read_xport(path, output_format="polars")
    assert (meta.table_name, meta.file_label) == ("AE", "Adverse Events")
    assert rows["AETERM"].to_list() == ["恶心", "Rash"]
    assert rows["AESEQ"].to_list() == [1.0, 4.0]


def test_a_text_that_a_copy_cannot_hold_is_refused_by_domain_variable_and_subject():
    long = EVENTS.replace("恶心", "恶" * 67)
    with pytest.raises(DataError, match="too long for SAS transport V5") as refused:
        build(run_of({"AE": long}, {"AE": ALL}), STUDY)
    for said in ("AE", "AETERM", "S-01", "201 > 200 bytes"):
        assert said in str(refused.value)


def test_every_column_that_pkpipe_reads_has_a_label_of_at_most_40_bytes():
    for code, spec in DOMAINS.items():
        assert len(DATASETS[code]) <= 40
        for name in spec.names:
            label = sdtm_label(name) if is_variable(code, name) else OURS[name]
            assert label, (code, name)
            assert len(label) <= 40, (code, name)


def test_visit_number_stands_before_visit_and_time_points_behind_the_date():
    wanted = {"PCTPT", "VISIT", "PCDTC", "VISITNUM", "PCSEQ", "USUBJID"}
    assert in_order("PC", wanted) == ("USUBJID", "PCSEQ", "VISITNUM", "VISIT", "PCDTC", "PCTPT")
