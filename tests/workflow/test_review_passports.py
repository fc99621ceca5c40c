"""The passport of a shown number: what the tables and the raw files say, on the page and in the shell."""

import csv
from pathlib import Path

import polars as pl
import pytest
from checkouts import VIRTUAL
from review_runs import Browser

from pkpipe.cli import main
from pkpipe.displays.builders import LABEL
from pkpipe.displays.formats import TEXT
from pkpipe.protocol.runs_asked_for import load_runs
from pkpipe.review.desk import Desk
from pkpipe.review.passport import passport
from pkpipe.review.study_run import Reviewed

SHOWN = 50


@pytest.fixture(scope="module")
def desk(finished):
    config = finished.path / "config" / "config.yaml"
    entry = load_runs(config, VIRTUAL[0]).studies[0]
    return Desk(Reviewed(entry, Path(finished.results(VIRTUAL)), config))


@pytest.fixture(scope="module")
def cells(desk):
    """Fifty numbers of any display, drawn with a seed."""
    numbers = desk.run.table("displays/ARD").filter(~pl.col("STAT").is_in([TEXT, LABEL]))
    return numbers.sample(SHOWN, seed=15).to_dicts()


@pytest.fixture(scope="module")
def raw(finished, desk):
    folder = finished.path / desk.run.entry.raw
    found = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found[path.name] = list(csv.DictReader(file))
    return found


def test_fifty_numbers_are_what_the_tables_say(desk, cells):
    for cell in cells:
        found = passport(desk.run, cell["ID"])
        assert found.text == cell["TEXT"]
        assert found.value == ("" if cell["VALUE"] is None else repr(cell["VALUE"]))
        assert cell["TABLES"].startswith(found.tables.split(", ")[0])
        if cell["ROWS"] is None:
            continue
        table = desk.run.table(cell["TABLES"].split(", ")[0])
        behind = pl.SQLContext(t=table).execute(f"SELECT * FROM t WHERE {cell['ROWS']}", eager=True)
        assert found.behind.equals(behind), cell["ID"]


def test_the_raw_rows_of_fifty_numbers_stand_so_in_the_raw_files(desk, cells, raw):
    compared = 0
    for cell in cells:
        for row in passport(desk.run, cell["ID"]).delivered.rows.iter_rows(named=True):
            there = raw[row["SRCFILE"]][row["SRCROW"] - 2]
            for name in ("USUBJID", "PCORRES", "AETERM", "LBORRES", "EXDOSE", "VSORRES"):
                if name in there and row.get(name) is not None:
                    assert there[name] == row[name], (cell["ID"], name)
                    compared += 1
    assert compared > SHOWN


def test_a_click_shows_the_passport_and_the_shell_says_the_same(desk, cells, finished, capsys):
    browser = Browser(desk).enter()
    for cell in cells[:5]:
        page = browser.get("/review/passport?id=" + _quoted(cell["ID"]))
        assert page.status == 200
        found = passport(desk.run, cell["ID"])
        assert f"<dd data-value>{found.value or 'not a number'}</dd>" in page.text
        words = ["why", "--number", cell["ID"], *VIRTUAL]
        places = ["--results", str(finished.path / "results"), "--config", str(desk.run.config)]
        assert main([*words, *places]) == 0
        said = capsys.readouterr().out
        assert f"value     {found.value or 'not said'}" in said
        assert found.code in said


def _quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def test_a_number_that_is_not_shown_is_an_error_that_names_those_near_it(desk, finished, capsys):
    known = desk.run.table("displays/ARD").filter(pl.col("DISPLAY") == "T14.1.1.1")["ID"][0]
    words = ["why", "--number", known + "x", *VIRTUAL]
    places = ["--results", str(finished.path / "results"), "--config", str(desk.run.config)]
    assert main([*words, *places]) == 2
    assert known in capsys.readouterr().err


def test_a_parameter_has_its_formula_and_a_rule_its_words_and_source(desk):
    ard = desk.run.table("displays/ARD")
    shown = ard.filter(pl.col("DISPLAY") == "T14.4.2.1", ~pl.col("STAT").is_in([TEXT, LABEL]))
    found = passport(desk.run, shown["ID"][0])
    rules = {rule.id: rule for rule in found.rules}
    assert rules["CMAX"].formula
    assert rules["NCA-LZ"].words
    assert rules["NCA-LZ"].source


def test_every_page_of_the_report_opens_the_passport_and_has_the_link_to_the_profiles(desk):
    browser = Browser(desk).enter()
    for name in ("index", "pharmacokinetics", "safety"):
        page = browser.get(f"/report/{name}.html")
        assert '<script src="/review/passport.js" defer></script>' in page.text
        assert page.text.count('<a href="/review/profiles">Profiles</a>') == 1
        assert "http-equiv" not in page.text
        assert "'sha256-" in page.headers["content-security-policy"]
