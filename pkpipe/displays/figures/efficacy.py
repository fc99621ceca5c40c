"""Waterfall and spider."""

from __future__ import annotations

from typing import Final

import polars as pl
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.efficacy.efficacy_words import reason
from pkpipe.displays.figures.axis_words import STUDY_DAY
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import RESPONSE_COLOURS, Margins, legend_columns, room

SUBJECTS: Final = Words("subjects", "受试者")
OF_SUBJECT: Final = Words("subject's cohort", "受试者所在队列")
BEST_CHANGE: Final = Words("best change from baseline (%)", "较基线最佳变化（%）")
CHANGE: Final = Words("change from baseline (%)", "较基线变化（%）")
GROUP: Final = Words("level or cohort", "剂量水平或队列")
PR_PERCENT: Final = -30.0
PD_PERCENT: Final = 20.0
MOST_LABELS: Final = 90  # bars with room for the name of a cohort each


def waterfall(rows: pl.DataFrame) -> Picture | None:
    """Best percentage change of the sum of diameters, one bar a subject, coloured by best response."""
    drawn = rows.filter(pl.col("DRAWN") == "Y").sort("ORDER", "USUBJID")
    if drawn.is_empty():
        return None
    labels = drawn["COHORT"].fill_null("").to_list()

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        best = drawn["BOR"].fill_null("NE").to_list()
        heights = drawn["BESTPCHG"].to_list()
        axis.bar(
            range(len(heights)),
            heights,
            color=[RESPONSE_COLOURS.get(b, "#BDBDBD") for b in best],
            width=0.85,
        )
        for place, (height, confirmed) in enumerate(
            zip(heights, drawn["CONFFL"].to_list(), strict=True)
        ):
            if confirmed == "Y":
                axis.annotate(
                    "●",
                    (place, height),
                    ha="center",
                    va="top" if height < 0 else "bottom",
                    fontsize=6,
                )
        for limit in (PR_PERCENT, PD_PERCENT):
            axis.axhline(limit, color="#777777", linewidth=0.8, linestyle="--")
        axis.axhline(0, color="black", linewidth=0.8)
        if len(labels) > MOST_LABELS:
            axis.set_xticks([])
        else:
            axis.set_xticks(range(len(labels)), labels, rotation=90, fontsize=7)
        axis.set_xlabel(tell(SUBJECTS if len(labels) > MOST_LABELS else OF_SUBJECT))
        axis.set_ylabel(tell(BEST_CHANGE))
        axis.grid(visible=False, axis="x")
        axis.legend(handles=_response_patches(best), loc="upper right", ncols=3)

    missing = _left_out(rows.filter(pl.col("DRAWN") != "Y"))
    caption = Words(
        f"{drawn.height} subjects; best sum up to the first progression, before new therapy. "
        f"● confirmed response. Dashed: −30 % and +20 %. {missing.en}",
        f"{drawn.height} 例受试者；首次进展前（含）且新抗肿瘤治疗前的最佳总和。"
        f"● 已确认缓解。虚线：−30 % 和 +20 %。{missing.zh}",
    )
    around = Margins(left=0.65, top=0.1, bottom=0.34 + room(labels, 7))
    drawing = in_both("waterfall", (9, 3.6), draw, around)
    title = Words("Best change in target lesions", "靶病灶最佳变化")
    return Picture(drawing.en, "waterfall", caption, title=title, chinese=drawing.zh)


def _left_out(missing: pl.DataFrame) -> Words:
    """Who is not drawn and why, counted, as a caption says it."""
    if missing.is_empty():
        return Words("Not drawn: nobody.", "未绘制：无。")
    reasons = missing.group_by("REASON").len().sort("REASON").rows()
    english = "; ".join(f"{n} {reason(why).en}" for why, n in reasons)
    chinese = "；".join(f"{n} 例{reason(why).zh}" for why, n in reasons)
    return Words(f"Not drawn: {english}.", f"未绘制：{chinese}。")


def _response_patches(best: list[str]) -> list[Patch]:
    return [Patch(color=c, label=code) for code, c in RESPONSE_COLOURS.items() if code in best]


def spider(rows: pl.DataFrame, order: list[str], colours: Colours) -> Picture | None:
    """Change of the sum of diameters over time, one line a subject, coloured by level or cohort.

    order: of the levels.
    """
    shown = rows.filter(pl.col("PCHG").is_not_null()).with_columns(
        GRP=pl.col("LEVEL").fill_null(pl.col("COHORT"))
    )
    if shown.is_empty():
        return None
    groups = [g for g in order if g in set(shown["GRP"].to_list())]
    groups += sorted(set(shown["GRP"].drop_nulls().to_list()) - set(groups))
    columns = legend_columns(len(groups))

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        for (subject,), line in shown.sort("USUBJID", "ADY").group_by(
            "USUBJID", maintain_order=True
        ):
            del subject
            axis.plot(
                line["ADY"].to_list(),
                line["PCHG"].to_list(),
                "-o",
                ms=2.2,
                linewidth=0.9,
                color=colours[line["GRP"][0]],
            )
        for limit in (PR_PERCENT, PD_PERCENT):
            axis.axhline(limit, color="#777777", linewidth=0.8, linestyle="--")
        handles = [Line2D([], [], color=colours[g], label=g) for g in groups]
        side = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.0), "title": tell(GROUP)}
        axis.legend(handles=handles, ncols=columns, **side)
        axis.set_xlabel(tell(STUDY_DAY))
        axis.set_ylabel(tell(CHANGE))

    missing = _left_out(rows.filter(pl.col("ADY").is_null()))
    n = shown["USUBJID"].n_unique()
    caption = Words(
        f"{n} subjects with a measured sum; dashed: −30 % and +20 %. {missing.en}",
        f"{n} 例受试者有测量总和；虚线：−30 % 和 +20 %。{missing.zh}",
    )
    around = Margins(left=0.65, right=0.15 + max(columns * (room(groups, 8) + 0.45), 1.1), top=0.1)
    drawing = in_both("spider", (8 + columns, 3.8), draw, around)
    title = Words("Change in target lesions over time", "靶病灶随时间的变化")
    return Picture(drawing.en, "spider", caption, title=title, chinese=drawing.zh)
