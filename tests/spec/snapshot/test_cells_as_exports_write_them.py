"""Words that mean no value, and a time of day in a column of its own, as forms and exports have them."""

import pytest
from raw_drawings import RIGHT, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.errors import ConfigError
from pkpipe.finding.table import errors_of
from pkpipe.protocol.sources import Source
from pkpipe.snapshot.mapping import check_maps

APART = """
    USUBJID | PCTESTCD | PCSPEC | PCSTRESC | PCSTRESN | PCSTRESU | PCTPT | PCDAT      | PCTIM
    1       | MAB      | SERUM  | 20       | 20       | ug/mL    | EOI   | {date:10} | {time}
"""


def read(tmp_path, pc, **source):
    study = tiny(*RIGHT, PC=Source(files=("pc.csv",), **source))
    return validate.run(snapshot.run(deliver(tmp_path, **RIGHT | {"PC": pc}), study), study)


def moment(tmp_path, date, time):
    pc = APART.format(date=date, time=time)
    tables = read(tmp_path, pc, columns={"PCDTC": "PCDAT"}, times={"PCDTC": "PCTIM"})
    return tables["PC"]["PCDTC"].item(), errors_of(tables["FINDINGS"])


@pytest.mark.parametrize(
    ("time", "right"),
    [
        ("10:05", "2025-01-10T10:05"),
        ("9:05", "2025-01-10T09:05"),
        ("0905", "2025-01-10T09:05"),
        ("10:05:30", "2025-01-10T10:05:30"),
        ("10:05:30.250", "2025-01-10T10:05:30"),
        ("12:05 AM", "2025-01-10T00:05"),
        ("12:05 pm", "2025-01-10T12:05"),
        ("1:05 PM", "2025-01-10T13:05"),
        ("1:05下午", "2025-01-10T13:05"),
        ("24:00", "2025-01-11T00:00"),
        ("", "2025-01-10"),
    ],
)
def test_a_date_and_a_time_of_two_columns_are_one_moment(tmp_path, time, right):
    found, errors = moment(tmp_path, "2025-01-10", time)
    assert (found, errors.height) == (right, 0)


def test_the_midnight_of_a_spreadsheet_s_date_is_no_time(tmp_path):
    assert moment(tmp_path, "2025-01-10T00:00:00", "09:05")[0] == "2025-01-10T09:05"


@pytest.mark.parametrize(
    ("date", "time", "value"),
    [
        ("2025-01-10", "morning", "2025-01-10Tmorning"),
        ("2025-01-10", "25:10", "2025-01-10T25:10"),
        ("2025-01-10T08:00", "09:05", "2025-01-10T08:00T09:05"),
        ("", "09:05", "T09:05"),
    ],
)
def test_a_time_that_cannot_be_read_is_an_error_with_its_row(tmp_path, date, time, value):
    errors = moment(tmp_path, date, time)[1]
    assert errors.select("CHECK", "ROW", "COLUMN", "VALUE").rows() == [
        ("CELL-DATE", 2, "PCDTC", value)
    ]


def test_a_column_of_times_that_is_not_there_is_named_with_the_line_that_mends_it(tmp_path):
    pc = APART.format(date="2025-01-10", time="09:05")
    source = {"columns": {"PCDTC": "PCDAT"}, "times": {"PCDTC": "PCTIME"}, "ignore": ("PCTIM",)}
    error = errors_of(read(tmp_path, pc, **source)["FINDINGS"]).row(0, named=True)
    assert (error["CHECK"], error["COLUMN"]) == ("COLUMN-MISSING", "PCTIME")
    assert "sources.PC.times: {PCDTC: their column of the time of day}" in error["ALLOWED"]
    assert "did you mean 'PCTIM'?" in error["ALLOWED"]


def test_a_time_of_a_column_that_the_domain_does_not_have_is_refused():
    with pytest.raises(ConfigError, match=r"sources\.PC\.times: PC has no column 'PCDATE'"):
        check_maps(tiny("DM", PC=Source(files=("pc.csv",), times={"PCDATE": "PCTIM"})))


NAMED = """
    USUBJID | PCTESTCD | PCSPEC | PCSTRESC | PCSTRESN | PCSTRESU | PCTPT | PCDTC            | PCLLOQ
    1       | MAB      | SERUM  | 20       | 20       | ug/mL    | EOI   | 2025-01-10T10:00 | NA
    1       | MAB      | SERUM  | NA       | NA       | ug/mL    | 24H   | 2025-01-11T10:00 | .
"""


def test_a_word_that_means_no_value_is_an_error_until_the_study_says_so(tmp_path):
    errors = errors_of(read(tmp_path, NAMED)["FINDINGS"])
    assert set(errors["COLUMN"]) == {"PCSTRESC", "PCSTRESN", "PCLLOQ"}
    numbers = errors.filter(CHECK="CELL-NUMBER")
    assert numbers.height == 3
    assert all("declared with missing: [NA]" in text for text in numbers["ALLOWED"])


def test_a_word_that_means_no_value_is_an_empty_cell_in_every_column(tmp_path):
    tables = read(tmp_path, NAMED, missing=("NA", "."))
    assert errors_of(tables["FINDINGS"]).is_empty()
    assert tables["PC"].sort("PCDTC").select("PCSTRESC", "PCSTRESN", "PCLLOQ").rows() == [
        ("20", 20.0, None),
        (None, None, None),
    ]
    assert "PC-NO-RESULT" in set(tables["FINDINGS"]["CHECK"])  # and why there is none is asked


LABELS = """Concentrations of the trial
"Subject","Analyte
of the sample",,Result,,Unit,Time point,Taken
USUBJID,PCTESTCD,PCSPEC,PCSTRESC,PCSTRESN,PCSTRESU,PCTPT,PCDTC
1,MAB,SERUM,20,20,ug/mL,EOI,2025-01-10T10:00
1,MAB,SERUM,30,thirty,ug/mL,24H,2025-01-11T10:00
1,MAB,SERUM
"""


def test_names_of_columns_below_titles_and_labels_are_found_and_rows_keep_their_numbers(tmp_path):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "pc.csv").write_text(LABELS, encoding="utf-8-sig", newline="")
    study = tiny(*RIGHT, PC=Source(files=("pc.csv",), header=3))
    tables = validate.run(snapshot.run(tmp_path, study), study)
    errors = errors_of(tables["FINDINGS"])
    assert set(errors.select("CHECK", "ROW").rows()) >= {("CELL-NUMBER", 5), ("ROW-SHORT", 6)}
    assert set(tables["PC"]["SRCROW"]) == {4, 5, 6}


def test_a_row_of_names_that_a_file_does_not_have_is_told(tmp_path):
    deliver(tmp_path, **RIGHT)
    study = tiny(*RIGHT, PC=Source(files=("pc.csv",), header=9))
    found = snapshot.run(tmp_path, study)["ARRIVAL"].filter(FILE="pc.csv")
    assert "no row 9, where the names of the columns are declared to be" in found["MESSAGE"][0]
