"""One subject on one time axis: doses, concentrations, antibodies, events, scans, laboratory, end."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, same
from pkpipe.report.pages import timeline_words as words

Tell = Callable[[Words], str]  # words in the language of the page

C: Final = pl.col
WIDTH, LEFT, RIGHT, LINE, AXIS = 1180, 230, 24, 20, 34
PLOT: Final = 74  # height of a lane with a curve
MOST_EVENTS: Final = 40  # bars; what is left out is said
GRADES: Final = (
    "#9AA5AE",
    "#6BAED6",
    "#E6A23C",
    "#D9480F",
    "#A50F15",
    "#3F0009",
)  # not graded, 1 to 5
BLUE, GREEN, RED, GREY = "#0B5F93", "#1B7837", "#B2182B", "#8A949D"


@dataclass
class Lane:
    """One line of the drawing: what it is called, and its marks as SVG once the scale is known."""

    name: str
    height: int = LINE
    marks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scale:
    """Study days to points from the left."""

    first: float
    last: float

    def x(self, day: float) -> float:
        """The place of a day."""
        share = (day - self.first) / (self.last - self.first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def timeline(
    records: Mapping[str, pl.DataFrame],
    start: datetime.date,
    title: Words,
    tell: Tell = lambda said: said.en,
) -> str:
    """The drawing of one subject as SVG; records: the rows of this subject, by table.

    start: the first dose; days are counted from it, day 1 being its day. tell: words in the language wanted.
    """
    lanes, scale = _lanes(records, start, tell)
    height = AXIS + sum(lane.height + 4 for lane in lanes)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(tell(title))}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    ]
    parts += _axis(scale, height - AXIS + 4, tell(words.STUDY_DAY))
    top = 4
    for lane in lanes:
        parts.append(
            f'<g transform="translate(0 {top})"><text x="4" y="14">{escape(lane.name)}</text>'
        )
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{lane.height}" y2="{lane.height}" stroke="#E3E7EA"/>'
        )
        parts += [*lane.marks, "</g>"]
        top += lane.height + 4
    return "".join(parts) + "</svg>"


def _lanes(
    records: Mapping[str, pl.DataFrame], start: datetime.date, tell: Tell
) -> tuple[list[Lane], Scale]:
    days = {name: _with_days(frame, start) for name, frame in records.items()}
    known = [d for frame in days.values() for d in frame["_D"].drop_nulls()]
    scale = Scale(min([1, *known]) - 1, max([29, *known]) + 2)
    lanes = [
        *_doses(days["ADEX"], scale, tell),
        *_window(days["ADDLT"], scale, start, tell),
        *_curves(days["ADPC"], scale, tell),
        *_antibodies(days["ADASAMP"], scale, tell),
        *_events(days["ADAE"], scale, start, tell),
        *_scans(days["ADRS"], scale, tell),
        *_laboratory(days["ADLB"], scale, tell),
        *_ends(days["ADSL"], scale, start, tell),
    ]
    return lanes, scale


def _with_days(frame: pl.DataFrame, start: datetime.date) -> pl.DataFrame:
    name = next(n for n in ("ASTDT", "ADT", "WINENDT", "LSTALVDT") if n in frame.columns)
    return frame.with_columns(_D=(C(name) - pl.lit(start)).dt.total_days().cast(pl.Float64) + 1)


def _day(value: datetime.date | None, start: datetime.date) -> float | None:
    return None if value is None else float((value - start).days + 1)


def _dot(x: float, y: float, colour: str, said: str, size: float = 4) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{size}" fill="{colour}"><title>{escape(said)}</title></circle>'


def _bar(x: float, x2: float, colour: str, said: str, text: str = "") -> str:
    width = max(round(x2 - x, 1), 3)
    bar = f'<rect x="{x}" y="4" width="{width}" height="12" rx="2" fill="{colour}">'
    inner = (
        f'<text x="{x + width + 3}" y="14" font-size="10.5">{escape(text)}</text>' if text else ""
    )
    return f"{bar}<title>{escape(said)}</title></rect>{inner}"


def _doses(rows: pl.DataFrame, scale: Scale, tell: Tell) -> Iterable[Lane]:
    for (drug,), part in rows.drop_nulls("_D").partition_by("DRUG", as_dict=True).items():
        lane = Lane(f"{drug}")
        for row in part.sort("_D").iter_rows(named=True):
            reduced = row["REDFL"] == "Y" or row["INTRFL"] == "Y"
            said = tell(words.on_day(row["_D"], same(f"{row['DOSE']} {row['DOSEU']}")))
            lane.marks.append(_dot(scale.x(row["_D"]), 10, RED if reduced else BLUE, said, 5))
        yield lane


def _window(rows: pl.DataFrame, scale: Scale, start: datetime.date, tell: Tell) -> Iterable[Lane]:
    for row in rows.head(1).iter_rows(named=True):
        end = _day(row["WINENDT"], start)
        if end is None:
            continue
        lane = Lane(tell(words.WINDOW))
        lane.marks.append(
            _bar(scale.x(1), scale.x(end), "#D6E6F2", tell(words.window(end, row["STATE"])))
        )
        at = _day(row["DLTDT"], start)
        if at is not None:
            lane.marks.append(_dot(scale.x(at), 10, RED, tell(words.dlt(at, row["DLTTERM"])), 6))
        yield lane


def _curves(rows: pl.DataFrame, scale: Scale, tell: Tell) -> Iterable[Lane]:
    """Concentrations above the limit on a log axis of the analyte's own range; those below at the foot."""
    shown = rows.drop_nulls("_D").with_columns(_D=C("_D") + C("ADTM").dt.hour().fill_null(0) / 24)
    for (code, matrix), part in shown.partition_by("PARAMCD", "MATRIX", as_dict=True).items():
        positive = part.filter(C("AVAL") > 0)
        lane = Lane(tell(words.measured(str(code), str(matrix))), PLOT)
        if positive.height:
            logs = positive["AVAL"].log10().to_list()
            low, high = min(logs), max(logs)
            lane.marks += _curve(positive.sort("_D"), scale, (low, max(high - low, 0.1)), tell)
            unit = positive["AVALU"][0] or ""
            lane.marks += [
                _beside(12, f"{10**high:.3g} {unit}"),
                _beside(PLOT - 12, f"{10**low:.3g} {unit}"),
            ]
        below = part.filter(C("BLQFL") == "Y")
        lane.marks += [
            f'<path d="M{scale.x(d)} {PLOT - 3}v-5" stroke="{GREY}"><title>BLQ</title></path>'
            for d in below["_D"]
        ]
        yield lane


def _beside(y: int, text: str) -> str:
    """The value at the end of an axis."""
    return f'<text x="{LEFT - 6}" y="{y}" font-size="9.5" text-anchor="end">{escape(text)}</text>'


def _curve(rows: pl.DataFrame, scale: Scale, logs: tuple[float, float], tell: Tell) -> list[str]:
    """logs: the lowest value and how far the highest is from it."""
    low, span = logs
    points = [
        (
            scale.x(day),
            round(6 + (1 - (math.log10(value) - low) / span) * (PLOT - 20), 1),
            day,
            value,
            unit,
        )
        for day, value, unit in rows.select("_D", "AVAL", "AVALU").iter_rows()
    ]
    line = " ".join(f"{x},{y}" for x, y, *_ in points)
    dots = [
        _dot(x, y, BLUE, tell(words.on_day(float(f"{d:.4g}"), same(f"{v:.4g} {u}"))), 2.2)
        for x, y, d, v, u in points
    ]
    return [f'<polyline points="{line}" fill="none" stroke="{BLUE}" stroke-width="1"/>', *dots]


def _antibodies(rows: pl.DataFrame, scale: Scale, tell: Tell) -> Iterable[Lane]:
    colours = {"POSITIVE": RED, "NEGATIVE": GREEN}
    for (drug,), part in rows.drop_nulls("_D").partition_by("DRUG", as_dict=True).items():
        lane = Lane(tell(words.ada(drug)))
        for day, result, titre in part.select("_D", "RESULT", "TITRE").iter_rows():
            said = tell(words.on_day(day, words.result(result, titre)))
            lane.marks.append(_dot(scale.x(day), 10, colours.get(result, GREY), said))
        yield lane


def _events(rows: pl.DataFrame, scale: Scale, start: datetime.date, tell: Tell) -> Iterable[Lane]:
    ranked = rows.drop_nulls("_D").sort(C("AETOXGR").fill_null(0), "_D", descending=[True, False])
    for row in ranked.head(MOST_EVENTS).sort("_D").iter_rows(named=True):
        grade = row["AETOXGR"] or 0
        end = _day(row["AENDT"], start)
        lane = Lane(str(row["AEDECOD"] or row["AETERM"])[:34], LINE - 2)
        said = tell(words.event(grade, row["_D"], end))
        stop = scale.x(scale.last - 1 if end is None else end)
        flags = [
            word
            for name, word in (("AEDLTFL", "DLT"), ("AESER", tell(words.SERIOUS)))
            if row[name] == "Y"
        ]
        text = " ".join([f"G{grade}" if grade else "", *flags]).strip()
        lane.marks.append(_bar(scale.x(row["_D"]), stop, GRADES[min(grade, 5)], said, text))
        yield lane
    if rows.height > MOST_EVENTS:
        yield Lane(tell(words.more_events(rows.height - MOST_EVENTS)))


def _scans(rows: pl.DataFrame, scale: Scale, tell: Tell) -> Iterable[Lane]:
    overall = rows.filter((C("PARAMCD") == "OVR") & (C("SRC") == "derived")).drop_nulls("_D")
    for (criterion,), part in overall.partition_by("CRIT", as_dict=True).items():
        lane = Lane(tell(words.response(criterion)), LINE + 6)
        for day, word in part.sort("_D").select("_D", "AVALC").iter_rows():
            colour = {"PD": RED, "CR": GREEN, "PR": GREEN}.get(str(word), GREY)
            x = scale.x(day)
            lane.marks.append(_dot(x, 7, colour, tell(words.on_day(day, same(str(word))))))
            lane.marks.append(
                f'<text x="{x}" y="24" font-size="9.5" text-anchor="middle">{escape(str(word))}</text>'
            )
        yield lane


def _laboratory(rows: pl.DataFrame, scale: Scale, tell: Tell) -> Iterable[Lane]:
    worst = pl.max_horizontal("ATOXGRL", "ATOXGRH")
    severe = rows.with_columns(G=worst).filter(C("G") >= 3).drop_nulls("_D")
    if severe.is_empty():
        return
    lane = Lane(tell(words.LABORATORY))
    for day, name, value, grade in severe.select("_D", "PARAMCD", "AVALC", "G").iter_rows():
        lane.marks.append(
            _dot(
                scale.x(day),
                10,
                GRADES[min(grade, 5)],
                tell(words.graded(day, f"{name} {value}", grade)),
            )
        )
    yield lane


def _ends(rows: pl.DataFrame, scale: Scale, start: datetime.date, tell: Tell) -> Iterable[Lane]:
    lane = Lane(tell(words.ENDS_OF), 56)
    names = (
        ("EOTDT", words.TREATMENT_ENDED, GREY, "DCTREAS"),
        ("NACTDT", words.NEW_THERAPY, "#7A5195", None),
        ("DTHDT", words.DEATH, "#000000", "DTHCAUS"),
        ("EOSDT", words.STUDY_ENDED, GREY, "DCSREAS"),
    )
    for row in rows.iter_rows(named=True):
        for place, (name, what, colour, why) in enumerate(names):
            day = _day(row[name], start)
            if day is not None:
                said = tell(words.ended(what, day, row[why] if why else None))
                x, y = scale.x(day), 6 + 13 * place
                left = x > WIDTH - 300
                near = f'x="{x - 8}" text-anchor="end"' if left else f'x="{x + 8}"'
                text = f'<text {near} y="{y + 4}" font-size="10">{escape(said)}</text>'
                lane.marks += [_dot(x, y, colour, said, 5), text]
    if lane.marks:
        yield lane


def _axis(scale: Scale, top: int, name: str) -> list[str]:
    span = scale.last - scale.first
    step = next(s for s in (7, 14, 28, 56, 84, 168, 336, 672, 1e9) if span / s <= 16)
    ticks = range(1, int(scale.last) + 1, int(min(step, 1e6)))
    parts = [
        f'<line x1="{scale.x(d)}" x2="{scale.x(d)}" y1="0" y2="{top}" stroke="#EEF1F3"/>'
        f'<text x="{scale.x(d)}" y="{top + 14}" font-size="10.5" text-anchor="middle">{d}</text>'
        for d in ticks
    ]
    return [*parts, f'<text x="4" y="{top + 14}" font-size="10.5">{escape(name)}</text>']
