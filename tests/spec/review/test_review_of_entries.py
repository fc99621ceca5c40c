"""Entries that stand: approved by a second person, confirmed or dropped where the record changed since."""

import csv
import json

import pytest
from pk_drawings import SAMPLES
from review_runs import Browser, drawn_run

HEAD = "ENTRY,ACTION,TARGET,USUBJID,PARCAT1,ADTM,AVAL,REASON,RECBY,RECDT,APPRBY\n"
GOOD = "E1,EXCLUDE,CONCENTRATION,1,MAB,2026-01-06T09:00,45,haemolysed,A. Wu,2026-03-01,A. Wu\n"
STALE = "E2,EXCLUDE,CONCENTRATION,1,MAB,2026-01-12T09:00,54,haemolysed,A. Wu,2026-03-01,B. Li\n"
NOWHERE = "E3,EXCLUDE,CONCENTRATION,1,MAB,2026-01-13T09:00,54,haemolysed,A. Wu,2026-03-01,B. Li\n"


@pytest.fixture
def desk(tmp_path):
    made = drawn_run(tmp_path, SAMPLES)
    made.place.path.write_text(HEAD + GOOD + STALE + NOWHERE, encoding="utf-8")
    return made


@pytest.fixture
def browser(desk):
    return Browser(desk).enter()


def said(browser, desk, what, entry, name="C. Ma", **more):
    asked = {"entry": entry, "name": name, "seen": desk.ledger().sha256} | more
    return browser.post(f"/review/{what}", asked)


def row(desk, entry):
    with desk.place.path.open(encoding="utf-8", newline="") as file:
        return next((r for r in csv.DictReader(file) if r["ENTRY"] == entry), None)


def test_a_stale_entry_is_shown_first_with_what_changed(browser):
    page = browser.get("/review/ledger").text
    assert "stale: 54 stood there when it was made, now 20" in page
    assert "stale: 54 stood there when it was made, there is no such record" in page
    assert page.index('id="entry-E2"') < page.index('id="entry-E1"')


def test_profiles_are_shown_without_the_entries_that_cannot_be_applied(browser):
    page = browser.get("/review/profiles").text
    assert "24H, 24 h, 45 ug/mL, excluded" in page
    assert "D8, 168 h, 20 ug/mL, excluded" not in page


def test_a_confirmed_entry_holds_for_the_value_that_stands_there_now(desk, browser):
    assert said(browser, desk, "confirm", "E2").status == 200
    confirmed = row(desk, "E2")
    assert (confirmed["CONFBY"], confirmed["CONFVAL"], confirmed.get("CONFVALC", "")) == (
        "C. Ma",
        "20.0",
        "",
    )
    said(browser, desk, "confirm", "E3")
    assert (row(desk, "E3")["CONFVAL"], row(desk, "E3")["CONFVALC"]) == ("", "GONE")
    assert "stale" not in browser.get("/review/ledger").text
    assert "is not stale" in said(browser, desk, "confirm", "E2").json["error"]


def test_an_entry_is_dropped_with_a_reason_that_the_trail_keeps(desk, browser):
    assert "Reason" in said(browser, desk, "drop", "E2").json["error"]
    assert said(browser, desk, "drop", "E2", reason="new result").status == 200
    assert row(desk, "E2") is None
    trail = (desk.run.folder.parent / "AUDIT.jsonl").read_text(encoding="utf-8")
    line = json.loads(trail.splitlines()[-1])
    assert (line["as"], line["reason"]) == ("C. Ma", "E2: dropped: new result")


def test_a_second_person_approves_and_not_the_first(desk, browser):
    answer = said(browser, desk, "approve", "E1", name="a. wu")
    assert "a second person approves" in answer.json["error"]
    assert said(browser, desk, "approve", "E1").status == 200
    assert (row(desk, "E1")["RECBY"], row(desk, "E1")["APPRBY"]) == ("A. Wu", "C. Ma")
    assert "Name" in said(browser, desk, "approve", "E2", name="").json["error"]


def test_what_changed_meanwhile_is_a_conflict(desk, browser):
    seen = desk.ledger().sha256
    said(browser, desk, "confirm", "E2")
    answer = said(browser, desk, "approve", "E1", seen=seen)
    assert "Conflict" in answer.json["error"]
    assert row(desk, "E1")["APPRBY"] == "A. Wu"
