"""EXPRESP: exposure against DLT, response and best change in tumour size: quarters and a slope."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from pkpipe.clinical.collected import collected, remarked
from pkpipe.clinical.dose_decision import rests_on as decision_rests_on
from pkpipe.clinical.response import EVALUABLE, RESTS_ON, is_leading, rests_on, unknown_evaluable
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.cohorts.exposure_sentences import (
    EQUAL,
    FEW_EVENTS,
    NO_QUARTERS,
    NO_SLOPE,
    NOT_ESTIMABLE,
    NOT_FIRST,
    SAME_EXPOSURES,
)
from pkpipe.protocol.exposure_response import OutcomeSlopes
from pkpipe.protocol.study import Study
from pkpipe.sentences import Words
from pkpipe.statistics import clopper_pearson

if TYPE_CHECKING:
    from pkpipe.cohorts.logistic import Slope

Tables = Mapping[str, pl.DataFrame]
PARAMETERS: Final = ("CMAX", "AUCTAU", "AUCIFO", "CTROUGH")
WHAT: Final = ("PARCAT1", "MATRIX", "PARAMCD", "CYCLE")
PARTS: Final = 4
SCHEMA: Final = pl.Schema(
    dict.fromkeys(WHAT[:3], pl.String())
    | {"CYCLE": pl.Int64(), "ENDPOINT": pl.String(), "STAT": pl.String(), "PARAM": pl.String()}
    | dict.fromkeys(("N", "X"), pl.Int64())
    | dict.fromkeys(("EXPLO", "EXPMED", "EXPHI"), pl.Float64())
    | {"EXPU": pl.String(), "AVAL": pl.Float64(), "AVALU": pl.String()}
    | dict.fromkeys(("SE", "LOWER", "UPPER", "LEVELCI"), pl.Float64())
    | {"DEFIN": pl.String(), "REASON": pl.String()}
)


@dataclass(frozen=True)
class Endpoint:
    """What exposure is set against. `first_dose`: the endpoint is over before a later profile begins."""

    code: str
    outcomes: Callable[[Tables, Study], pl.DataFrame]  # USUBJID, VALUE (0 or 1; or a number)
    words: Callable[[Study], Words]  # what is counted, and among whom
    binary: bool
    first_dose: bool
    rests_on: Callable[[Study], tuple[str, ...]]


def _dlt(tables: Tables, _study: Study) -> pl.DataFrame:
    """Evaluable subjects; who is pending or replaced is neither."""
    judged = tables["ADDLT"].filter(pl.col("STATE").is_in(["EVALUABLE", "EVALUABLE_DLT"]))
    return judged.select("USUBJID", VALUE=(pl.col("STATE") == "EVALUABLE_DLT").cast(pl.Float64))


def _response(tables: Tables, study: Study) -> pl.DataFrame:
    """The study's primary response, so that this and the response rate speak of the same events.

    First criteria, source, evaluator and confirmation as the study file plans them, among response-evaluable
    subjects; of several readers none of whom is accepted, the first by EVALID.
    """
    plan = study.response
    if plan is None:
        return pl.DataFrame(schema={"USUBJID": pl.String, "VALUE": pl.Float64})
    rows = tables["ADRS"].filter(
        (pl.col("CRIT") == plan.criteria[0])
        & (pl.col("SRC") == plan.primary)
        & is_leading(plan)
        & (pl.col("PARAMCD") == ("CRSP" if plan.confirmation else "RSP"))
    )
    reader = pl.col("EVALID").fill_null("")
    evaluable = tables["ADSL"].filter(pl.col("RSPFL") == "Y").select("USUBJID")
    return (
        rows.filter(reader == reader.min())
        .join(evaluable, on="USUBJID", how="semi")
        .select("USUBJID", VALUE=(pl.col("AVALC") == "Y").cast(pl.Float64))
    )


def _best_change(tables: Tables, _study: Study) -> pl.DataFrame:
    drawn = tables["WATERFAL"].filter(pl.col("DRAWN") == "Y")
    return drawn.select("USUBJID", VALUE="BESTPCHG")


def _dlt_words(_study: Study) -> Words:
    return Words(
        "dose-limiting toxicity in the window, among evaluable subjects",
        "可评估受试者在观察窗内的剂量限制性毒性",
    )


CONFIRMED: Final = Words("confirmed", "已确认")
EITHER: Final = Words("confirmed or not", "无论是否确认")
IN_CHINESE: Final = {
    "derived": "推导",
    "collected": "研究中心填报",
    "INVESTIGATOR": "研究者",
    "INDEPENDENT ASSESSOR": "独立评估者",
}


def _response_words(study: Study) -> Words:
    plan = study.response
    if plan is None:
        return Words("no response planned", "未计划疗效评估")
    confirmed = CONFIRMED if plan.confirmation else EITHER
    source, reader = (IN_CHINESE.get(one, one) for one in (plan.primary, plan.evaluator))
    return Words(
        f"best response CR or PR, {confirmed.en}, {plan.criteria[0]}, {plan.primary}, "
        f"{plan.evaluator.lower()}: "
        "the study's primary response, among response-evaluable subjects",
        f"最佳疗效为CR或PR，{confirmed.zh}，{plan.criteria[0]}，{source}，{reader}："
        "本研究的主要缓解终点，限疗效可评估受试者",
    )


def _change_words(_study: Study) -> Words:
    return Words(
        "best percent change of the sum of target diameters, among subjects in the waterfall",
        "瀑布图受试者靶病灶直径总和的最佳百分比变化",
    )


ENDPOINTS: Final = (
    Endpoint("DLT", _dlt, _dlt_words, binary=True, first_dose=True, rests_on=decision_rests_on),
    Endpoint(
        "RESPONSE",
        _response,
        _response_words,
        binary=True,
        first_dose=False,
        rests_on=lambda study: (*rests_on(study), *EVALUABLE),
    ),
    Endpoint(
        "BESTPCHG",
        _best_change,
        _change_words,
        binary=False,
        first_dose=False,
        rests_on=lambda _study: RESTS_ON["derived"],
    ),
)


def exposure_response(tables: Tables, study: Study) -> pl.DataFrame:
    """Per analyte, parameter and endpoint: four rows `Q1` to `Q4`, and `SLOPE`.

    Exposure is a subject's first value that enters summaries, in the earliest cycle that has any. AVAL of a
    quarter: percent with the event (exact limits), or median change; of the slope: change of the log odds,
    or of the percent change, per doubling of exposure. Subjects of all levels together: exposure and level
    go hand in hand, so this describes and does not explain.
    """
    plan = study.exposure_response.outcomes if study.exposure_response else None
    exposures = exposures_of(tables["ADPP"])
    if exposures.is_empty() or plan is None:
        return pl.DataFrame(schema=SCHEMA)
    outcomes = {e.code: e.outcomes(tables, study) for e in ENDPOINTS}
    known = collected(tables, study)
    lost = {e.code: known.reason(*e.rests_on(study)) for e in ENDPOINTS if _asked(e, study)}
    if study.response is not None:
        lost["RESPONSE"] = lost["RESPONSE"] or unknown_evaluable(tables["ADSL"])
    parts = exposures.partition_by(WHAT, maintain_order=True)
    rows = [
        row | {"ENDPOINT": e.code, "DEFIN": e.words(study).en, "LEVELCI": plan.confidence}
        for part in parts
        for e in ENDPOINTS
        if outcomes[e.code].height or lost.get(e.code)
        for row in _of_endpoint(part, outcomes[e.code], e, plan, lost.get(e.code))
    ]
    order = {code: i for i, code in enumerate(PARAMETERS)}
    ends = {e.code: i for i, e in enumerate(ENDPOINTS)}
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    tumour = pl.col("AVAL").is_not_null() & pl.col("ENDPOINT").is_in(("RESPONSE", "BESTPCHG"))
    return remarked(table, unknown_therapy(known), tumour).sort(
        *("PARCAT1", "MATRIX"),
        pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int8),
        "CYCLE",
        pl.col("ENDPOINT").replace_strict(ends, return_dtype=pl.Int8),
        "STAT",
        nulls_last=True,
    )


def _asked(endpoint: Endpoint, study: Study) -> bool:
    """Whether the study looks at this endpoint at all."""
    return (study.escalation if endpoint.code == "DLT" else study.response) is not None


def exposures_of(adpp: pl.DataFrame) -> pl.DataFrame:
    """The first positive value of every subject in the earliest cycle in which the parameter is known."""
    usable = adpp.filter(
        pl.col("PARAMCD").is_in(PARAMETERS) & (pl.col("SUMFL") == "Y") & (pl.col("AVAL") > 0)
    )
    earliest = usable.group_by("PARCAT1", "MATRIX", "PARAMCD").agg(FIRST=pl.col("CYCLE").min())
    return (
        usable.join(earliest, on=["PARCAT1", "MATRIX", "PARAMCD"], how="left")
        .filter(pl.col("CYCLE") == pl.col("FIRST"))
        .sort("PARCAT1", "MATRIX", "PARAMCD", "USUBJID", "DOSENO")
        .unique([*WHAT, "USUBJID"], keep="first", maintain_order=True)
        .select(*WHAT, "USUBJID", "PROFILE", "PARAM", "AVAL", "AVALU")
    )


def _of_endpoint(
    part: pl.DataFrame,
    outcomes: pl.DataFrame,
    endpoint: Endpoint,
    plan: OutcomeSlopes,
    lost: str | None,
) -> Iterator[dict[str, object]]:
    both = part.join(outcomes.drop_nulls("VALUE"), on="USUBJID", how="inner").sort(
        "AVAL", "USUBJID"
    )
    facts: dict[str, object] = {k: part[k][0] for k in (*WHAT, "PARAM")}
    facts |= {"EXPU": part["AVALU"][0], "N": both.height}
    if lost is not None:
        yield facts | {"N": None, "STAT": "SLOPE", "REASON": lost}
        return
    if endpoint.first_dose and part["CYCLE"][0] != 1:
        yield facts | {"STAT": "SLOPE", "REASON": NOT_FIRST.en}
        return
    yield from (facts | row for row in _quarters(both, endpoint, plan))
    yield facts | _slope_row(both, endpoint, plan)


def _quarters(
    both: pl.DataFrame, endpoint: Endpoint, plan: OutcomeSlopes
) -> Iterator[dict[str, object]]:
    """Subjects by order of exposure in four parts as equal as may be; equal exposures stay together."""
    if both.height < plan.min_quarters:
        yield {"STAT": "Q1", "REASON": NO_QUARTERS.en.format(plan.min_quarters)}
        return
    rank = both["AVAL"].rank("min").to_numpy() - 1
    place = (rank * PARTS // both.height).astype(np.int64)
    for quarter in range(PARTS):
        yield {"STAT": f"Q{quarter + 1}"} | _quarter(
            both.filter(pl.Series(place == quarter)), endpoint, plan
        )


def _quarter(mine: pl.DataFrame, endpoint: Endpoint, plan: OutcomeSlopes) -> dict[str, object]:
    about: dict[str, object] = {
        "N": mine.height,
        "EXPLO": mine["AVAL"].min(),
        "EXPMED": mine["AVAL"].median(),
        "EXPHI": mine["AVAL"].max(),
        "AVALU": "%",
    }
    if mine.is_empty():
        return about | {"REASON": EQUAL.en}
    if not endpoint.binary:
        return about | {"AVAL": mine["VALUE"].median()}
    events = int(mine["VALUE"].sum())
    lower, upper = clopper_pearson(events, mine.height, plan.confidence)
    return about | {
        "X": events,
        "AVAL": 100 * events / mine.height,
        "LOWER": 100 * float(lower),
        "UPPER": 100 * float(upper),
    }


def _slope_row(both: pl.DataFrame, endpoint: Endpoint, plan: OutcomeSlopes) -> dict[str, object]:
    exposure, value = (both[c].to_numpy() for c in ("AVAL", "VALUE"))
    about: dict[str, object] = {
        "STAT": "SLOPE",
        "X": int(value.sum()) if endpoint.binary else None,
        "EXPLO": both["AVAL"].min(),
        "EXPMED": both["AVAL"].median(),
        "EXPHI": both["AVAL"].max(),
        "AVALU": "log odds per doubling" if endpoint.binary else "% per doubling",
    }
    why = _why_not(both, endpoint, plan)
    if why is not None:
        return about | {"REASON": why}
    from pkpipe.cohorts.logistic import linear_slope, logistic_slope  # noqa: PLC0415 (0.3 s with scipy, only for a fit)

    doublings = np.log2(exposure)
    fit = logistic_slope if endpoint.binary else linear_slope
    return about | _told(fit(doublings, value, plan.confidence))


def _told(slope: Slope) -> dict[str, object]:
    reason = None if slope.failure is None else NOT_ESTIMABLE.en.format(slope.failure)
    return {
        "AVAL": slope.value,
        "SE": slope.error,
        "LOWER": slope.lower,
        "UPPER": slope.upper,
        "REASON": reason,
    }


def _why_not(both: pl.DataFrame, endpoint: Endpoint, plan: OutcomeSlopes) -> str | None:
    events = both["VALUE"].sum()
    checks = (
        (both.height < plan.min_slope, NO_SLOPE.en.format(plan.min_slope)),
        (
            endpoint.binary and min(events, both.height - events) < plan.min_each,
            FEW_EVENTS.en.format(plan.min_each),
        ),
        (both["AVAL"].n_unique() < 2, SAME_EXPOSURES.en),
    )
    return next((words for broken, words in checks if broken), None)
