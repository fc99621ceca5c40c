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


# --- bad input, as a user meets it: exit code, words on stderr, or a value or reason in the file

DOSE = "ID,TIME,DOSE,ROUTE,DURATION\na,0,100,iv_infusion,1\n"
SOUND = "a,0,0 a,1,60 a,24,45 a,48,30 a,96,10"


def shell(tmp_path, capsys, rows, dose=DOSE, *words, head="ID,TIME,CONC"):
    """Exit code, stderr, and (value, reason) of every parameter of the last profile in the file."""
    conc, given, out = (tmp_path / n for n in ("c.csv", "d.csv", "pp.csv"))
    conc.write_text("\n".join([head, *rows.split(), ""]), encoding="utf-8")
    given.write_text(dose, encoding="utf-8")
    code = run(conc, given, "-o", out, *words)
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "Warning" not in said
    assert out.exists() == (code == 0)
    if code:
        return code, said, {}
    table = pl.read_csv(out, infer_schema=False)
    return code, said, {r["PPTESTCD"]: (r["PPSTRESN"], r["PPREASND"]) for r in table.to_dicts()}


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (
            "a,0,0 a,1,61 a,24,45 a,1,60",
            3,
            "c.csv row 3, subject a: TIME is '1.0': two samples at one time "
            "(allowed: one; EXCLFL = Y leaves a sample out)\n  c.csv row 5, subject a:",
        ),
        (
            "a,0,0 a,1,inf",
            3,
            "c.csv row 3: CONC is 'inf': cannot be used (allowed: a finite number",
        ),
        (
            "a,0,0 a,1,NaN",
            3,
            "c.csv row 3: CONC is 'NaN': cannot be used (allowed: a finite number",
        ),
        ("a,-inf,0 a,1,6", 3, "c.csv row 2: TIME is '-inf': cannot be used"),
        ("a,0,NR a,1,6", 3, "c.csv row 2: CONC is 'NR': cannot be used"),
        ("a,,0 a,1,6", 3, "c.csv row 2, subject a: TIME: is no time"),
    ],
)
def test_what_cannot_be_used_stops_with_its_row(tmp_path, capsys, rows, code, words):
    found, said, _ = shell(tmp_path, capsys, rows)
    assert found == code
    assert words in said


@pytest.mark.parametrize(
    ("rows", "parameter", "value", "reason"),
    [
        (f"{SOUND} a,120,-3", "AUCLST", None, "a concentration in the interval is negative: none"),
        (f"{SOUND} b,-5,3 b,-2,2", "CMAX", None, "no dose is recorded for these samples"),
        ("a,-5,3 a,-2,2", "CMAX", None, "no concentration was measured in the interval"),
        ("a,0, a,1,", "CMAX", None, "no concentration was measured in the interval"),
        ("a,2,8", "CMAX", "8.0", None),
        ("a,2,8", "LAMZ", None, "fewer than 3 quantifiable samples are eligible"),
        ("a,0,0 a,1,0 a,2,0", "CMAX", "0.0", None),
        ("a,0,0 a,1,0 a,2,0", "AUCLST", None, "every concentration of the interval is below"),
        ("a,24,45 a,96,10 a,0,0 a,48,30 a,1,60", "CMAX", "60.0", None),
    ],
)
def test_what_can_be_used_gives_a_value_or_a_reason(
    tmp_path, capsys, rows, parameter, value, reason
):
    code, _, found = shell(tmp_path, capsys, rows)
    assert code == 0
    assert found[parameter][0] == value
    assert (found[parameter][1] or "").startswith(reason or "")
    assert (found[parameter][1] is None) == (reason is None)


def test_rows_in_any_order_give_the_same_file(tmp_path, capsys):
    backwards = " ".join(reversed(SOUND.split()))
    assert shell(tmp_path, capsys, backwards)[2] == shell(tmp_path, capsys, SOUND)[2]


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (("--conc-unit", "ug/mL", "--dose-unit", "mL"), "'mL' is not a unit of dose"),
        (("--conc-unit", "mg", "--dose-unit", "mg"), "'mg' is not a unit of conc"),
        (("--conc-unit", "furlong"), "'furlong' is no known unit (known: %, 1, L"),
        (("--time-unit", "mg"), "'mg' is not a unit of time"),
    ],
)
def test_units_that_do_not_fit_are_refused(tmp_path, capsys, units, words):
    code, said, _ = shell(tmp_path, capsys, SOUND, DOSE, *units)
    assert (code, words in said) == (2, True), said


def test_a_unit_that_cannot_be_brought_into_litres_is_left_as_it_is(tmp_path, capsys):
    shell(tmp_path, capsys, SOUND, DOSE, "--conc-unit", "nmol/L", "--dose-unit", "mg")
    table = pl.read_csv(tmp_path / "pp.csv")
    assert table.filter(pl.col("PPTESTCD") == "CLO")["PPSTRESU"].item() == "mg/(nmol/L)/h"


def test_tables_that_share_no_key_are_refused_unless_there_is_one_profile(tmp_path, capsys):
    code, said, _ = shell(tmp_path, capsys, SOUND, DOSE.replace("ID", "SUBJ"))
    assert code == 2
    assert "CONC and DOSE share no key column (CONC: ID; DOSE: SUBJ)" in said
    one = " ".join(row.removeprefix("a,") for row in SOUND.split())
    without = DOSE.replace("ID,", "").replace("a,", "")
    assert shell(tmp_path, capsys, "", without, head="TIME,CONC")[0] == 3
    _, _, found = shell(tmp_path, capsys, one, without, head="TIME,CONC")
    assert found == shell(tmp_path, capsys, SOUND)[2]


def test_two_doses_at_one_time_stop_with_their_rows(tmp_path, capsys):
    code, said, _ = shell(tmp_path, capsys, SOUND, DOSE + DOSE.splitlines()[1] + "\n")
    assert code == 3
    assert "d.csv row 3, subject a: TIME is '0.0': two doses at one time (allowed: one)" in said


# --- columns of other names


def test_columns_of_other_names_are_renamed_in_every_file_that_has_them(files, tmp_path):
    out, again = tmp_path / "pp.csv", tmp_path / "again.csv"
    run(*files, "-o", out)
    for path, names in zip(
        files, ({"TIME": "time_h"}, {"TIME": "dose_time_h", "DOSE": "mg"}), strict=True
    ):
        pl.read_csv(path).rename(names).write_csv(path)
    run(*files, "-o", again, "--rename", "TIME=time_h", "TIME=dose_time_h", "--rename", "DOSE=mg")
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("TIME", "--rename TIME: NAME=COLUMN is wanted"),
        ("TIME=", "--rename TIME=: NAME=COLUMN is wanted"),
        ("TIME=hours", "--rename: no file has a column hours"),
        ("CONC=TIME", "--rename gives two columns the name CONC"),
    ],
)
def test_a_rename_that_cannot_be_is_a_usage_error(files, tmp_path, capsys, words, said):
    assert run(*files, "-o", tmp_path / "pp.csv", "--rename", words) == 2
    assert said in capsys.readouterr().err
