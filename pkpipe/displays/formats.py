"""One formatting rule a statistic: how a raw value becomes the text that every medium prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.number_text import (
    DASH,
    NOT_REACHED,
    fixed,
    limits,
    p_value,
    plain,
    share,
    significant,
    whole,
)

Number = float | int | None
# What a rule may look at: the value, the number with the event and of whom, the lower and the upper limit.
SEEN: Final = ("VALUE", "X", "N", "LOWER", "UPPER")


@dataclass(frozen=True)
class Format:
    """A statistic: its words, and the text of its value."""

    words: Words
    text: Callable[[Number, Number, Number, Number, Number], str]
    decimals: str = ""  # how it is rounded, in words


def _estimate(decimals: int) -> Callable[..., str]:
    def text(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
        if value is None:
            return DASH
        return f"{fixed(value, decimals)} {limits(lower, upper, decimals)}"

    return text


def _range(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
    if value is None:
        return DASH
    return f"{significant(value)} ({significant(lower)}, {significant(upper)})"


def _ratio(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
    if value is None:
        return DASH
    told = fixed(value, 2)
    return told if lower is None and upper is None else f"{told} {limits(lower, upper, 2)}"


def _number_of(value: Number, _x: Number, n: Number, *_: Number) -> str:
    return DASH if value is None else f"{significant(value)} (n={whole(n)})"


def _mean_sd(value: Number, sd: Number, n: Number, *_: Number) -> str:
    if value is None:
        return DASH
    spread = DASH if sd is None else significant(sd)
    return f"{significant(value)} ({spread}), n={whole(n)}"


def _counts(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
    """Median and range of counts: whole, but for a median between two of them."""
    if value is None:
        return DASH
    middle = whole(value) if float(value).is_integer() else fixed(value, 1)
    return f"{middle} ({whole(lower)}, {whole(upper)})"


def _with_limits(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
    """An estimate as the scale of its own size needs; without limits it stands alone."""
    if value is None:
        return DASH
    if lower is None and upper is None:
        return significant(value)
    low, high = (NOT_REACHED if v is None else significant(v) for v in (lower, upper))
    return f"{significant(value)} ({low}, {high})"


def _rate(value: Number, x: Number, n: Number, lower: Number, upper: Number) -> str:
    told = share(x, n)
    return told if value is None else f"{told} {limits(lower, upper)}"


def _geometric(value: Number, spread: Number, n: Number, *_: Number) -> str:
    """A geometric mean with its CV % and how many values it is of."""
    if not n:
        return DASH
    told = significant(value) if spread is None else f"{significant(value)} ({fixed(spread, 1)})"
    return f"{told} [{whole(n)}]"


def _read_off(decimals: int) -> Callable[..., str]:
    """An estimate that a curve need not reach, with limits that it need not reach either."""

    def text(value: Number, _x: Number, _n: Number, lower: Number, upper: Number) -> str:
        if value is None and lower is None and upper is None:
            return NOT_REACHED
        told = NOT_REACHED if value is None else fixed(value, decimals)
        return f"{told} {limits(lower, upper, decimals)}"

    return text


def _months(words: Words) -> Format:
    return Format(words, _read_off(1), "one decimal")


def _change(value: Number, moved: Number, n: Number, gained: Number, lost: Number) -> str:
    """A change in percent with how many of how many values move, come (+) and go (−)."""
    counts = [f"{whole(moved)}/{whole(n)}"]
    counts += [f"+{whole(gained)}"] * bool(gained)
    counts += [f"−{whole(lost)}"] * bool(lost)
    return f"{fixed(value, 1) if moved else DASH} ({', '.join(counts)})"


def _figures(words: Words) -> Format:
    return Format(words, lambda v, *_: significant(v), "three significant figures")


# In alphabetical order of what a statistic is called in the rows.
FORMATS: Final[Mapping[str, Format]] = {
    "blq": Format(Words("n BLQ", "BLQ 数"), lambda v, *_: whole(v), "whole"),
    "change": Format(
        Words("change % (moved/n, +gained, −lost)", "变化 %（变动/n，+新增，−丢失）"),
        _change,
        "one decimal",
    ),
    "count": Format(Words("n", "例数"), lambda v, *_: whole(v), "whole"),
    "cv": Format(Words("CV %", "CV %"), lambda v, *_: fixed(v, 1), "one decimal"),
    "days": Format(Words("days", "天"), lambda v, *_: whole(v), "whole"),
    "df": Format(Words("degrees of freedom", "自由度"), lambda v, *_: whole(v), "whole"),
    "estimate": Format(Words("estimate (limits)", "估计值（置信限）"), _estimate(1), "one decimal"),
    "estimate3": Format(
        Words("estimate (limits)", "估计值（置信限）"), _estimate(3), "three decimals"
    ),
    "estimate_figures": Format(
        Words("estimate (limits)", "估计值（置信限）"), _with_limits, "three significant figures"
    ),
    "gcv": Format(Words("geometric CV %", "几何 CV %"), lambda v, *_: fixed(v, 1), "one decimal"),
    "gmean": _figures(Words("geometric mean", "几何均值")),
    "gmean_gcv": Format(
        Words("geometric mean (geometric CV %) [n]", "几何均值（几何 CV %）[n]"),
        _geometric,
        "three significant figures, one decimal",
    ),
    "gmean_n": Format(
        Words("geometric mean (n)", "几何均值（例数）"), _number_of, "three significant figures"
    ),
    "hazard_ratio": Format(
        Words("hazard ratio (limits)", "风险比（置信限）"), _read_off(2), "two decimals"
    ),
    "km_followup": _months(Words("median follow-up (limits)", "中位随访时间（置信限）")),
    "km_median": _months(Words("median (limits)", "中位数（置信限）")),
    "km_q25": _months(Words("25 % (limits)", "第25百分位数（置信限）")),
    "km_q75": _months(Words("75 % (limits)", "第75百分位数（置信限）")),
    "km_rmst": Format(
        Words("restricted mean", "限制性平均时间"),
        lambda v, *_: NOT_REACHED if v is None else fixed(v, 1),
        "one decimal",
    ),
    "km_survival": Format(
        Words("probability (limits)", "概率（置信限）"), _read_off(2), "two decimals"
    ),
    "maximum": _figures(Words("maximum", "最大值")),
    "mean": _figures(Words("mean", "均值")),
    "mean_sd_n": Format(
        Words("mean (standard deviation), n", "均值（标准差），例数"),
        _mean_sd,
        "three significant figures",
    ),
    "median": _figures(Words("median", "中位数")),
    "median_of_counts": Format(
        Words("median (minimum, maximum)", "中位数（最小值，最大值）"),
        _counts,
        "whole; one decimal between two",
    ),
    "median_range": Format(
        Words("median (minimum, maximum)", "中位数（最小值，最大值）"),
        _range,
        "three significant figures",
    ),
    "minimum": _figures(Words("minimum", "最小值")),
    "number": Format(
        Words("value", "数值"), lambda v, *_: significant(v), "three significant figures"
    ),
    "one_decimal": Format(Words("value", "数值"), lambda v, *_: fixed(v, 1), "one decimal"),
    "p": Format(Words("p value", "P 值"), lambda v, *_: p_value(v), "four decimals"),
    "percent": Format(Words("percent", "百分比"), lambda v, *_: fixed(v, 1), "one decimal"),
    "rate": Format(
        Words("x/N (%) with limits", "x/N (%)（置信限）"), _rate, "one decimal of the percent"
    ),
    "ratio": Format(Words("ratio (limits)", "比值（置信限）"), _ratio, "two decimals"),
    "raw": Format(Words("as collected", "原始值"), lambda v, *_: plain(v), "not rounded"),
    "record_share": Format(
        Words("records, x/N (%)", "记录数 x/N (%)"),
        lambda _v, x, n, *_: share(x, n),
        "one decimal of the percent",
    ),
    "records": Format(Words("records", "记录数"), lambda v, *_: whole(v), "whole"),
    "results": Format(Words("results", "结果数"), lambda v, *_: whole(v), "whole"),
    "sd": _figures(Words("SD", "标准差")),
    "share": Format(
        Words("x/N (%)", "x/N (%)"), lambda _v, x, n, *_: share(x, n), "one decimal of the percent"
    ),
    "three_decimals": Format(Words("value", "数值"), lambda v, *_: fixed(v, 3), "three decimals"),
    "time_maximum": Format(Words("maximum", "最大值"), lambda v, *_: fixed(v, 2), "two decimals"),
    "time_median": Format(Words("median", "中位数"), lambda v, *_: fixed(v, 2), "two decimals"),
    "time_minimum": Format(Words("minimum", "最小值"), lambda v, *_: fixed(v, 2), "two decimals"),
    "two_decimals": Format(Words("value", "数值"), lambda v, *_: fixed(v, 2), "two decimals"),
    "values": Format(Words("n", "n"), lambda v, *_: whole(v), "whole"),
}
TEXT: Final = "text"  # a cell of words


def written(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with TEXT, by the rule of their statistic, where it was not given."""
    done = [_one(part) for part in cells.partition_by("STAT", maintain_order=True)]
    return pl.concat(done) if done else cells


def _one(cells: pl.DataFrame) -> pl.DataFrame:
    rule = FORMATS.get(cells["STAT"][0])
    if rule is None:
        return cells.with_columns(pl.col("TEXT").fill_null(DASH))
    texts = [rule.text(*values) for values in cells.select(SEEN).iter_rows()]
    return cells.with_columns(TEXT=pl.col("TEXT").fill_null(pl.Series(texts, dtype=pl.String)))
