"""Every verb that is given tables, with small sound files in which every column it knows has a cell."""

import csv
import io
from dataclasses import dataclass

from pkpipe.cli import main
from pkpipe.cli.nca_tables import DOSE, INTERVALS, conc_columns
from pkpipe.cli.tte_columns import ADAM
from pkpipe.cli.tte_columns import REF as TTE_REF
from pkpipe.schema.column import Column
from pkpipe.tumor.given_files import verb_columns

PLAN = """escalation:
  levels: [{code: A}, {code: B}, {code: C}]
  titration_levels: [A]
  dlt_window_days: 21
  mtd_subjects: 6
  min_dose_fraction: 0.8
"""
WHO = Column("ID", required=True, filled=True)
CONC = conc_columns(())
SHARED = ("SRCROW", "ROW", "SRCFILE")  # where a row stood in its file


@dataclass(frozen=True)
class File:
    """A sound table, and the columns its verb knows."""

    name: str
    text: str
    columns: tuple[Column, ...]

    @property
    def rows(self):
        """Each row as a dictionary."""
        return list(csv.DictReader(io.StringIO(self.text)))

    def given(self, *kinds):
        """The known columns of these kinds that the file has."""
        head = self.rows[0]
        return [c for c in self.columns if c.name in head and (not kinds or c.kind in kinds)]


@dataclass(frozen=True)
class Door:
    """A verb: its files, and its words with {name of a file}, {plan} and {out}."""

    verb: str
    files: tuple[File, ...]
    words: str
    out: str

    def opened(self, folder, given=()):
        """Exit code, what was said, and the cells of every table written.

        given: bytes for the name of a file, with the suffix it has.
        """
        folder.mkdir(parents=True, exist_ok=True)
        places = {"plan": folder / "plan.yaml", "out": folder / "out" / self.out}
        places["plan"].write_text(PLAN)
        places["out"].parent.mkdir(exist_ok=True)
        contents = {f.name: (".csv", f.text.encode()) for f in self.files} | dict(given)
        for name, (suffix, content) in contents.items():
            places[name] = folder / f"{name}{suffix}"
            places[name].write_bytes(content)
        code = main([w.format(**places) for w in (self.verb + " " + self.words).split()])
        tables = sorted((folder / "out").rglob("*.csv"))
        return code, {t.name: cells_of(t) for t in tables}


def cells_of(table):
    """The rows of a written table in an order of their own, whatever order its columns and rows have."""
    read = csv.DictReader(io.StringIO(table.read_text(encoding="utf-8")))
    return sorted(
        tuple(sorted((k, v) for k, v in r.items() if k not in SHARED and not k.endswith("9")))
        for r in read
    )


def _of(columns, *names):
    return tuple(c for c in columns if c.name in names)


SAMPLES = File(
    "conc",
    """ID,TIME,CONC,BLQ,LLOQ,TIMENOM,LAMZFL,EXCLFL,EXCLRSN,PCDRVFL,DTYPE,TIMERULE,NOMWIN
S1,0,0,1,0.5,0,,,,,,,
S1,1.1,60,0,0.5,1,,,,,,,
S1,24.2,45,0,0.5,24,,,,,,,0.5
S1,48,38,0,0.5,48,,Y,haemolysed,,,,
S1,168,20,0,0.5,168,,,,,,,
S1,336,9,0,0.5,336,,,,,,,
S1,504,4.5,0,0.5,504,,,,,,,
S1,505,60,0,0.5,505,,,,Y,AVERAGE,,
S2,0,,1,0.5,0,,,,,,,
S2,1.2,75.5,0,0.5,1,,,,,,actual,
S2,24,50,0,0.5,24,,,,,,,
S2,168,22,0,0.5,168,Y,,,,,nominal,
S2,336,8,0,0.5,336,Y,,,,,,
S2,480,3,0,0.5,480,Y,,,,,,
S2,504,0.3,1,0.5,504,,,,,,,
""",
    (WHO, *CONC),
)
DOSES = File(
    "dose",
    """ID,TIME,DOSE,ROUTE,DURATION,TAU,TIMENOM,FIRSTFL,WEIGHT,BSA,RBASE
S1,0,100,iv_infusion,1,504,0,Y,70,1.8,4
S2,0,120,iv_infusion,1.2,504,0,Y,81.5,2.0,5.5
""",
    (WHO, *DOSE),
)
ONE_DOSE = File(
    "dose",
    "ID,TIME,DOSE,ROUTE,DURATION\nS1,0,100,iv_infusion,1\nS2,0,120,iv_infusion,1.2\n",
    (WHO, *_of(DOSE, "TIME", "DOSE", "ROUTE", "DURATION")),
)
CURVE = File(
    "conc",
    "ID,TIME,CONC\nS1,0,0\nS1,1.1,60\nS1,24.2,45\nS1,168,20\nS1,336,9\nS1,504,4.5\n"
    "S2,0,0\nS2,1.2,75.5\nS2,24,50\nS2,168,22\nS2,336,8\nS2,504,4\n",
    (WHO, *_of(CONC, "TIME", "CONC")),
)
ASKED = File(
    "asked",
    "ID,START,END,KIND\nS1,0,504,SD\nS1,0,168,PART\nS2,0,,SD\nS2,0,168,PART\n",
    (WHO, *INTERVALS),
)
URINE = File(
    "urine",
    "ID,TIME,TIMEEND,CONC,VOLUME,AMOUNT\nS1,0,12,5,800,\nS1,12,24,3.5,900,\nS2,0,12,,,4\n"
    "S2,12,24,,,2\n",
    (WHO, *_of(CONC, "TIME", "TIMEEND", "CONC", "VOLUME", "AMOUNT")),
)
TR = File(
    "tr",
    """USUBJID,TRSEQ,TRLNKID,TRGRPID,TRTESTCD,TRSTRESN,TRSTRESC,TRSTRESU,TRSTAT,TRREASND,TREVAL,TREVALID,TRACPTFL,VISIT,VISITNUM,TRDTC
A-001,1,T01,TARGET,LDIAM,40,40,mm,,,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
A-001,2,T02,TARGET,SAXIS,20.5,20.5,mm,,,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
A-001,3,NT01,NON-TARGET,TUMSTATE,,PRESENT,,,,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
A-001,4,T01,TARGET,LDIAM,20,20,mm,,,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-16
A-001,5,T02,TARGET,SAXIS,12,12,mm,,,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-16
A-001,6,NT01,NON-TARGET,TUMSTATE,,PRESENT,,,,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-16
A-001,7,T01,TARGET,LDIAM,18,18,mm,,,INVESTIGATOR,R1,Y,WEEK 12,3,2026-03-30
A-001,8,T02,TARGET,SAXIS,12,12,mm,,,INVESTIGATOR,R1,Y,WEEK 12,3,2026-03-30
A-001,9,NT01,NON-TARGET,TUMSTATE,,ABSENT,,,,INVESTIGATOR,R1,Y,WEEK 12,3,2026-03-30
B-002,1,T01,TARGET,LDIAM,30,30,mm,,,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-05
B-002,2,T01,TARGET,LDIAM,31,31,mm,,,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-18
B-002,3,T01,TARGET,LDIAM,,,mm,NOT DONE,equipment,INVESTIGATOR,R1,Y,WEEK 12,3,2026-04-01
B-002,4,NEW01,NEW,TUMSTATE,,PRESENT,,,,INVESTIGATOR,R1,Y,WEEK 12,3,2026-04-01
""",
    verb_columns.TR,
)
TU = File(
    "tu",
    """USUBJID,TULNKID,TUSTRESC,TULOC,TUEVAL,TUEVALID,TUACPTFL,VISIT,VISITNUM,TUDTC
A-001,T01,TARGET,LIVER,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
A-001,T02,TARGET,LYMPH NODE,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
A-001,NT01,NON-TARGET,LUNG,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-02
B-002,T01,TARGET,LUNG,INVESTIGATOR,R1,Y,SCREENING,1,2026-01-05
B-002,NEW01,NEW,BONE,INVESTIGATOR,R1,Y,WEEK 12,3,2026-04-01
""",
    verb_columns.TU,
)
RS = File(
    "rs",
    """USUBJID,RSSEQ,RSTESTCD,RSSTRESC,RSCAT,RSEVAL,RSEVALID,RSACPTFL,VISIT,VISITNUM,RSDTC
A-001,1,OVRLRESP,PR,RECIST 1.1,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-16
A-001,2,OVRLRESP,PR,RECIST 1.1,INVESTIGATOR,R1,Y,WEEK 12,3,2026-03-30
B-002,1,OVRLRESP,SD,RECIST 1.1,INVESTIGATOR,R1,Y,WEEK 6,2,2026-02-18
B-002,2,OVRLRESP,PD,RECIST 1.1,INVESTIGATOR,R1,Y,WEEK 12,3,2026-04-01
""",
    verb_columns.RS,
)
REF = File(
    "ref",
    "USUBJID,TRTSDT,RANDDT,NACTDT,DTHDT,CUTDT,DTHFL\n"
    "A-001,2026-01-05,2026-01-04,,,2026-12-31,N\n"
    "B-002,2026-01-08,2026-01-07,2026-05-01,2026-06-01,2026-12-31,Y\n",
    verb_columns.REF,
)
_DATES = {
    "TRTSDT": "2026-01-08",
    "RANDDT": "2026-01-07",
    "NACTDT": "2026-05-01",
    "DTHDT": "2026-06-01",
    "DTHFL": "Y",
    "EOSREAS": "DEATH",
    "BASEFL": "Y",
    "LSTALVDT": "2026-06-01",
    "CLINPDDT": "2026-04-20",
}
_NAMES = [c.name for c in TTE_REF]
ENDS = File(
    "ref",
    ",".join(_NAMES)
    + "\nA-001,"
    + ",".join({"TRTSDT": "2026-01-05", "CUTDT": "2026-12-31"}.get(n, "") for n in _NAMES[1:])
    + "\nB-002,"
    + ",".join(_DATES.get(n, "2026-12-31" if n == "CUTDT" else "") for n in _NAMES[1:])
    + "\n",
    TTE_REF,
)
ADRS = File(
    "rs",
    """USUBJID,PARAMCD,ANL01FL,ADT,AVALC,EVAL,PARQUAL
A-001,OVR,Y,2026-02-16,PR,INVESTIGATOR,INVESTIGATOR
A-001,OVR,Y,2026-03-30,PR,INVESTIGATOR,INVESTIGATOR
B-002,OVR,Y,2026-02-18,SD,INVESTIGATOR,INVESTIGATOR
B-002,OVR,Y,2026-04-01,PD,INVESTIGATOR,INVESTIGATOR
""",
    ADAM,
)
