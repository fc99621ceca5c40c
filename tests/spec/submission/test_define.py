"""define.xml: valid by CDISC's schema, every reference leads somewhere, and it says what the files are."""

import json
from xml.etree import ElementTree as ET

import jsonschema
import polars as pl
import pytest
from submitted import STUDY, tables
from support import ROOT

from pkpipe.submission.build import all_made
from pkpipe.submission.dataset_json import dataset_json
from pkpipe.submission.define import define_xml
from pkpipe.submission.submission_identity import about

etree = pytest.importorskip("lxml.etree")
SCHEMAS = ROOT / "tests" / "reference"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
GIVEN = {
    "ADAE": """
        USUBJID | AESEQ | AETERM | ASTDT      | AESER | TRTEMFL
        S-01    | 1     | Nausea | 2026-01-11 | N     | Y
        S-02    | 1     | Rash   | 2026-01-12 | Y     |
    """,
    "ADPP": """
        USUBJID | PROFILE | PARAMCD | PARAM    | PARCAT1 | MATRIX | START | AVAL | AVALU   | SUMFL
        S-01    | P1      | CMAX    | Max Conc | X       | SERUM  | 0     | 2.25 | ug/mL   | Y
        S-01    | P1      | VZSS    | Vz       | X       | SERUM  | 0     | 3    | L       | N
    """,
}


@pytest.fixture(scope="module")
def datasets():
    return all_made(tables(**GIVEN), STUDY)


@pytest.fixture(scope="module")
def define(datasets):
    return ET.fromstring(define_xml(datasets, about(STUDY)))


def test_it_is_valid_by_the_schema_of_define_xml_2_1(datasets):
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "define" / "define" / "2.1" / "define2-1-0.xsd"))
    content = etree.fromstring(define_xml(datasets, about(STUDY)))
    assert schema.validate(content), schema.error_log
    del content.find(f".//{ODM}ItemGroupDef").attrib["Repeating"]
    assert not schema.validate(content)


def test_every_oid_that_is_referred_to_is_defined_once(define):
    defined = [e.get("OID") or e.get("ID") for e in define.iter() if e.get("OID") or e.get("ID")]
    assert len(defined) == len(set(defined))
    names = ("ItemOID", "CodeListOID", "MethodOID", "leafID", "ValueListOID", "WhereClauseOID")
    names += tuple(DEF + n for n in ("ItemOID", "StandardOID", "ArchiveLocationID", "CommentOID"))
    asked = {e.get(name) for e in define.iter() for name in names if e.get(name)}
    assert len(asked) > 100
    assert asked <= set(defined)
    used = {e.get("ItemOID") for e in define.iter(f"{ODM}ItemRef")}
    assert used == {e.get("OID") for e in define.iter(f"{ODM}ItemDef")}


def test_each_variable_of_a_file_is_there_once_in_order_with_its_length_type_and_format(
    datasets, define
):
    items = {e.get("OID"): e for e in define.iter(f"{ODM}ItemDef")}
    for made in datasets:
        (group,) = (g for g in define.iter(f"{ODM}ItemGroupDef") if g.get("Name") == made.code)
        refs = group.findall(f"{ODM}ItemRef")
        named = [items[ref.get("ItemOID")].get("Name") for ref in refs]
        assert named == made.rows.columns == [v.name for v in made.variables]
        assert [int(ref.get("OrderNumber")) for ref in refs] == [*range(1, len(refs) + 1)]
        for variable, ref in zip(made.variables, refs, strict=True):
            item = items[ref.get("ItemOID")]
            assert item.get("Length") == str(variable.length)
            assert item.get(f"{DEF}DisplayFormat", "") == variable.format
            assert (item.get("DataType") == "text") == (variable.type == "text")
            assert item.find(f".//{ODM}TranslatedText").text == variable.label


def test_keys_stand_in_the_order_of_the_dataset(datasets, define):
    for made in datasets:
        (group,) = (g for g in define.iter(f"{ODM}ItemGroupDef") if g.get("Name") == made.code)
        keyed = sorted(
            (int(ref.get("KeySequence")), ref.get("ItemOID").rpartition(".")[2])
            for ref in group.findall(f"{ODM}ItemRef")
            if ref.get("KeySequence")
        )
        assert [name for _, name in keyed] == [*made.of.keys]


def test_every_value_that_occurs_is_in_the_codelist_of_its_variable(datasets):
    looked = 0
    for made in datasets:
        for variable in made.variables:
            if variable.terms:
                values = set(made.rows[variable.name].drop_nulls().to_list())
                assert values <= {term.code for term in variable.terms}, variable.name
                looked += len(values)
    assert looked > 20


def test_every_derived_variable_has_a_method_that_names_its_program(define):
    methods = {e.get("OID"): e for e in define.iter(f"{ODM}MethodDef")}
    items = {e.get("OID"): e for e in define.iter(f"{ODM}ItemDef")}
    looked = 0
    for ref in define.iter(f"{ODM}ItemRef"):
        origin = items[ref.get("ItemOID")].find(f"{DEF}Origin").get("Type")
        assert (origin == "Derived") == (ref.get("MethodOID") is not None)
        if origin == "Derived":
            text = methods[ref.get("MethodOID")].find(f".//{ODM}TranslatedText").text
            assert "Program: pkpipe." in text
            looked += 1
    assert looked > 50


def test_a_pk_parameter_that_the_cdisc_list_does_not_have_is_marked_as_extended(define):
    (listed,) = (e for e in define.iter(f"{ODM}CodeList") if e.get("OID") == "CL.PPTESTCD")
    marks = {
        e.get("CodedValue"): e.get(f"{DEF}ExtendedValue")
        for e in listed.findall(f"{ODM}CodeListItem")
    }
    assert marks == {"CMAX": None, "VZSS": "Yes"}


def test_a_unit_of_a_pk_parameter_that_pkunit_does_not_have_is_marked_as_extended():
    areas = """
        USUBJID | PROFILE | PARAMCD | PARAM             | PARCAT1 | MATRIX | START | AVAL | AVALU
        S-01    | P1      | AUCALLD | AUC Norm by Dose  | X       | SERUM  | 0     | 2.25 | ug/mL*day/mg
        S-01    | P1      | AUMCALL | AUMC              | X       | SERUM  | 0     | 3    | ng/mL*h2
        S-01    | P1      | AUMCLST | AUMC to Last      | X       | SERUM  | 0     | 3    | ug/mL*day2
        S-01    | P1      | NCONC   | Number of Samples | X       | SERUM  | 0     | 3    | 1
        S-01    | P1      | R2      | R Squared         | X       | SERUM  | 0     | 0.9  | 1
    """
    define = ET.fromstring(define_xml(all_made(tables(ADPP=areas), STUDY), about(STUDY)))
    (listed,) = (e for e in define.iter(f"{ODM}CodeList") if e.get("OID") == "CL.AVALU")
    assert listed.get(f"{DEF}StandardOID") == "STD.CT.SDTM"
    marks = {
        e.get("CodedValue"): e.get(f"{DEF}ExtendedValue")
        for e in listed.findall(f"{ODM}EnumeratedItem")
    }
    assert marks == {
        "day*ug/mL/mg": None,
        "h2*ng/mL": None,
        "RATIO": None,
        "day2*ug/mL": "Yes",
        "COUNT": "Yes",
    }


def test_each_parameter_says_what_its_value_is(datasets, define):
    """Value-level metadata: AVAL by PARAMCD, with name, unit and digits."""
    (made,) = (one for one in datasets if one.code == "ADPP")
    (listed,) = (e for e in define.iter(f"{DEF}ValueListDef") if e.get("OID") == "VL.ADPP.AVAL")
    where = {e.get("OID"): e for e in define.iter(f"{DEF}WhereClauseDef")}
    items = {e.get("OID"): e for e in define.iter(f"{ODM}ItemDef")}
    told = {}
    for ref in listed.findall(f"{ODM}ItemRef"):
        clause = where[ref.find(f"{DEF}WhereClauseRef").get("WhereClauseOID")]
        item = items[ref.get("ItemOID")]
        told[clause.find(f".//{ODM}CheckValue").text] = (
            *(item.get("DataType"), item.get("SignificantDigits")),
            item.find(f".//{ODM}TranslatedText").text,
        )
    names = dict(made.rows.select("PARAMCD", "PARAM").iter_rows())
    by_number = {name: code for code, name in names.items()}
    maximum = next(code for name, code in by_number.items() if name.startswith("Max Conc"))
    assert told.keys() == names.keys()
    assert told[maximum] == ("float", "2", names[maximum])
    assert {kind for kind, *_ in told.values()} == {"float", "integer"}
    assert items["IT.ADPP.AVAL"].find(f"{DEF}ValueListRef").get("ValueListOID") == "VL.ADPP.AVAL"


def test_the_stylesheet_makes_a_page_of_it(datasets):
    sheet = etree.XSLT(etree.parse(ROOT / "pkpipe" / "submission" / "define2-1.xsl"))
    page = str(sheet(etree.fromstring(define_xml(datasets, about(STUDY)))))
    for word in ("Adverse Events Analysis Dataset", "PPTESTCD", "Analysis Sequence Number"):
        assert word in page


def test_dataset_json_is_valid_by_its_schema_with_the_oids_of_define_xml(datasets, define):
    schema = json.loads((SCHEMAS / "datasetjson" / "dataset.schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    known = {e.get("OID") for e in define.iter() if e.get("OID")}
    for made in datasets:
        content = json.loads(dataset_json(made, about(STUDY)))
        assert list(validator.iter_errors(content)) == []
        assert {c["itemOID"] for c in content["columns"]} <= known
        assert {
            content["itemGroupOID"],
            content["metaDataVersionOID"],
            content["studyOID"],
        } <= known


def test_labels_are_those_of_the_standard_letter_for_letter(datasets):
    standard = pl.read_csv(SCHEMAS / "adam" / "adamig_1_3.csv", infer_schema=False)
    labels = dict(standard.select("VARIABLE", "LABEL").iter_rows())
    ours = {(v.name, v.label) for made in datasets for v in made.variables if v.name in labels}
    assert len(ours) > 40
    assert {pair for pair in ours if labels[pair[0]] != pair[1]} == set()


def test_every_required_variable_is_there(datasets):
    standard = pl.read_csv(SCHEMAS / "adam" / "adamig_1_3.csv", infer_schema=False)
    required = standard.filter(CORE="Req")
    structures = {
        "ADSL": "Subject-Level Analysis Dataset",
        "ADPP": "Basic Data Structure",
    }
    for code, structure in structures.items():
        names = required.filter(STRUCTURE=structure)["VARIABLE"].str.replace("xx", "01")
        (made,) = (one for one in datasets if one.code == code)
        assert set(names) - set(made.rows.columns) == set()
        assert len(names) >= 4
