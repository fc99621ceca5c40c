"""What a person decides on the review page: seen at once, written with a name and a reason."""

import csv
import json
from dataclasses import replace

import polars as pl
import pytest
from pk_drawings import ledger as drawn_ledger
from review_runs import FIRST, Browser, act, drawn_run, sample_of

from pkpipe.pk.ledger.judged import judged
from pkpipe.protocol.sources import Source
from pkpipe.review.desk import Desk


@pytest.fixture
def desk(tmp_path):
    return drawn_run(tmp_path)


@pytest.fixture
def browser(desk):
    return Browser(desk).enter()


def rows(desk):
    with desk.place.path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def applied(browser, desk, *acts, **more):
    asked = {"acts": list(acts), "name": "A. Wu", "approver": "B. Li", "seen": desk.ledger().sha256}
    return browser.post("/review/apply", asked | more)


def test_the_page_shows_every_sample_with_a_label_and_takes_the_focus(browser):
    page = browser.get("/review/profiles").text
    assert page.count('tabindex="0" role="radio"') == 6
    assert 'aria-label="D8, 168 h, 20 ug/mL, in the slope"' in page
    assert "Logarithmic axis" in page
    assert "Linear axis" in page
    assert "r² adjusted" in page
    assert "Extrapolated area" in page


def test_a_decision_is_seen_before_anything_is_written(desk, browser):
    before = browser.post("/review/try", {"profile": FIRST}).json["html"]
    after = browser.post(
        "/review/try", {"profile": FIRST, "acts": [act(sample=sample_of(desk, "24H"), reason="")]}
    ).json["html"]
    assert 'class="moved" data-parameter="AUCLST"' in after
    assert 'class="moved"' not in before
    assert 'data-state="excluded"' in after
    assert not desk.place.path.exists()


@pytest.mark.parametrize(
    ("kind", "more", "columns"),
    [
        ("sample", {"sample": "24H"}, ("EXCLUDE", "CONCENTRATION", "45.0", "2026-01-06T09:00")),
        ("slope_out", {"sample": "24H"}, ("EXCLUDE", "LAMBDA_Z", "45.0", "2026-01-06T09:00")),
        ("slope_pick", {"sample": "24H"}, ("PICK", "LAMBDA_Z", "45.0", "2026-01-06T09:00")),
        ("parameter", {"parameter": "CMAX"}, ("EXCLUDE", "PARAMETER", "60.0", "")),
        ("profile", {}, ("EXCLUDE", "PROFILE", "138.0", "")),
    ],
)
def test_each_act_is_one_entry_that_says_what_stood_there(desk, browser, kind, more, columns):
    more = {k: sample_of(desk, v) if k == "sample" else v for k, v in more.items()}
    others = [act("slope_pick", sample=sample_of(desk, t)) for t in ("D8", "D15")]
    asked = [act(kind, **more), *(others if kind == "slope_pick" else [])]
    assert applied(browser, desk, *asked).status == 200
    first = rows(desk)[0]
    assert tuple(first[c] for c in ("ACTION", "TARGET", "AVAL", "ADTM")) == columns
    assert (first["ENTRY"], first["RECBY"], first["APPRBY"]) == ("E1", "A. Wu", "B. Li")
    assert first["REASON"] == "haemolysed"


def test_a_sample_below_the_limit_is_named_by_its_word(desk, browser):
    applied(browser, desk, act(sample=sample_of(desk, "PREDOSE")))
    assert (rows(desk)[0]["AVAL"], rows(desk)[0]["AVALC"]) == ("", "BLQ")


@pytest.mark.parametrize(
    ("more", "told"),
    [({"name": " "}, "Name"), ({"approver": "a. wu"}, "another name than the first")],
)
def test_without_a_name_nothing_is_written(desk, browser, more, told):
    answer = applied(browser, desk, act(sample=sample_of(desk, "24H")), **more)
    assert answer.status == 422
    assert told in answer.json["error"]
    assert not desk.place.path.exists()


def test_without_a_reason_nothing_is_written(desk, browser):
    good = act(sample=sample_of(desk, "24H"))
    answer = applied(browser, desk, good, act(sample=sample_of(desk, "D8"), reason="  "))
    assert "Reason: 1 of 2" in answer.json["error"]
    assert not desk.place.path.exists()


def test_without_a_second_person_the_entry_carries_the_first_one(desk, browser):
    applied(browser, desk, act(sample=sample_of(desk, "24H")), approver="")
    assert (rows(desk)[0]["RECBY"], rows(desk)[0]["APPRBY"]) == ("A. Wu", "A. Wu")


def test_entries_that_would_stop_the_next_run_are_not_written(desk, browser):
    at_24 = sample_of(desk, "24H")
    answer = applied(browser, desk, act(sample=at_24), act("slope_pick", sample=at_24))
    assert "picks the sample that entry E1 leaves out" in answer.json["error"]
    assert not desk.place.path.exists()
    gone = applied(browser, desk, act(sample="nowhere row 1"))
    assert "0 in this run" in gone.json["error"]


def test_rows_of_other_people_stay_to_the_letter(desk, browser):
    before = (
        "\ufeffENTRY;ACTION;TARGET;USUBJID;PARCAT1;ADTM;AVAL;REASON;RECBY;RECDT;APPRBY;Remark\n"
        "E7;EXCLUDE;CONCENTRATION;1;MAB;2026-01-12T09:00:00;20.0;über; B. Li ;2026-03-01;C. Ma;kept\n"
    )
    desk.place.path.write_text(before, encoding="utf-8")
    assert applied(browser, desk, act(sample=sample_of(desk, "24H"))).status == 200
    lines = desk.place.path.read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith(before.splitlines()[1])
    assert lines[2].startswith("E8;EXCLUDE;CONCENTRATION;1;MAB;2026-01-06T09:00;45.0;haemolysed")


def test_the_written_entries_are_read_back_by_the_next_run(desk, browser):
    asked = act(sample=sample_of(desk, "24H"))
    shown = desk.kinetics
    applied(browser, desk, asked)
    entries = desk.ledger().entries
    assert desk.ledger().faults == ()
    again = judged(shown.seen(), entries, desk.run.study, desk.run.plan)
    assert again.adpp.equals(desk.now().found.adpp)
    same = drawn_ledger(
        {k: v for k, v in entries.row(0, named=True).items() if not k.startswith("SRC")}
    )
    assert same["AVAL"].to_list() == [45.0]


def test_every_entry_is_a_line_of_the_audit_trail(desk, browser):
    applied(browser, desk, act(sample=sample_of(desk, "24H")), act("parameter", parameter="CMAX"))
    trail = (desk.run.folder.parent / "AUDIT.jsonl").read_text(encoding="utf-8").splitlines()
    told = [(line["as"], line["action"], line["reason"]) for line in map(json.loads, trail)]
    assert told == [("A. Wu", "ledger", "E1: haemolysed"), ("A. Wu", "ledger", "E2: haemolysed")]


def test_two_reviewers_of_one_profile_see_the_conflict_and_lose_nothing(desk, browser):
    seen = desk.ledger().sha256
    other = Browser(desk, browser.door).enter()
    assert applied(other, desk, act(sample=sample_of(desk, "D8")), name="C. Ma").status == 200
    mine = act(sample=sample_of(desk, "24H"))
    answer = applied(browser, desk, mine, seen=seen)
    assert answer.status == 409
    assert "E1 by C. Ma" in answer.json["conflicts"][0]
    assert len(rows(desk)) == 1
    assert applied(browser, desk, mine, seen=answer.json["seen"]).status == 200
    assert [row["RECBY"] for row in rows(desk)] == ["C. Ma", "A. Wu"]


def test_two_reviewers_of_different_subjects_are_both_written(tmp_path):
    from pk_drawings import DOSES, SAMPLES  # noqa: PLC0415 (only here with two subjects)

    twice = [
        text + text.split("\n", 2)[2].replace("\n1 ", "\n2 ").replace("1 ", "2 ", 1)
        for text in (DOSES, SAMPLES)
    ]
    desk = drawn_run(tmp_path, twice[1], twice[0])
    browser = Browser(desk).enter()
    seen = desk.ledger().sha256
    applied(browser, desk, {**act("profile"), "profile": "2|MAB|SERUM|1"}, name="C. Ma")
    answer = applied(browser, desk, act("profile"), seen=seen)
    assert "others wrote meanwhile: E1 by C. Ma" in answer.json["said"]
    assert [row["USUBJID"] for row in rows(desk)] == ["2", "1"]


def test_a_ledger_that_the_study_file_does_not_name_is_written_and_the_line_for_it_shown(tmp_path):
    desk = drawn_run(tmp_path, named=False)
    browser = Browser(desk).enter()
    assert applied(browser, desk, act("profile")).status == 200
    page = browser.get("/review/profiles").text
    assert "LEDGER: {files: [ledger.csv]}" in page
    assert "ledger.csv is not named in the study file" in page or "no snapshot" in page


def test_the_summaries_that_move_stand_beside_the_old(desk, browser):
    html = browser.post("/review/try", {"profile": FIRST, "acts": [act("profile")]}).json["html"]
    assert "Summaries that move" in html
    old = desk.now().summary.filter(pl.col("PARAMCD") == "CMAX", pl.col("STAT") == "N")
    assert old["AVAL"].max() >= 1
    assert 'data-key="CMAX|' in html


def test_a_ledger_that_this_page_cannot_write_is_shown_and_said_with_the_line_that_mends_it(desk):
    sources = {**dict(desk.run.study.sources), "LEDGER": Source(files=("ledger.parquet",))}
    study = desk.run.study.model_copy(update={"sources": sources})
    other = Desk(replace(desk.run, entry=replace(desk.run.entry, study=study)))
    browser = Browser(other).enter()
    page = browser.get("/review/profiles").text
    assert "LEDGER: {files: [ledger.parquet, ledger.csv]}" in page
    answer = applied(browser, other, act("profile"))
    assert "LEDGER: {files: [ledger.parquet, ledger.csv]}" in answer.json["error"]
