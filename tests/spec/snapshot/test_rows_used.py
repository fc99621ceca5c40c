"""Rows that the study file leaves out, sequence numbers it asks for, and supplemental qualifiers."""

import polars as pl
import pytest
from raw_drawings import RIGHT, deliver, tiny

from pkpipe import snapshot
from pkpipe.errors import ConfigError
from pkpipe.protocol.sources import Source

AE = """\
USUBJID,AETERM,AEDECOD,AESTDTC,AEPART,AESEQ
1,Rash,RASH,2025-01-02,A,1
1,Fever,PYREXIA,2025-01-03,B,2
2,Rash,RASH,2025-01-04,A,1
2,Cough,COUGH,2025-01-05,,2
"""
SUPP = """\
STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL
T,AE,1,AESEQ,2.0,AEDLTFL,Dose Limiting Toxicity,Y
T,AE,2,AESEQ,1,AEDLTFL,Dose Limiting Toxicity,N
T,AE,2,AESEQ,1,AECLASS,Class,X
T,CM,2,AESEQ,1,AEDLTFL,Another domain,Y
"""


def run(tmp_path, text=AE, supp=None, **source):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "ae.csv").write_text(text, encoding="utf-8")
    if supp is not None:
        (tmp_path / "suppae.csv").write_text(supp, encoding="utf-8")
        source = {"supplemental": ["suppae.csv"], **source}
    ae = Source.model_validate({"files": ["ae.csv"], "ignore": ["AEPART"], **source})
    return snapshot.run(tmp_path, tiny("DM", "EX", "PC", AE=ae))


def terms(tables):
    return tables["AE"]["AETERM"].to_list()


def told(tables, check):
    return tables["ARRIVAL"].filter(pl.col("CHECK") == check).select("COLUMN", "MESSAGE").rows()


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ({"where": {"AEPART": "A"}}, ["Rash", "Rash"]),
        ({"where": {"AEPART": "a"}}, ["Rash", "Rash"]),
        ({"where": {"AEPART": ["A", "B"]}}, ["Rash", "Fever", "Rash"]),
        ({"where": {"AEPART": "A", "AESEQ": 1}}, ["Rash", "Rash"]),
        ({"where": {"AESEQ": {"at_least": 2}}}, ["Fever", "Cough"]),
        ({"where": {"AESTDTC": {"at_most": "2025-01-03"}}}, ["Rash", "Fever"]),
        ({"where": {"AEPART": {"filled": False}}}, ["Cough"]),
        ({"where": {"AEPART": {"none_of": ["B"]}}}, ["Rash", "Rash", "Cough"]),
        ({"drop": {"AEPART": "B"}}, ["Rash", "Rash", "Cough"]),
        ({"drop": {"AEPART": "A", "USUBJID": "1"}}, ["Fever", "Rash", "Cough"]),
        ({"drop": [{"AEPART": "B"}, {"AETERM": "Cough"}]}, ["Rash", "Rash"]),
        ({"where": {"AEPART": "A"}, "drop": {"USUBJID": "2"}}, ["Rash"]),
    ],
)
def test_rows_are_used_where_all_holds_and_dropped_where_all_of_an_entry_holds(
    tmp_path, source, kept
):
    assert terms(run(tmp_path, **source)) == kept


def test_rows_left_out_are_counted_in_a_note_and_kept_apart(tmp_path):
    tables = run(tmp_path, where={"AEPART": "A"})
    assert told(tables, "FILTER-ROWS") == [
        (
            "AEPART",
            "rows are left out by the row filter: 2 of 4 rows left out by where: AEPART A",
        )
    ]
    away = tables["CUTAWAY"].filter(pl.col("TABLE") == "AE")
    assert away["SRCROW"].to_list() == [3, 5]
    assert away["REASON"].unique().to_list() == ["left out by the study file"]
    source = tables["SOURCES"].filter(pl.col("TABLE") == "AE")
    assert source.select("ROWS", "KEPT", "CUT", "LEFTOUT").rows() == [(4, 2, 0, 2)]


def test_a_filter_that_leaves_out_nothing_or_everything_is_asked_about(tmp_path):
    assert told(run(tmp_path, drop={"AEPART": "Z"}), "FILTER-NONE")
    found = run(tmp_path, where={"AEPART": "Z"})["ARRIVAL"]
    assert "FILTER-ALL" in found.filter(pl.col("SEVERITY") == "error")["CHECK"].to_list()


def test_a_filter_of_a_column_that_is_not_there_is_an_error_with_the_nearest(tmp_path):
    tables = run(tmp_path, where={"AEPAT": "A"})
    row = tables["ARRIVAL"].row(by_predicate=pl.col("CHECK") == "FILTER-COLUMN", named=True)
    assert row["SEVERITY"] == "error"
    assert "did you mean 'AEPART'?" in row["ALLOWED"]
    assert len(terms(tables)) == 4


def test_a_filter_may_name_our_column_of_a_file_that_calls_it_otherwise(tmp_path):
    text = AE.replace("AETERM", "Event")
    tables = run(tmp_path, text, columns={"AETERM": "Event"}, where={"AETERM": "Rash"})
    assert terms(tables) == ["Rash", "Rash"]


def test_a_condition_that_says_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="AEPART says nothing"):
        run(tmp_path, where={"AEPART": []})


def test_sequence_numbers_are_made_by_subject_in_the_order_of_the_file(tmp_path):
    text = "\n".join(line.rpartition(",")[0] for line in AE.splitlines()) + "\n"
    ae = run(tmp_path, text, sequence=True)["AE"]
    assert ae.select("USUBJID", "AESEQ").rows() == [
        ("1", "1"),
        ("1", "2"),
        ("2", "1"),
        ("2", "2"),
    ]


def test_sequence_numbers_are_not_made_over_those_of_the_file(tmp_path):
    found = run(tmp_path, sequence=True)["ARRIVAL"]
    assert "SEQUENCE-CLASH" in found["CHECK"].to_list()


def test_a_domain_without_sequence_numbers_has_none_made(tmp_path):
    deliver(tmp_path, **RIGHT)
    study = tiny("EX", "PC", DM=Source(files=("dm.csv",), sequence=True))
    with pytest.raises(ConfigError, match=r"sources\.DM\.sequence: DM has no column 'DMSEQ'"):
        snapshot.run(tmp_path, study)


def test_a_qualifier_becomes_the_column_of_its_name_in_the_row_it_belongs_to(tmp_path):
    ae = run(tmp_path, supp=SUPP)["AE"]
    assert ae["AEDLTFL"].to_list() == [None, "Y", "N", None]


def test_a_qualifier_of_another_name_is_mapped_as_a_column_is(tmp_path):
    ae = run(tmp_path, supp=SUPP, columns={"AETOXGR": "AECLASS"})["AE"]
    assert ae["AETOXGR"].to_list() == [None, None, "X", None]


def test_a_row_filter_may_ask_for_a_qualifier(tmp_path):
    assert terms(run(tmp_path, supp=SUPP, where={"AECLASS": "X"})) == ["Rash"]


def test_qualifiers_that_are_not_used_are_named_in_a_note(tmp_path):
    ((_, said),) = told(run(tmp_path, supp=SUPP), "SUPP-UNUSED")
    assert said.endswith(": AECLASS")


def test_a_qualifier_without_an_identifying_variable_belongs_to_the_subject(tmp_path):
    supp = "RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QVAL\nAE,2,,,AEDLTFL,N\n"
    assert run(tmp_path, supp=supp)["AE"]["AEDLTFL"].to_list() == [None, None, "N", "N"]


def test_a_qualifier_of_no_row_and_a_second_value_are_told_with_their_place(tmp_path):
    more = "T,AE,1,AESEQ,9,AEDLTFL,,Y\nT,AE,2,AESEQ,1,AEDLTFL,,Y\n"
    found = run(tmp_path, supp=SUPP + more)["ARRIVAL"]
    places = found.filter(pl.col("CHECK").is_in(["SUPP-LOST", "SUPP-TWICE"]))
    assert places.select("CHECK", "FILE", "ROW", "SEVERITY").rows() == [
        ("SUPP-TWICE", "suppae.csv", 3, "error"),
        ("SUPP-TWICE", "suppae.csv", 7, "error"),
        ("SUPP-LOST", "suppae.csv", 6, "query"),
    ]


def test_a_qualifier_named_as_a_filled_column_of_the_file_is_an_error(tmp_path):
    supp = SUPP.replace("AEDLTFL", "AEDECOD")
    assert told(run(tmp_path, supp=supp), "SUPP-CLASH")


def test_a_file_of_qualifiers_that_is_missing_or_lacks_a_column_is_told(tmp_path):
    assert told(run(tmp_path, supplemental=["suppae.csv"]), "FILE-MISSING")
    assert told(run(tmp_path, supp="USUBJID,QNAM\n1,AEDLTFL\n"), "SUPP-COLUMN")


def test_the_files_of_qualifiers_are_among_the_raw_files_of_the_run(tmp_path):
    sources = run(tmp_path, supp=SUPP)["SOURCES"].filter(pl.col("TABLE") == "AE")
    assert sources.select("FILE", "ROWS", "KEPT").rows() == [("ae.csv", 4, 4), ("suppae.csv", 4, 4)]
