"""The arithmetic of a time point in words, written for the whole table at once."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.sentences import sentence
from pkpipe.tumor.criteria import PD_TENTHS, PR_TENTHS, TARGET_RULES, UNITS_PER_MM
from pkpipe.tumor.segments import first_match


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
_MEASURED = sentence("{} of {} target lesions measured", "NMEAS", "NEXP")
_LIMIT_PR = mm(PR_TENTHS * _BASE, 5)
_LIMIT_PD = mm(PD_TENTHS * _NADIR, 5)
_GROWN = sentence(
    "{} >= 120 % of nadir {} ({}) and {} mm >= 5 mm over it",
    mm(_SLD),
    mm(_NADIR),
    _LIMIT_PD,
    _OVER,
)
_NOT_GROWN = (
    pl.when(10 * _SLD < PD_TENTHS * _NADIR)
    .then(sentence("{} < 120 % of nadir {} ({})", mm(_SLD), mm(_NADIR), _LIMIT_PD))
    .otherwise(sentence("only {} mm < 5 mm over nadir {}", _OVER, mm(_NADIR)))
)

SENTENCES: Final[dict[str, pl.Expr]] = {
    "none": pl.lit("no target lesion"),
    "no_baseline": sentence("NE: {}", pl.col("NOBASE")),
    "zero_baseline": pl.lit("NE: the baseline sum is 0 mm"),
    "unmeasured": sentence("NE: {}", _MEASURED),
    "complete": sentence(
        "CR: all {} target lesions 0 mm or node < 10 mm (sum {})", "NEXP", mm(_SLD)
    ),
    "reappeared": sentence(
        "PD: {} target lesions back after complete response (sum {})", "REMAIN", mm(_SLD)
    ),
    "grown": sentence("PD: {}", _GROWN),
    "grown_incomplete": sentence("PD: {} and already {}", _MEASURED, _GROWN),
    "incomplete": sentence("NE: {}, sum {} is no progression", _MEASURED, mm(_SLD)),
    "partial": sentence("PR: {} <= 70 % of baseline {} ({})", mm(_SLD), mm(_BASE), _LIMIT_PR),
    "stable": sentence(
        "SD: {} > 70 % of baseline {} ({}); {}", mm(_SLD), mm(_BASE), _LIMIT_PR, _NOT_GROWN
    ),
}


def target_words() -> pl.Expr:
    """The sentence of the rule that gave the target response; column RULE is its position."""
    return first_match(
        (pl.col("RULE") == position, SENTENCES[rule.words])
        for position, rule in enumerate(TARGET_RULES)
    )


_NT_COUNTS = sentence(
    "{} of {} assessed, {} absent, {} unequivocal progression", "NTN", "NTEXP", "NTABS", "NTPD"
)


def nontarget_words() -> pl.Expr:
    """What was seen of the non-target lesions."""
    return (
        pl.when(pl.col("NTRGRESP") == "NONE")
        .then(pl.lit("no non-target lesion"))
        .when(pl.col("NTBACK") > 0)
        .then(sentence("non-target PD ({}, {} back after complete response)", _NT_COUNTS, "NTBACK"))
        .otherwise(sentence("non-target {} ({})", "NTRGRESP", _NT_COUNTS))
    )


def new_words() -> pl.Expr:
    """What was seen of new lesions; an equivocal one that was confirmed later counts from here."""
    return (
        pl.when(pl.col("NEWBACK") > 0)
        .then(sentence("new lesion {} equivocal here, confirmed later, dated back", "NEWIDS"))
        .when(pl.col("NEWLPROG") == "Y")
        .then(sentence("new lesion {}", "NEWIDS"))
        .when(pl.col("NEWLPROG") == "EQUIVOCAL")
        .then(sentence("equivocal new lesion {}, no progression until confirmed", "NEWIDS"))
        .otherwise(pl.lit("no new lesion"))
    )
