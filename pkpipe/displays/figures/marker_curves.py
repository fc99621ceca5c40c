"""A biomarker against the concentration in its sample, and how long a receptor was saturated."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import COHORT, with_unit
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.markers import MARKERS, saturated_from
from pkpipe.displays.figures.plot import Margins, logarithmic, slug
from pkpipe.displays.number_text import DASH, significant
from pkpipe.protocol.drugs import Biomarker

INK, ALARM, GREY = "#1A1A1A", "#B2182B", "#4D4D4D"
SIDE: Final = Margins(left=0.75, right=2.3, bottom=0.6, top=0.45)  # the legend stands beside
ZERO_BELOW: Final = 4.0  # no drug stands so many times below the lowest concentration
WIDEST: Final = 95  # characters of a line above the panel
MODELS: Final = {
    "NONE": Words("no effect", "无效应"),
    "EMAX": same("Emax"),
    "SIGEMAX": Words("sigmoid Emax", "S形Emax"),
}
CHANGE_IN_WORDS: Final = {
    "AVAL": NONE,
    "CHG": Words("change, ", "变化，"),
    "PCHG": Words("percent change, ", "变化百分比，"),
}


@dataclass(frozen=True)
class Drawn:
    """What a panel shows of one marker and analyte."""

    used: pl.DataFrame
    line: pl.DataFrame
    fits: pl.DataFrame
    chosen: Mapping[str, dict[str, Any]]  # the rows of the chosen model by STAT

    @property
    def why(self) -> str:
        """Why there is no curve, model by model where they differ."""
        failed = self.fits.filter((pl.col("MODEL") != "NONE") & (pl.col("STATUS") != "OK"))
        reasons = failed.group_by("REASON", maintain_order=True).agg(
            pl.col("MODEL").unique().sort()
        )
        if reasons.height == 1:
            return str(reasons["REASON"][0])
        return "; ".join(
            f"{', '.join(MODELS[m].en for m in models)}: {reason}"
            for reason, models in reasons.iter_rows()
        )

    @property
    def no_curve(self) -> Words:
        """The same as a sentence; in Chinese the table is named that says it model by model."""
        return Words(f"No curve: {self.why}.", "无曲线：原因按模型见 T14.6.3。")


SAME_SAMPLE: Final = Words("concentration in the same sample", "同一样本的药物浓度")
NO_DRUG: Final = Words("no drug", "无药物")
SATURATED: Final = Words("observed time saturated (%)", "观察期内饱和时间（%）")


def curve_figure(
    tables: Mapping[str, pl.DataFrame],
    marker: Biomarker,
    analyte: str,
    matrix: str,
    colours: Colours,
) -> Picture | None:
    """Every pair used, by cohort, with the chosen curve and its band, or in words why there is none."""
    mine = (
        (pl.col("PARAMCD") == marker.code)
        & (pl.col("PARCAT1") == analyte)
        & (pl.col("MATRIX") == matrix)
    )
    pairs, fits, line = (tables[t].filter(mine) for t in ("PDPAIR", "PDEMAX", "PDCURVE"))
    used = pairs.filter(pl.col("USEDFL") == "Y")
    if used.is_empty():
        return None
    chosen = {r["STAT"]: r for r in fits.filter(pl.col("CHOSENFL") == "Y").to_dicts()}
    it = Drawn(used, line, fits, chosen)
    name = slug(f"curve-{marker.code}-{analyte}-{matrix}")
    title = Words(
        f"{marker.name} against the concentration of {analyte} in {matrix.lower()}",
        f"{marker.name} 与 {analyte} 浓度的关系",
    )
    drawing = in_both(name, (9.4, 4.2), _drawing(it, marker, colours), SIDE)
    code = "/".join((marker.code, analyte, matrix))
    return Picture(drawing.en, name, _caption(it, pairs.height), code, title, drawing.zh)


def _drawing(it: Drawn, marker: Biomarker, colours: Colours) -> Callable[[Canvas, Tell], None]:
    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        logarithmic(axis, "x")
        lowest, highest = (it.fits[c][0] or 1.0 for c in ("CONCLO", "CONCHI"))
        zero = lowest / ZERO_BELOW
        for i, (cohort, own) in enumerate(_cohorts(it.used)):
            told = tell(cohort)
            place = own["CONC"].replace(0.0, zero).to_list()
            shade = colours[own["COHORT"][0]]
            style: dict[str, Any] = {"ls": "", "ms": 3.5, "alpha": 0.6, "color": shade}
            axis.plot(place, own["AVAL"].to_list(), marker=MARKERS[i % 7], label=told, **style)
        naive = bool((it.used["CONC"] == 0).any())
        axis.set_xlim((zero if naive else lowest) / 1.6, highest * 1.6)
        if naive:
            _no_drug(axis, zero, tell)
        if it.chosen:
            _curve(axis, it, tell)
        if marker.saturated_from is not None:
            words = tell(saturated_from(marker))
            axis.axhline(marker.saturated_from, color=GREY, ls="--", lw=0.9, label=words)
        if not it.chosen:
            words = textwrap.fill(tell(it.no_curve), WIDEST)
            axis.set_title(words, fontsize=8.5, color=ALARM, loc="left")
        axis.set_xlabel(tell(with_unit(SAME_SAMPLE, it.fits.row(0, named=True)["CONCU"])))
        unit = it.fits.row(0, named=True)["AVALU"] or ""
        kind = CHANGE_IN_WORDS[it.used["KIND"][0]]
        named = with_unit(same(marker.name), unit)
        axis.set_ylabel(
            tell(
                Words(named.en.replace(" (", f" ({kind.en}", 1) if kind.en else named.en, named.zh)
            )
        )
        axis.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02))

    return draw


def _cohorts(used: pl.DataFrame) -> Iterator[tuple[Words, pl.DataFrame]]:
    for part in used.sort("COHORT", nulls_last=True).partition_by("COHORT", maintain_order=True):
        cohort = part["COHORT"][0] or DASH
        yield Words(f"cohort {cohort}", f"队列 {cohort}"), part


def _no_drug(axis: Axes, zero: float, tell: Tell) -> None:
    """Where there was no drug, apart from the logarithmic axis, which has no 0."""
    end = zero * ZERO_BELOW**0.5
    axis.axvline(end, color="#BDBDBD", lw=0.8)
    for minor in (False, True):
        high = axis.get_xlim()[1]
        told = [t for t in axis.get_xticks(minor=minor) if end < t <= high]
        axis.set_xticks(told, minor=minor)
    below = axis.get_xaxis_transform()
    axis.text(zero, -0.03, tell(NO_DRUG), transform=below, ha="center", va="top", fontsize=8)


def _curve(axis: Axes, it: Drawn, tell: Tell) -> None:
    """The mean curve with its band, and EC50 with its limits at half the maximum effect."""
    line = it.line.filter(pl.col("CONC") > 0)
    conc = line["CONC"].to_list()
    level = f"{100 * it.line['LEVELCI'][0]:g} %"
    limits = Words(f"its {level} limits", f"{level} 置信限")
    band: dict[str, Any] = {"color": INK, "alpha": 0.18, "lw": 0, "label": tell(limits)}
    model = MODELS[str(it.line["MODEL"][0])]
    mean = Words(f"{model.en}, mean curve", f"{model.zh}，平均曲线")
    axis.plot(conc, line["FITTED"].to_list(), color=INK, lw=1.4, label=tell(mean))
    axis.fill_between(conc, line["LOWER"].to_list(), line["UPPER"].to_list(), **band)
    ec50 = it.chosen["EC50"]
    half = it.chosen["E0"]["AVAL"] + it.chosen["EMAX"]["AVAL"] / 2
    axis.plot([ec50["AVAL"]] * 2, [it.chosen["E0"]["AVAL"], half], color=ALARM, ls=":", lw=1.2)
    value = f"EC50 {significant(ec50['AVAL'])} {ec50['AVALU']}\n({level} CI"
    low, high = significant(ec50["LOWER"]), significant(ec50["UPPER"])
    words = tell(Words(f"{value} {low} to {high})", f"{value} {low}～{high})"))
    axis.plot([ec50["LOWER"], ec50["UPPER"]], [half] * 2, color=ALARM, lw=2.2)
    axis.plot([ec50["AVAL"]], [half], "o", color=ALARM, ms=4.5, label=words)


def _caption(it: Drawn, pairs: int) -> Words:
    first = it.fits.row(0, named=True)
    left = pairs - first["NOBS"]
    out = f"; {left} results without a usable concentration are left out (PDPAIR)" if left else ""
    cut = (
        f" {first['NCUT']} at the end of what is reported count as there or beyond."
        if first["NCUT"]
        else ""
    )
    who = f"{first['NOBS']} results of {first['N']} subjects{out}.{cut} "
    several = (
        "Results of one subject are not independent: limits rest on subjects (Mancl & DeRouen 2001). "
        "The curve is that of the mean result, not of any one subject."
    )
    several_zh = (
        "同一受试者的结果不独立：置信限按受试者估计（Mancl 与 DeRouen 2001）。"
        "曲线为平均结果，并非任一受试者的曲线。"
    )
    left_zh = f"；{left} 个无可用浓度的结果未纳入（PDPAIR）" if left else ""
    cut_zh = f"{first['NCUT']} 个达到报告界限的结果按等于或超出该界限计。" if first["NCUT"] else ""
    who_zh = f"{first['N']} 名受试者的 {first['NOBS']} 个结果{left_zh}。{cut_zh}"
    unsaid = "Why there is no curve is said model by model in T14.6.3."
    return Words(
        who + (several if it.chosen else unsaid),
        who_zh + (several_zh if it.chosen else "无曲线的原因按模型见 T14.6.3。"),
    )


def saturation_figure(pdsat: pl.DataFrame, marker: Biomarker, colours: Colours) -> Picture | None:
    """Each subject's share of the observed time at or above the threshold, by cohort, with the median."""
    rows = pdsat.filter((pl.col("PARAMCD") == marker.code) & pl.col("SATPCT").is_not_null()).sort(
        "COHORT", "SATPCT", "USUBJID", nulls_last=True
    )
    if rows.is_empty():
        return None
    parts = rows.partition_by("COHORT", maintain_order=True)

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        for i, part in enumerate(parts):
            n = part.height
            place = [i + 0.6 * ((k + 0.5) / n - 0.5) for k in range(n)]
            axis.plot(
                place,
                part["SATPCT"].to_list(),
                "o",
                ms=4,
                alpha=0.7,
                color=colours[part["COHORT"][0]],
            )
            median = float(np.median(part["SATPCT"].to_numpy()))
            axis.plot([i - 0.35, i + 0.35], [median] * 2, color=INK, lw=1.6)
        labels = [f"{p['COHORT'][0] or DASH}\nn = {p.height}" for p in parts]
        axis.set_xticks(range(len(parts)), labels)
        axis.set_ylim(-4, 104)
        axis.set_xlabel(tell(COHORT))
        axis.set_ylabel(tell(SATURATED))

    limit = f"{marker.saturated_from:g} {marker.unit}"
    name = slug(f"saturation-{marker.code}")
    caption = Words(
        f"A dot a subject, a line the median. At or above {limit}, linear between results, as a share of "
        "the time from the first to the last result; troughs alone say little of the time between.",
        f"每点为一名受试者，横线为中位数。达到或高于 {limit} 的时间占首次至末次结果的比例，结果之间线性内插；"
        "仅有谷浓度时对其间时间了解有限。",
    )
    title = Words(f"{marker.name}: time saturated by cohort", f"{marker.name}：各队列的饱和时间")
    drawing = in_both(name, (9.0, 3.4), draw, Margins(left=0.75, bottom=0.75))
    return Picture(drawing.en, name, caption, marker.code, title, drawing.zh)
