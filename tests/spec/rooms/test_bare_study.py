"""A study that collects little still runs through every room: what is absent is said, nothing crashes."""

from datetime import date

import polars as pl
import pytest
from support import ROOT, domain, no_domains

from pkpipe import displays
from pkpipe.finding.table import no_findings
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.report import build
from pkpipe.rooms import REPORT, TOPICS
from pkpipe.validate.findings_status import FINDSTAT_SCHEMA

DM = """
    USUBJID | ARMCD | SEX | AGE
    1       | A     | F   | 61
    2       | A     | M   | 55
"""
EX = """
    USUBJID | EXTRT | EXDOSE | EXDOSU | EXSTDTC          | EXENDTC          | CYCLE
    1       | MAB   | 1      | mg/kg  | 2026-01-05T09:00 | 2026-01-05T10:00 | 1
    1       | MAB   | 1      | mg/kg  | 2026-01-26T09:00 | 2026-01-26T10:00 | 2
"""
SOURCES = pl.DataFrame(
    schema=dict.fromkeys(("TABLE", "FILE", "SHA256"), pl.String)
    | dict.fromkeys(("ROWS", "KEPT", "CUT", "LEFTOUT"), pl.Int64)
)


def _study(without, domains):
    full = load_study(ROOT / "tests" / "studies" / "tiny.yaml").at(date(2026, 6, 30))
    absent = dict.fromkeys(without)
    sources = {d: s for d, s in full.sources.items() if d in domains}
    return full.model_copy(update={**absent, "sources": sources})


def _run(study):
    tables = no_domains() | {"DM": domain("DM", DM), "EX": domain("EX", EX)}
    for room in TOPICS:
        written = room.run(tables, study)
        assert set(room.writes) <= set(written), room.name
        tables |= written
    return tables


@pytest.mark.parametrize(
    ("without", "domains"),
    [
        ((), ("DM", "EX", "PC", "IS", "TU", "TR", "RS", "AE", "DS")),
        (("escalation",), ("DM", "EX", "AE")),
        (("nca", "immunogenicity"), ("DM", "EX", "TU", "TR", "RS", "AE")),
        (("response", "survival"), ("DM", "EX", "PC", "IS", "AE")),
        (("escalation", "nca", "immunogenicity", "response", "survival"), ("DM", "EX")),
    ],
    ids=[
        "everything planned, nothing happened",
        "no escalation",
        "no pk, no ada",
        "no tumours",
        "doses only",
    ],
)
@pytest.mark.slow
def test_every_room_runs_on_what_there_is(without, domains):
    study = _study(without, domains)
    if "nca" in without:
        study = study.model_copy(update={"analytes": ()})
    tables = _run(study)
    assert tables["ADSL"]["SAFFL"].to_list() == ["Y", "N"]
    assert tables["ADSL"].filter(pl.col("SAFFL") == "N")["SAFRS"].to_list() == ["no dose recorded"]
    nothing = {"FINDINGS": no_findings(), "FINDSTAT": FINDSTAT_SCHEMA.to_frame()}
    tables |= nothing | {"SOURCES": SOURCES}
    files = build(tables | displays.run(tables, study), study)
    assert set(REPORT.writes) == set()
    for domain_code, words in (
        ("PC", "no source for PC"),
        ("IS", "no source for IS"),
        ("AE", "no source for AE"),
    ):
        assert (words in files["full.html"]) == (domain_code not in domains)
