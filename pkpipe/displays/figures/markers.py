"""Biomarkers by visit and cohort."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import with_unit
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import slug
from pkpipe.protocol.drugs import Biomarker

MARKERS: Final = "os^Dvx*"
MEAN: Final = Words("mean", "均值")
MEAN_CHANGE: Final = Words("mean change (%)", "平均变化（%）")
HEAD: Final = Words("Cohort", "队列")
LEAST: Final = 2  # subjects behind a mean that is drawn


def marker_figure(pdstat: pl.DataFrame, marker: Biomarker, colours: Colours) -> Picture | None:
    """Means by visit, a line a cohort: as measured against a threshold, else percent change."""
    kind = "PCHG" if marker.saturated_from is None else "AVAL"
    rows = pdstat.filter(
        (pl.col("PARAMCD") == marker.code)
        & (pl.col("KIND") == kind)
        & (pl.col("COHORT") != "ALL")
        & (pl.col("N") >= LEAST)
    ).sort("CYCLE", "ATPTN", "VISIT", nulls_last=True)
    if rows.is_empty():
        return None
    visits = rows.select("CYCLE", "VISIT", "ATPTN", "ATPT").unique(
        ["CYCLE", "VISIT", "ATPTN"], keep="first", maintain_order=True
    )
    place = visits.select("CYCLE", "VISIT", "ATPTN").with_row_index("PLACE")
    rows = rows.join(
        place, on=["CYCLE", "VISIT", "ATPTN"], how="left", maintain_order="left", nulls_equal=True
    )
    labels = [_visit(r["VISIT"], r["ATPT"]) for r in visits.iter_rows(named=True)]

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        for i, cohort in enumerate(rows["COHORT"].unique().sort()):
            own = rows.filter(pl.col("COHORT") == cohort).sort("PLACE")
            style = {"color": colours[cohort], "ms": 4, "label": cohort}
            axis.plot(own["PLACE"].to_list(), own["MEAN"].to_list(), f"-{MARKERS[i % 7]}", **style)
        if marker.saturated_from is not None:
            words = tell(saturated_from(marker))
            axis.axhline(marker.saturated_from, color="#4D4D4D", ls="--", lw=1, label=words)
        axis.set_xticks(range(len(labels)), labels, rotation=60, ha="right")
        axis.set_ylabel(tell(with_unit(MEAN, marker.unit) if kind == "AVAL" else MEAN_CHANGE))
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), title=tell(HEAD))

    what = (
        Words("mean", "均值")
        if kind == "AVAL"
        else Words("mean percent change from baseline", "较基线平均变化百分比")
    )
    caption = Words(
        f"Subjects of a cohort with a result, once a visit and time; a mean of fewer than {LEAST} is "
        "not drawn. Spread and counts are in PDSTAT. Later visits hold only subjects who stayed.",
        f"各队列有结果的受试者，每次访视及时间点计一次；少于 {LEAST} 名受试者的均值未绘出。"
        "离散程度与例数见 PDSTAT。"
        "后期访视仅包括仍在研究中的受试者。",
    )
    name = slug(f"marker-{marker.code}")
    title = Words(
        f"{marker.name}: {what.en} by visit and cohort", f"{marker.name}：按访视和队列的{what.zh}"
    )
    drawing = in_both(name, (9.0, 4.2), draw)
    return Picture(drawing.en, name, caption, marker.code, title, drawing.zh)


def saturated_from(marker: Biomarker) -> Words:
    """The threshold of a receptor that is saturated."""
    limit = f"{marker.saturated_from:g} {marker.unit}"
    return Words(f"saturated from {limit}", f"饱和界限 {limit}")


def _visit(visit: str | None, time: str | None) -> str:
    """`CYCLE 3 DAY 8` as `C3D8`, with the time unless it says the same."""
    short = (visit or "").replace("CYCLE ", "C").replace(" DAY ", "D")
    return short if not time or time == short else f"{short} {time.lower()}".strip()
