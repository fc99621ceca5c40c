"""The reviewer's guide: every chapter, in both languages, with numbers that are counted on the datasets."""

import io

import pytest
from pypdf import PdfReader
from rtf_reader import read
from submitted import STUDY, of_code, tables

from pkpipe.displays.edition import edition
from pkpipe.submission import build
from pkpipe.submission.build import all_made
from pkpipe.submission.conformance import RULES
from pkpipe.submission.guide import guides
from pkpipe.submission.guide.chapters import chapters
from pkpipe.submission.guide.counted_numbers import Facts, broken, extended, traced
from pkpipe.submission.submission_identity import about
from pkpipe.submission.tabulations import tabulations

EVENTS = """
    USUBJID | AESEQ | AETERM | ASTDT      | ASTDTF | SRCROW
    S-01    | 1     | 恶心   | 2026-01-11 | D      | 2
    S-02    | 1     | Rash   | 2026-01-12 |        | 3
"""
RECORDS = "USUBJID | AESEQ | AETERM\nS-01 | 1 | 恶心\nS-02 | 1 | Rash"


@pytest.fixture(scope="module")
def run():
    return tables({"AE": RECORDS}, ADAE=EVENTS)


@pytest.fixture(scope="module")
def facts(run):
    datasets = all_made(run, STUDY)
    files = {"datasets/bat6026/analysis/adam/programs/adae.py": 100}
    sources, findings = run["SOURCES"], run["FINDSTAT"]
    told = (files, sources, findings, {"python": "3.11"})
    return Facts(STUDY, about(STUDY), datasets, tabulations(run, STUDY), *told)


def sheet(facts, number, title):
    chapter = next(c for c in chapters(facts) if c.number == number)
    return next(s for s in chapter.sheets if s.title.en == title)


def plain(row):
    return tuple(cell if isinstance(cell, int) else cell.en for cell in row)


def test_it_has_the_chapters_that_reviewers_know(facts):
    assert [c.title.en for c in chapters(facts)] == [
        "Introduction",
        "Protocol Description",
        "Considerations Related to Several Datasets",
        "Creation and Processing of the Datasets",
        "Dataset Descriptions",
        "Conformance Summary",
        "Quality Control",
        "Programs",
        "Directory Structure",
        "Appendix: Reading the Data",
        "Appendix: Running the Programs",
    ]


def test_every_text_has_chinese_beside_it(facts):
    for chapter in chapters(facts):
        for one in chapter.sheets:
            for words in (chapter.title, one.title, *one.heads):
                assert words.en
                assert words.zh


def test_rows_variables_and_subjects_are_those_of_the_datasets(facts):
    rows = [plain(row) for row in sheet(facts, "5", "Datasets").rows]
    for made, row in zip(facts.datasets, rows, strict=True):
        assert row[0] == made.code
        counted = (made.rows.height, made.rows.width, made.rows["USUBJID"].n_unique())
        assert row[-3:] == counted


def test_traced_rows_imputed_dates_and_signs_outside_ascii_are_counted(facts):
    (adae,) = (made for made in facts.datasets if made.code == "ADAE")
    assert traced(adae) == 2
    imputed = [plain(row) for row in sheet(facts, "3", "Imputed dates and times").rows]
    assert ("ADAE", "ASTDTF", 1) in imputed
    signs = sheet(facts, "6", "Texts with signs outside ASCII, as collected")
    assert [plain(row) for row in signs.rows] == [("ADAE", "AETERM", 1)]


def test_every_rule_is_counted_and_one_that_is_broken_says_so(facts):
    listed = {row[0].en: row[2] for row in sheet(facts, "6", "Rules of the datasets").rows}
    assert listed == {rule.id: 0 for rule in RULES}
    (adae,) = (made for made in facts.datasets if made.code == "ADAE")
    worse = type(adae)(adae.of, adae.rows.with_columns(ASTDY=0), adae.variables)
    assert {rule.id: n for rule, n in broken([worse])}["DAY0"] == 2


def test_extended_terms_are_those_that_define_xml_marks():
    parameters = """
        USUBJID | PROFILE | PARAMCD | PARAM    | PARCAT1 | MATRIX | START | AVAL | AVALU
        S-01    | P1      | VZSS    | Vz       | X       | SERUM  | 0     | 3    | L
    """
    made = of_code("ADPP", tables(ADPP=parameters))
    assert [(code, v.name, n) for code, v, n in extended([made])] == [("ADPP", "PPTESTCD", 1)]


def test_it_is_a_pdf_and_an_rtf_in_both_languages_without_a_path_of_a_machine(run, facts):
    made = dict(guides(facts, edition(run["SOURCES"], STUDY)))
    assert set(made) == {"adrg.pdf", "adrg.rtf", "adrg-zh.pdf", "adrg-zh.rtf"}
    asked = {"adrg": "A PARAM has several PARAMCD", "adrg-zh": "一个PARAM对应多个PARAMCD"}
    for stem, word in asked.items():
        pages = PdfReader(io.BytesIO(made[f"{stem}.pdf"])).pages
        text = " ".join(page.extract_text() for page in pages)
        assert word.replace(" ", "") in text.replace(" ", "").replace("\n", "")
        rows, _ = read(made[f"{stem}.rtf"])
        assert word in {cell for row in rows for cell in row}
        for place in ("/ho" + "me/", "/tm" + "p/", "/ro" + "ot/", "/Us" + "ers/"):
            assert place not in text


def test_the_same_run_gives_the_same_guide(run):
    assert build(run, STUDY).files == build(run, STUDY).files
