"""Analytes, planned samples and assays of a first study file, as the tables say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

import polars as pl

from pkpipe import units
from pkpipe.draft.delivered import Delivery, code_of
from pkpipe.draft.key_lines import comment, entry, guessed, left_open, line, yaml_of
from pkpipe.draft.study_and_cohorts import Dosing
from pkpipe.errors import ConfigError
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.schedule import END_WORDS, PREDOSE_WORDS

C: Final = pl.col
UNITS: Final = get_args(Analyte.model_fields["unit"].annotation)
BLOOD: Final = ("PLASMA", "SERUM", "WHOLE BLOOD", "BLOOD")
ROLE_OF: Final = {"antibody": "antibody", "adc": "adc"}
CYCLE: Final = r"(?i)(?:\bC(?:YCLE)?[ _-]*|第)(\d+)"
BLQ_TEXT: Final = r"(?i)^(?:<.*|.*(?:BLQ|BQL|LLOQ|定量下限).*)$"
HOURS: Final = re.compile(
    r"(?i)(\d+(?:\.\d+)?)\s*(h|hr|hrs|hours?|min|minutes?|d|days?|小时|分钟|天)(?![a-z])"
)
IN_HOURS: Final = {"m": 1 / 60, "分": 1 / 60, "d": 24.0, "天": 24.0}
SHARE: Final = 0.1  # of the nominal time, where the protocol's window is not known
TESTS: Final = (
    ("nab", r"NAB|NEUT|中和"),
    ("titre", r"TIT|滴度"),
    ("confirm", r"C(?:O?N)F|确证"),
    ("screen", r"SCR|筛选|BAB|ADA"),
)


def unit_of(text: str) -> str | None:
    """A unit as an analyte may have it; None if it is another quantity."""
    for unit in UNITS:
        try:
            if units.factor(text, unit) == 1:
                return str(unit)
        except ConfigError:
            continue
    return next((u for u in UNITS if u.lower() == text.strip().lower()), None)


def analytes(delivery: Delivery, drugs: list[Dosing], like: str) -> Iterator[str]:
    """The section `analytes:`; nothing where no concentrations are."""
    pc = delivery.table("PC")
    if not delivery.has("PC", "PCTESTCD"):
        return
    yield "analytes:"
    for code in pc["PCTESTCD"].drop_nulls().unique().sort():
        yield from entry(_analyte(pc.filter(C("PCTESTCD") == code), code, drugs, like))


def _analyte(rows: pl.DataFrame, code: str, drugs: list[Dosing], like: str) -> Iterator[str]:
    name = _first(rows, "PCTEST") or code
    yield line(4, "code", code_of(code), "PCTESTCD")
    yield line(4, "name", name, "PCTEST")
    likely = [
        d for d in drugs if d.name.lower()[:4] in name.lower() or code.lower() in d.name.lower()
    ]
    if len(drugs) == 1 or len(likely) == 1:
        yield line(
            4, "drug", (likely or drugs)[0].code, "EXTRT and PCTEST" if likely else "the only drug"
        )
    else:
        yield left_open(4, "drug", "analytes.drug", ", ".join(d.code for d in drugs))
    yield line(4, "role", ROLE_OF.get(like, "small_molecule"), f"--like {like}")
    yield from _matrix(rows)
    unit = _first(rows, "PCSTRESU")
    known = None if unit is None else unit_of(unit)
    if known is None:
        yield left_open(4, "unit", "analytes.unit", f"PCSTRESU is {unit}")
    else:
        yield line(4, "unit", known, "PCSTRESU")
    limits = _numbers(rows, "PCLLOQ")
    if limits.is_empty():
        yield left_open(4, "lloq", "analytes.lloq")
    else:
        several = "" if limits.n_unique() == 1 else f", the lowest of {limits.n_unique()}"
        yield line(4, "lloq", _low(limits), f"PCLLOQ{several}")
    long = like in ROLE_OF
    yield line(4, "time_unit", "day" if long else "h", f"--like {like}")
    told = (c for c in ("PCSTRESC", "PCORRES") if c in rows.columns)
    texts = {t for c in told for t in rows.filter(C(c).str.contains(BLQ_TEXT))[c].drop_nulls()}
    yield line(4, "blq_texts", sorted(texts)[:6], "PCSTRESC, PCORRES")


def _matrix(rows: pl.DataFrame) -> Iterator[str]:
    if "PCSPEC" not in rows.columns or rows["PCSPEC"].is_not_null().sum() == 0:
        yield left_open(4, "matrix", "analytes.matrix")
        return
    counted = (
        rows["PCSPEC"]
        .drop_nulls()
        .value_counts()
        .sort(["count", "PCSPEC"], descending=[True, False])
    )
    names = counted["PCSPEC"].to_list()
    blood = [n for n in names if n.upper() in BLOOD]
    others = [n for n in names if n != (blood or names)[0]]
    also = f"; the data have {', '.join(others)} too" if others else ""
    yield line(4, "matrix", (blood or names)[0], f"PCSPEC{also}")


def predose_hours(like: str) -> int:
    """How long before the dose a sample may be drawn, where the protocol's window is not known."""
    return 24 if like in ROLE_OF else 1


def earliest(delivery: Delivery) -> float:
    """Hours before the dose of the earliest planned sample."""
    rows, name = delivery.table("PC"), "PCTPTNUM"
    if name not in rows.columns:
        return 0
    lowest = rows[name].cast(pl.Float64, strict=False).min()
    return -min(float(str(lowest)), 0) if lowest is not None else 0


def in_blood(rows: pl.DataFrame, domain: str) -> pl.DataFrame:
    """The samples of blood; all of them where none is said to be."""
    name = f"{domain}SPEC"
    if name not in rows.columns:
        return rows
    blood = rows.filter(C(name).str.to_uppercase().is_in(BLOOD))
    return rows if blood.is_empty() else blood


def schedule(delivery: Delivery, drugs: list[Dosing], like: str) -> Iterator[str]:
    """The section `schedule:`."""
    yield "schedule:"
    yield left_open(2, "screening_days", "schedule.screening_days")
    daily = bool(drugs) and drugs[0].days == 1
    for key, domain in (("pk", "PC"), ("ada", "IS")):
        if delivery.has(domain, f"{domain}TESTCD"):
            yield from _samples(
                in_blood(delivery.table(domain), domain), domain, key, like, daily=daily
            )
    if delivery.has("TR") or delivery.has("RS"):
        yield "  tumour:"
        for name in ("every_weeks", "window_days"):
            yield left_open(4, name, f"schedule.tumour.{name}")
        yield line(4, "baseline_max_days", 28, "RECIST 1.1: at most 4 weeks before treatment")


def _samples(rows: pl.DataFrame, domain: str, key: str, like: str, *, daily: bool) -> Iterator[str]:
    name = f"{domain}TPT"
    if name not in rows.columns or rows[name].is_not_null().sum() == 0:
        yield comment(
            2,
            f"{key}: no {name} names time points; `pkpipe keys schedule.{key}` shows how they are planned",
        )
        return
    hours = (
        C(f"{domain}TPTNUM") if f"{domain}TPTNUM" in rows.columns else pl.lit(None, dtype=pl.String)
    )
    planned = rows.with_columns(
        _TPT=C(name),
        _H=hours.cast(pl.Float64, strict=False),
        _CYCLE=_cycle(rows, daily=daily),
    ).drop_nulls("_TPT")
    grouped = planned.group_by("_TPT", maintain_order=True).agg(
        C("_H").median(), C("_CYCLE").drop_nulls().unique().sort()
    )
    yield f"  {key}:"
    placed = [
        (row["_TPT"], _nominal(row["_TPT"], row["_H"]), row["_CYCLE"])
        for row in grouped.iter_rows(named=True)
    ]
    for timepoint, (nominal, why), cycles in sorted(
        placed, key=lambda p: (p[1][0] is None, p[1][0] or 0, p[0])
    ):
        yield _sample(timepoint, nominal, why, cycles or [1], like)


def _cycle(rows: pl.DataFrame, *, daily: bool) -> pl.Expr:
    """The cycle of a sample: CYCLE, else the number in VISIT; of a daily drug the day of the visit."""
    named = C("CYCLE") if "CYCLE" in rows.columns else pl.lit(None, dtype=pl.String)
    visit = (
        C("VISIT").str.extract(CYCLE) if "VISIT" in rows.columns else pl.lit(None, dtype=pl.String)
    )
    if daily and "VISITDY" in rows.columns:
        day = C("VISITDY").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).clip(1)
        return pl.coalesce(named.cast(pl.Int64, strict=False), day)
    return pl.coalesce(named, visit).cast(pl.Int64, strict=False)


def _nominal(timepoint: str, hours: float | None) -> tuple[float | None, str]:
    if hours is not None:
        return round(hours, 4), "TPTNUM"
    if re.search(PREDOSE_WORDS, timepoint):
        return 0, "its name"
    found = HOURS.search(timepoint)
    if found is None:
        return None, ""
    return round(float(found[1]) * IN_HOURS.get(found[2][0].lower(), 1.0), 4), "its name"


def _sample(timepoint: str, hours: float | None, why: str, cycles: list[int], like: str) -> str:
    predose = (hours is not None and hours < 0) or re.search(PREDOSE_WORDS, timepoint) is not None
    before = max(predose_hours(like) + min(hours or 0, 0), 0)
    early, late = (before, 0) if predose else (round(SHARE * (hours or 0), 2),) * 2
    parts = [f"timepoint: {yaml_of(timepoint)}", f"cycles: {cycles}"]
    parts.append("hours:" if hours is None else f"hours: {hours:g}")
    parts += ["predose: true"] if predose else []
    if re.search(END_WORDS, timepoint):
        parts.append("end_of_infusion: true")
    parts += [f"early_hours: {early:g}", f"late_hours: {late:g}"]
    windows = "before the dose" if predose else "± 10 % of the time"
    why = f"hours: {why or 'not known'}; windows: {windows}, the protocol has them"
    return guessed(f"    - {{{', '.join(parts)}}}", why)


def assays(delivery: Delivery, drugs: list[Dosing]) -> list[tuple[Dosing, dict[str, str | None]]]:
    """Of each drug with antibody samples the test of each step, by the words of the test."""
    rows = delivery.table("IS")
    if not delivery.has("IS", "ISTESTCD"):
        return []
    agent = "ISBDAGNT" in rows.columns
    made = []
    for drug in drugs:
        mine = rows.filter(C("ISBDAGNT").str.to_lowercase() == drug.name.lower()) if agent else rows
        tests = mine["ISTESTCD"].drop_nulls().unique().sort().to_list()
        numeric = {
            t for t in tests if not _numbers(mine.filter(C("ISTESTCD") == t), "ISSTRESC").is_empty()
        }
        if tests:
            made.append((drug, _steps(tests, numeric)))
    return made


def _steps(tests: list[str], numeric: set[str]) -> dict[str, str | None]:
    """The test of each step; one that gives numbers, and is not neutralising, is the titre."""
    steps: dict[str, str | None] = dict.fromkeys(("screen", "confirm", "titre", "nab"))
    for test in tests:
        said = [step for step, words in TESTS if re.search(words, test.upper())]
        step = "titre" if test in numeric and "nab" not in said else next(iter(said), None)
        if step is not None and steps[step] is None:
            steps[step] = test
    return steps


def _first(rows: pl.DataFrame, column: str) -> str | None:
    if column not in rows.columns:
        return None
    counted = rows[column].drop_nulls().value_counts()
    if counted.is_empty():
        return None
    return str(counted.sort(["count", column], descending=[True, False])[column][0])


def _numbers(rows: pl.DataFrame, column: str) -> pl.Series:
    if column not in rows.columns:
        return pl.Series([], dtype=pl.Float64)
    found = rows[column].cast(pl.Float64, strict=False).drop_nulls()
    return found.filter(found > 0)


def _low(numbers: pl.Series) -> float:
    return float(str(numbers.min()))
