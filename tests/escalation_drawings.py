"""Two subjects with a first dose each, and an answer of the decision, drawn for tests of the escalation."""

import polars as pl

CONSENTED = """
    USUBJID | ARMCD | RFICDTC
    1       | A     | 2026-01-01
    2       | B     | 2026-01-20
"""
STAY = "Stay: enrol 2 at level A. Reason: A: 1 of 3 with DLT, 1 in the window, enrol 2 to reach 6."


def dosed(second="2026-01-27"):
    """EX of two subjects of BAT6026: the first is dosed at A on 5 January, the second at B on this day."""
    return f"""
    USUBJID | EXTRT   | EXDOSE | EXDOSU | EXPDOSE | CYCLE | EXSTDTC
    1       | BAT6026 | 0.01   | mg/kg  | 0.01    | 1     | 2026-01-05T09:00
    2       | BAT6026 | 0.03   | mg/kg  | 0.03    | 1     | {second}T09:00
"""


def stays(day, *levels, **changes):
    """DECISION: one of three at A with DLT, one in the window; `levels` are rows of other levels."""
    answer = {
        "SCOPE": "STUDY",
        "LEVEL": "A",
        "DECISION": "STAY_ADD",
        "NEXTLVL": "A",
        "NENROL": 2,
        "MODE": "standard",
        "RULES": "R07",
        "REASON": STAY,
        "EARLIEST": day,
    }
    level = {"SCOPE": "LEVEL", "LEVEL": "A", "N": 3, "Y": 1, "PEND": 1, "LATEDLT": 0}
    limits = {"LOWER": 0.0084, "UPPER": 0.9057}
    return pl.from_dicts([answer | changes, level | limits, *levels], infer_schema_length=None)
