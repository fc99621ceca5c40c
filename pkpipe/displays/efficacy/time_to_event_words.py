"""What a table of a time to event is about, its words in both languages and its footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.efficacy.efficacy_words import CENSORED, ENDED, ENDPOINTS
from pkpipe.displays.efficacy.response_rates import GROUPINGS
from pkpipe.protocol.efficacy import SurvivalPlan

C: Final = pl.col
TIME_HEAD: Final = Words("Time (months)", "时间（月）")
SUBJECTS: Final = Words("Subjects", "受试者")
WITH_EVENT: Final = Words("With event", "发生事件")
CENSORED_ALL: Final = Words("Censored", "删失")
READ_OFF: Final[Mapping[str, tuple[str, Words]]] = {
    "Q25": ("km_q25", Words("25 % had the event by (limits)", "25% 发生事件的时间（置信限）")),
    "MEDIAN": ("km_median", Words("Median (limits)", "中位时间（置信限）")),
    "Q75": ("km_q75", Words("75 % had the event by (limits)", "75% 发生事件的时间（置信限）")),
    "FOLLOWUP": ("km_followup", Words("Median follow-up (limits)", "中位随访时间（置信限）")),
}
READ: Final = Words(
    "Kaplan–Meier. Median and quartiles: the first time at which the curve lies below 0.75, 0.5 or 0.25; "
    "where it is equal over a step, the middle of the step. Limits by Brookmeyer and Crowley. Follow-up: "
    "event and censoring exchanged.",
    "Kaplan–Meier 法。中位数和四分位数：曲线首次低于 0.75、0.5 或 0.25 的时间；若在一段内相等，取该段中点。"
    "置信限采用 Brookmeyer–Crowley 法。随访时间采用反向 Kaplan–Meier 法。",
)
NE_MEANS: Final = Words("NE: not reached or not estimable.", "NE：未达到或不可估计。")


@dataclass(frozen=True)
class Part:
    """One table: an endpoint by one grouping."""

    endpoint: str
    grouping: str
    plan: SurvivalPlan
    rows: pl.DataFrame  # KMSUM of the endpoint and the grouping
    times: pl.DataFrame  # ADTTE of the endpoint, leading scheme, with GROUPVAL


def reached(part: Part) -> list[float]:
    """Landmarks at which some group has an estimate."""
    known = part.rows.filter(STAT="SURV").filter(C("ESTIMATE").is_not_null())["AT"].to_list()
    days = part.plan.month_days
    return [m for m in part.plan.landmarks_months if any(abs(m * days - a) < 1e-6 for a in known)]


def event_of(kind: Words) -> Words:
    return Words(f"Event: {kind.en}", f"事件：{kind.zh}")


def censored_for(why: Words) -> Words:
    return Words(f"Censored: {why.en}", f"删失：{why.zh}")


def kinds_of_end(times: pl.DataFrame) -> list[tuple[str, Words, pl.Expr, str]]:
    """Events by kind and censored by reason, as far as they occur: code, words, and whom each counts.

    Whom it counts is told in polars and as the part of an SQL condition.
    """
    happened, not_yet = C("CNSR") == 0, C("CNSR") == 1
    lines = [("EVENTS", WITH_EVENT, happened, " AND CNSR = 0")]
    for kind in times.filter(happened)["EVNTDESC"].unique().sort():
        sql = f" AND CNSR = 0 AND EVNTDESC = '{kind}'"
        words = event_of(ENDED.get(kind, same(kind)))
        lines.append((f"EVENTS/{kind}", words, happened & (C("EVNTDESC") == kind), sql))
    lines.append(("CENSORED", CENSORED_ALL, not_yet, " AND CNSR = 1"))
    for why in times.filter(not_yet)["CNSRRSN"].unique().sort():
        sql = f" AND CNSR = 1 AND CNSRRSN = {why}"
        words = censored_for(CENSORED[why])
        lines.append((f"CENSORED/{why}", words, not_yet & (C("CNSRRSN") == why), sql))
    return lines


def words_of(part: Part) -> dict[str, Words]:
    fixed = (
        *(SUBJECTS, TIME_HEAD, Words("Probability", "概率"), WITH_EVENT, CENSORED_ALL),
        Words("Subjects with a time", "有时间数据的受试者"),
        *(words for _, words in READ_OFF.values()),
        *(event_of(w) for w in ENDED.values()),
        *(censored_for(w) for w in CENSORED.values()),
    )
    months = [
        w
        for m in part.plan.landmarks_months
        for w in (
            Words(f"At {m:g} months", f"{m:g} 个月时"),
            Words(f"At risk at {m:g} months", f"{m:g} 个月时风险人数"),
            Words(f"Restricted mean up to {m:g} months", f"至 {m:g} 个月的限制性平均时间"),
        )
    ]
    return {w.en: w for w in (*fixed, *months)}


def title_of(part: Part) -> Words:
    """The endpoint, and by which groups where they are no cohorts."""
    name, by = ENDPOINTS[part.endpoint], GROUPINGS[part.grouping]
    return name if by == NONE else Words(f"{name.en}, {by.en}", f"{name.zh}，{by.zh}")


def notes_of(part: Part) -> Iterator[Words]:
    plan = part.plan
    yield READ
    level = f"{100 * plan.level:g} %"
    yield Words(
        f"Limits {level} ({plan.conf}); a month is {plan.month_days:g} days.",
        f"置信限 {level}（{plan.conf}）；一个月按 {plan.month_days:g} 天计。",
    )
    yield NE_MEANS
    if plan.entry is not None:
        yield Words(
            f"Delayed entry ({plan.entry}): a subject is at risk after its entry.",
            f"延迟进入（{plan.entry}）：受试者自进入之后处于风险中。",
        )
    notes = part.rows["NOTE"].drop_nulls()
    if notes.str.starts_with("fewer than").any():
        yield Words(
            f"Groups of fewer than {plan.min_n_curve} subjects are listed (L16.2.6.4), not estimated.",
            f"少于 {plan.min_n_curve} 例受试者的组不作估计，仅列表（L16.2.6.4）。",
        )
    if notes.str.contains("at risk").any():
        yield Words(
            f"No estimate at a landmark where fewer than {plan.min_at_risk} are at risk.",
            f"风险人数少于 {plan.min_at_risk} 例的时间点不作估计。",
        )
    untold = [m for m in plan.landmarks_months if m not in reached(part)]
    if untold and part.endpoint != "TTR":
        told = ", ".join(f"{m:g}" for m in untold)
        of = title_of(part)
        yield Words(
            f"{of.en}: no group has an estimate at {told} months.",
            f"{of.zh}：{told} 个月时各组均无估计值。",
        )
