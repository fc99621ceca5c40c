"""Files of nca: rows, keys, routes and words for results below quantification."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.clinical import blq
from pkpipe.finding.rows import found
from pkpipe.validate.checks.concentration_rows import CONCENTRATION_ROWS

CONC = "ID,TIME,CONC\n" + "".join(
    f"S1,{t},{c}\n" for t, c in ((0.5, 10), (1, 8), (2, 6), (4, 4), (8, 2))
)


@pytest.fixture
def nca(tmp_path, capsys):
    """Tables in; the exit code, what was said, and the results by code of the profile S1."""

    def ran(conc, dose, intervals=None, *words):
        for name, text in (("c", conc), ("d", dose), ("i", intervals)):
            if text is not None:
                (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        asked = ["--intervals", str(tmp_path / "i.csv")] if intervals is not None else []
        out, files = tmp_path / "pp.csv", [str(tmp_path / f"{n}.csv") for n in "cd"]
        code = main(["nca", *files, "-o", str(out), *asked, *words])
        said = capsys.readouterr().err
        assert out.exists() == (code == 0)
        got = pl.read_csv(out).filter(pl.col("ID") == "S1") if code == 0 else pl.DataFrame()
        return code, said, got

    return ran


def dose(*rows):
    return "ID,TIME,DOSE,ROUTE,DURATION\n" + "".join(f"{r}\n" for r in rows)


def test_nca_a_bolus_with_a_duration_is_refused(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,1"))
    assert code == 3
    assert "row 2, subject S1: DURATION is '1.0': a bolus that lasts (allowed: ROUTE iv_inf" in said
    assert nca(CONC, dose("S1,0,100,iv_bolus,0", "S1,9,100,iv_bolus,"))[0] == 0


def test_nca_the_duration_of_an_absorbed_dose_is_said_to_be_unused(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,extravascular,1"))
    assert code == 0
    assert "DURATION of extravascular doses is not used: 1 (row 2)" in said


@pytest.mark.parametrize("place", ["c", "d", "i"])
def test_nca_a_row_with_an_empty_key_is_refused(nca, place):
    tables = {"c": CONC, "d": dose("S1,0,100,iv_bolus,"), "i": "ID,START,END\nS1,0,\n"}
    tables[place] += {"c": " ,1,3\n", "d": ",0,9,iv_bolus,\n", "i": ",0,8\n"}[place]
    code, said, _ = nca(*tables.values())
    assert code == 3
    assert "ID: a value is missing" in said


def test_nca_a_key_column_without_any_value_tells_nothing_apart(nca):
    conc = CONC.replace("ID,", "ID,PCSPEC,").replace("S1,", "S1,,")
    code, _, found = nca(conc, dose("S1,0,100,iv_bolus,"))
    assert code == 0
    assert "PCSPEC" not in found.columns


def test_nca_intervals_of_other_subjects_are_named_or_refused(nca):
    given = dose("S1,0,100,iv_bolus,")
    code, said, found = nca(CONC, given, "ID,START,END\nS9,0,8\nS1,0,8\n")
    assert code == 0
    assert found.height
    assert "intervals of profiles without a sample: 1 (row 2) (ID: S9)" in said


def test_nca_intervals_wholly_of_other_subjects_are_no_result(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,"), "ID,START,END\nS9,0,8\n")
    assert code == 3
    assert "no interval is of a profile that has samples (ID: S9)" in said


@pytest.mark.parametrize(
    ("route", "term"),
    [
        ("IV_Bolus", "iv_bolus"),
        ("iv bolus", "iv_bolus"),
        ("ORAL", "extravascular"),
        ("Intravenous Infusion", "iv_infusion"),
        ("静脉滴注", "iv_infusion"),
    ],
)
def test_nca_routes_are_read_in_any_spelling(nca, route, term):
    code, said, _ = nca(CONC, dose(f"S1,0,100,{route},"))
    assert code == 0
    assert f"ROUTE '{route}' is read as {term}" in said


def test_nca_a_route_that_may_be_two_is_refused_and_kinds_are_read(nca):
    code, said, _ = nca(CONC, dose("S1,0,100,intravenous,"))
    assert code == 3
    assert "allowed: extravascular, iv_bolus, iv_infusion" in said
    code, said, _ = nca(CONC, dose("S1,0,100,iv_bolus,"), "ID,START,END,KIND\nS1,0,,sd\n")
    assert code == 0
    assert "KIND 'sd' is read as SD" in said


@pytest.mark.parametrize(("table", "lost"), [("c", "TIME"), ("c", "CONC"), ("d", "DOSE")])
def test_nca_a_missing_column_is_refused_with_the_way_out(nca, table, lost):
    tables = {"c": CONC, "d": dose("S1,0,100,iv_bolus,")}
    tables[table] = tables[table].replace(lost, "HH")
    code, said, _ = nca(*tables.values())
    assert code == 2
    assert f"no column {lost}" in said
    assert "--rename" in said


def test_nca_an_infusion_in_two_rows_is_told(nca):
    code, said, found = nca(CONC, dose("S1,0,50,iv_infusion,0.25", "S1,0.25,50,iv_infusion,0.25"))
    assert code == 0
    assert "infusions that start where another ends are one dose with it: 1 (row 3)" in said
    assert found["START"].n_unique() == 1
    code, said, found = nca(CONC, dose("S1,0,50,iv_infusion,0.2", "S1,0.3,50,iv_infusion,0.2"))
    assert "infusions that start soon after another are doses of their own: 1 (row 3)" in said
    assert found["START"].n_unique() == 2
    assert (
        "infusions that"
        not in nca(CONC, dose("S1,0,50,iv_infusion,0.2", "S1,4,5,iv_infusion,0.2"))[1]
    )


@pytest.mark.parametrize("word", ["BQL", "<LLOQ", "未检出", "低于定量下限", "ND", "NQ"])
def test_verb_and_flow_take_the_same_words_for_blq(nca, word):
    told = pl.select(blq.says(pl.lit(word))).item()
    conc = CONC.replace("S1,8,2", f"S1,8,{word}")
    code, said, _ = nca(conc, dose("S1,0,100,iv_bolus,"))
    assert (code == 0) == told
    assert told or f"--blq-text {word}" in said or "--blq-text ND" in said
    assert nca(conc, dose("S1,0,100,iv_bolus,"), None, "--blq-text", word)[0] == 0


def test_flow_a_refused_word_comes_with_the_line_of_the_study_file():
    check = next(c.check for c in CONCENTRATION_ROWS if c.check.id == "PC-RESULT")
    line = 'PC: a number; sources.PC.codes: {PCSTRESC: {this: BLQ}}; no result: {this: ""}'
    rows = pl.DataFrame({"PCSTRESC": ["ND", "n/a"], "USUBJID": ["S1"] * 2})
    placed = rows.with_columns(SRCFILE=pl.lit("pc.csv"), SRCROW=pl.lit(2, dtype=pl.Int64))
    assert found(check, placed, "PC", "PCSTRESC", line)["ALLOWED"].to_list() == [
        'PC: a number; sources.PC.codes: {PCSTRESC: {ND: BLQ}}; no result: {ND: ""}',
        'PC: a number; sources.PC.codes: {PCSTRESC: {"n/a": BLQ}}; no result: {"n/a": ""}',
    ]
