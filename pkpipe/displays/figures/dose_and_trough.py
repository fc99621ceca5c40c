"""Parameters against dose on log axes, and troughs by cycle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import BY_CYCLE, TROUGH, cycle_words, with_unit
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import Margins, colour, legend_columns, logarithmic, room, slug
from pkpipe.protocol.drugs import Analyte

C: Final = pl.col
GIVEN: Final = Words("dose given", "实际剂量")
DOSE_CODES: Final = ("CMAX", "AUCIFO", "AUCTAU")
UNTITLED: Final = Margins(top=0.1)


def dose_figure(
    tables: Mapping[str, pl.DataFrame], analyte: Analyte, codes: tuple[str, ...] = DOSE_CODES
) -> list[Picture]:
    """Parameters of an analyte's rich profiles against the dose given, with the line of the power model."""
    rich = tables["PROFILE"].filter(C("PRFLFL") == "RICH").select("PROFILE", "DOSEG", "DOSEGU")
    own = (C("PARCAT1") == analyte.code) & (C("MATRIX") == analyte.matrix)
    rows = (
        tables["ADPP"]
        .filter(own & C("PARAMCD").is_in(codes) & (C("AVAL") > 0))
        .join(rich, on="PROFILE", how="inner", maintain_order="left")
        .filter(C("DOSEG") > 0)
    )
    shown = [c for c in codes if rows.filter(C("PARAMCD") == c).height >= 2]
    if not shown:
        return []
    lines = tables["DOSEPROP"].filter(
        own & (C("MODEL") == "FIRST") & (C("SCOPE") == "ALL") & C("BETA").is_not_null()
    )
    name = slug(f"dose-{analyte.code}")

    def draw(figure: Canvas, tell: Tell) -> None:
        axes = figure.subplots(1, len(shown), squeeze=False)[0]
        for axis, code in zip(axes, shown, strict=True):
            of = rows.filter(C("PARAMCD") == code).sort("CYCLE", "USUBJID", nulls_last=True)
            _against_dose(axis, of, lines.filter(C("PARAMCD") == code), tell)
            axis.set_ylabel(f"{code} ({_first(of, 'AVALU')})")

    caption = Words(
        "One point a profile, both axes logarithmic; line: power model of that cycle over all doses. Values "
        "that are not reported are drawn; their reasons are in listing 16.2.5.3.",
        "每点为一次给药的数据，双对数坐标；直线：该周期全部剂量的幂函数模型。"
        "不予报告的数值亦绘出，原因见列表 16.2.5.3。",
    )
    title = Words(f"{analyte.name}, parameters against dose", f"{analyte.name}，参数与剂量的关系")
    drawing = in_both(name, (3.4 * len(shown) + 0.6, 3.3), draw, UNTITLED)
    return [Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)]


def _against_dose(axis: Axes, points: pl.DataFrame, lines: pl.DataFrame, tell: Tell) -> None:
    """Points by cycle and the fitted line of each cycle that has one, on log axes."""
    for place, ((cycle,), of) in enumerate(points.group_by("CYCLE", maintain_order=True)):
        doses = of["DOSEG"].to_list()
        axis.plot(
            doses,
            of["AVAL"].to_list(),
            "o^sD"[place % 4],
            ms=3.5,
            alpha=0.6,
            color=colour(place),
            label=tell(cycle_words(cycle)),
        )
        fit = lines.filter(C("CYCLE") == cycle)
        if fit.height:
            ends = [min(doses), max(doses)]
            level, slope = fit["ALPHA"][0], fit["BETA"][0]
            values = [math.exp(level) * d**slope for d in ends]
            axis.plot(ends, values, "-", color=colour(place), linewidth=1.0)
    logarithmic(axis, "x")
    logarithmic(axis, "y")
    axis.set_xlabel(tell(with_unit(GIVEN, _first(points, "DOSEGU"))))
    axis.legend(loc="upper left")


def trough_figure(
    adpp: pl.DataFrame,
    analyte: Analyte,
    levels: Mapping[str, str],
    colours: Colours,
    least: int,
) -> list[Picture]:
    """Trough by cycle: subjects, and the geometric mean of each level where it has enough of them."""
    rows = adpp.filter(
        (C("PARCAT1") == analyte.code)
        & (C("MATRIX") == analyte.matrix)
        & (C("PARAMCD") == "CTROUGH")
        & (C("AVAL") > 0)
    ).with_columns(C("LEVEL").fill_null(""))
    if rows["CYCLE"].n_unique() < 2:
        return []
    name = slug(f"trough-{analyte.code}")
    means = (
        rows.group_by("LEVEL", "CYCLE")
        .agg(N=C("USUBJID").n_unique(), AVAL=C("AVAL").log().mean().exp())
        .sort("LEVEL", "CYCLE")
        .with_columns(AVAL=pl.when(C("N") >= least).then("AVAL"))
    )
    drawn = [x for x in (*levels, "") if x in rows["LEVEL"]]
    columns = legend_columns(len(drawn))

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        for level in drawn:
            points, line = (f.filter(C("LEVEL") == level) for f in (rows, means))
            shade = colours[level]
            axis.plot(
                points["CYCLE"].to_list(),
                points["AVAL"].to_list(),
                ".",
                ms=4,
                alpha=0.45,
                color=shade,
            )
            axis.plot(
                line["CYCLE"].to_list(),
                [float("nan") if v is None else v for v in line["AVAL"]],
                "o-",
                ms=3,
                color=shade,
                label=levels.get(level, level),
            )
        logarithmic(axis, "y")
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.set_xlabel(tell(BY_CYCLE))
        axis.set_ylabel(tell(with_unit(TROUGH, _first(rows, "AVALU"))))
        axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), ncols=columns)

    caption = Words(
        f"Points: subjects; lines: geometric means of quantifiable troughs, only of {least} or more "
        "subjects. BLQ is not drawn.",
        f"点：受试者；线：可定量谷浓度的几何均值，仅绘制不少于 {least} 例受试者的周期。BLQ 未绘制。",
    )
    beside = columns * (0.45 + room((levels.get(x, x) for x in drawn), 8))
    around = Margins(right=beside, top=0.1)
    title = Words(f"{analyte.name}, trough by cycle", f"{analyte.name}，各周期谷浓度")
    drawing = in_both(name, (6.0 + beside, 3.3), draw, around)
    return [Picture(drawing.en, name, caption, analyte.code, title, drawing.zh)]


def _first(frame: pl.DataFrame, column: str, otherwise: str = "") -> str:
    values = frame[column].drop_nulls()
    return str(values[0]) if values.len() else otherwise
