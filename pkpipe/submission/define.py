"""define.xml 2.1: every dataset and variable, where it comes from, what its values may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from pkpipe.schema.adam.declaration import Type
from pkpipe.submission.dataset import Made, Term, Variable
from pkpipe.submission.define_elements import (
    DEF,
    DIGITS,
    ODM,
    XLINK,
    Element,
    described,
    element,
    origin,
    worded,
)
from pkpipe.submission.define_lists import NOT_KNOWN, Lists, lists_of
from pkpipe.submission.described_folders import ADAM, Described
from pkpipe.submission.submission_identity import About
from pkpipe.submission.value_level import (
    VALUE,
    list_oid,
    parameters,
    value_items,
    value_list,
    where_clauses,
)

STYLESHEET: Final = "define2-1.xsl"
DATA_TYPES: Final[Mapping[Type, str]] = {
    "text": "text",
    "number": "float",
    "integer": "integer",
    "date": "integer",
    "datetime": "integer",
    "time": "integer",
}


def define_xml(datasets: Sequence[Made], about: About, of: Described = ADAM) -> bytes:
    """The file of a folder of datasets, with the line that names its stylesheet."""
    for prefix, name in (("", ODM), ("def", DEF), ("xlink", XLINK)):
        ET.register_namespace(prefix, name)
    root = _odm(about, of)
    metadata = _metadata(root, about, of)
    lists = lists_of(datasets)
    _defined(metadata, datasets, lists, of)
    for oid, name, terms, standard in lists.lists:
        _codelist(metadata, oid, name, terms, standard)
    _methods(metadata, datasets)
    for file, title in of.guides.items():
        _leaf(metadata, _leaf_of(file), file, title)
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    sheet = f'<?xml-stylesheet type="text/xsl" href="{STYLESHEET}"?>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{sheet}\n{text}\n'.encode()


def _defined(metadata: Element, datasets: Sequence[Made], lists: Lists, of: Described) -> None:
    """Lists of values by parameter, their conditions, datasets and variables, in the schema's order."""
    pairs = [(made, parameters(made)) for made in datasets]
    for made, found in pairs:
        value_list(metadata, made, found, _method_of)
    for made, found in pairs:
        where_clauses(metadata, made, found)
    for made in datasets:
        _group(metadata, made, of)
    for made, found in pairs:
        for variable in made.variables:
            codelist = lists.oids.get((made.code, variable.name), "")
            _item(metadata, made, variable, codelist, by_parameter=bool(found))
        value_items(metadata, made, found)


def _odm(about: About, of: Described) -> Element:
    return ET.Element(
        f"{{{ODM}}}ODM",
        {
            "ODMVersion": "1.3.2",
            "FileType": "Snapshot",
            "FileOID": f"{about.study}.{of.code}.DEFINE",
            "CreationDateTime": about.created,
            "Originator": about.program,
            "SourceSystem": about.program,
            "SourceSystemVersion": about.version,
            f"{{{DEF}}}Context": "Submission",
        },
    )


def _metadata(root: Element, about: About, of: Described) -> Element:
    study = element(root, "Study", OID=about.study_oid)
    names = element(study, "GlobalVariables")
    told = {"StudyName": about.study, "StudyDescription": about.title, "ProtocolName": about.study}
    for name, text in told.items():
        element(names, name).text = text
    metadata = element(
        study,
        "MetaDataVersion",
        OID=about.metadata_oid(of.code),
        Name=f"{about.study}, {of.name}",
        Description=f"Data Definitions for the {of.datasets} of {about.study}",
        def_DefineVersion="2.1.7",
    )
    standards = element(metadata, "def:Standards")
    for standard in of.standards:
        element(standards, "def:Standard", **standard)
    if of.guides:
        documents = element(metadata, "def:SupplementalDoc")
        for file in of.guides:
            element(documents, "def:DocumentRef", leafID=_leaf_of(file))
    return metadata


def _leaf_of(file: str) -> str:
    return f"LF.{file.partition('.')[0].upper()}"


def _group(metadata: Element, made: Made, folder: Described) -> None:
    of, file = made.of, f"{made.code.lower()}.xpt"
    domain = {"Domain": of.domain} if folder.with_domains else {}
    comment = {"def_CommentOID": _comment_of(made)} if of.comment else {}
    group = element(
        metadata,
        "ItemGroupDef",
        OID=f"IG.{made.code}",
        Name=made.code,
        Repeating="No" if of.keys[-1:] == ("USUBJID",) else "Yes",
        IsReferenceData="No",
        SASDatasetName=made.code,
        **domain,
        Purpose=folder.purpose,
        def_Structure=of.record,
        def_StandardOID=folder.standards[0]["OID"],
        def_ArchiveLocationID=f"LF.{made.code}",
        **comment,
    )
    described(group, of.label)
    for place, variable in enumerate(made.variables, start=1):
        key = (
            {"KeySequence": str(of.keys.index(variable.name) + 1)}
            if variable.name in of.keys
            else {}
        )
        method = {"MethodOID": _method_of(made, variable)} if variable.origin == "Derived" else {}
        needed = "Yes" if made.rows[variable.name].null_count() == 0 else "No"
        oid = f"IT.{made.code}.{variable.name}"
        element(
            group, "ItemRef", ItemOID=oid, OrderNumber=str(place), Mandatory=needed, **key, **method
        )
    element(group, "def:Class", Name=of.structure)
    _leaf(group, f"LF.{made.code}", file, file)


def _item(
    metadata: Element, made: Made, variable: Variable, codelist: str, *, by_parameter: bool
) -> None:
    digits = {"SignificantDigits": _digits(made, variable)} if variable.type == "number" else {}
    shown = {"def_DisplayFormat": variable.format} if variable.format else {}
    comment = {"def_CommentOID": f"COM.{made.code}.{variable.name}"}
    item = element(
        metadata,
        "ItemDef",
        OID=f"IT.{made.code}.{variable.name}",
        Name=variable.name,
        DataType=variable.iso or DATA_TYPES[variable.type],
        **({} if variable.iso else {"Length": str(variable.length)}),
        **digits,
        SASFieldName=variable.name,
        **shown,
        **(comment if variable.origin == "Assigned" else {}),
    )
    described(item, variable.label)
    if codelist:
        element(item, "CodeListRef", CodeListOID=codelist)
    origin(item, variable)
    if by_parameter and variable.name == VALUE:
        element(item, "def:ValueListRef", ValueListOID=list_oid(made))


def _digits(made: Made, variable: Variable) -> str:
    """The most digits behind the point that a value has."""
    texts = made.rows[variable.name].drop_nulls().cast(str)
    longest = texts.str.extract(r"\.(\d+)").str.len_chars().max()
    return str(min(int(longest), DIGITS) if isinstance(longest, int) else 1)


def _codelist(metadata: Element, oid: str, name: str, terms: Iterable[Term], standard: str) -> None:
    of = {"def_StandardOID": standard} if standard else {"def_IsNonStandard": "Yes"}
    of = {} if standard == NOT_KNOWN else of
    listed = element(metadata, "CodeList", OID=oid, Name=name, DataType="text", **of)
    for place, term in enumerate(terms, start=1):
        more = {"def_ExtendedValue": "Yes"} if term.extended else {}
        at = {"OrderNumber": str(place)}
        if not term.decode:
            element(listed, "EnumeratedItem", CodedValue=term.code, **at, **more)
            continue
        item = element(listed, "CodeListItem", CodedValue=term.code, **at, **more)
        worded(element(item, "Decode"), term.decode)


def _methods(metadata: Element, datasets: Sequence[Made]) -> None:
    pairs = [(made, variable) for made in datasets for variable in made.variables]
    for made, variable in pairs:
        if variable.origin == "Derived":
            name = f"{made.code}.{variable.name}"
            method = element(
                metadata, "MethodDef", OID=_method_of(made, variable), Name=name, Type="Computation"
            )
            described(method, with_program(made, variable))
    for made, variable in pairs:
        if variable.origin == "Assigned":
            oid = f"COM.{made.code}.{variable.name}"
            described(element(metadata, "def:CommentDef", OID=oid), variable.said)
    for made in datasets:
        if made.of.comment:
            comment = element(metadata, "def:CommentDef", OID=_comment_of(made))
            described(comment, made.of.comment)


def with_program(made: Made, variable: Variable) -> str:
    """The method in words, and the program that holds it."""
    if "Program: " in variable.said:
        return f"{variable.said}; see programs/{made.code.lower()}.py"
    return f"{variable.said} Program: pkpipe.submission; see programs/{made.code.lower()}.py"


def _comment_of(made: Made) -> str:
    return f"COM.{made.code}"


def _method_of(made: Made, variable: Variable) -> str:
    return f"MT.{made.code}.{variable.name}"


def _leaf(parent: Element, oid: str, file: str, title: str) -> None:
    leaf = element(parent, "def:leaf", ID=oid)
    leaf.set(f"{{{XLINK}}}href", file)
    element(leaf, "def:title").text = title
