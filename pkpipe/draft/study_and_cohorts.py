"""Study, drugs, cohorts and dose levels of a first study file, as the tables say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, get_args

import polars as pl

from pkpipe.clinical.dose_frequency import FREQUENCIES, FREQUENCY
from pkpipe.draft.delivered import Delivery, code_of
from pkpipe.draft.key_lines import comment, entry, guessed, left_open, line, sure, yaml_of
from pkpipe.protocol.drugs import DoseUnit
from pkpipe.schema import dates
from pkpipe.schema.codelists import ROUTE

C: Final = pl.col
UNITS: Final = get_args(DoseUnit)
SUMMARY: Final = {
    "title": "TITLE",
    "phase": "TPHASE",
    "indication": "INDIC",
    "registry_text": "REGID",
}
BOLUS: Final = "INTRAVENOUS BOLUS"
# Arms of DM that were never treated by plan.
NO_ARM: Final = r"(?i)^(?:scrn?[ _]?fail.*|screen.*fail.*|not ?assgn.*|not ?assigned|unplan.*)$"
KIND_OF: Final[Mapping[str, str]] = {
    "antibody": "antibody",
    "adc": "adc",
    "oral": "small_molecule",
    "cell-therapy": "cell_therapy",
}


@dataclass(frozen=True)
class Dosing:
    """What the exposure records say of one drug."""

    code: str
    name: str
    route: str | None
    unit: str | None
    days: float | None
    days_why: str
    per_day: int
    hours: float | None


def study(delivery: Delivery, name: str) -> Iterator[str]:
    """The section `study:`."""
    yield "study:"
    yield sure(2, "id", name, "name of this file")
    ids = _most(delivery.table("DM"), "STUDYID")
    if ids is None:
        yield left_open(2, "studyid", "study.studyid")
    else:
        yield line(2, "studyid", ids, "STUDYID of the data")
    summary = delivery.others.get("TS", pl.DataFrame())
    for key, code in SUMMARY.items():
        said = None
        if {"TSPARMCD", "TSVAL"} <= set(summary.columns):
            said = _most(summary.filter(C("TSPARMCD") == code), "TSVAL")
        if said is None:
            yield left_open(2, key, f"study.{key}")
        else:
            yield line(2, key, said, f"TS, {code}")


def dosing(delivery: Delivery) -> list[Dosing]:
    """The drugs of the exposure records, the most frequent first."""
    ex = delivery.table("EX")
    if ex.is_empty() or "EXTRT" not in ex.columns:
        return []
    names = (
        ex["EXTRT"]
        .drop_nulls()
        .value_counts(sort=True)
        .sort(["count", "EXTRT"], descending=[True, False])
    )
    return [_dosing(name, ex.filter(C("EXTRT") == name)) for name in names["EXTRT"]]


def _dosing(name: str, rows: pl.DataFrame) -> Dosing:
    term = _most(rows, "EXROUTE")
    read = pl.select(ROUTE.term(pl.lit(term, dtype=pl.String))).item() if term else None
    hours = _hours(rows)
    route = None
    if term:
        infused = str(read or term).upper().startswith("INTRAVENOUS") and read != BOLUS
        route = "iv_infusion" if infused else "iv_bolus" if read == BOLUS else "extravascular"
    days, why, per_day = _interval(rows)
    return Dosing(code_of(name), name, route, _most(rows, "EXDOSU"), days, why, per_day, hours)


def _hours(rows: pl.DataFrame) -> float | None:
    """Median hours from start to stop of the records with both times on one day."""
    if not {"EXSTDTC", "EXENDTC"} <= set(rows.columns):
        return None
    start, end = C("EXSTDTC"), C("EXENDTC")
    timed = rows.filter(dates.has_time(start) & dates.has_time(end))
    took = timed.select((dates.moment(end) - dates.moment(start)).dt.total_minutes() / 60)
    lasting = (
        took.to_series().drop_nulls().filter(took.to_series().drop_nulls().is_between(0.01, 24))
    )
    middle = lasting.median() if lasting.len() else None
    return None if middle is None else round(float(str(middle)), 2)


def _interval(rows: pl.DataFrame) -> tuple[float | None, str, int]:
    """Days from dose to dose, what says so, and doses a day."""
    said = _most(rows, "EXDOSFRQ")
    term = pl.select(FREQUENCY.term(pl.lit(said, dtype=pl.String))).item() if said else None
    frequency = FREQUENCIES.get(str(term))
    if frequency is not None and frequency.interval_days is not None:
        every = frequency.interval_days
        if every < 1:
            return 1, f"EXDOSFRQ is {said}", round(1 / every)
        return every, f"EXDOSFRQ is {said}", 1
    if "EXSTDTC" not in rows.columns or "USUBJID" not in rows.columns:
        return None, "", 1
    days = rows.select("USUBJID", DAY=dates.first_day(C("EXSTDTC"))).drop_nulls().unique()
    gaps = days.sort("USUBJID", "DAY").select(C("DAY").diff().over("USUBJID").dt.total_days())
    found = gaps.to_series().drop_nulls()
    middle = found.median() if found.len() else None
    if middle is None:
        return None, "one dose a subject in the data", 1
    told = f"the median of {found.len()} intervals between doses in EX; EXDOSFRQ does not say"
    return round(float(str(middle))), told, 1


def dose_unit(text: str | None) -> str | None:
    """The unit of doses that a text means, whatever its letter case; None if it is none of them."""
    return next((u for u in UNITS if text is not None and u.lower() == text.strip().lower()), None)


def drugs(found: list[Dosing], like: str) -> Iterator[str]:
    """The section `drugs:`."""
    yield "drugs:"
    for drug in found:
        yield from entry(_drug(drug, like))


def _drug(drug: Dosing, like: str) -> Iterator[str]:
    yield line(4, "code", drug.code, "EXTRT")
    yield line(4, "name", drug.name, "EXTRT")
    yield line(4, "kind", KIND_OF[like], f"--like {like}")
    if drug.route is None:
        yield left_open(4, "route", "drugs.route")
    else:
        yield line(4, "route", drug.route, "EXROUTE")
    if (unit := dose_unit(drug.unit)) is not None:
        yield line(4, "dose_unit", unit, "EXDOSU")
    else:
        yield left_open(4, "dose_unit", "drugs.dose_unit", f"EXDOSU is {drug.unit}")
    if drug.days is None or drug.days < 1:
        yield left_open(4, "cycle_days", "drugs.cycle_days", drug.days_why)
    else:
        yield line(4, "cycle_days", round(drug.days), drug.days_why)
    if drug.per_day > 1:
        yield line(4, "doses_per_day", drug.per_day, drug.days_why)
    yield left_open(4, "dosing_window_days", "drugs.dosing_window_days")
    yield left_open(4, "max_cycles", "drugs.max_cycles")
    if drug.route == "iv_infusion" and drug.hours is None:
        yield left_open(4, "infusion_hours", "drugs.infusion_hours", "EX has no times")
    elif drug.route == "iv_infusion":
        yield line(4, "infusion_hours", drug.hours, "the median of EXENDTC - EXSTDTC")
    else:
        yield sure(4, "infusion_hours", 0, "not infused")


def arms(delivery: Delivery) -> list[tuple[str, str]]:
    """ARMCD and ARM, in the order of the codes."""
    dm = delivery.table("DM")
    if "ARMCD" not in dm.columns:
        return []
    label = C("ARM") if "ARM" in dm.columns else C("ARMCD")
    pairs = dm.select("ARMCD", LABEL=pl.coalesce(label, "ARMCD")).drop_nulls().unique()
    rows = pairs.unique("ARMCD", keep="first").sort("ARMCD").rows()
    return [(str(code), str(name)) for code, name in rows]


def first_doses(delivery: Delivery) -> dict[str, dict[str, float]]:
    """Of each arm the dose of each drug that most of its subjects began with."""
    dm, ex = delivery.table("DM"), delivery.table("EX")
    if not {"USUBJID", "ARMCD"} <= set(dm.columns) or not {"USUBJID", "EXTRT", "EXDOSE"} <= set(
        ex.columns
    ):
        return {}
    order = C("EXSTDTC") if "EXSTDTC" in ex.columns else C("USUBJID")
    first = ex.sort(order).unique(["USUBJID", "EXTRT"], keep="first", maintain_order=True)
    doses = first.join(dm.select("USUBJID", "ARMCD"), on="USUBJID").select(
        "ARMCD", "EXTRT", DOSE=C("EXDOSE").cast(pl.Float64, strict=False)
    )
    counted = doses.drop_nulls().group_by("ARMCD", "EXTRT", "DOSE").len()
    most = counted.sort("len", "DOSE", descending=[True, False]).unique(
        ["ARMCD", "EXTRT"], keep="first", maintain_order=True
    )
    made: dict[str, dict[str, float]] = {}
    for arm, drug, dose, _ in most.sort("ARMCD", "EXTRT").rows():
        made.setdefault(str(arm), {})[code_of(str(drug))] = float(dose)
    return made


def escalates(delivery: Delivery) -> bool:
    """True where the data say which events are dose-limiting."""
    flagged = "AEDLTFL" in delivery.names_of.get("AE", set())
    return flagged or delivery.has("AE", "AEDLTFL")


def cohorts(delivery: Delivery, found: list[Dosing]) -> Iterator[str]:
    """The section `cohorts:`, and `escalation:` where events are flagged as dose-limiting."""
    doses, known = first_doses(delivery), [d.code for d in found]
    treated = {a: d for a, d in doses.items() if set(known) <= set(d)}
    level_of = _levels(delivery, treated) if escalates(delivery) else {}
    named = arms(delivery)
    if not named:
        yield left_open(
            0, "cohorts", "cohorts", "DM has no arms: sources.DM.columns says which column they are"
        )
        return
    yield "cohorts:"
    for arm, label in named:
        code, given = code_of(arm), doses.get(arm, {})
        told = " + ".join(f"{drug} {dose:g}" for drug, dose in given.items())
        own = level_of.get(arm)
        part = "other" if own is None else "escalation" if own == arm else "expansion"
        level = "" if own is None else f", level: {code_of(own)}"
        first = f"; first dose {told}" if told else ""
        why = f"DM.ARMCD, ARM{first}; part: escalation, backfill, expansion or other"
        fields = f"code: {yaml_of(code)}, label: {yaml_of(label)}, part: {part}{level}"
        yield guessed(f"  - {{{fields}}}", why)
    if level_of:
        yield ""
        yield from _escalation({arm: treated[arm] for arm in level_of.values()})
    else:
        yield comment(
            0,
            "escalation: no AEDLTFL says which events are dose-limiting, so no dose decision is made.",
        )
        yield comment(0, "  `pkpipe keys escalation` shows what the section holds.")


def _levels(delivery: Delivery, treated: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """The arm that stands for the level of each arm: of those with the same doses the first treated."""
    starts = _first_days(delivery)
    first: dict[tuple[tuple[str, float], ...], str] = {}
    made = {}
    for arm in sorted(treated, key=lambda arm: (starts.get(arm, ""), arm)):
        made[arm] = first.setdefault(tuple(sorted(treated[arm].items())), arm)
    return made


def _first_days(delivery: Delivery) -> dict[str, str]:
    dm, ex = delivery.table("DM"), delivery.table("EX")
    if "EXSTDTC" not in ex.columns:
        return {}
    days = ex.join(dm.select("USUBJID", "ARMCD"), on="USUBJID").group_by("ARMCD")
    return {str(arm): str(day) for arm, day in days.agg(C("EXSTDTC").min()).drop_nulls().rows()}


def _escalation(treated: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield "escalation:"
    yield "  levels:"
    for arm, doses in sorted(treated.items(), key=lambda item: (sorted(item[1].items()), item[0])):
        fields = yaml_of({"code": code_of(arm), "doses": dict(doses)})
        yield guessed(
            f"    - {fields}", "the first dose of most subjects of the arm; lowest level first"
        )
    yield left_open(2, "dlt_window_days", "escalation.dlt_window_days")
    yield left_open(2, "min_dose_fraction", "escalation.min_dose_fraction")


def _most(table: pl.DataFrame, column: str) -> str | None:
    """The most frequent value of a column; of several the first by its text."""
    if column not in table.columns:
        return None
    counted = table[column].drop_nulls().value_counts()
    if counted.is_empty():
        return None
    return str(counted.sort(["count", column], descending=[True, False])[column][0])
