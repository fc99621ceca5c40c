"""`ars.json`: the displays as a reporting event of the CDISC Analysis Results Standard, version 1.0.

An analysis is one statistic of one table of a display; its results are the cells of the ARD, grouped by their
row and column. Listings and drawings are outputs without analyses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from pkpipe.displays.edition import Edition
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.populations import POPULATIONS, Population
from pkpipe.render.printed_page import Page

Item = dict[str, Any]
C: Final = pl.col
METHODS_PAGE: Final = "METHODS"
WORKBOOK, SVG = "FILE.XLSX", "FILE.SVG"
EQUAL: Final = re.compile(r"(\w+) = '([^']*)'")
AMONG: Final = re.compile(r"(\w+) IN \((.+)\)")
AT: Final = ("DISPLAY", "SHEET", "STAT")


def ars(tables: Mapping[str, pl.DataFrame], pages: Sequence[Page], edition: Edition) -> bytes:
    """The reporting event of the displays of these pages (in English)."""
    numbers = [page.number for page in pages]
    displays = tables["DISPLAYS"].filter(C("number").is_in(numbers)).sort("ORD")
    columns = tables["COLUMNS"].filter(C("DISPLAY").is_in(numbers))
    cells = _results(tables["ARD"], displays)
    sets = {p.words.en: code for code, p in POPULATIONS.items()}
    analyses: dict[str, list[Item]] = {number: [] for number in numbers}
    for part in cells.partition_by(AT, maintain_order=True):
        display = displays.row(by_predicate=C("number") == part["DISPLAY"][0], named=True)
        analyses[display["number"]].append(_analysis(part, display, sets))
    event = {
        "id": f"{edition.study}.{edition.cutoff}",
        "name": f"{edition.study} at the data cutoff {edition.cutoff}",
        "description": f"{edition.title.en} ({edition.status.en}; snapshot {edition.snapshot})",
        "version": 1,
        "referenceDocuments": [
            {"id": METHODS_PAGE, "name": "Methods of pkpipe", "location": "docs/methods.md"}
        ],
        "terminologyExtensions": [_file_types()],
        "analysisSets": [_set(n, c, p) for n, (c, p) in enumerate(POPULATIONS.items(), start=1)],
        "analysisGroupings": [*_groupings(cells, columns)],
        "methods": [_method(name) for name in sorted(set(cells["STAT"]))],
        "analyses": [analysis for some in analyses.values() for analysis in some],
        "outputs": [_output(page, tables["ARD"]) for page in pages],
        "mainListOfContents": _contents(pages, analyses),
    }
    return (json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _results(ard: pl.DataFrame, displays: pl.DataFrame) -> pl.DataFrame:
    """The cells that are results: statistics of tables, in the order of the catalogue."""
    tables = displays.filter(C("kind") != "listing").select(DISPLAY="number", ORD="ORD")
    return (
        ard.join(tables, on="DISPLAY")
        .filter(C("STAT").is_in(list(FORMATS)))
        .sort("ORD", "SHEET", "ROWN", maintain_order=True)
    )


def _grouping(display: str, sheet: int, side: str) -> str:
    return f"GROUPING.{display}.{sheet}.{side}"


def _column(display: str, sheet: int, column: str) -> str:
    return f"{_grouping(display, sheet, 'COLUMN')}.{column}"


def _groupings(cells: pl.DataFrame, columns: pl.DataFrame) -> Iterator[Item]:
    used = cells.select("DISPLAY", "SHEET", "COL").unique(maintain_order=True)
    heads = columns.join(used, on=["DISPLAY", "SHEET", "COL"], how="semi")
    for (display, sheet), part in heads.partition_by(
        ("DISPLAY", "SHEET"), as_dict=True, maintain_order=True
    ).items():
        number, place = str(display), int(sheet)
        yield {
            "id": _grouping(number, place, "COLUMN"),
            "name": f"Columns of {number}",
            "dataDriven": False,
            "groups": [
                {
                    "id": _column(number, place, key),
                    "name": key,
                    "label": head.replace("\n", " "),
                    "level": 1,
                    "order": order,
                }
                for order, (key, head) in enumerate(part.select("COL", "HEADEN").iter_rows(), 1)
            ],
        }
        yield {
            "id": _grouping(number, place, "ROW"),
            "name": f"Rows of {number}",
            "dataDriven": True,
        }


def _analysis(cells: pl.DataFrame, display: Mapping[str, Any], sets: Mapping[str, str]) -> Item:
    number, sheet, stat = cells.select(AT).row(0)
    made = {
        "id": _analysis_id(number, sheet, stat),
        "name": f"{number} {display['title_en']}: {FORMATS[stat].words.en}",
        "version": 1,
        "reason": {"controlledTerm": "SPECIFIED IN PROTOCOL"},
        "purpose": {"controlledTerm": "EXPLORATORY OUTCOME MEASURE"},
        "methodId": f"METHOD.{stat}",
        "dataset": cells["TABLES"][0],
        "analysisSetId": f"SET.{sets[display['population']]}",
        "orderedGroupings": [
            {"order": n, "groupingId": _grouping(number, sheet, side), "resultsByGroup": True}
            for n, side in enumerate(("ROW", "COLUMN"), start=1)
        ],
        "programmingCode": {
            "context": "Python",
            "code": next(iter(cells["CODE"].drop_nulls()), "words only"),
        },
        "results": [_result(row) for row in cells.iter_rows(named=True)],
    }
    rules = [rule for rule in next(iter(cells["RULE"].drop_nulls()), "").split(", ") if rule]
    if rules:
        refs = [{"refType": "NamedDestination", "pageNames": rules}]
        made["documentRefs"] = [{"referenceDocumentId": METHODS_PAGE, "pageRefs": refs}]
    return made


def _analysis_id(display: str, sheet: int, stat: str) -> str:
    return f"ANALYSIS.{display}.{sheet}.{stat}"


def _result(row: Mapping[str, Any]) -> Item:
    at = (row["DISPLAY"], row["SHEET"])
    made = {
        "operationId": f"METHOD.{row['STAT']}.1",
        "resultGroups": [
            {"groupingId": _grouping(*at, "ROW"), "groupValue": row["ROW"]},
            {"groupingId": _grouping(*at, "COLUMN"), "groupId": _column(*at, row["COL"])},
        ],
        "formattedValue": row["TEXT"] or "",
    }
    return made if row["VALUE"] is None else made | {"rawValue": repr(row["VALUE"])}


def _method(stat: str) -> Item:
    rule = FORMATS[stat]
    operation = {"id": f"METHOD.{stat}.1", "name": rule.words.en, "order": 1}
    described = {"description": f"shown with {rule.decimals}"} if rule.decimals else {}
    name = {"id": f"METHOD.{stat}", "name": stat, "label": rule.words.en}
    return name | described | {"operations": [operation]}


def _set(order: int, code: str, population: Population) -> Item:
    made: Item = {
        "id": f"SET.{code}",
        "name": population.words.en,
        "description": f"{population.rule} of docs/methods.md",
        "level": 1,
        "order": order,
    }
    one, among = EQUAL.fullmatch(population.sql), AMONG.fullmatch(population.sql)
    if one is not None:
        made["condition"] = _condition(population.table, one[1], "EQ", [one[2]])
    elif among is not None:
        values = re.findall(r"'([^']*)'", among[2])
        made["condition"] = _condition(population.table, among[1], "IN", values)
    return made


def _condition(dataset: str, variable: str, comparator: str, value: list[str]) -> Item:
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "value": value}


def _output(page: Page, ard: pl.DataFrame) -> Item:
    code = ard.filter(C("DISPLAY") == page.number)["CODE"].drop_nulls().head(1)
    made: Item = {
        "id": f"OUTPUT.{page.number}",
        "name": f"{page.number} {page.title}",
        "version": 1,
        "displays": [{"order": 1, "display": _display(page)}],
        "fileSpecifications": [*_files(page)],
    }
    if code.len():
        made["programmingCode"] = {"context": "Python", "code": code[0]}
    return made


def _display(page: Page) -> Item:
    parts = {
        "Title": (f"{page.number} {page.title}", page.population),
        "Footnote": (page.empty, *page.notes) if page.empty else page.notes,
        "Footer": (page.source,),
    }
    return {
        "id": f"DISPLAY.{page.number}",
        "name": page.title,
        "version": 1,
        "displayTitle": page.title,
        "displaySections": [
            _section(page.number, kind, texts) for kind, texts in parts.items() if texts
        ],
    }


def _section(number: str, kind: str, texts: Sequence[str]) -> Item:
    return {
        "sectionType": kind,
        "orderedSubSections": [
            {"order": n, "subSection": {"id": f"TEXT.{number}.{kind}.{n}", "text": text}}
            for n, text in enumerate(texts, start=1)
        ],
    }


def _files(page: Page) -> Iterator[Item]:
    yield _file(f"{page.number}.rtf", {"controlledTerm": "rtf"})
    yield _file("all.pdf", {"controlledTerm": "pdf"})
    yield _file("all.xlsx", {"sponsorTermId": WORKBOOK})
    for drawing in page.drawings:
        yield _file(f"figures/{drawing.name}.svg", {"sponsorTermId": SVG})


def _file(location: str, kind: Mapping[str, str]) -> Item:
    return {"name": location.rpartition("/")[2], "fileType": dict(kind), "location": location}


def _file_types() -> Item:
    return {
        "id": "FILE.TYPES",
        "enumeration": "OutputFileTypeEnum",
        "sponsorTerms": [
            {"id": WORKBOOK, "submissionValue": "xlsx"},
            {"id": SVG, "submissionValue": "svg"},
        ],
    }


def _contents(pages: Sequence[Page], analyses: Mapping[str, Sequence[Item]]) -> Item:
    items = []
    for order, page in enumerate(pages, start=1):
        item: Item = {
            "name": f"{page.number} {page.title}",
            "level": 1,
            "order": order,
            "outputId": f"OUTPUT.{page.number}",
        }
        if analyses[page.number]:
            listed = [
                {"name": a["name"], "level": 2, "order": n, "analysisId": a["id"]}
                for n, a in enumerate(analyses[page.number], start=1)
            ]
            item["sublist"] = {"listItems": listed}
        items.append(item)
    return {"name": "Displays", "contentsList": {"listItems": items}}
