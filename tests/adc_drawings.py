"""A conjugate with its parts drawn in molar terms, so that every ratio is known before it is computed."""

import polars as pl
from pk_drawings import PAIR, trial

CONJUGATE, ANTIBODY, PAYLOAD, OTHER = PAIR.analytes
# Cycle 3 of the plan: hours after the first dose of 14-day cycles.
TIMES = {
    "FIRST": 1.5,
    "PREDOSE": 671,
    "EOI": 673.5,
    "C3D2": 696,
    "C3D3": 720,
    "C3D8": 840,
    "NEXT": 1007,
}
PLACES = {"FIRST": (1, "EOI"), "NEXT": (4, "PREDOSE")}
COURSE = {"PREDOSE": 20.0, "EOI": 200.0, "C3D2": 160.0, "C3D3": 130.0, "C3D8": 60.0, "NEXT": 20.0}


def doses(subjects=1, drug="BAT8008", start=0.0, duration=1.5):
    """Four doses, two weeks apart, to each subject."""
    planned = {"BAT8008": "0.8 | mg/kg | 80", "BAT1308": "200 | mg | 200"}[drug]
    rows = [
        f"{s} | {drug} | {c + 1} | {start + 336 * c} | {duration} | {planned}"
        for s in range(1, subjects + 1)
        for c in range(4)
    ]
    return "\n".join(["USUBJID | EXTRT | CYCLE | HOUR | DURH | EXDOSE | EXDOSU | MG", *rows])


def in_own_unit(analyte, nanomolar):
    """A molar concentration as the laboratory reports it, from the definition of the units."""
    ng_per_ml = nanomolar * analyte.molecular_weight / 1000
    return ng_per_ml / {"ng/mL": 1, "ug/mL": 1000}[analyte.unit]


def lines(analyte, course, subject=1, later=0.0):
    """The samples of one analyte in nmol/L; a text stands as it is, None is no sample."""
    rows = []
    for name, value in course.items():
        if value is None:
            continue
        cycle, point = PLACES.get(name, (3, name))
        told = value if isinstance(value, str) else repr(in_own_unit(analyte, value))
        where = f"{analyte.code} | {analyte.matrix}"
        rows.append(f"{subject} | {cycle} | {point} | {TIMES[name] + later} | {told} | {where}")
    return rows


def times(course, factor):
    """The same course so many times as high."""
    return {k: v * factor if isinstance(v, float) else v for k, v in course.items()}


def parts(rows, study=PAIR, given=None):
    """Tables of the pk room on these samples."""
    head = "USUBJID | CYCLE | PCTPT | HOUR | RESULT | PCTESTCD | PCSPEC"
    subjects = max(int(r.split("|")[0]) for r in rows)
    return trial(given or doses(subjects), "\n".join([head, *rows]), study=study)


def ratio(tables, code, point="EOI", subject="1"):
    """One row of ADCRATIO in cycle 3."""
    rows = tables["ADCRATIO"].filter(
        (pl.col("RATIO") == code)
        & (pl.col("ATPT") == point)
        & (pl.col("USUBJID") == subject)
        & (pl.col("CYCLE") == 3)
    )
    return rows.row(0, named=True)
