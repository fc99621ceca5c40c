"""What another censoring scheme or reader does to times to event: counts, and who is moved (14.2.2.4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.clinical.response import time_to
from pkpipe.displays.bilingual import Words, lost, same
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.efficacy.efficacy_words import ENDPOINTS, NOT_PLANNED, changed
from pkpipe.displays.efficacy.time_to_event_words import kinds_of_end

C: Final = pl.col
TIMES: Final = "survival/ADTTE"
MOVED: Final = "survival/TTESENS"
SCHEMES: Final = {
    "A": Words("A: documented progression", "A：有记录的进展"),
    "B": Words("B: dates as planned", "B：按计划日期"),
    "C": Words("C: as the investigator claims", "C：研究者判定"),
    "E": Words("E: treatment policy", "E：治疗策略"),
    "last_assessment": Words("last assessment, no other rule", "末次评估，无其他规则"),
}
STATUS: Final = {"0": Words("event", "事件"), "1": Words("censored", "删失")}
SUBJECTS: Final = Words("Subjects", "受试者")
WITH_TIME: Final = Words("Subjects with a time", "有时间数据的受试者")
SHIFTED: Final = Words(
    "Moved from the leading scheme (time or status differs)",
    "与主方案相比有变动（时间或状态不同）",
)


def schemes(material: Material) -> Content:
    """Of PFS, and of every other endpoint that a scheme moves: counts a scheme, then each subject moved."""
    plan = material.study.survival
    if plan is None or "PFS" not in plan.endpoints:
        return Nothing(NOT_PLANNED)
    reason = material.known.reason(*time_to("PFS", material.study))
    if reason is not None:
        return Nothing(lost(reason))
    moved = material["TTESENS"].filter(C("MOVED") == "Y")
    if material["TTESENS"].is_empty():
        none = Words("not planned: no other scheme is asked for", "未计划：未要求其他方案")
        return Nothing(none)
    also = [e for e in plan.endpoints if e != "PFS" and e in moved["PARAMCD"]]
    return tuple(
        sheet for endpoint in ("PFS", *also) for sheet in _of(material, endpoint, plan.scheme)
    )


def _of(material: Material, endpoint: str, leading: str) -> Iterator[Sheet]:
    times = material["ADTTE"].filter(C("PARAMCD") == endpoint)
    moved = material["TTESENS"].filter(C("PARAMCD") == endpoint, C("MOVED") == "Y")
    if times.is_empty():
        return
    yield _counts(times, moved, endpoint, leading)
    if moved.height:
        yield _who(material, moved, endpoint)


def _named(scheme: str) -> Words:
    """A scheme in words; after the comma stands another reader by whom the leading scheme is used."""
    code, comma, reader = scheme.partition(",")
    words = SCHEMES.get(code, same(code))
    return Words(f"{words.en}{comma}{reader}", f"{words.zh}{comma}{reader}")


def _counts(times: pl.DataFrame, moved: pl.DataFrame, endpoint: str, leading: str) -> Sheet:
    found = times["SCHEME"].unique().sort().to_list()
    order = [leading, *(s for s in found if s != leading)]
    sizes = times.group_by("SCHEME").agg(N=C("USUBJID").n_unique().cast(pl.Int64))
    everybody = ("N", WITH_TIME, pl.lit(value=True), "")
    lines = [everybody, *kinds_of_end(times)]
    rows = [
        sizes.join(
            times.filter(holds).group_by("SCHEME").agg(X=C("USUBJID").n_unique()), "SCHEME", "left"
        ).with_columns(
            CODE=pl.lit(code), PARAM=pl.lit(words.en), TABLES=pl.lit(TIMES), WHICH=pl.lit(sql)
        )
        for code, words, holds, sql in lines
    ]
    shifted = moved.group_by("SCHEME").agg(X=C("USUBJID").n_unique())
    rows.append(
        sizes.filter(C("SCHEME") != leading)
        .join(shifted, "SCHEME", "left")
        .with_columns(
            CODE=pl.lit("MOVED"),
            PARAM=pl.lit(SHIFTED.en),
            TABLES=pl.lit(MOVED),
            WHICH=pl.lit(" AND MOVED = 'Y'"),
        )
    )
    scheme = C("SCHEME").str.replace_all("'", "''", literal=True)
    cells = pl.concat(rows, how="vertical_relaxed").with_columns(
        X=C("X").fill_null(0).cast(pl.Float64),
        UNIT=pl.lit("subjects"),
        ROWS=pl.concat_str(
            pl.lit(f"PARAMCD = '{endpoint}' AND SCHEME = '"), scheme, pl.lit("'"), "WHICH"
        ),
    )
    whole = C("CODE") == "N"
    cells = cells.with_columns(
        STAT=pl.when(whole).then(pl.lit("count")).otherwise(pl.lit("share")),
        VALUE=pl.when(whole).then(C("N").cast(pl.Float64)).otherwise(100 * C("X") / C("N")),
    )
    layout = Layout(
        ("CODE",),
        {"PARAM": SUBJECTS},
        "SCHEME",
        [(s, _head(s, leading)) for s in order],
        {w.en: w for w in (SHIFTED, *(words for _, words, _, _ in lines))},
    )
    return side_by_side(cells, layout, About(endpoint, ENDPOINTS[endpoint]))


def _head(scheme: str, leading: str) -> Words:
    words = _named(scheme)
    if scheme != leading:
        return words
    return Words(f"{words.en}\n(leading)", f"{words.zh}\n（主方案）")


def _who(material: Material, moved: pl.DataFrame, endpoint: str) -> Sheet:
    """Each subject that another scheme moves: both times, both statuses, and what changed."""
    cohorts = material["ADSL"].select("USUBJID", "COHORT")
    rows = moved.join(cohorts, on="USUBJID", how="left", maintain_order="left").sort(
        "SCHEME", "COHORT", "USUBJID"
    )
    rows = rows.with_columns(C("CNSR", "CNSRA").cast(pl.String))
    schemes = {s: _named(s) for s in rows["SCHEME"].unique()}
    said = rows.select("WHY", ZH=changed(C("WHY"))).unique()
    why = {w: Words(w, zh or w) for w, zh in said.iter_rows() if w is not None}
    fields = (
        Field("SCHEME", Words("Scheme", "方案"), words=schemes),
        Field("COHORT", Words("Cohort", "队列")),
        Field("USUBJID", Words("Subject", "受试者")),
        Field("AVALA", Words("Days, leading scheme", "主方案天数"), stat="days"),
        Field("CNSRA", Words("Status, leading scheme", "主方案状态"), words=STATUS),
        Field("AVAL", Words("Days, this scheme", "该方案天数"), stat="days"),
        Field("CNSR", Words("Status, this scheme", "该方案状态"), words=STATUS),
        Field("WHY", Words("What changed", "变动内容"), words=why),
    )
    name = ENDPOINTS[endpoint]
    title = Words(f"{name.en}: subjects moved", f"{name.zh}：有变动的受试者")
    key = ("USUBJID", "PARAMCD", "SCHEME")
    return listing(rows, fields, MOVED, key, About(f"{endpoint}/MOVED", title))


DISPLAYS: Final = (
    Display(
        "T14.2.2.4",
        Words(
            "Progression-Free Survival by Other Censoring Schemes",
            "按其他删失方案的无进展生存期敏感性分析",
        ),
        "EFF",
        schemes,
        (TIMES, MOVED),
        (),
        ("EFF-PFS",),
        ("survival",),
    ),
)
