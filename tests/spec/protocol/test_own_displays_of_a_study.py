"""`report: own:` and `report: displays:`: every mistake at once, each with its line and what is allowed."""

import subprocess
import sys
from pathlib import Path

import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.protocol.study_checks.linter import load_sound_study
from pkpipe.rooms import asked_of

TINY = Path(__file__).resolve().parents[2] / "studies" / "tiny.yaml"
REPORT = "report: {one_page: true}\n"


def study_file(folder, *lines, report="report:\n"):
    text = TINY.read_text(encoding="utf-8")
    assert REPORT in text
    path = folder / "tiny.yaml"
    path.write_text(
        text.replace(REPORT, report + "".join(f"{x}\n" for x in lines)), encoding="utf-8"
    )
    return path


def told(folder, *lines):
    """What is said, without the path of the file: `line:column: key: what (allowed) [check]`."""
    path = study_file(folder, *lines)
    with pytest.raises(ConfigError) as caught:
        load_sound_study(path, asked_of)
    return [line.strip().removeprefix(f"{path}:") for line in str(caught.value).split("\n")]


def own(**keys):
    """A table that is right but for these keys."""
    right = {
        "number": "T14.3.1.20",
        "title": "{en: By term}",
        "table": "safety/ADAE",
        "statistics": "[{show: share}]",
    }
    body = ", ".join(f"{key}: {value}" for key, value in (right | keys).items())
    return ("  own:", f"    - {{{body}}}")


def test_a_display_without_a_mistake_is_accepted(tmp_path):
    assert (
        load_sound_study(study_file(tmp_path, *own()), asked_of).report.own[0].population == "SAF"
    )


def test_a_mistake_is_told_without_importing_what_makes_displays(tmp_path):
    """A run asks at every start, also where there is nothing to do."""
    path = study_file(tmp_path, "  displays: [T14.3.1.999]", *own(table="safety/ADEA"))
    code = (
        "import sys; from pathlib import Path; from pkpipe.protocol.file_reading.loader import load_study; "
        "from pkpipe.rooms import asked_of;"
        f"study = load_study(Path({str(path)!r}));"
        "print(*(found.message for one in asked_of(study) for found in one.find(study)), sep='\\n');"
        "print(sorted({'pkpipe.displays.catalogue', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "'T14.3.1.999' is no display of the catalogue",
        "'safety/ADEA' is no table with rows of subjects",
        "[]",
    ]


def test_every_mistake_is_told_at_once_with_its_line(tmp_path):
    lines = told(
        tmp_path,
        "  displays: [T14.3.1.1, T14.3.1.999]",
        "  own:",
        "    - number: T14.3.1.1",
        "      title: {en: One}",
        "      table: safety/ADEA",
        "      statistics: [{show: share}]",
        "    - number: T14.3.1.21",
        "      title: {en: Two}",
        "      table: safety/ADAE",
        "      population: SAFE",
        "      rows: {by: [AETERMS], where: {AETOXGR: severe}}",
        "      statistics: [{show: average}, {show: mean, of: AEDECOD}]",
    )
    start = TINY.read_text(encoding="utf-8").count("\n", 0, -len(REPORT)) + 1
    at = {line.split(": ")[1]: int(line.split(":")[0]) - start for line in lines}
    assert at == {
        "report.displays.1": 1,
        "report.own.0.number": 3,
        "report.own.0.table": 5,
        "report.own.1.population": 10,
        "report.own.1.rows.by.0": 11,
        "report.own.1.rows.where.AETOXGR": 11,
        "report.own.1.statistics.0.show": 12,
        "report.own.1.statistics.1.of": 12,
    }


@pytest.mark.parametrize(
    ("keys", "said", "allowed"),
    [
        ({"number": "F14.3.9"}, "'F14.3.9' is no number of a table or listing", "T or L"),
        ({"number": "T14.3x"}, "is no number", "T14.3.1.20"),
        ({"number": "T14.3.1.1"}, "the catalogue has a display T14.3.1.1", "a number that is free"),
        ({"table": "validate/FINDINGS"}, "is no table with rows of subjects", "nearest: "),
        ({"table": "ADAE"}, "'ADAE' is no table", "safety/ADAE"),
        ({"population": "ITT"}, "'ITT' is no analysis set", "ENR, SAF"),
        ({"rows": "{by: [AEDECODE]}"}, "'AEDECODE' is no column of safety/ADAE", "AEDECOD"),
        ({"rows": "{by: [AESOC, AESOC]}"}, "AESOC is given twice", "each column once"),
        ({"rows": "{where: {AESERR: Y}}"}, "'AESERR' is no column", "AESER"),
        ({"rows": "{where: {RELFL: YES}}"}, "'YES' is no value of it", "Y"),
        ({"rows": "{where: {AETOXGR: high}}"}, "'high' is no value of it", "a number"),
        ({"rows": "{where: {ASTDT: {at_least: May}}}"}, "'May' is no value", "2026-06-30"),
        ({"rows": "{where: {AESOC: {at_least: 3}}}"}, "has no lowest", "none_of"),
        ({"rows": "{where: {AESOC: []}}"}, "an empty list", "at least one value"),
        ({"rows": "{where: {AESOC: {}}}"}, "says nothing", "none_of, at_least"),
        ({"columns": "[AGE]"}, "'AGE' is no column of texts", "COHORT, LEVEL"),
        ({"columns": "[SEX, RACE]"}, "several columns of groups", "one"),
        ({"heads": "{AGE: {en: Age}}"}, "'AGE' is no column of safety/ADAE", "nearest"),
        ({"statistics": "[]"}, "a table without a statistic", "share"),
        ({"statistics": "[{show: mean}]"}, "mean of which column?", "AETOXGR"),
        ({"statistics": "[{show: share, of: AETOXGR}]"}, "counts subjects", "no key of"),
        ({"statistics": "[{show: share}, {show: share}]"}, "given twice", "each statistic once"),
        ({"statistics": "[{show: mean, of: AESOC}]"}, "AESOC is a column of text", "AETOXGR"),
        (
            {"table": "safety/ADLB", "statistics": "[{show: mean, of: AVAL}]"},
            "AVAL of several parameters together",
            "PARAMCD among rows.by",
        ),
        ({"number": "L16.2.7.20"}, "a listing shows values as they are", "no statistics"),
        ({"number": "L16.2.7.20", "statistics": "[]"}, "a listing of no column", "at least one"),
    ],
)
def test_a_mistake_says_what_is_wrong_and_what_is_allowed(tmp_path, keys, said, allowed):
    lines = told(tmp_path, *own(**keys))
    assert any(said in line and allowed in line.partition("(allowed: ")[2] for line in lines), lines


def test_two_displays_of_one_number_are_refused(tmp_path):
    once = own()
    assert "is given twice" in told(tmp_path, *once, once[1])[0]


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ({"colums": "[]"}, "columns"),
        ({"rows": "{were: {}}"}, "where"),
        ({"title": "{}"}, "title.en"),
    ],
)
def test_a_key_that_is_none_is_refused_with_the_one_that_is_meant(tmp_path, keys, key):
    lines = told(tmp_path, *own(**keys))
    assert key in lines[0]


def test_mistakes_of_the_linter_are_told_beside_them(tmp_path):
    path = study_file(tmp_path, *own(population="ITT"))
    text = path.read_text(encoding="utf-8").replace("    drug: MAB\n", "    drug: MAC\n", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"(?s)\[ANALYTE-DRUG\].*\[OWN-SET\]"):
        load_sound_study(path, asked_of)


def test_the_verb_tells_them_before_a_table_is_read(tmp_path, capsys):
    path = study_file(tmp_path, "  displays: [T14.3.1.999]")
    assert main(["check", str(path)]) == ConfigError.exit_code
    assert "report.displays.0: 'T14.3.1.999' is no display" in capsys.readouterr().err
