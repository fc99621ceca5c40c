"""A drawn run for submission datasets: every table empty but those that a test draws."""

from datetime import date

from support import ROOT, domain, table

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.rooms import SUBMISSION
from pkpipe.schema.adam.by_room import BY_ROOM
from pkpipe.schema.sdtm import DOMAINS
from pkpipe.submission.build import all_made

DECLARED = {t.code: t for tables in BY_ROOM.values() for t in tables}
STUDY = load_study(ROOT / "config" / "bat6026.yaml").at(date(2026, 3, 31))
SUBJECTS = """
    USUBJID | SUBJID | SITEID | AGE | SEX | RACE  | ARMCD | ARM   | TRTSDT     | DTHDT      | SAFFL
    S-01    | 01     | 10     | 64  | F   | ASIAN | A     | Arm A | 2026-01-10 |            | Y
    S-02    | 02     | 10     | 65  | M   | ASIAN | A     | Arm A | 2026-01-12 | 2026-02-01 | Y
"""


def drawn(code, text):
    """A derived table drawn with `|`, in its declared columns and types."""
    return DECLARED[code].as_declared(table(text))


def tables(domains=None, **given):
    """What the room reads: two subjects, and what a test draws."""
    empty = {}
    for name in SUBMISSION.reads:
        room, _, code = name.partition("/")
        empty[code] = (
            domain(code) if room == "validate" and code in DOMAINS else DECLARED[code].empty()
        )
    texts = {"ADSL": SUBJECTS, **given}
    shown = {code: drawn(code, text) for code, text in texts.items()}
    sources = {code: domain(code, text) for code, text in (domains or {}).items()}
    return empty | shown | sources


def of_code(code, run):
    """One dataset of the tables that the room reads."""
    return {one.code: one for one in all_made(run, STUDY)}[code]


def made(code, domains=None, **given):
    """One dataset of a drawn run."""
    return of_code(code, tables(domains, **given))


def column(one, name):
    """The values of a variable."""
    return one.rows[name].to_list()
