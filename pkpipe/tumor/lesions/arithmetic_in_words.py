"""The arithmetic of a time point in words of both languages, written for the whole table at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.sentences import SEMICOLON, Say, Value, Words
from pkpipe.tumor.criteria import PD_TENTHS, PR_TENTHS, TARGET_RULES, UNITS_PER_MM
from pkpipe.tumor.lesions.segments import first_match


def mm(units: pl.Expr, digits: int = 4) -> pl.Expr:
    """A size in millimetres as exact decimal text: 635000 units are `63.5`, 420000 are `42`.

    digits: decimals of one unit (4: 0.1 µm); a tenth of a size, such as a threshold, has one more.
    """
    scale = 10**digits
    whole = (units // scale).cast(pl.String)
    part = (units % scale).cast(pl.String).str.zfill(digits).str.strip_chars_end("0")
    return pl.when(part == "").then(whole).otherwise(whole + "." + part)


def sizes_in_mm(points: pl.DataFrame) -> pl.DataFrame:
    """Time points with SUMDIAM, BASE, NADIR in mm and PCHG, the change from baseline in percent."""
    base = pl.col("BASE")
    return points.with_columns(
        SUMDIAM=pl.col("SLD") / UNITS_PER_MM,
        BASE=base / UNITS_PER_MM,
        NADIR=pl.col("NADIR") / UNITS_PER_MM,
        PCHG=pl.when(base > 0).then(100 * (pl.col("SLD") - base) / base),
    )


_SLD, _BASE, _NADIR = pl.col("SLD"), pl.col("BASE"), pl.col("NADIR")
_OVER = mm(_SLD - _NADIR)
_LIMIT_PR = mm(PR_TENTHS * _BASE, 5)
_LIMIT_PD = mm(PD_TENTHS * _NADIR, 5)
MEASURED: Final = Words("{} of {} target lesions measured", "{1}个靶病灶中测量了{0}个")
GROWN: Final = Words(
    "{} >= 120 % of nadir {} ({}) and {} mm >= 5 mm over it",
    "{} ≥ 最低值{}的120%（{}），且较其增加{} mm ≥ 5 mm",
)
NOT_GROWN: Final = Words("{} < 120 % of nadir {} ({})", "{} < 最低值{}的120%（{}）")
NOT_OVER: Final = Words("only {} mm < 5 mm over nadir {}", "较最低值{1}仅增加{0} mm < 5 mm")
# The sentence of each rule of the target response, by its name in TARGET_RULES.
SENTENCES: Final[Mapping[str, Words]] = {
    "none": Words("no target lesion", "无靶病灶"),
    "no_baseline": Words("NE: target lesion {} has no baseline size", "NE：靶病灶{}无基线大小"),
    "zero_baseline": Words("NE: the baseline sum is 0 mm", "NE：基线总和为0 mm"),
    "unmeasured": Words("NE: {}", "NE：{}"),
    "complete": Words(
        "CR: all {} target lesions 0 mm or node < 10 mm (sum {})",
        "CR：全部{}个靶病灶为0 mm或淋巴结 < 10 mm（总和{}）",
    ),
    "reappeared": Words(
        "PD: {} target lesions back after complete response (sum {})",
        "PD：完全缓解后{}个靶病灶再次出现（总和{}）",
    ),
    "grown": Words("PD: {}", "PD：{}"),
    "grown_incomplete": Words("PD: {} and already {}", "PD：{}，且已有{}"),
    "incomplete": Words("NE: {}, sum {} is no progression", "NE：{}，总和{}不构成进展"),
    "partial": Words("PR: {} <= 70 % of baseline {} ({})", "PR：{} ≤ 基线{}的70%（{}）"),
    "stable": Words("SD: {} > 70 % of baseline {} ({}); {}", "SD：{} > 基线{}的70%（{}）；{}"),
}


def _filling(say: Say) -> Mapping[str, tuple[Value, ...]]:
    """The values of each sentence."""
    measured = say(MEASURED, "NMEAS", "NEXP")
    grown = say(GROWN, mm(_SLD), mm(_NADIR), _LIMIT_PD, _OVER)
    not_grown = (
        pl.when(10 * _SLD < PD_TENTHS * _NADIR)
        .then(say(NOT_GROWN, mm(_SLD), mm(_NADIR), _LIMIT_PD))
        .otherwise(say(NOT_OVER, _OVER, mm(_NADIR)))
    )
    sum_of_all = mm(_SLD)
    return {
        "no_baseline": ("LACKING",),
        "unmeasured": (measured,),
        "complete": ("NEXP", sum_of_all),
        "reappeared": ("REMAIN", sum_of_all),
        "grown": (grown,),
        "grown_incomplete": (measured, grown),
        "incomplete": (measured, sum_of_all),
        "partial": (sum_of_all, mm(_BASE), _LIMIT_PR),
        "stable": (sum_of_all, mm(_BASE), _LIMIT_PR, not_grown),
    }


def target_words(say: Say) -> pl.Expr:
    """The sentence of the rule that gave the target response; column RULE is its position."""
    filling = _filling(say)
    return first_match(
        (pl.col("RULE") == position, say(SENTENCES[rule.words], *filling.get(rule.words, ())))
        for position, rule in enumerate(TARGET_RULES)
    )


NT_COUNTS: Final = Words(
    "{} of {} assessed, {} absent, {} unequivocal progression",
    "{1}个中评估{0}个，消失{2}个，明确进展{3}个",
)
NO_NON_TARGET: Final = Words("no non-target lesion", "无非靶病灶")
NON_TARGET_BACK: Final = Words(
    "non-target PD ({}, {} back after complete response)",
    "非靶病灶PD（{}，完全缓解后{}个再次出现）",
)
NON_TARGET: Final = Words("non-target {} ({})", "非靶病灶{}（{}）")


def nontarget_words(say: Say) -> pl.Expr:
    """What was seen of the non-target lesions."""
    counts = say(NT_COUNTS, "NTN", "NTEXP", "NTABS", "NTPD")
    return (
        pl.when(pl.col("NTRGRESP") == "NONE")
        .then(say(NO_NON_TARGET))
        .when(pl.col("NTBACK") > 0)
        .then(say(NON_TARGET_BACK, counts, "NTBACK"))
        .otherwise(say(NON_TARGET, "NTRGRESP", counts))
    )


NEW_BACK: Final = Words(
    "new lesion {} equivocal here, confirmed later, dated back",
    "新病灶{}此次不明确，后经确认，日期追溯至此次",
)
NEW: Final = Words("new lesion {}", "新病灶{}")
NEW_EQUIVOCAL: Final = Words(
    "equivocal new lesion {}, no progression until confirmed", "不明确的新病灶{}，确认前不视为进展"
)
NO_NEW: Final = Words("no new lesion", "无新病灶")


def new_words(say: Say) -> pl.Expr:
    """What was seen of new lesions; an equivocal one that was confirmed later counts from here."""
    return (
        pl.when(pl.col("NEWBACK") > 0)
        .then(say(NEW_BACK, "NEWIDS"))
        .when(pl.col("NEWLPROG") == "Y")
        .then(say(NEW, "NEWIDS"))
        .when(pl.col("NEWLPROG") == "EQUIVOCAL")
        .then(say(NEW_EQUIVOCAL, "NEWIDS"))
        .otherwise(say(NO_NEW))
    )


STRAY: Final = Words(
    "{} target lesions without baseline not in the sum", "{}个无基线的靶病灶未计入总和"
)
OVERALL: Final = Words("overall {}", "总体{}")


def arithmetic(say: Say) -> pl.Expr:
    """How the response of a time point came about; lesions that split or merged are named."""
    between, divided = SEMICOLON[say.place], f"DIVIDED{say.ending}"

    def also(said: pl.Expr) -> pl.Expr:
        """One part more, where there is something to say."""
        return (pl.lit(between) + said).fill_null("")

    return pl.concat_str(
        target_words(say),
        also(pl.when(pl.col(divided) != "").then(divided)),
        pl.lit(between),
        nontarget_words(say),
        pl.lit(between),
        new_words(say),
        also(pl.when(pl.col("NSTRAY") > 0).then(say(STRAY, "NSTRAY"))),
        pl.lit(between),
        say(OVERALL, "OVRLRESP"),
    )
