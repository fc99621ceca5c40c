"""Dates in part: read as far as a declared form allows, never completed, and asked about."""

import polars as pl
import pytest
from raw_drawings import RIGHT, cells, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.protocol.sources import Source
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.snapshot.values import as_dtc
from pkpipe.validate.checks.incomplete_dates import DATE_ROWS, PARTIAL

DMY, DMYT = "%d/%m/%Y", "%d/%m/%Y %H:%M"


@pytest.mark.parametrize(
    ("form", "text", "dtc"),
    [
        (DMY, "UN/01/2025", "2025-01"),
        (DMY, "unk/01/2025", "2025-01"),
        (DMY, "00/01/2025", "2025-01"),
        (DMY, "--/01/2025", "2025-01"),
        (DMY, "??/01/2025", "2025-01"),
        (DMY, "1/2025", "2025-01"),
        (DMY, "UN/UNK/2025", "2025"),
        (DMY, "15/UN/2025", "2025"),
        (DMY, "UN/2025", "2025"),
        (DMY, "2025", "2025"),
        (DMYT, "25/01/2025", "2025-01-25"),
        (DMYT, "25/01/2025 UN:UN", "2025-01-25"),
        (DMYT, "UN/01/2025 UN:UN", "2025-01"),
        (DMYT, "06/01/2025 10:02", "2025-01-06T10:02"),
        ("%d%b%Y", "UNJAN2025", "2025-01"),
        ("%d%b%Y", "JAN2025", "2025-01"),
        ("%d%b%Y", "UNUNK2025", "2025"),
        ("%b %d, %Y", "Jan 2025", "2025-01"),
        ("%d %B %Y", "UN January 2025", "2025-01"),
        ("%m/%d/%Y", "01/UN/2025", "2025-01"),
        ("%Y-%m-%d", "2025-01-UN", "2025-01"),
        ("%Y年%m月%d日 %H:%M", "2025年01月10日", "2025-01-10"),
        ("%Y年%m月%d日", "2025年1月", "2025-01"),
        ("%Y-%m-%dT%H:%M%z", "2025-01-06", "2025-01-06"),
    ],
)
def test_a_date_in_part_is_read_as_far_as_it_goes(form, text, dtc):
    assert pl.DataFrame({"A": [text, None]}).select(as_dtc(pl.col("A"), form))["A"].to_list() == [
        dtc,
        None,
    ]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (DMY, "31/02/2025"),  # a day that does not exist is no unknown day
        (DMYT, "31/02/2025"),
        (DMYT, "01/25/2025 09:30"),
        (DMYT, "06/01/2025 25:10"),
        (DMYT, "06/01/2025 24:15"),
        (DMY, "UN/13/2025"),
        (DMY, "13/2025"),
        (DMY, "UN/01/25"),
        ("%d%b%Y", "UNFOO2025"),
        ("%d.%m.%y", "UN.01.25"),  # the century of a part is not guessed
        ("%d%b%Y %I:%M %p", "06Jan2025 13:02 PM"),
    ],
)
def test_what_is_no_date_in_part_stays_and_is_an_error(form, text):
    assert pl.DataFrame({"A": [text]}).select(as_dtc(pl.col("A"), form)).item() == text


def checked(tmp_path, domain, content, **source):
    deliver(tmp_path, **RIGHT)
    (tmp_path / "one.csv").write_text(content)
    others = [d for d in RIGHT if d != domain]
    study = tiny(*others, **{domain: Source(files=("one.csv",), **source)})
    tables = validate.run(snapshot.run(tmp_path, study), study)
    return tables, tables["FINDINGS"].select("CHECK", "ROW", "COLUMN").rows()


def test_a_date_in_part_is_asked_about_with_what_is_done_until_then(tmp_path):
    head = "USUBJID,AETERM,AESTDTC,AEENDTC,AETOXGR"
    content = f"{head}\n1,A,2025-01,2025-01-12,1\n1,B,2025-01-12,2025,1\n1,C,2025-01-12T09,,1\n"
    tables, found = checked(tmp_path, "AE", content)
    asked = [f for f in found if f[0] == PARTIAL.id]
    assert asked == [(PARTIAL.id, 2, "AESTDTC"), (PARTIAL.id, 3, "AEENDTC")]
    told = tables["FINDINGS"].filter(pl.col("CHECK") == PARTIAL.id)["ALLOWED"].to_list()
    assert [t.partition("; until then: ")[2][:8] for t in told] == ["the firs", "the last"]


def test_every_column_of_dates_is_asked():
    asked = {(r.domain, r.column) for r in DATE_ROWS}
    dated = {(d, c.name) for d, s in DOMAINS.items() for c in s.columns if c.kind == "dtc"}
    assert dated - asked <= {("DM", "BRTHDTC")}  # a year of birth is all that may be collected


@pytest.mark.parametrize("other", ["+0800", "+08:00"])
def test_one_offset_may_be_written_in_two_ways(tmp_path, other):
    row = "1,MAB,SERUM,20,20,ug/mL,EOI,2025-01-10T10:0"
    content = ",".join(cells(RIGHT["PC"]).columns) + f"\n{row}0+08:00\n{row}1{other}\n"
    found = checked(tmp_path, "PC", content, dates={"PCDTC": "%Y-%m-%dT%H:%M%z"})[1]
    assert "DATE-ZONES" not in [f[0] for f in found]
    utc = content.replace("+08:00", "Z").replace(other, "+00:00")
    assert "DATE-ZONES" not in [
        f[0] for f in checked(tmp_path, "PC", utc, dates={"PCDTC": "%Y-%m-%dT%H:%M%z"})[1]
    ]
    two = content.replace(f"1{other}", "1+09:00")
    assert ("DATE-ZONES", 3, "PCDTC") in checked(
        tmp_path, "PC", two, dates={"PCDTC": "%Y-%m-%dT%H:%M%z"}
    )[1]


def test_a_form_that_is_not_declared_is_an_error_that_says_where_to_declare_it(tmp_path):
    content = RIGHT["DM"].replace("2025-01-10", "10/01/2025")
    tables, found = checked(tmp_path, "DM", cells(content).write_csv())
    assert ("CELL-DATE", 2, "RFSTDTC") in found
    wrong = tables["FINDINGS"].filter(pl.col("CHECK") == "CELL-DATE")
    assert (
        wrong["ALLOWED"]
        .item()
        .endswith(
            "another form is declared in dates of the source; "
            "a text that means no value everywhere is declared with missing: [NA]"
        )
    )
