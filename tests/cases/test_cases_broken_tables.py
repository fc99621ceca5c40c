"""Tables that other programs broke: read, or refused in a sentence with the row or the column."""

import datetime

import polars as pl
import pytest

from pkpipe.cli import main

TABLE = "USUBJID,AVAL,CNSR\nS1,5,0\nS2,7,1\n"


def km(folder, name="t.csv"):
    return main(["km", str(folder / name), "-o", str(folder / "k.csv")])


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_lines_end_as_on_any_computer(tmp_path, end):
    (tmp_path / "t.csv").write_bytes(TABLE.replace("\n", end).encode())
    assert km(tmp_path) == 0
    assert pl.read_csv(tmp_path / "k.csv")["ESTIMATE"][0] == 2


@pytest.mark.parametrize("broken", ['"S1,5,0', 'S"1,5,0'])
def test_a_quotation_mark_that_is_not_closed_is_named_with_its_row(tmp_path, capsys, broken):
    (tmp_path / "t.csv").write_text(TABLE.replace("S1,5,0", broken), encoding="utf-8")
    assert km(tmp_path) == 3
    assert "row 2: a quotation mark is not closed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "times", [[[5], [7]], [datetime.timedelta(5), datetime.timedelta(7)], [b"5", b"7"]]
)
def test_a_column_without_plain_cells_is_named_with_its_kind(tmp_path, capsys, times):
    frame = pl.DataFrame({"USUBJID": ["S1", "S2"], "AVAL": times, "CNSR": [0, 1]})
    frame.write_parquet(tmp_path / "t.parquet")
    assert km(tmp_path, "t.parquet") == 3
    assert "t.parquet: columns without plain cells: AVAL (" in capsys.readouterr().err
