"""Programs of the folder: each alone, in an empty folder, rebuilds its dataset or display."""

import ast
import os
import subprocess
import sys

import polars as pl
import pytest
from submitted import DECLARED, STUDY, tables

from pkpipe.submission import build
from pkpipe.submission.build import all_made
from pkpipe.submission.delivered.rebuild import STATISTICS, kaplan_meier, survival_median
from pkpipe.submission.programs import asked_of, dataset_programs, file_of

ADLB = """
    USUBJID | PARAMCD | PARAM   | ADT        | VISIT     | AVAL | AVALU | BASE | CHG | ABLFL | ADY
    S-01    | ALT     | Alanine | 2026-01-05 | SCREENING | 20   | U/L   | 20   |     | Y     | -5
    S-01    | ALT     | Alanine | 2026-01-17 | DAY 8     | 35   | U/L   | 20   | 15  |       | 8
"""
CELLS = {
    "T9.1|MEAN|ALL|mean": ("mean", 27.5, "PARAMCD = 'ALT'"),
    "T9.1|SUBJECTS|ALL|count": ("count", 1.0, "PARAMCD = 'ALT' AND AVAL > 10"),
    "T9.1|ROW|ALL|mean": ("mean", 35.0, "SRCROW = 3"),
    "T9.1|TEXT|ALL|text": ("text", None, "PARAMCD = 'ALT'"),
}


def shown(cells):
    """Analysis results of one display, as the room of displays writes them."""
    rows = [
        {"ID": i, "DISPLAY": "T9.1", "ROW": "", "COL": "ALL", "STAT": stat, "VALUE": value}
        | {"TABLES": "safety/ADLB", "ROWS": condition}
        for i, (stat, value, condition) in cells.items()
    ]
    return DECLARED["ARD"].as_declared(pl.DataFrame(rows))


@pytest.fixture
def folder(tmp_path):
    """The datasets and programs of a drawn run, and nothing else."""
    run = tables(ADLB=ADLB) | {"ARD": shown(CELLS)}
    for name, content in build(run, STUDY).files.items():
        place, _, inside = name.partition("/adam/")
        if inside:
            (tmp_path / inside).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / inside).write_bytes(content)
        assert place
    return tmp_path


def ran(folder, name):
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, name],
        cwd=folder / "programs",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", ["adsl.py", "adlb.py", "t9-1.py"])
def test_a_program_rebuilds_what_it_is_named_by(folder, name):
    code, out, err = ran(folder, name)
    assert (code, err) == (0, "")
    assert out.endswith(" 0 differ\n")


def test_a_program_of_a_display_rebuilds_the_numbers_that_follow_from_delivered_rows(folder):
    cells = pl.read_csv(folder / "programs" / "t9-1.csv")
    assert cells["ID"].to_list() == ["T9.1|MEAN|ALL|mean", "T9.1|SUBJECTS|ALL|count"]
    assert ran(folder, "t9-1.py")[1] == "T9.1: 2 numbers rebuilt, 0 differ\n"


def test_a_number_that_does_not_follow_is_named_with_both_values(folder):
    file = folder / "programs" / "t9-1.csv"
    file.write_text(file.read_text().replace("27.5", "28.5"))
    code, out, _ = ran(folder, "t9-1.py")
    assert code == 1
    assert "T9.1|MEAN|ALL|mean: 28.5 was delivered, 27.5 was rebuilt" in out


def test_a_changed_dataset_is_found_by_its_program(folder):
    path = folder / "datasets" / "adlb.xpt"
    content = path.read_bytes()
    assert content.count(b"SCREENING") == 2
    path.write_bytes(content.replace(b"SCREENING", b"SCREENED ", 1))
    code, out, _ = ran(folder, "adlb.py")
    assert code == 1
    assert "ADLB.AVISIT: 2 values, 1 differ" in out


BODIES = """
    USUBJID | PARAMCD | PARAM  | DRUG | AVALC
    S-01    | ADA     | Status | X    | POSITIVE
"""


def test_a_program_of_a_dataset_imports_what_it_uses_and_nothing_else():
    run = tables(ADLB=ADLB, ADAB=BODIES)
    written = dict(dataset_programs(all_made(run, STUDY)))
    assert set(written) == {"adsl.py", "adlb.py", "adab.py"}
    for text in written.values():
        nodes = [*ast.walk(ast.parse(text))]
        imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
        imported = [alias.asname or alias.name for n in imports for alias in n.names]
        assert set(imported) == {n.id for n in nodes if isinstance(n, ast.Name)} - {"here"}
    assert "study_day" in written["adlb.py"]
    assert "study_day" not in written["adab.py"]


def test_names_of_programs_are_those_of_an_ectd():
    assert file_of("T14.3.1.1") == "t14-3-1-1"


def test_a_condition_asks_for_its_variables_and_not_for_its_texts():
    assert asked_of("SAFFL =  AND AVAL IS NOT NULL AND COALESCE(CMCAT, ) = ") == {
        "SAFFL",
        "AVAL",
        "CMCAT",
    }


def times(*given):
    return pl.DataFrame(given, schema={"AVAL": pl.Float64, "CNSR": pl.Float64}, orient="row")


def test_the_median_of_a_curve_that_is_flat_at_a_half_is_the_middle_of_that_part():
    rows = times((10.0, 0.0), (20.0, 0.0), (40.0, 0.0), (50.0, 0.0))
    assert kaplan_meier(rows)["SURVIVAL"].to_list() == pytest.approx([0.75, 0.5, 0.25, 0.0])
    assert survival_median(rows, None) == pytest.approx(30 / 30.4375)
    assert survival_median(times((10.0, 1.0), (20.0, 1.0)), None) is None


def test_every_statistic_says_which_column_of_the_results_it_is():
    assert {column for column, _ in STATISTICS.values()} == {"VALUE", "X"}
