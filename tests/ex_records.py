"""Records of EX as short texts, and what the rooms and the checks make of them."""

from datetime import date, datetime, time

import polars as pl
from support import ROOT, domain, no_domains

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study import Study
from pkpipe.subjects import run
from pkpipe.validate.checks.dose_records import EXPOSURE
from pkpipe.validate.checks.dosing import DOSING

TINY = load_study(ROOT / "tests" / "studies" / "tiny.yaml")
CUTOFF = date(2026, 6, 30)
HEAD = (
    "USUBJID | EXTRT | EXDOSE | EXDOSU | EXPDOSE | EXDOSFRQ | EXINTRFL | CYCLE | VISIT | EXSTDTC "
    "| EXENDTC\n"
)
ENDED = """
USUBJID | DSDECOD       | DSCAT             | DSSCAT          | DSSTDTC
1       | ADVERSE EVENT | DISPOSITION EVENT | STUDY TREATMENT | 2026-05-30
"""


def moment(year, month, day, hour=0, minute=0):
    return datetime.combine(date(year, month, day), time(hour, minute))


def oral(cycle_days=1, per_day=1, max_cycles=400) -> Study:
    """The tiny study with a tablet in mg."""
    drug = TINY.drugs[0].model_copy(
        update={
            **{"kind": "small_molecule", "route": "extravascular", "infusion_hours": 0.0},
            **{"dose_unit": "mg", "cycle_days": cycle_days, "doses_per_day": per_day},
            **{"max_cycles": max_cycles, "dosing_window_days": 0},
        }
    )
    plan = TINY.escalation.model_copy(
        update={
            "dlt_window_days": 28,
            "levels": tuple(
                level.model_copy(update={"doses": {"MAB": dose}})
                for level, dose in zip(TINY.escalation.levels, (5.0, 10.0), strict=True)
            ),
        }
    )
    return TINY.model_copy(update={"drugs": (drug,), "escalation": plan})


def ex(*records: str) -> str:
    """Records as `dose unit | planned | frequency | interrupted | cycle | visit | start | end`."""
    return HEAD + "".join(f"1 | MAB | {record}\n" for record in records)


def tablets(frequency: str, start: str, end: str, dose: float = 5) -> str:
    return f"{dose} | mg | | {frequency} | | | | {start} | {end}"


def rooms(records: str, study: Study, **tables: str) -> dict[str, pl.DataFrame]:
    drawn = {
        "DM": "USUBJID | ARMCD\n1 | A",
        "EX": records,
        "VS": "USUBJID | VSTESTCD | VSSTRESN | VSDTC\n1 | WEIGHT | 60 | 2026-01-01",
    }
    domains = no_domains() | {c: domain(c, text) for c, text in (drawn | tables).items()}
    study = study.at(CUTOFF)
    return domains | run(domains, study)


def sums(tables: dict[str, pl.DataFrame]) -> dict[str, float | None]:
    return dict(tables["ADEXSUM"].select("PARAMCD", "AVAL").iter_rows())


def asked(records: str, study: Study, **tables: str) -> list[tuple[str, int]]:
    """Check and row of the findings about exposure."""
    drawn = {"DM": "USUBJID | ARMCD\n1 | A", "EX": records, **tables}
    domains = no_domains() | {c: domain(c, text) for c, text in drawn.items()}
    found = [
        one
        for cross in (*EXPOSURE, *(c for c in DOSING if c.needs == ("EX",)))
        for one in cross.find(domains, study.at(CUTOFF))
    ]
    return pl.concat(found).select("CHECK", "ROW").rows()


def checks(records: str, study: Study, **tables: str) -> list[str]:
    return [check for check, _ in asked(records, study, **tables)]
