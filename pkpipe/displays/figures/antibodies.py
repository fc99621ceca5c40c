"""Concentration with the titre under it, subject by subject: everybody with antibodies against a drug."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from pkpipe.clinical.administrations import given
from pkpipe.displays.antibodies.antibody_measures import EVERY_CLASS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import level_words
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.plot import Margins, colour, logarithmic, placed, slug
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study

COLUMNS: Final = 3
LEGEND: Final = {1: 1, 2: 2, 3: 4}  # entries side by side, by columns of panels
A_FIGURE: Final = 9  # subjects
MOST: Final = 54
# In inches: what a subject takes, and in it the corner and size of the concentration and of the titre panel.
CELL: Final = (3.1, 2.75)
ABOVE: Final = ((0.62, 1.15), (2.4, 1.22))
BELOW: Final = ((0.62, 0.42), (2.4, 0.66))
CONCENTRATION, TITRE, ONSET, NAB = colour(0), "#444444", "#B2182B", "#E69F00"
WEEK_US: Final = 7 * 86_400_000_000
# How each kind of ADA sample looks: (what, marker, filled, colour); the first that fits.
SAMPLE_MARKERS: Final = (
    (Words("positive, NAb-positive", "阳性，中和抗体阳性"), "s", NAB, pl.col("NAB") == "POSITIVE"),
    (Words("positive", "阳性"), "o", TITRE, pl.col("RESULT") == "POSITIVE"),
    (
        Words("inconclusive (drug above the tolerance limit)", "不确定（药物浓度超出耐受限）"),
        "D",
        "none",
        pl.col("RESULT") == "INCONCLUSIVE",
    ),
    (Words("negative", "阴性"), "_", TITRE, pl.col("RESULT") == "NEGATIVE"),
)


@dataclass(frozen=True)
class Subject:
    """What is drawn of one subject; times in weeks from the first dose of the drug."""

    name: str
    words: Words
    onset: float | None
    concentrations: pl.DataFrame  # WEEK, AVAL, LLOQ, BLQ
    samples: pl.DataFrame  # WEEK, TITRE, KIND


@dataclass(frozen=True)
class Shared:
    """Scales all panels of a figure have in common: the last week, the foot and top of titres."""

    last: float
    titres: tuple[float, float]


def drawn_analyte(study: Study, drug: str) -> Analyte | None:
    """The analyte that is drawn: the one drug tolerance is stated for; otherwise the drug's first."""
    own = [a for a in study.analytes if a.drug == drug]
    plan = study.immunogenicity
    stated = {a.tolerance_analyte for a in plan.assays if a.drug == drug} if plan else set()
    return next((a for a in own if a.code in stated), own[0] if own else None)


def titre_figures(
    tables: Mapping[str, pl.DataFrame], drug: str, analyte: Analyte
) -> tuple[Picture, ...]:
    """Figures of nine subjects each; time is shared within a figure, each subject has scales of its own."""
    subjects = _subjects(tables, drug, analyte)
    drawn = subjects[:MOST]
    parts = [drawn[i : i + A_FIGURE] for i in range(0, len(drawn), A_FIGURE)]
    return tuple(
        _figure(
            slug(f"titre-{drug}-{i + 1}"),
            _title(analyte, i + 1, len(parts)),
            part,
            analyte,
            len(subjects) - len(drawn),
        )
        for i, part in enumerate(parts)
    )


def _title(analyte: Analyte, number: int, of: int) -> Words:
    part = "" if of == 1 else f", {number} of {of}"
    part_zh = "" if of == 1 else f"（{number}/{of}）"
    return Words(
        f"{analyte.name} concentration with the antibody titre under it{part}",
        f"{analyte.name} 浓度与抗体滴度{part_zh}",
    )


def _subjects(tables: Mapping[str, pl.DataFrame], drug: str, analyte: Analyte) -> list[Subject]:
    """Subjects with any positive sample, in the order of their level, then their number."""
    first = (
        tables["ADEX"]
        .filter((pl.col("DRUG") == drug) & given("DOSE", "DRUG"))
        .group_by("USUBJID")
        .agg(FIRSTDTM=pl.col("ASTDTM").min())
    )
    week = (pl.col("ADTM") - pl.col("FIRSTDTM")).dt.total_microseconds() / WEEK_US
    kind: pl.Expr = pl.lit(None, dtype=pl.Int8)
    for i, (*_, when) in reversed(list(enumerate(SAMPLE_MARKERS))):
        kind = pl.when(when).then(pl.lit(i, dtype=pl.Int8)).otherwise(kind)
    samples = (
        tables["ADASAMP"]
        .filter(pl.col("DRUG") == drug)
        .join(first, on="USUBJID", how="inner", maintain_order="left")
        .with_columns(WEEK=week, KIND=kind)
    )
    levels = (
        tables["ADPC"]
        .filter((pl.col("PARAMCD") == analyte.code) & pl.col("EXCLFL").is_null())
        .join(first, on="USUBJID", how="inner", maintain_order="left")
        .with_columns(WEEK=week, BLQ=(pl.col("BLQFL") == "Y").fill_null(value=False))
        .sort("USUBJID", "WEEK")
    )
    status = tables["ADAB"].filter((pl.col("DRUG") == drug) & (pl.col("PARAMCD") == "ADACLASS"))
    onset = (
        samples.filter(pl.col("TFLAG").is_in([1, 2]))
        .group_by("USUBJID")
        .agg(ONSET=pl.col("WEEK").min())
    )
    chosen = (
        samples.filter(pl.col("RESULT") == "POSITIVE")
        .select("USUBJID")
        .unique()
        .join(status, on="USUBJID", how="inner", maintain_order="left")
        .join(onset, on="USUBJID", how="left", maintain_order="left")
        .sort("LEVEL", "USUBJID", nulls_last=True)
    )
    return [
        Subject(
            name,
            _who(level, words),
            start,
            levels.filter(pl.col("USUBJID") == name).select("WEEK", "AVAL", "LLOQ", "BLQ"),
            samples.filter(pl.col("USUBJID") == name).select("WEEK", "TITRE", "KIND"),
        )
        for name, level, words, start in chosen.select(
            "USUBJID", "LEVEL", "AVALC", "ONSET"
        ).iter_rows()
    ]


WEEK: Final = Words("week", "周")
TITRE_AXIS: Final = Words("titre", "滴度")


def _who(level: str | None, kind: str | None) -> Words:
    """`level G, induced`."""
    at, known = level_words(level or "–"), EVERY_CLASS.get(str(kind))
    return Words(f"{at.en}, {str(kind).lower()}", f"{at.zh}，{known.zh if known else kind}")


def _figure(
    name: str, title: Words, subjects: list[Subject], analyte: Analyte, left_out: int
) -> Picture:
    lines = math.ceil(len(subjects) / COLUMNS)
    columns = min(COLUMNS, len(subjects))
    shared = _shared(subjects)

    legend = math.ceil(len(SAMPLE_MARKERS) / LEGEND[columns]) * 0.17 + 0.08
    size = (CELL[0] * columns + 0.3, CELL[1] * lines + legend)

    def draw(figure: Canvas, tell: Tell) -> None:
        for place, subject in enumerate(subjects):
            corner = (CELL[0] * (place % columns), size[1] - CELL[1] * (place // columns + 1))
            pair = [
                placed(figure, (corner[0] + x, corner[1] + y), extent)
                for (x, y), extent in (ABOVE, BELOW)
            ]
            _panel(pair, subject, shared, tell)
            if place % columns == 0:
                pair[0].set_ylabel(f"{analyte.code} ({analyte.unit})", fontsize=7.5)
                pair[1].set_ylabel(tell(TITRE_AXIS), fontsize=7.5)
        figure.legend(handles=_legend(tell), loc="lower center", ncols=LEGEND[columns])

    caption = Words(
        "Time in weeks from the first dose of the drug, the same for all; concentration and titre are "
        "logarithmic, the titre on one scale for all. Red line: first treatment-emergent positive sample. "
        "Dashed: LLOQ; triangles on it are results below it. Negative, inconclusive and untitred samples "
        "lie at the foot of the titre panel. Samples without a result are not drawn."
        + (
            f" {left_out} more subjects with antibodies are not drawn; all are in ADASAMP."
            if left_out
            else ""
        ),
        "时间为自首次给药起的周数，各受试者一致；浓度与滴度为对数坐标，滴度坐标一致。红线：首个治疗期间出现的阳性样本。"
        "虚线：定量下限，其上三角为低于定量下限的结果。阴性、不确定及无滴度的样本位于滴度图底部；无结果的样本未绘出。"
        + (f"另有 {left_out} 名有抗体的受试者未绘出，均见 ADASAMP。" if left_out else ""),
    )
    drawing = in_both(name, size, draw, Margins())
    return Picture(drawing.en, name, caption, name, title, drawing.zh)


def _shared(subjects: list[Subject]) -> Shared:
    weeks = [
        w for s in subjects for f in (s.concentrations, s.samples) for w in f["WEEK"].drop_nulls()
    ]
    return Shared(max(weeks, default=1.0), _titre_range(subjects))


def _panel(pair: list[Axes], subject: Subject, span: Shared, tell: Tell) -> None:
    above, below = pair
    _concentrations(above, subject)
    _titres(below, subject, span.titres)
    for axis in pair:
        axis.set_xlim(-0.03 * span.last, 1.03 * span.last)
        if subject.onset is not None:
            axis.axvline(subject.onset, color=ONSET, linewidth=1.0)
    above.set_title(f"{subject.name}\n{tell(subject.words)}", fontsize=7.5)
    above.tick_params(labelbottom=False)
    below.set_xlabel(tell(WEEK), fontsize=7.5, labelpad=1)
    for axis in pair:
        axis.tick_params(labelsize=7)


def _concentrations(axis: Axes, subject: Subject) -> None:
    rows = subject.concentrations
    seen = rows.filter(pl.col("AVAL") > 0)
    axis.plot(
        seen["WEEK"].to_list(), seen["AVAL"].to_list(), "o-", ms=2.2, lw=0.8, color=CONCENTRATION
    )
    below = rows.filter(pl.col("BLQ") & pl.col("LLOQ").is_not_null())
    axis.plot(below["WEEK"].to_list(), below["LLOQ"].to_list(), "v", ms=3.2, color=CONCENTRATION)
    logarithmic(axis, "y")
    for limit in rows["LLOQ"].drop_nulls().unique().sort():
        axis.axhline(limit, color="#888888", linewidth=0.8, linestyle="--")
    axis.yaxis.set_minor_locator(NullLocator())


def _titre_range(subjects: list[Subject]) -> tuple[float, float]:
    """Foot and top of the titre axis that all panels share; the foot is for what has no titre."""
    seen = [t for s in subjects for t in s.samples["TITRE"].drop_nulls() if t > 0] or [10.0]
    return min(seen) / 3, max(*seen, 10 * min(seen))


def _titres(axis: Axes, subject: Subject, span: tuple[float, float]) -> None:
    foot, top = span
    rows = subject.samples.filter(pl.col("KIND").is_not_null())
    titred = rows.filter(pl.col("TITRE") > 0)
    axis.plot(titred["WEEK"].to_list(), titred["TITRE"].to_list(), "-", lw=0.7, color="#AAAAAA")
    for i, (_, marker, fill, _) in enumerate(SAMPLE_MARKERS):
        of = rows.filter(pl.col("KIND") == i).with_columns(pl.col("TITRE").fill_null(foot))
        axis.plot(of["WEEK"].to_list(), of["TITRE"].to_list(), **_style(marker, fill))
    logarithmic(axis, "y")
    axis.set_ylim(foot / 1.8, 1.8 * top)
    axis.yaxis.set_minor_locator(NullLocator())


def _style(marker: str, fill: str) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": marker,
        "markersize": 4.0,
        "color": TITRE,
        "markerfacecolor": fill,
        "markeredgecolor": TITRE,
        "markeredgewidth": 0.8,
    }


def _legend(tell: Tell) -> list[Line2D]:
    return [
        Line2D([], [], label=tell(words), **_style(marker, fill))
        for words, marker, fill, _ in SAMPLE_MARKERS
    ]
