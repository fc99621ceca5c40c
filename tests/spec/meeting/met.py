"""A small run as a meeting sees it: one level with a DLT, a subject in the window, events and laboratory."""

import datetime

import polars as pl
from escalation_drawings import stays
from support import ROOT

from pkpipe.clinical.collected import EVERYTHING
from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.display import Material
from pkpipe.displays.result_rows import contents, tables_of
from pkpipe.meeting import Meeting
from pkpipe.meeting.details import CHOSEN
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import ROOMS
from pkpipe.schema.adam.displays import ARD
from pkpipe.store.signatures import Signature

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml").at(datetime.date(2026, 2, 10))
DECLARED = {table.code: table for room in ROOMS for table in room.tables}
SHOWN = ("T14.4.2.1",)  # only on slides
DAY = datetime.date(2026, 1, 5)
ONSET = DAY + datetime.timedelta(days=8)
HASH = "0123456789abcdef" * 4


def subjects():
    states = ["EVALUABLE", "EVALUABLE", "EVALUABLE_DLT", "PENDING"]
    return pl.DataFrame(
        {
            "USUBJID": [f"S{n}" for n in range(1, 5)],
            "COHORT": "A",
            "LEVEL": "A",
            "LEVELN": 1,
            "PART": "escalation",
            "TRTSDT": DAY,
            "WINENDT": DAY + datetime.timedelta(days=21),
            "STATE": states,
            "DLTFL": [None, None, "Y", None],
        }
    )


def decision(**changes):
    return stays(DAY, **changes)


def outcomes():
    told = ["A: 1 DLT", "A: 1 completes without DLT"]
    return pl.DataFrame(
        {"CASE": [1, 2], "OUTCOME": told, "DECISION": ["DEESCALATE_EXPAND", "STAY_ADD"],
         "NEXTLVL": [None, "A"], "NENROL": [0, 2], "REASON": ["two DLTs", "one DLT"]}
    )  # fmt: skip


def events():
    return pl.DataFrame(
        {"USUBJID": ["S3"], "AESEQ": [1], "AEDECOD": ["Rash"], "AETOXGR": [3], "ASTDT": [ONSET],
         "ASTDY": [9], "AENDT": [None], "AEDLTFL": ["Y"], "RELFL": ["Y"], "TRTEMFL": ["Y"],
         "COHORT": ["A"]}
    )  # fmt: skip


def laboratory():
    """ALT rises after the onset; of albumin nothing is abnormal; a value long after is not around it."""
    days = [-5, 2, 90, 2]
    return pl.DataFrame(
        {"USUBJID": "S3", "PARAMCD": ["ALT", "ALT", "ALT", "ALB"], "PARAM": ["ALT", "ALT", "ALT", "Albumin"],
         "ADT": [ONSET + datetime.timedelta(days=d) for d in days], "AVAL": [30.0, 210.0, 31.0, 40.0],
         "AVALU": ["U/L", "U/L", "U/L", "g/L"], "ATOXGRH": [0, 3, 0, None], "SRCROW": [2, 3, 4, 5]}
    )  # fmt: skip


def adsl():
    return pl.DataFrame(
        {"USUBJID": [f"S{n}" for n in range(1, 5)], "COHORT": "A", "COHORTN": 1, "COHLABEL": "A",
         "DOSE1": "1 mg", "TRTSDT": DAY, "SAFFL": "Y", "ENRLFL": "Y"}
    )  # fmt: skip


def results(study=TINY, **tables):
    """ARD, DISPLAYS, COLUMNS and FIGURES of the run, with SOURCES and ADSL."""
    given = {"ADDLT": subjects(), "DECISION": decision(), "LOOKAHD": outcomes(), "ADAE": events(),
             "ADLB": laboratory(), "ADSL": adsl()} | tables  # fmt: skip
    empty = {code: table.empty() for code, table in DECLARED.items()}
    typed = empty | {c: DECLARED[c].as_declared(f) for c, f in given.items()}
    material = Material(typed, study, EVERYTHING)
    shown = [d for d in CATALOGUE if d.number in (*CHOSEN, *SHOWN)]
    made = tables_of(contents(shown, material), material, "code")
    return made | {"SOURCES": typed["SOURCES"], "ADSL": typed["ADSL"]}


def approval(person, line=2):
    """A signature for approval of these files."""
    time = "2026-02-12T15:00:00+08:00"
    said = (line, time, "account", person, "approval", None, "2026-02-10", "manifest.json", HASH)
    return Signature(*said)


def meeting(languages=("en",), **changes):
    given = {"study": TINY, "run": "2026-02-10", "manifest": HASH, "languages": languages}
    tables = changes.pop("tables", None) or results()
    return Meeting(**(given | changes), tables=tables)


def printed(tables, chinese=False):
    """The text of every result by its id."""
    ard = tables["ARD"]
    assert ard.columns == ARD.empty().columns
    text = pl.coalesce("TEXTZH", "TEXT") if chinese else pl.col("TEXT")
    return dict(ard.select("ID", text.alias("T")).iter_rows())
