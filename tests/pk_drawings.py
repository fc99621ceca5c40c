"""A small trial drawn in hours: doses and samples as text, and the tables both rooms make of them."""

from datetime import date, datetime, timedelta

import polars as pl
from support import ROOT, domain, no_domains, table

from pkpipe import pk, subjects
from pkpipe.protocol.file_reading.loader import load_study

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
PAIR = load_study(ROOT / "config" / "bat8008_bat1308.yaml")
FIRST = datetime(2026, 1, 5, 9)  # noqa: DTZ001 (site-local time, as collected)

# The rich first cycle and the trough that closes it, then a sparse second cycle.
DOSES = """
USUBJID | CYCLE | HOUR | DURH | MG
1       | 1     | 0    | 1    | 100
1       | 2     | 504  | 1    | 100
"""
SAMPLES = """
USUBJID | CYCLE | PCTPT   | HOUR  | RESULT
1       | 1     | PREDOSE | -1    | BLQ
1       | 1     | EOI     | 1     | 60
1       | 1     | 24H     | 24    | 45
1       | 1     | D8      | 168   | 20
1       | 1     | D15     | 336   | 9
1       | 2     | PREDOSE | 503.5 | 4
1       | 2     | EOI     | 505   | 65
"""


def clock(hour):
    """The collected date-time of an hour after the first dose."""
    return (FIRST + timedelta(hours=float(hour))).strftime("%Y-%m-%dT%H:%M:%S")


def trial(doses=DOSES, samples=SAMPLES, study=TINY, at=date(2027, 12, 31), **more):
    """Tables of the subjects and the pk room. Optional columns: ARMCD, EXTRT, PCTESTCD, PCSPEC and others."""
    domains, who = collected(doses, samples, study, at)
    return who | pk.run(domains | who | more, study.at(at))


def collected(doses=DOSES, samples=SAMPLES, study=TINY, at=date(2027, 12, 31)):
    """The validated domains and the tables of the subjects room."""
    ex, pc = table(doses), table(samples)
    given = ex.with_columns(pl.col("HOUR", "DURH", "MG").cast(pl.Float64))
    level = study.escalation.levels[0].doses[study.drugs[0].code]
    defaults = {
        "EXTRT": study.drugs[0].code,
        "EXDOSU": study.drugs[0].dose_unit,
        "EXDOSE": level,
        "ARMCD": study.cohorts[0].code,
    }
    given = given.with_columns(
        **{k: pl.lit(v) for k, v in defaults.items() if k not in given.columns}
    ).with_columns(
        EXDOSEMG="MG",
        EXSTDTC=pl.Series([clock(h) for h in given["HOUR"]], dtype=pl.String),
        EXENDTC=pl.Series(
            [clock(h + d) for h, d in zip(given["HOUR"], given["DURH"], strict=True)],
            dtype=pl.String,
        ),
    )
    analyte = study.analytes[0]
    drawn = pc.with_columns(
        **{
            k: pl.lit(v)
            for k, v in {"PCTESTCD": analyte.code, "PCSPEC": analyte.matrix}.items()
            if k not in pc.columns
        }
    ).with_columns(
        PCDTC=pl.Series([None if h is None else clock(h) for h in pc["HOUR"]], dtype=pl.String),
        PCSTRESC="RESULT",
        PCSTRESN=pl.col("RESULT").cast(pl.Float64, strict=False),
    )
    dm = given.select("USUBJID", "ARMCD").unique("USUBJID", keep="first", maintain_order=True)
    domains = no_domains() | {
        "DM": _as_domain("DM", dm),
        "EX": _as_domain("EX", given),
        "PC": _as_domain("PC", drawn),
    }
    return domains, subjects.run(domains, study.at(at))


def _as_domain(code, frame):
    known = domain(code).columns
    text = frame.select(
        pl.col(c).cast(pl.String).fill_null("") for c in frame.columns if c in known
    )
    lines = [" | ".join(text.columns), *(" | ".join(row) for row in text.rows())]
    return domain(code, "\n".join(lines)) if frame.height else domain(code)


def with_nca(study=TINY, **changes):
    """The study with other choices in its nca section."""
    return study.model_copy(update={"nca": study.nca.model_copy(update=changes)})


def value(tables, code, dose=1, subject="1", analyte=None):
    """One parameter of ADPP as a row."""
    rows = tables["ADPP"].filter(
        (pl.col("PARAMCD") == code) & (pl.col("DOSENO") == dose) & (pl.col("USUBJID") == subject)
    )
    if analyte is not None:
        rows = rows.filter(pl.col("PARCAT1") == analyte)
    return rows.row(0, named=True)


def sample(tables, timepoint, cycle=1, subject="1"):
    """One record of ADPC."""
    rows = tables["ADPC"].filter(
        (pl.col("ATPT") == timepoint) & (pl.col("CYCLE") == cycle) & (pl.col("USUBJID") == subject)
    )
    return rows.row(0, named=True)


LEDGER_COLUMNS = (
    *("ENTRY", "ACTION", "TARGET", "USUBJID", "PARCAT1", "MATRIX", "PROFILE", "PARAMCD"),
    *("CYCLE", "ADTM", "AVAL", "AVALC", "REASON", "RECBY", "RECDT", "APPRBY", "CONFBY", "CONFDT"),
    *("CONFVAL", "CONFVALC"),
)
LEDGER_TYPES = {"CYCLE": pl.Int64, "RECDT": pl.Date, "CONFDT": pl.Date} | dict.fromkeys(
    ("AVAL", "CONFVAL"), pl.Float64
)


def entry(name="E1", **given):
    """An entry of the study's pharmacologist, approved by the sponsor's."""
    usual = {
        "ENTRY": name,
        "ACTION": "EXCLUDE",
        "TARGET": "CONCENTRATION",
        "USUBJID": "1",
        "PARCAT1": "MAB",
        "REASON": "haemolysed",
        "RECBY": "A. Wu",
        "RECDT": date(2026, 3, 1),
        "APPRBY": "B. Li",
    }
    return usual | given


def ledger(*entries):
    """The exclusion ledger as it comes out of validation."""
    return pl.DataFrame(
        [{c: e.get(c) for c in LEDGER_COLUMNS} for e in entries],
        schema={c: LEDGER_TYPES.get(c, pl.String) for c in LEDGER_COLUMNS},
    ).with_columns(
        SRCFILE=pl.lit("ledger.csv"), SRCROW=pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    )


def picks(*hours):
    """Entries that pick these samples of `SAMPLES` for the terminal slope."""
    conc = {24: 45.0, 168: 20.0, 336: 9.0, 503.5: 4.0}
    return [
        entry(
            f"E{i}",
            ACTION="PICK",
            TARGET="LAMBDA_Z",
            ADTM=clock(h),
            AVAL=conc[h],
            REASON="flat end",
        )
        for i, h in enumerate(hours)
    ]
