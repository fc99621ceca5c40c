"""Swimmer: treatment of every subject as a bar, with response, progression, death and the data cutoff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.display import Picture
from pkpipe.displays.figures.axis_words import COHORT, NEW_THERAPY, STUDY_DAY
from pkpipe.displays.figures.both_languages import Tell, in_both
from pkpipe.displays.figures.colours import Colours
from pkpipe.displays.figures.plot import RESPONSE_COLOURS, Margins, room
from pkpipe.displays.subject_words import ENDS


@dataclass(frozen=True)
class Mark:
    """How an event is drawn and told in the legend."""

    event: str
    marker: str
    shade: str
    size: float  # points squared
    label: Words


CUTOFF: Final = Mark("CUTOFF", "|", "#444444", 46, Words("data cutoff", "数据截止日"))
SEVERE: Final = Words("adverse event, grade 3 or higher or serious", "不良事件，3级及以上或严重")
EVENT_MARKERS: Final = (
    Mark("RESPONSE", "^", "#5AAE61", 30, Words("response", "缓解")),
    Mark(
        "AE",
        "v",
        "#E69F00",
        20,
        SEVERE,
    ),
    Mark("DLT", "D", "#D55E00", 22, Words("dose-limiting toxicity", "剂量限制性毒性")),
    Mark("PD", "x", "#B2182B", 30, Words("progression", "疾病进展")),
    Mark("NACT", "P", "#7A5195", 34, NEW_THERAPY),
    Mark("DEATH", "s", "black", 20, Words("death", "死亡")),
    CUTOFF,
    Mark("ONGOING", ">", "#333333", 30, Words("on treatment at the cutoff", "截止日仍在治疗")),
)
ENDED_WORDS: Final = {w.en.lower(): Words(w.en.lower(), w.zh) for w in ENDS.values()}
STATUSES: Final = {"confirmed": "已确认", "unconfirmed": "未确认", "not confirmed": "未确认"}
ENDED: Final = "ENDED"  # why treatment ended: words beside the bar
ROW_INCHES: Final = 0.17
LABEL_POINTS: Final = 7.5
A_PICTURE: Final = 60  # subjects
PLOT_INCHES: Final = 5.2
TITLE: Final = Words("Treatment, response and outcome by subject", "各受试者的治疗、缓解和转归")


@dataclass(frozen=True)
class Courses:
    """What every picture of a swimmer shares: cohorts in the order of the study, their names and colours."""

    order: tuple[str, ...]
    colours: Colours
    names: Mapping[str, str]

    def of(self, bars: pl.DataFrame) -> list[str]:
        """The cohorts of these subjects."""
        seen = set(bars["COHORT"].fill_null("").to_list())
        return [c for c in self.order if c in seen] + sorted(seen - set(self.order))


def swimmers(rows: pl.DataFrame, shared: Courses) -> list[Picture]:
    """Time on treatment and what happened, every treated subject a bar; so many subjects a picture.

    rows: SWIMMER, and events of the kinds of MARKS and ENDED in its columns.
    """
    bars = rows.filter(pl.col("EVENT") == "TREATMENT").sort("ORDER", "USUBJID")
    pictures = -(-bars.height // A_PICTURE)
    each = -(-bars.height // max(pictures, 1))
    return [
        _picture(rows, bars.slice(at, each), shared, (at, bars.height, number))
        for number, at in enumerate(range(0, bars.height, max(each, 1)), 1)
    ]


def _picture(
    rows: pl.DataFrame, bars: pl.DataFrame, shared: Courses, which: tuple[int, int, int]
) -> Picture:
    place = {u: i for i, u in enumerate(bars["USUBJID"].reverse())}
    mine = rows.filter(pl.col("USUBJID").is_in(list(place)))
    cohorts = shared.of(bars)
    told = {c: shared.names.get(c, c) for c in cohorts}
    marks, why = _kinds(mine), _ends(mine)
    beside = room([text for _, said in why for text in said], LABEL_POINTS) + 0.1
    height = max(1.2 + ROW_INCHES * len(place), 1.2 + 0.19 * (len(cohorts) + len(marks)))
    right = (
        beside + 0.5 + room([*told.values(), *(text for _, said, _ in marks for text in said)], 8)
    )
    left = 0.2 + room(place, LABEL_POINTS)
    legend = (1 + beside / PLOT_INCHES, 1.0 - (0.19 * len(cohorts) + 0.45) / height)

    def draw(figure: Canvas, tell: Tell) -> None:
        axis = figure.subplots()
        _bars(axis, bars, place, shared.colours)
        _marks(axis, mine, place)
        for subject, said in why:
            _beside(axis, place[subject], tell(said))
        axis.set_yticks(list(place.values()), list(place), fontsize=LABEL_POINTS)
        patches = [Patch(color=shared.colours[c], alpha=0.45, label=told[c]) for c in cohorts]
        entries = [_entry(mark, tell(said), shown) for mark, said, shown in marks]
        _legends(axis, legend, patches, entries, tell(COHORT))
        axis.set_ylim(-1, len(place))
        axis.set_xlabel(tell(STUDY_DAY))
        axis.grid(visible=False, axis="y")

    first, total, number = which
    several = total > A_PICTURE
    name = "swimmer" if number == 1 else f"swimmer-{number}"
    size = (left + PLOT_INCHES + right, height)
    drawing = in_both(name, size, draw, Margins(left=left, right=right, top=0.1))
    caption = _caption(first, len(place), total)
    if not several:
        return Picture(drawing.en, name, caption, "", TITLE, drawing.zh)
    title = Words(f"{TITLE.en} ({number})", f"{TITLE.zh}（{number}）")
    return Picture(drawing.en, name, caption, str(number), title, drawing.zh)


def _ends(rows: pl.DataFrame) -> list[tuple[str, Words]]:
    """Why the treatment of each subject ended, as it stands beside a bar; a site's own word as it is."""
    ended = rows.filter(pl.col("EVENT") == ENDED).select("USUBJID", pl.col("AVALC").fill_null(""))
    return [(who, ENDED_WORDS.get(said, same(said))) for who, said in ended.iter_rows()]


def _bars(axis: Axes, bars: pl.DataFrame, place: dict[str, int], colours: Colours) -> None:
    starts, ends = bars["STARTDY"].to_list(), bars["ENDDY"].to_list()
    axis.barh(
        [place[u] for u in bars["USUBJID"]],
        [(e or s) - s + 1 for s, e in zip(starts, ends, strict=True)],
        left=starts,
        height=0.62,
        color=[colours[c or ""] for c in bars["COHORT"]],
        alpha=0.45,
    )


def _legends(
    axis: Axes, at: tuple[float, float], cohorts: list[Patch], marks: list[Line2D], head: str
) -> None:
    """Cohorts beside the drawing, and under them what the marks are; at: from the left, and how far down."""
    side = {"loc": "upper left", "borderaxespad": 0.0}
    first = axis.legend(handles=cohorts, bbox_to_anchor=(at[0], 1.0), title=head, **side)
    axis.add_artist(first)
    axis.legend(handles=marks, bbox_to_anchor=at, **side)


def _beside(axis: Axes, place: int, why: str) -> None:
    """Words on the right of a bar's line."""
    at = axis.get_yaxis_transform()
    axis.text(1.01, place, why, transform=at, fontsize=LABEL_POINTS, va="center")


def _caption(first: int, shown: int, total: int) -> Words:
    some = shown < total
    who = f"Subjects {first + 1} to {first + shown} of {total}" if some else f"{total}"
    wer = f"第 {first + 1} 至 {first + shown} 例，共 {total} 例" if some else f"{total} 例"
    return Words(
        f"{who} treated subjects, the longest treated first. Bars: treatment; beside them why it ended. A "
        "response stands at its first scan; an adverse event at its onset; a tick is the data cutoff of a "
        "subject, an arrow treatment that goes on beyond it.",
        f"{wer}接受治疗的受试者，按治疗时间从长到短排列。横条：治疗；右侧为终止治疗的原因。缓解标于首次评估日，"
        "不良事件标于发生日；竖线为数据截止日，箭头表示截止日后仍在治疗。",
    )


def _marks(axis: Axes, rows: pl.DataFrame, place: dict[str, int]) -> None:
    known = rows.filter(pl.col("USUBJID").is_in(list(place)) & pl.col("STARTDY").is_not_null())
    for mark in EVENT_MARKERS:
        points = known.filter(pl.col("EVENT") == mark.event)
        if points.is_empty():
            continue
        inside, edges = _shades(points["AVALC"].to_list(), mark)
        axis.scatter(
            points["STARTDY"].to_list(),
            [place[u] for u in points["USUBJID"]],
            marker=mark.marker,
            s=mark.size,
            c=inside,
            edgecolors=edges or None,
            zorder=3,
        )


def _shades(words: list[str | None], mark: Mark) -> tuple[str | list[str], list[str]]:
    """Inside and edge of the marks; a response is told as `PR confirmed` and hollow until confirmed."""
    if mark.event != "RESPONSE":
        return mark.shade, []
    told = [(word or "").partition(" ") for word in words]
    edges = [RESPONSE_COLOURS.get(kind, mark.shade) for kind, _, _ in told]
    inside = [
        edge if status == "confirmed" else "white"
        for edge, (_, _, status) in zip(edges, told, strict=True)
    ]
    return inside, edges


Kind = tuple[Mark, Words, tuple[str, str]]  # a mark, its words, its inside and edge


def _kinds(rows: pl.DataFrame) -> list[Kind]:
    """Every kind of mark that is drawn, each kind of response by itself."""
    drawn = rows.filter(pl.col("STARTDY").is_not_null())
    entries: list[Kind] = []
    for mark in EVENT_MARKERS:
        words = drawn.filter(pl.col("EVENT") == mark.event)["AVALC"].unique().sort().to_list()
        if not words:
            continue
        if mark.event != "RESPONSE":
            entries.append((mark, mark.label, (mark.shade, mark.shade)))
            continue
        for word in words:
            inside, edges = _shades([word], mark)
            entries.append((mark, _response(str(word)), (inside[0], edges[0])))
    return entries


def _response(word: str) -> Words:
    """`PR confirmed`."""
    kind, _, status = word.partition(" ")
    return Words(word, f"{kind} {STATUSES.get(status, status)}".strip())


def _entry(mark: Mark, label: str, shown: tuple[str, str]) -> Line2D:
    size, (inside, edge) = mark.size**0.5, shown
    style = {"markerfacecolor": inside, "markeredgecolor": edge, "markersize": size}
    return Line2D([], [], linestyle="", marker=mark.marker, label=label, **style)
