"""`pkpipe nca`: files in, files out, exit codes."""

from pathlib import Path

import polars as pl
import pytest
from nca_drawings import UNITS, doses, intervals, samples
from polars.testing import assert_frame_equal

from pkpipe.cli import main
from pkpipe.nca import nca

VECTOR = "0:0 1:60 24:45 48:38 168:20 336:9"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    conc, dose = tmp_path / "conc.csv", tmp_path / "dose.csv"
    samples(VECTOR).drop("LLOQ").write_csv(conc)
    doses(0).write_csv(dose)
    return str(conc), str(dose)


def run(*words: str | Path) -> int:
    return main(["nca", *map(str, words)])


def test_the_long_table_of_a_file_is_that_of_the_library(files, tmp_path, capsys):
    out = tmp_path / "pp.parquet"
    code = run(*files, "-o", out, "--conc-unit", "ug/mL", "--dose-unit", "mg")
    assert code == 0
    wanted = nca(samples(VECTOR), doses(0), keys=["ID"], units=UNITS)
    assert_frame_equal(pl.read_parquet(out), wanted)
    assert (
        "1 intervals, 58 results, 0 not done, 0 flagged or not reported" in capsys.readouterr().err
    )


def test_the_columns_are_those_promised(files, tmp_path):
    out = tmp_path / "pp.csv"
    run(*files, "-o", out)
    head = out.read_text(encoding="utf-8").splitlines()[0]
    assert head == "ID,START,END,PPTESTCD,PPTEST,PPSTRESN,PPSTRESU,PPSTAT,PPREASND,STATUS,REASON"


def test_keys_are_the_shared_columns_or_those_named(files, tmp_path):
    conc, dose = (pl.read_csv(f).with_columns(SITE=pl.lit("x")) for f in files)
    conc.write_csv(files[0])
    dose.write_csv(files[1])
    out = tmp_path / "pp.csv"
    run(*files, "-o", out)
    assert pl.read_csv(out).columns[:2] == ["ID", "SITE"]
    run(*files, "-o", out, "--by", "SITE")
    assert pl.read_csv(out).columns[:2] == ["SITE", "START"]


def test_intervals_and_options_are_read(files, tmp_path):
    asked, chosen, out = (tmp_path / n for n in ("i.csv", "o.yaml", "pp.csv"))
    intervals((0, 24, "PART")).write_csv(asked)
    chosen.write_text("auc_method: linear\nlambda_z: {min_points: 4}\n", encoding="utf-8")
    assert run(*files, "-o", out, "--intervals", asked, "--options", chosen) == 0
    row = pl.read_csv(out).filter(pl.col("PPTESTCD") == "AUCINT")
    assert row["PPSTRESN"].item() == 30 + 23 * 52.5


def test_wide_has_a_column_a_parameter(files, tmp_path):
    out = tmp_path / "pp.csv"
    run(*files, "-o", out, "--wide")
    table = pl.read_csv(out)
    assert table.height == 1
    assert table["CLO"].item() == pytest.approx(0.01030105, rel=1e-6)


def test_a_misspelt_option_is_a_usage_error_with_its_line(files, tmp_path, capsys):
    chosen = tmp_path / "o.yaml"
    chosen.write_text("auc_method: linear\nlambdaz: {}\n", encoding="utf-8")
    assert run(*files, "-o", tmp_path / "pp.csv", "--options", chosen) == 2
    assert "o.yaml:2:1: lambdaz: unknown key, did you mean 'lambda_z'?" in capsys.readouterr().err
    assert not (tmp_path / "pp.csv").exists()


def test_cells_that_cannot_be_used_exit_with_three_and_write_nothing(files, tmp_path, capsys):
    text = Path(files[0]).read_text(encoding="utf-8").replace("a,24.0,45.0,0", "a,24.0,abc,5")
    Path(files[0]).write_text(text, encoding="utf-8")
    assert run(*files, "-o", tmp_path / "pp.csv") == 3
    assert "conc.csv row 4: CONC is 'abc': cannot be used" in capsys.readouterr().err
    assert not (tmp_path / "pp.csv").exists()
    Path(files[0]).write_text(text.replace("abc", "45"), encoding="utf-8")
    assert run(*files, "-o", tmp_path / "pp.csv") == 3
    assert "conc.csv row 4, subject a: BLQ is '5': is no flag" in capsys.readouterr().err


def test_equal_input_makes_equal_bytes(files, tmp_path):
    first, second = tmp_path / "1.parquet", tmp_path / "2.parquet"
    run(*files, "-o", first)
    run(*files, "-o", second)
    assert first.read_bytes() == second.read_bytes()


def test_keys_of_different_types_meet_as_text(files, tmp_path):
    conc = pl.read_csv(files[0]).with_columns(ID=pl.lit(7))
    dose = pl.read_csv(files[1]).with_columns(ID=pl.lit("7"))
    conc.write_parquet(tmp_path / "c.parquet")
    dose.with_columns(pl.col("TAU").cast(pl.Float64)).write_parquet(tmp_path / "d.parquet")
    out = tmp_path / "pp.csv"
    assert run(tmp_path / "c.parquet", tmp_path / "d.parquet", "-o", out) == 0
    assert pl.read_csv(out)["PPSTAT"].null_count() == 58
