"""The delivery before finds what no check within one delivery can, and asks about values alone."""

import polars as pl
import pytest
from test_cases_stranger_flow import C, checked

from pkpipe.validate.redelivered import redelivered


def changed(folder, change, before=lambda *_: None):
    """Findings of a second delivery against the first: check, table, row, subject, column."""
    (folder / "first").mkdir()
    (folder / "second").mkdir()
    first = checked(folder / "first", before)[1]

    def both(tables, content):
        before(tables, content)
        change(tables, content)

    found = [f for f in redelivered(checked(folder / "second", both)[1], first) if f.height]
    if not found:
        return []
    which = C("CHECK").str.split("-").list.last()
    return pl.concat(found).select(which, "TABLE", "ROW", "USUBJID", "COLUMN").rows()


def weighed(tables, _):
    tables["VS"] = [
        {"USUBJID": r["USUBJID"], "VSSEQ": "1", "VSTESTCD": "WEIGHT", "VSSTRESC": "67", "VSSTRESN": "67",
         "VSSTRESU": "kg", "VISIT": "SCREENING", "VSDTC": r["RFICDTC"]}
        for r in tables["DM"]
    ]  # fmt: skip


def test_a_concentration_copied_from_the_sample_before_is_found(tmp_path):
    def change(tables, _):
        for cell in ("PCORRES", "PCSTRESC", "PCSTRESN"):
            tables["PC"][2][cell] = tables["PC"][1][cell]

    assert changed(tmp_path, change) == [
        ("CHANGED", "PC", 4, "TINY-01-001", c) for c in ("PCORRES", "PCSTRESC", "PCSTRESN")
    ]


def test_sexes_that_were_exchanged_are_found(tmp_path):
    def change(tables, _):
        one, other = tables["DM"][:2]
        one["SEX"], other["SEX"] = other["SEX"], one["SEX"]

    assert changed(tmp_path, change) == [
        ("CHANGED", "DM", row, f"TINY-01-00{row - 1}", "SEX") for row in (2, 3)
    ]


def test_a_weight_that_is_another_is_found(tmp_path):
    def change(tables, content):
        tables["VS"][0] |= {"VSSTRESC": "76", "VSSTRESN": "76"}

    def before(tables, content):
        weighed(tables, content)
        content["sources"]["VS"] = {"files": ["vs.csv"]}

    assert changed(tmp_path, change, before) == [
        ("CHANGED", "VS", 2, "TINY-01-001", c) for c in ("VSSTRESC", "VSSTRESN")
    ]


def otherwise(code, column, written):
    def change(tables, _):
        for row in tables[code]:
            row[column] = written(row[column]) if row[column] else row[column]

    return change


@pytest.mark.parametrize(
    "change",
    [
        otherwise("PC", "PCSTRESN", lambda text: f"{float(text):.4f}"),
        otherwise("PC", "PCSTRESC", lambda text: text if text == "BLQ" else f"{float(text):.2f}"),
        otherwise("PC", "PCDTC", lambda text: text + ":00"),
        otherwise("AE", "AETERM", str.upper),
        otherwise("AE", "AESER", {"Y": "Yes", "N": "No"}.get),
        otherwise("AE", "AEREL", {"RELATED": "Related "}.get),
        otherwise("RS", "RSSTRESC", {"SD": "Stable Disease", "PR": "PR", "PD": "PD", "CR": "CR"}.get),
    ],
)  # fmt: skip
def test_a_value_that_is_written_otherwise_is_not_asked_about(tmp_path, change):
    assert changed(tmp_path, change) == []


@pytest.mark.parametrize(
    ("code", "column", "row", "written"),
    [
        ("PC", "PCSTRESN", 3, lambda text: f"{float(text) + 0.001:.3f}"),
        ("PC", "PCDTC", 2, lambda text: text[:10]),
        ("PC", "PCSTRESC", 2, lambda text: "ND" if text == "BLQ" else text),
        ("DM", "SITEID", 2, lambda text: "1"),
    ],
)
def test_a_value_that_is_nearly_the_same_is_asked_about(tmp_path, code, column, row, written):
    found = changed(tmp_path, otherwise(code, column, written))
    assert ("CHANGED", code, row, "TINY-01-001", column) in found
