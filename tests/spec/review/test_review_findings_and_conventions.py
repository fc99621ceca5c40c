"""Findings marked by name and proposed as waivers; other conventions compared and never kept."""

import polars as pl
import pytest
from review_runs import Browser, drawn_run

from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.protocol.file_reading.yaml12 import parse
from pkpipe.protocol.waivers import Waiver
from pkpipe.review.findings_page import findings


def finding(row, **more):
    usual = {
        "SEVERITY": "query",
        "CHECK": "DATE-PARTIAL",
        "TABLE": "AE",
        "FILE": "ae.csv",
        "ROW": row,
        "USUBJID": "1",
        "COLUMN": "AESTDTC",
        "VALUE": "2026-01",
        "MESSAGE": "only the month is known",
        "ALLOWED": "a whole date",
    }
    return usual | more


@pytest.fixture
def desk(tmp_path):
    made = drawn_run(tmp_path)
    rows = [finding(4), finding(5, VALUE="=cmd|' /C calc'!A0"), finding(6, USUBJID="<b>2</b>")]
    frame = pl.DataFrame(rows, schema=FINDINGS_SCHEMA)
    frame.write_parquet(made.run.path("validate/FINDINGS"))
    return made


@pytest.fixture
def browser(desk):
    return Browser(desk).enter()


def keys(desk):
    return findings(desk.run)["KEY"].to_list()


def test_a_query_that_was_sent_is_remembered_with_name_and_day(desk, browser):
    asked = {"keys": keys(desk)[:2], "what": "query", "name": "D. Xu"}
    assert browser.post("/review/findings-marked", asked).status == 200
    found = findings(desk.run)
    assert found["SAID"].to_list() == ["query sent", "query sent", None]
    assert found["BY"][0] == "D. Xu"
    assert "query sent by D. Xu" in browser.get("/review/findings").text


def test_a_finding_is_accepted_with_a_reason_and_becomes_text_for_the_study_file(desk, browser):
    asked = {"keys": keys(desk)[:1], "what": "accept", "name": "D. Xu"}
    assert "Reason" in browser.post("/review/findings-marked", asked).json["error"]
    assert (
        browser.post("/review/findings-marked", asked | {"reason": 'site says "gone"'}).status
        == 200
    )
    page = browser.get("/review/findings").text
    text = page.partition('<pre id="waivers">')[2].partition("</pre>")[0]
    read = parse(text.replace("&#34;", '"'))["waive"]
    waiver = Waiver.model_validate(read[0])
    assert (waiver.finding, waiver.rows, waiver.file) == ("DATE-PARTIAL", (4,), "ae.csv")
    assert (waiver.reason, waiver.by) == ('site says "gone"', "D. Xu")


def test_the_list_for_the_sites_holds_no_formula_and_the_page_no_markup_of_data(browser):
    listed = browser.get("/review/findings.csv").text
    assert "\n=cmd" not in listed
    assert ",=cmd" not in listed
    page = browser.get("/review/findings").text
    assert "<b>2</b>" not in page
    assert "&lt;b&gt;2&lt;/b&gt;" in page


def test_a_finding_that_is_no_longer_there_is_refused(desk, browser):
    asked = {"keys": ["0" * 16], "what": "query", "name": "D. Xu"}
    assert "load it again" in browser.post("/review/findings-marked", asked).json["error"]


def test_other_conventions_show_what_moves_and_the_text_for_the_study_file(desk, browser):
    before = desk.now().found.adpp
    asked = {"choices": {"auc_method": "linear", "lambda_z.min_points": "4", "blq": ""}}
    html = browser.post("/review/conventions-tried", asked).json["html"]
    assert "nca:\n  auc_method: linear\n  lambda_z:\n    min_points: 4" in html
    assert 'class="moved"><th scope="row">AUCLST</th>' in html
    assert desk.now().found.adpp.equals(before)


def test_nothing_moves_where_nothing_is_chosen_and_other_words_are_refused(browser):
    html = browser.post("/review/conventions-tried", {"choices": {}}).json["html"]
    assert 'class="moved"' not in html
    wrong = browser.post("/review/conventions-tried", {"choices": {"auc_method": "guess"}})
    assert "linear_up_log_down" in wrong.json["error"]


def test_another_browser_comes_in_by_an_address_of_its_own(desk, browser):
    said = browser.post("/review/invite", {}).json["said"]
    query = said.partition("?")[2]
    other = Browser(desk, browser.door)
    assert other.get(f"/?{query}").status == 303
    assert other.get(f"/?{query}").status == 403


def test_where_no_workflow_lies_the_page_names_the_command_and_runs_nothing(
    desk, browser, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    assert "Snakefile" in browser.post("/review/run", {}).json["error"]
    assert "snakemake --cores 2" in browser.get("/review/profiles").text
