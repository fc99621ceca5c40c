"""Hostile text in a delivery is text in the report."""

import re

import polars as pl
from hostile_drawings import CUTOFF, OVERRIDE, SCRIPT, TINY
from support import domain, no_domains

from pkpipe import displays
from pkpipe.finding.table import FINDINGS_SCHEMA
from pkpipe.report import build
from pkpipe.rooms import TOPICS
from pkpipe.schema.adam.snapshot import SOURCES
from pkpipe.validate import findings_status


def page_with(term):
    """The report of a study in which an event, an arm and a finding say this."""
    study = TINY.model_copy(
        update={"sources": {d: s for d, s in TINY.sources.items() if d in {"DM", "EX", "AE"}}}
    ).at(CUTOFF)
    dm = "USUBJID | ARMCD | RFICDTC | SEX\n 1 | A | 2025-01-01 | F"
    ex = "USUBJID|EXTRT|EXDOSE|EXDOSU|EXSTDTC|EXENDTC|CYCLE\n"
    ex += "1|MAB|1|mg/kg|2025-01-10T09:00|2025-01-10T10:00|1"
    ae = "USUBJID|AESEQ|AETERM|AETOXGR|AESTDTC|AESER|AEREL\n1|1|x|3|2025-01-12|N|RELATED"
    events = domain("AE", ae).with_columns(
        AETERM=pl.lit(term), AEDECOD=pl.lit(term), AESOC=pl.lit(term)
    )
    events = events.with_columns(AEDLTFL=pl.lit("Y"))
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", ex), "AE": events}
    for room in TOPICS:
        tables |= room.run(tables, study)
    row = {
        "CHECK": term,
        "SEVERITY": "query",
        "TABLE": "AE",
        "FILE": "ae.csv",
        "ROW": 2,
        "USUBJID": "1",
    }
    tables["FINDINGS"] = pl.DataFrame(
        [dict.fromkeys(FINDINGS_SCHEMA) | row | {"COLUMN": term, "VALUE": term, "MESSAGE": term}],
        schema=FINDINGS_SCHEMA,
    )
    tables["FINDSTAT"] = findings_status.with_status(
        tables["FINDINGS"], None, None, findings_status.NONE
    )
    read = {"TABLE": ["AE"], "FILE": [term], "SHA256": ["0"], "ROWS": [1], "KEPT": [1], "CUT": [0]}
    tables["SOURCES"] = SOURCES.as_declared(pl.DataFrame(read))
    return build(tables | displays.run(tables, study), study)


def test_html_and_script_are_text_in_every_file_of_the_report():
    files = page_with(SCRIPT)
    for page in (files["full.html"], files["safety.html"], files["subjects/1.html"]):
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{ 7*7 }}" in page  # no template is run on data
    own = {'<script type="application/json" id="index">', "<script>"}  # of the pages themselves
    for name, text in files.items():
        if name.startswith("csv/"):
            continue
        assert set(re.findall(r"<script[^>]*>", text.lower())) <= own, name
        assert "alert(1)</script" not in text.lower(), name
        assert "<img" not in text.lower(), name


def test_a_right_to_left_override_cannot_hide_a_word_in_the_report():
    assert "\u202e" not in page_with(f"Rash {OVERRIDE}")["full.html"]
