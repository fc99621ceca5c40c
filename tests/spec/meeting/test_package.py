"""The package of a meeting: what stands in it is in the results, the same bytes twice, draft until signed."""

import io
import json
import zipfile
from types import SimpleNamespace

import docx
import polars as pl
import pptx
import pytest
from met import DECLARED, HASH, TINY, approval, decision, meeting, printed, results
from pypdf import PdfReader

from pkpipe.differences import Differences
from pkpipe.displays.visible import visible
from pkpipe.errors import ConfigError, DataError
from pkpipe.meeting import package
from pkpipe.meeting.approval import Standing
from pkpipe.meeting.refusal import refuse
from pkpipe.meeting.slides import first_cycles
from pkpipe.render import pdf

FILES = {
    *("decision.pdf", "decision.html", "details.pdf", "slides.pptx", "signoff.docx"),
    *("signoff.pdf", "results.csv", "numbers.csv", "MANIFEST.json"),
}
PDFS = ("decision.pdf", "details.pdf", "signoff.pdf")
TABLES = results()


@pytest.fixture(scope="module")
def files():
    return package(meeting(tables=TABLES))[0]


def pages(files, name):
    """The text of each page, of which there is some."""
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(files[name])).pages]
    assert texts, name
    assert all(texts), name
    return texts


def deck(files, name="slides.pptx"):
    return list(pptx.Presentation(io.BytesIO(files[name])).slides)


def tables_in(slide):
    return [shape for shape in slide.shapes if shape.has_table]


def charts_in(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def texts_of(slide):
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def test_a_package_has_a_page_to_decide_by_details_slides_and_a_form_with_their_hashes(files):
    assert set(files) == FILES
    seal = json.loads(files["MANIFEST.json"])
    assert set(seal["files"]) == FILES - {"MANIFEST.json"}
    assert seal["run"] == {"manifest.json": HASH}


def test_the_decision_is_one_a4_page_with_dose_number_who_is_pending_and_what_would_change_it(
    files,
):
    (page,) = PdfReader(io.BytesIO(files["decision.pdf"])).pages
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    text = page.extract_text()
    for said in ("enrol 2 subjects", "1 DLT", "1 completes without DLT", "S4", "2 subjects"):
        assert said in text
    assert "Draft" in text


def test_a_decision_with_very_many_outcomes_is_still_one_page():
    many = pl.DataFrame(
        {"CASE": range(1, 200), "OUTCOME": [f"A: {n} DLT" for n in range(1, 200)],
         "DECISION": "STAY_ADD", "REASON": "why " * 40}
    )  # fmt: skip
    long = decision(REASON="Stay: a reason. Reason: " + "because of this and that, " * 60)
    files, _ = package(meeting(tables=results(LOOKAHD=many, DECISION=long)))
    assert len(pages(files, "decision.pdf")) == 1


def test_every_cell_of_a_slide_is_the_text_of_its_result(files):
    texts = printed(TABLES)
    places = pl.read_csv(io.BytesIO(files["numbers.csv"]), infer_schema=False)
    of_slides = places.filter(pl.col("file") == "slides")
    assert of_slides.height > 20
    for name, text in of_slides.select("id", "text").iter_rows():
        parts = [texts[part] for part in name.split(" ") if part in texts] or [texts[name]]
        assert visible("; ".join(parts)) == text
    told = set(of_slides["text"]) | {""}
    heads = set(TABLES["COLUMNS"]["HEADEN"])
    shapes = [shape for slide in deck(files) for shape in tables_in(slide)]
    assert shapes
    for shape in shapes:
        first, *rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        assert set(first) <= heads
        assert rows
        assert {text.replace("\v", "\n") for row in rows for text in row} <= told


def test_a_chart_is_native_with_the_raw_values_and_the_texts_of_the_results(files):
    ard = TABLES["ARD"].filter(pl.col("DISPLAY").is_in(["T14.1.4.1", "T14.3.1.1"]))
    values, texts = set(ard["VALUE"]), set(ard["TEXT"])
    charts = [chart for slide in deck(files) for chart in charts_in(slide)]
    assert charts
    for chart in charts:
        drawn = [
            (series.points[place], value)
            for series in chart.plots[0].series
            for place, value in enumerate(series.values)
        ]
        assert {value for _, value in drawn} <= values
        labels = {point.data_label.text_frame.text for point, value in drawn if value}
        assert labels
        assert labels <= texts


def test_subjects_with_and_without_dlt_are_bars_apart(files):
    chart = next(chart for slide in deck(files) for chart in charts_in(slide))
    drawn = {series.name: series.values[0] for series in chart.plots[0].series}
    assert list(drawn) == ["Without DLT", "With DLT", "In the window", "Excluded, to be replaced"]
    assert list(drawn.values()) == [2.0, 1.0, 1.0, 0.0]


def test_every_result_that_stands_on_a_page_slide_or_form_is_in_results_csv(files):
    named = pl.read_csv(io.BytesIO(files["numbers.csv"]), infer_schema=False)["id"]
    there = set(pl.read_csv(io.BytesIO(files["results.csv"]), infer_schema=False)["ID"])
    one_by_one = {part for name in named for part in ([name] if name in there else name.split(" "))}
    assert one_by_one - there == set()


def test_exposure_is_of_the_first_cycle_a_parameter_was_measured_in():
    peaks = ("CMAX//A/ALL/1", "CMAX//A/ALL/3", "CMAX//A/C1/1", "TMAX//A/ALL/1")
    areas = ("AUCLST//A/ALL/3", "AUCLST//A/ALL/4")
    assert first_cycles(SimpleNamespace(keys=(*peaks, *areas))) == [0, 4]


def test_a_chinese_package_has_the_chinese_title_of_the_trial_where_the_study_file_has_one():
    named = TINY.study.model_copy(update={"title_zh": "一项试验"})
    study = TINY.model_copy(update={"study": named})
    made, _ = package(meeting(("en", "zh"), tables=TABLES, study=study))
    for name in ("decision", "details", "signoff"):
        assert "一项试验" in pages(made, f"{name}.zh.pdf")[0]
        assert "一项试验" not in pages(made, f"{name}.pdf")[0]
        assert TINY.study.title not in pages(made, f"{name}.zh.pdf")[0]
    assert any("一项试验" in text for text in texts_of(deck(made, "slides.zh.pptx")[0]))


def test_there_are_eight_to_twelve_slides_and_draft_stands_on_each(files):
    slides = deck(files)
    assert 8 <= len(slides) <= 12
    assert all(any("Draft" in text for text in texts_of(slide)) for slide in slides)


def test_draft_stands_on_every_page_of_every_file_until_the_run_is_signed(files):
    for name in PDFS:
        assert all("Draft" in text for text in pages(files, name)), name
    assert "Draft" in files["decision.html"].decode()
    signed, _ = package(meeting(tables=TABLES, standing=Standing((approval("A. Chair"),))))
    for name in PDFS:
        assert not any("Draft" in text for text in pages(signed, name)), name
        assert all("Approved" in text for text in pages(signed, name)), name
    assert "Approval by A. Chair, 2026-02-12T15:00:00+08:00" in pages(signed, "decision.pdf")[0]
    assert not any("Draft" in text for slide in deck(signed) for text in texts_of(slide))
    assert "Draft" not in signed["decision.html"].decode()
    document = docx.Document(io.BytesIO(signed["signoff.docx"]))
    assert "Approved" in document.sections[0].header.paragraphs[0].text


def test_while_one_of_the_needed_persons_has_not_signed_it_is_a_draft_that_says_how_many_are_lacking():
    one = Standing((approval("A. Chair"), approval("a.  chair", line=3)), needed=2)
    page = pages(package(meeting(tables=TABLES, standing=one))[0], "decision.pdf")[0]
    assert "Draft" in page
    assert "Approvals: 1 of 2 needed" in page
    both = Standing((approval("A. Chair"), approval("B. Medic", line=3)), needed=2)
    page = pages(package(meeting(tables=TABLES, standing=both))[0], "decision.pdf")[0]
    assert "Approved" in page
    assert "Draft" not in page


def test_a_signature_of_earlier_files_of_the_run_is_shown_as_no_longer_of_these():
    changed = Standing(earlier=(approval("A. Chair"),))
    made, _ = package(meeting(("en", "zh"), tables=TABLES, standing=changed))
    page = pages(made, "decision.pdf")[0]
    assert "Approval by A. Chair, 2026-02-12T15:00:00+08:00: no longer of these files" in page
    assert "Draft" in page
    assert (
        "批准：A. Chair，2026-02-12T15:00:00+08:00：不再对应现有文件"
        in pages(made, "decision.zh.pdf")[0]
    )


def test_a_sign_that_no_font_has_is_told_of_each_file(monkeypatch):
    monkeypatch.setattr(pdf, "missing", lambda *_: {0x10FFFD: "U+10FFFD"})
    _, told = package(meeting(tables=TABLES))
    assert told == tuple(
        f"{name}: no font has U+10FFFD (en)" for name in (PDFS[1], PDFS[0], PDFS[2])
    )


def test_a_study_file_that_says_final_does_not_make_a_draft_final():
    final = TINY.model_copy(update={"report": TINY.report.model_copy(update={"status": "final"})})
    made = meeting(tables=TABLES)
    text = pages(package(type(made)(**{**vars(made), "study": final}))[0], "decision.pdf")[0]
    assert "Draft" in text
    assert "Final" not in text


def test_the_form_has_the_proposal_and_room_for_name_role_vote_rationale_and_date(files):
    document = docx.Document(io.BytesIO(files["signoff.docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for said in ("Name", "Role", "Vote", "Rationale", "Date", HASH):
        assert said in cells
    texts = set(printed(TABLES).values())
    facts = [[cell.text for cell in row.cells] for row in document.tables[0].rows][3:]
    assert facts
    assert all(text in texts for _, text in facts)
    assert "Draft" in document.sections[0].header.paragraphs[0].text


def test_the_same_run_gives_the_same_bytes(files):
    again, _ = package(meeting(tables=TABLES))
    assert [name for name in files if files[name] != again[name]] == []
    with zipfile.ZipFile(io.BytesIO(files["slides.pptx"])) as packed:
        assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_in_both_languages_the_second_is_in_the_name_and_in_chinese():
    made, _ = package(meeting(languages=("en", "zh"), tables=TABLES))
    assert {"decision.zh.pdf", "slides.zh.pptx", "signoff.zh.docx"} <= set(made)
    assert "草稿" in pages(made, "decision.zh.pdf")[0]
    texts = set(printed(TABLES, chinese=True).values())
    places = pl.read_csv(io.BytesIO(made["numbers.csv"]), infer_schema=False)
    chinese = places.filter(pl.col("file") == "slides.zh", ~pl.col("id").str.contains(r"\|.* .*\|"))
    assert chinese.height > 20
    assert set(chinese["text"]) <= {visible(text or "") for text in texts}


def nothing_in(code):
    return DECLARED[code].empty()


def test_without_events_and_without_a_decision_the_pages_say_so():
    reason = "no decision: not collected: DS"
    withheld = pl.from_dicts([{"SCOPE": "STUDY", "DECISION": "NO_DECISION", "REASON": reason}])
    tables = results(ADAE=nothing_in("ADAE"), LOOKAHD=nothing_in("LOOKAHD"), DECISION=withheld)
    made, _ = package(meeting(tables=tables))
    assert "No decision" in pages(made, "decision.pdf")[0]
    assert 8 <= len(deck(made)) <= 12


def findings(*severities):
    row = {"CHECK": "AE-GRADE", "TABLE": "AE", "FILE": "ae.csv", "ROW": 7, "USUBJID": "S3",
           "COLUMN": "AETOXGR", "VALUE": "9", "MESSAGE": "no grade", "ALLOWED": "1 to 5"}  # fmt: skip
    return pl.from_dicts([{**row, "SEVERITY": one} for one in severities])


def asked(**changes):
    given = {"FINDINGS": findings("query"), "DECISION": decision(), "DISPLAYS": TABLES["DISPLAYS"]}
    return given | changes


def test_no_package_while_an_error_stands_and_it_is_named(tmp_path):
    refuse(tmp_path, asked())
    with pytest.raises(DataError, match=r"1 error stands (.|\n)*ae\.csv.* 7.*S3"):
        refuse(tmp_path, asked(FINDINGS=findings("error", "query")))


def test_no_package_of_a_decision_that_is_withheld_but_of_one_that_was_not_collected(tmp_path):
    def answer(reason):
        return pl.from_dicts([{"SCOPE": "STUDY", "DECISION": "NO_DECISION", "REASON": reason}])

    refuse(tmp_path, asked(DECISION=answer("no decision: not collected: DS")))
    with pytest.raises(DataError, match="withheld: these records contradict"):
        refuse(tmp_path, asked(DECISION=answer("these records contradict each other")))


def test_a_study_that_leaves_the_decision_out_of_its_displays_has_no_package(tmp_path):
    left = TABLES["DISPLAYS"].filter(pl.col("number") != "T14.1.4.2")
    with pytest.raises(ConfigError, match=r"leaves T14\.1\.4\.2 out"):
        refuse(tmp_path, asked(DISPLAYS=left))


def test_what_changed_since_the_meeting_before_is_in_the_details_with_its_cause():
    shown = pl.DataFrame(
        {"DISPLAY": ["T14.1.4.2", "T14.1.4.1", "T14.3.1.1"], "TITLE": "x",
         "ROW": ["NENROL", "A", "TEAE"], "COL": ["VALUE", "PENDING", "ALL"], "STAT": "count",
         "CHANGE": "changed", "OLD": ["3 subjects", "2", "1"], "NEW": ["2 subjects", "1", "2"],
         "CAUSE": "cut date", "STEPS": None, "ID": ["a", "b", "c"]}
    )  # fmt: skip
    data = pl.DataFrame(
        {"TABLE": ["AE", "AE"], "USUBJID": "S3", "RECORD": ["S3 Rash", "S4 Nausea"],
         "CHANGE": ["changed", "added"], "FIELD": ["AETOXGR", None], "OLD": ["2", None],
         "NEW": ["3", None], "CAUSE": ["data corrected", "data new"], "FILE": "ae.csv", "ROW": [3, 9]}
    )  # fmt: skip
    before = SimpleNamespace(name="2026-01-10")
    after = SimpleNamespace(name="2026-02-10", study=TINY)
    found = Differences(before, after, data, shown.clear(), shown)
    made, _ = package(meeting(tables=TABLES, changes=found))
    results = pl.read_csv(io.BytesIO(made["results.csv"]), infer_schema=False)
    lines = results.filter(pl.col("DISPLAY") == "T14.9.3", pl.col("COL") != "CAUSE")[
        "TEXT"
    ].to_list()
    assert lines[:6] == [
        *("New subjects to enrol", "3 subjects", "2 subjects"),
        *("Level A: In the window", "2", "1"),
    ]
    assert "S3 Rash" in lines
    assert "S4 Nausea" not in lines
    assert {"changes/data.csv", "changes/shown.csv"} <= set(made)
    assert json.loads(made["MANIFEST.json"])["since"] == "2026-01-10"
