"""Findings since the cutoff before: which cutoff that is, what is new, open, resolved, and the page of it."""

import datetime
import json

import polars as pl
import pytest
from raw_drawings import RIGHT, deliver, tiny
from support import table

from pkpipe import snapshot
from pkpipe.errors import DataError
from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.report.sections import findings_over_time
from pkpipe.store.frozen import FINDINGS, NAME, Earlier, earlier
from pkpipe.validate import findings_status
from pkpipe.validate import run as validated

ADSL = table("USUBJID | SITEID\n1 | 01")


def day(text):
    return datetime.date.fromisoformat(text)


def frozen(folder, name, hashed="a" * 64):
    """A run's folder as freezing leaves it."""
    path = folder / name / FINDINGS
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    (folder / name / NAME).write_text(json.dumps({"files": {FINDINGS: hashed}}))


def test_the_cutoff_before_is_the_latest_frozen_or_listed_one(tmp_path):
    listed = [day(d) for d in ("2025-01-31", "2025-03-31", "2025-06-30")]
    assert earlier(tmp_path, day("2025-01-31"), listed) is None
    assert earlier(tmp_path / "none", day("2025-06-30"), listed) == Earlier(day("2025-03-31"), None)
    frozen(tmp_path, "2025-04-30")
    (tmp_path / "2025-05-31").mkdir()  # neither frozen nor listed: it is not there
    assert earlier(tmp_path, day("2025-06-30"), listed) == Earlier(
        day("2025-04-30"), tmp_path / "2025-04-30"
    )
    assert earlier(tmp_path, day("2025-04-30"), listed) == Earlier(day("2025-03-31"), None)


def test_of_revisions_the_last_one_counts_and_its_hash_decides_a_rerun(tmp_path):
    for number, name in enumerate(("2025-04-30", "2025-04-30.r2", "2025-04-30.r10")):
        frozen(tmp_path, name, str(number) * 64)
    (tmp_path / "2025-04-30.r11" / "validate").mkdir(parents=True)  # not frozen
    before = earlier(tmp_path, day("2025-06-30"), [])
    assert before.run.name == "2025-04-30.r10"
    assert before.mark == "2025-04-30 " + "2" * 64
    assert Earlier(day("2025-04-30"), None).mark == "2025-04-30"
    (before.run / NAME).write_text("no json")
    with pytest.raises(DataError, match=f"no readable {NAME}"):
        _ = before.mark


LATER = """
    USUBJID | PCTESTCD | PCSPEC | PCSTRESC | PCSTRESN | PCSTRESU | PCTPT | PCDTC
    1       | MAB      | SERUM  | 20       | 20       | ug/mL    | EOI   | 2025-01-10T10:00
    1       | MAB      | SERUM  | 0.05     | 0.05     | ug/mL    | D8    | 2025-01-17
    1       | MAB      | SERUM  | 5        | 5        | ug/mL    | D8    | 2025-05-17
"""


def test_tables_cut_again_give_the_findings_of_that_cutoff(tmp_path):
    """The same as a run of its own at the earlier cutoff finds, to the row."""
    deliver(tmp_path, **{**RIGHT, "PC": LATER})
    (tmp_path / "dm.csv").write_text(
        "USUBJID,RFICDTC,RFSTDTC,ARMCD,ODD\n1,2025-01-01,2025-01-10,A,\n"
    )
    late, soon = tiny(*RIGHT), tiny(*RIGHT, cutoff=day("2025-02-28"))
    own = validated(snapshot.run(tmp_path, soon), soon)["FINDINGS"]
    again = findings_status.cut_again(snapshot.run(tmp_path, late), day("2025-02-28"))
    then = validated(again, soon)["FINDINGS"]
    assert then.rows() == own.rows()
    assert {"COLUMN-UNKNOWN", "PC-NO-TIME"} <= set(own["CHECK"])
    now = validated(snapshot.run(tmp_path, late), late)["FINDINGS"]
    found = findings_status.with_status(now, then, day("2025-02-28"), findings_status.TODAY)
    assert found.schema == findings_status.FINDSTAT_SCHEMA
    new = found.filter(pl.col("STATUS") == "NEW")
    assert 4 in new["ROW"].to_list()
    assert found.height == now.height + (found["STATUS"] == "RESOLVED").sum()


FOUND = table("""
    CHECK | SEVERITY | TABLE | FILE   | USUBJID | COLUMN | VALUE | MESSAGE
    A-ONE | query    | AE    | ae.csv | 1       | AETERM | x     | first
    A-TWO | note     | AE    | ae.csv | 1       | AETERM | y     | second
""")
BEFORE = table("""
    CHECK | SEVERITY | TABLE | FILE   | USUBJID | COLUMN | VALUE | MESSAGE
    A-ONE | query    | AE    | ae.csv | 1       | AETERM | x     | first
    A-BAD | error    | AE    | ae.csv | 1       | AETERM | z     | <b>bad</b>
""")


def found(rows):
    return pl.concat([pl.DataFrame(schema=FINDINGS_SCHEMA), rows], how="diagonal_relaxed")


def page(before, on=findings_status.FROZEN):
    at = None if before is None else day("2025-03-31")
    status = findings_status.with_status(found(FOUND), before, at, on)
    blocks = findings_over_time.section(status, ADSL).blocks
    tables = {b.title: b.rows for b in blocks if b.kind == "table"}
    return tables, [b.text for b in blocks if b.kind == "paragraph"]


def test_the_report_counts_new_open_and_resolved_and_lists_what_moved():
    tables, words = page(found(BEFORE))
    assert tables["Findings since 2025-03-31"] == (
        ("error", "0", "0", "1"),
        ("query", "0", "1", "0"),
        ("note", "1", "0", "0"),
    )
    assert [r[-1] for r in tables["New findings"]] == ["second"]
    assert [r[-1] for r in tables["Resolved findings"]] == ["<b>bad</b>"]
    assert [r[1] for r in tables["New findings"]] == ["01"]
    assert words == ["Compared with the cutoff 2025-03-31. " + findings_over_time.BASES["FROZEN"]]
    assert "cut and checked again" in page(found(BEFORE), findings_status.TODAY)[1][0]


def test_without_an_earlier_cutoff_or_findings_the_report_says_so():
    assert page(None, findings_status.NONE)[1] == [
        "No earlier cutoff is frozen or listed in the run file: every finding is new."
    ]
    (nothing,) = findings_over_time.section(findings_status.FINDSTAT_SCHEMA.to_frame(), ADSL).blocks
    assert nothing.text.startswith("Neither now nor at an earlier cutoff")
