"""define.xml of the SDTM copies: valid, references lead somewhere, and no more is said than is known."""

from xml.etree import ElementTree as ET

import polars as pl
import pytest
from submitted import DECLARED, STUDY, tables
from support import ROOT

from pkpipe.submission import build
from pkpipe.submission.define import define_xml
from pkpipe.submission.described_folders import SDTM
from pkpipe.submission.submission_identity import about
from pkpipe.submission.tabulations import tabulations

etree = pytest.importorskip("lxml.etree")
SCHEMA = ROOT / "tests" / "reference" / "define" / "define" / "2.1" / "define2-1-0.xsd"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
GIVEN = {
    "DM": "USUBJID | SUBJID | SEX | ARMCD | TUMTYPE\nS-01 | 01 | F | A | NSCLC\nS-02 | 02 | M | A |",
    "AE": """
        USUBJID | AESEQ | AETERM | AETOXGR | AESEV    | AESTDTC    | AEDLTFL
        S-01    | 1     | Rash   | 2       | MODERATE | 2026-01-11 | N
        S-02    | 1     | Rash   | 3       | GRUESOME | 2026-01    |
    """,
    "LB": """
        USUBJID | LBSEQ | LBTESTCD | LBTEST  | LBSTRESN | LBDTC
        S-01    | 1     | ALT      | Alanine | 20.25    | 2026-01-11
        S-01    | 1     | AST      | Aspart. | 30       | 2026-01-11
    """,
}


@pytest.fixture(scope="module")
def run():
    rows = [
        (code, name.strip(), "a.csv", "COLUMN", "Y")
        for code, text in GIVEN.items()
        for name in text.strip().splitlines()[0].split("|")
    ]
    collect = pl.DataFrame(rows, schema=DECLARED["COLLECT"].names, orient="row")
    return tables(GIVEN) | {"COLLECT": DECLARED["COLLECT"].as_declared(collect)}


@pytest.fixture(scope="module")
def copies(run):
    return tabulations(run, STUDY)


@pytest.fixture(scope="module")
def define(copies):
    return ET.fromstring(define_xml(copies, about(STUDY), SDTM))


@pytest.fixture(scope="module")
def items(define):
    return {e.get("OID"): e for e in define.iter(f"{ODM}ItemDef")}


def test_the_folder_has_it_beside_the_copies_with_its_stylesheet(run):
    files = build(run, STUDY).files
    top = "m5/datasets/bat6026/tabulations/sdtm/"
    there = {name.removeprefix(top) for name in files if name.startswith(top)}
    assert there == {
        *("dm.xpt", "suppdm.xpt", "ae.xpt", "suppae.xpt", "lb.xpt"),
        *("define.xml", "define2-1.xsl"),
    }
    assert b'href="define2-1.xsl"' in files[f"{top}define.xml"]
    assert f"{top[3:]}define.xml".encode() in files["m5/SHA256SUMS"]


def test_without_a_copy_there_is_none():
    assert not [name for name in build(tables(), STUDY).files if "tabulations" in name]


def test_it_is_valid_by_the_schema_of_define_xml_2_1(copies):
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    content = etree.fromstring(define_xml(copies, about(STUDY), SDTM))
    assert schema.validate(content), schema.error_log


def test_every_oid_that_is_referred_to_is_defined_once(define, items):
    defined = [e.get("OID") or e.get("ID") for e in define.iter() if e.get("OID") or e.get("ID")]
    assert len(defined) == len(set(defined))
    names = ("ItemOID", "CodeListOID", "MethodOID", "leafID")
    names += tuple(DEF + n for n in ("StandardOID", "ArchiveLocationID", "CommentOID"))
    asked = {e.get(name) for e in define.iter() for name in names if e.get(name)}
    assert len(asked) > 30
    assert asked <= set(defined)
    assert {e.get("ItemOID") for e in define.iter(f"{ODM}ItemRef")} == set(items)


def test_variables_stand_in_the_order_of_the_file_with_its_labels(copies, define, items):
    for made in copies:
        (group,) = (g for g in define.iter(f"{ODM}ItemGroupDef") if g.get("Name") == made.code)
        refs = [items[ref.get("ItemOID")] for ref in group.findall(f"{ODM}ItemRef")]
        assert [item.get("Name") for item in refs] == made.rows.columns
        labels = [item.find(f"{ODM}Description/{ODM}TranslatedText").text for item in refs]
        assert labels == [variable.label for variable in made.variables]
        assert group.get("Purpose") == "Tabulation"
        assert group.get("Domain") == made.code.removeprefix("SUPP")
        assert "known at the data cutoff 2026-03-31" in comment_of(define, group)


def comment_of(define, group):
    (found,) = (
        c for c in define.iter(f"{DEF}CommentDef") if c.get("OID") == group.get(f"{DEF}CommentOID")
    )
    return found.find(f".//{ODM}TranslatedText").text


def test_a_delivered_variable_is_a_predecessor_and_nothing_is_said_to_be_collected(items):
    origins = {oid: e.find(f"{DEF}Origin").get("Type") for oid, e in items.items()}
    assert {oid for oid, of in origins.items() if of == "Assigned"} == {
        *(f"IT.{code}.{name}" for code in ("DM", "AE", "LB") for name in ("STUDYID", "DOMAIN")),
        *(
            f"IT.SUPP{code}.{name}"
            for code in ("DM", "AE")
            for name in ("STUDYID", "RDOMAIN", "IDVAR", "QNAM", "QLABEL")
        ),
    }
    assert origins["IT.SUPPAE.QORIG"] == "Not Available"
    assert {*origins.values()} == {"Predecessor", "Assigned", "Not Available"}
    told = items["IT.AE.AETERM"].find(f"{DEF}Origin//{ODM}TranslatedText")
    assert told.text == "AE.AETERM"


def test_whole_numbers_dates_and_texts_are_what_they_are(items):
    kinds = {oid: (e.get("DataType"), e.get("Length")) for oid, e in items.items()}
    assert kinds["IT.AE.AESEQ"] == ("integer", "8")
    assert kinds["IT.LB.LBSTRESN"] == ("float", "8")
    assert kinds["IT.AE.AESTDTC"] == ("partialDatetime", None)
    assert kinds["IT.AE.AETERM"] == ("text", "4")


def test_keys_are_told_where_no_two_records_share_them(copies):
    keys = {made.code: made.of.keys for made in copies}
    assert keys["DM"] == ("STUDYID", "USUBJID")
    assert keys["AE"] == ("STUDYID", "USUBJID", "AESEQ")
    assert keys["LB"] == ()


def test_a_list_of_which_pkpipe_has_the_terms_is_cdisc_s_and_of_another_nothing_is_said(define):
    lists = {e.get("OID"): e for e in define.iter(f"{ODM}CodeList")}
    assert lists["CL.AESEV"].get(f"{DEF}StandardOID") == "STD.CT.SDTM"
    marks = {
        e.get("CodedValue"): e.get(f"{DEF}ExtendedValue")
        for e in lists["CL.AESEV"].findall(f"{ODM}EnumeratedItem")
    }
    assert marks == {"MODERATE": None, "GRUESOME": "Yes"}
    tests = lists["CL.LBTESTCD"]
    assert tests.get(f"{DEF}StandardOID") is None
    assert tests.get(f"{DEF}IsNonStandard") is None
    decoded = {
        e.get("CodedValue"): e.find(f".//{ODM}TranslatedText").text
        for e in tests.findall(f"{ODM}CodeListItem")
    }
    assert decoded == {"ALT": "Alanine", "AST": "Aspart."}


def test_the_stylesheet_makes_a_page_of_it(copies):
    sheet = etree.XSLT(etree.parse(ROOT / "pkpipe" / "submission" / "define2-1.xsl"))
    page = str(sheet(etree.fromstring(define_xml(copies, about(STUDY), SDTM))))
    for word in ("Adverse Events", "Supplemental Qualifiers for AE", "SDTMIG", "Lab Test or Exam"):
        assert word in page
