"""Files as strangers hand them to a verb: quoted empty cells, blank lines, other names, other formats."""

import polars as pl
import pytest

from pkpipe.errors import ConfigError, DataError
from pkpipe.reading.verb_tables import read_known
from pkpipe.schema.codelists import YES_NO
from pkpipe.schema.column import Column
from pkpipe.store.files import write_table

COLUMNS = (
    Column("USUBJID", required=True, filled=True),
    Column("TRDTC", "dtc", required=True),
    Column("TRSTAT"),
    Column("TRSTRESN", "number"),
    Column("TREVAL", matters="every record counts as the investigator's", called=("EVALUATOR",)),
    Column("FLAG", codelist=YES_NO, allowed=YES_NO.words),
)


def given(tmp_path, content, name="tr.csv", **how):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_known(path, COLUMNS, **how)


PLAIN = "USUBJID,TRDTC,TRSTAT,TRSTRESN,TREVAL,FLAG\nA1,2026-01-05,,20,,Y\nA1,2026-02-16,,10,,N\n"
QUOTED = PLAIN.replace(",,", ',"",').replace(",,", ',"  ",')


@pytest.mark.parametrize(
    "content",
    [
        QUOTED,
        "\ufeff" + QUOTED.replace("\n", "\r\n"),
        PLAIN.replace("A1", " A1\u3000").replace("USUBJID", '" USUBJID"'),
        PLAIN + "\n,,,,,\n\n",
        "\n".join('"' + line.replace(",", '","') + '"' for line in PLAIN.split()) + "\n",
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "\t"),
        PLAIN.lower().replace("a1", "A1"),
        PLAIN.replace(",Y", ",是").replace(",N", ",no"),
        PLAIN.replace("FLAG", "FLAG,").replace(",Y", ",Y,").replace(",N\n", ",N,\n"),
    ],
    ids=[
        *("quoted_empty", "bom_and_crlf", "blanks_around", "blank_lines", "all_quoted"),
        *("semicolons", "tabs", "lower_case", "words", "empty_last_column"),
    ],
)
def test_the_same_table_however_it_was_saved(tmp_path, content):
    wanted = given(tmp_path, PLAIN, "plain.csv")
    assert given(tmp_path, content).equals(wanted)


@pytest.mark.parametrize("suffix", ["parquet", "xpt"])
def test_blank_text_is_missing_in_every_format(tmp_path, suffix):
    wanted = given(tmp_path, PLAIN, "plain.csv")
    table = wanted.with_columns(TRSTAT=pl.lit(""), TREVAL=pl.lit("  "))
    write_table(table, tmp_path / f"tr.{suffix}")
    assert read_known(tmp_path / f"tr.{suffix}", COLUMNS).equals(wanted)


def test_a_subject_that_is_a_number_is_one_subject_in_every_format(tmp_path):
    table = pl.DataFrame({"USUBJID": [1.0, 2.5], "TRDTC": ["2026-01-05", "2026-01-06"]})
    write_table(table, tmp_path / "tr.parquet")
    assert read_known(tmp_path / "tr.parquet", COLUMNS)["USUBJID"].to_list() == ["1", "2.5"]


def test_rows_keep_the_number_they_have_in_the_file(tmp_path):
    content = PLAIN.replace("A1,2026-02", "\nA1,2026-02")
    assert given(tmp_path, content, row="ROW")["ROW"].to_list() == [2, 4]


def test_other_spellings_and_absent_columns_are_said(tmp_path, capsys):
    content = "usubjid,TRDTC,FLAG,SITE\nA1,2026-01-05,是,1\n"
    given(tmp_path, content, others="TR[A-Z]+")
    told = capsys.readouterr().err
    assert "note: tr.csv: usubjid is read as USUBJID" in told
    assert "note: tr.csv: no column TREVAL: every record counts as the investigator's" in told
    assert "note: tr.csv: FLAG '是' is read as Y" in told
    assert "note: tr.csv: not used: SITE" in told


def test_a_column_that_matters_under_nearly_its_name_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no column TREVAL; found EVALUATOR: without it every"):
        given(tmp_path, PLAIN.replace("TREVAL", "EVALUATOR"))
    with pytest.raises(ConfigError, match="no column TREVAL; found TREVALS"):
        given(tmp_path, PLAIN.replace("TREVAL", "TREVALS"))


def test_a_required_column_under_nearly_its_name_is_named(tmp_path):
    with pytest.raises(ConfigError, match="no column TRDTC; found TRDATC"):
        given(tmp_path, PLAIN.replace("TRDTC", "TRDATC"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PLAIN.replace("TREVAL", "TRSTAT"), "two columns are called TRSTAT"),
        (PLAIN.replace("TREVAL", "").replace(",,Y", ",X,Y"), "values stand under an empty column"),
        (PLAIN.replace("20,,Y", "20"), "row 2: 4 fields"),
        (PLAIN.replace("20,,Y", "20,,Y,1"), "row 2: 7 fields"),
        (PLAIN.replace("2026-01-05", "05/01/2026"), "TRDTC is '05/01/2026'"),
        (PLAIN.replace("Y", "maybe"), "FLAG is 'maybe'"),
        (PLAIN.replace("A1", "受试者").encode("gb18030"), "not text in utf-8"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(tmp_path, content, words):
    with pytest.raises(DataError, match=words):
        given(tmp_path, content)
