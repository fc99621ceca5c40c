"""Findings as people act on them: new, open or resolved since the last cutoff, with site and visit."""

import polars as pl
from support import domain, no_domains

from pkpipe.finding.status import compared
from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.validate.for_sites import for_sites


def findings(*rows):
    names = ("CHECK", "USUBJID", "ROW", "VALUE")
    filled = [
        dict.fromkeys(FINDINGS_SCHEMA)
        | {"SEVERITY": "query", "TABLE": "PC", "FILE": "pc.csv", "COLUMN": "PCSTRESN"}
        | dict(zip(names, row, strict=True))
        for row in rows
    ]
    return pl.DataFrame(filled, schema=FINDINGS_SCHEMA)


def test_without_an_earlier_cutoff_every_finding_is_new():
    now = compared(findings(("A", "1", 2, "x")), None)
    assert now["STATUS"].to_list() == ["NEW"]


def test_a_finding_that_moved_to_another_row_stays_open_one_that_is_gone_is_resolved():
    before = findings(("A", "1", 2, "x"), ("B", "1", 3, "y"))
    now = compared(findings(("A", "1", 7, "x"), ("C", None, None, None)), before)
    assert now.select("CHECK", "STATUS").rows() == [("A", "OPEN"), ("C", "NEW"), ("B", "RESOLVED")]


def test_of_alike_findings_as_many_stay_open_as_there_were():
    one, two = findings(("A", "1", 2, "x")), findings(("A", "1", 2, "x"), ("A", "1", 3, "x"))
    assert compared(two, one)["STATUS"].to_list() == ["OPEN", "NEW"]
    assert compared(one, two)["STATUS"].to_list() == ["OPEN", "RESOLVED"]


def test_a_line_for_a_site_has_its_site_and_visit():
    tables = no_domains() | {
        "DM": domain("DM", "USUBJID | SITEID | ARMCD\n1 | 07 | A"),
        "PC": domain(
            "PC", "USUBJID | PCTESTCD | VISIT | PCDTC\n1 | MAB | CYCLE 1 DAY 1 | 2025-01-01"
        ),
    }
    found = findings(("A", "1", 2, "x")).with_columns(FILE=pl.lit("drawn.csv"))
    line = for_sites(compared(found, None), tables).row(0, named=True)
    assert (line["STATUS"], line["SITEID"], line["VISIT"], line["FIELD"]) == (
        "NEW",
        "07",
        "CYCLE 1 DAY 1",
        "PCSTRESN",
    )
