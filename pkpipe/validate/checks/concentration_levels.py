"""Checks of concentrations that no body, no profile and no cohort has: asked about, never dropped.

Each sample is compared with what was given (a drug cannot be more concentrated than all of its dose in
the plasma alone), with the samples of its own profile (after an infusion the concentration falls), and with
the other subjects at the same planned time. Compared are logarithms of concentration per dose: what is
usual at the time point of the level, and how much the subject is above or below it throughout, are medians,
so that one slip does not move them.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import blq, sample_schedule
from pkpipe.clinical.above_limit import says_above
from pkpipe.clinical.administrations import administrations, given
from pkpipe.clinical.dose_units import is_per_kg, mass_factor
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.units import factor
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, per_analyte, story_check

C: Final = pl.col
# Plasma of an adult: 45 mL/kg and 3 L of a middle-sized one (Pearson 1995, Br J Haematol 89:748; Feldschuh
# 1977, Circulation 56:605); 1.5 L is that of the smallest adult, and assays may be 30 % off (ICH M10: 20 %).
PLASMA_L, ASSAY = 1.5, 1.3
# An antibody spreads over 3 to 8 L (Dirks 2010, Clin Pharmacokinet 49:633): at the end of the first infusion
# it cannot be thinner than its dose in all the water of a body.
WATER_L: Final = 40.0
IN_PLASMA: Final = ("antibody", "adc", "total_antibody")
# Two subjects of one dose differ about threefold at most (antibodies: CV of clearance 20 to 60 %, Dirks 2010;
# small molecules and payloads: up to 100 %); ten times is a decimal point.
SAMPLE_FOLD, SUBJECT_FOLD, WIDE_FOLD, RISE_FOLD, DIP_FOLD = 4.0, 5.0, 6.0, 1.6, 5.0
LOW: Final = -1.8  # a sixth, as a logarithm
SPREADS: Final = 6  # robust standard deviations that a value lies off, at least
ENOUGH, ALIKE = 4, 3  # subjects to compare with; results that two subjects cannot share by chance
MAD_TO_SD: Final = 1.4826
PROFILE: Final = ("USUBJID", "PCTESTCD")

TOO_MUCH: Final = story_check(
    "PC-ABOVE-DOSE", "more than all of the dose in the plasma", "dose / plasma volume"
)
TOO_THIN: Final = story_check(
    "PC-BELOW-DOSE",
    "at the end of the first infusion less than the dose in all the water of a body",
    "dose / body water",
)
RISES: Final = story_check(
    "PC-RISES", "higher than the sample before it, after the end of the infusion", "CONC-MID"
)
DIPS: Final = story_check(
    "PC-DIP", "far below the samples of the same dose before and after it", "CONC-MID"
)
PREDOSE_HIGH: Final = story_check(
    "PC-PREDOSE-HIGH", "before the infusion no less than at its end", "CONC-MID"
)
UNUSUAL: Final = story_check(
    "PC-OUT-OF-LINE",
    "not what the other samples of the subject and of its time point suggest",
    "MAD",
)
SUBJECT: Final = story_check(
    "PC-SUBJECT-OUT-OF-LINE", "a subject whose samples all lie apart from the others", "MAD"
)
COPIED: Final = story_check(
    "PC-COPIED",
    "the same results as another subject at the same times",
    "three results alike",
    table="PC",
    column="PCSTRESN",
)
CARRIED: Final = story_check(
    "PC-COPIED-CYCLE",
    "the same results as in another cycle of the subject at the same times",
    "three results alike",
    table="PC",
    column="PCSTRESN",
)


def _rows(tables: Tables, study: Study) -> pl.DataFrame:
    """Results of declared analytes with the dose of their cycle; _C is in mg/L, _MG the dose."""
    infused = {d.code: d.route == "iv_infusion" for d in study.drugs}
    kept = tables["PC"].filter(
        C("PCSTAT").is_null(),
        ~(says_above(C("PCSTRESC"), C("PCORRES")) & C("PCSTRESN").is_null()),
        per_analyte(study, _right_kind).fill_null(value=False),
    )
    drug = {a.code: a.drug for a in study.analytes}
    rows = kept.select(
        *("SRCFILE", "SRCROW", "USUBJID", "PCTESTCD", "PCTPT", "CYCLE", "PCSTRESC", "PCSTRESN"),
        EXTRT=C("PCTESTCD").replace_strict(drug, default=None, return_dtype=pl.String),
        _AT=dates.moment(C("PCDTC")),
        _H=C("PCTPTNUM"),
        _BEFORE=sample_schedule.concentrations(kept, study, "IS_PRE"),
        _BLQ=blq.in_words(study),
        _INFUSED=per_analyte(study, lambda a: pl.lit(infused[a.drug])),
        _PLASMA=per_analyte(study, lambda a: pl.lit(a.role in IN_PLASMA and infused[a.drug])),
        _C=C("PCSTRESN") * C("PCTESTCD").replace_strict(
            {a.code: _in_mg_l(a) for a in study.analytes}, default=None, return_dtype=pl.Float64
        ),
    )  # fmt: skip
    beside = rows.join(
        _doses(tables, study), on=["USUBJID", "EXTRT", "CYCLE"], how="left", maintain_order="left"
    )
    # The last sample may belong to a dose that was not given: it is measured by the one before.
    kept_on = (
        C("_MG", "_LEVEL", "_SO_FAR").forward_fill().over(*PROFILE, order_by=["_AT", "SRCROW"])
    )
    return beside.with_columns(kept_on)


def _right_kind(analyte: Analyte) -> pl.Expr:
    same = C("PCSPEC").is_null() | (C("PCSPEC") == analyte.matrix)
    return same & (C("PCSTRESU").is_null() | (C("PCSTRESU") == analyte.unit))


def _in_mg_l(analyte: Analyte) -> float:
    return factor(analyte.unit, "mg/L")


def _doses(tables: Tables, study: Study) -> pl.DataFrame:
    """The single dose of each cycle in mg and as planned, with all that was given up to it."""
    flat = {d.code: mass_factor(d.dose_unit) for d in study.drugs if not is_per_kg(d.dose_unit)}
    one = C("EXTRT").replace_strict(flat, default=None, return_dtype=pl.Float64)
    doses = administrations(tables, study).filter(given(), C("CYCLE").is_not_null()).select(
        *("USUBJID", "EXTRT", "CYCLE"),
        _MG=pl.coalesce("EXDOSEMG", C("EXDOSE") * one),
        _LEVEL=C("EXPDOSE").fill_null(C("EXDOSE")),
        _DOSED=pl.when("STTIMED").then("ASTDTM"),
        _ENDED=pl.when("ENTIMED").then("AENDTM"),
    )  # fmt: skip
    key = ["USUBJID", "EXTRT", "CYCLE"]
    single = doses.unique(key, keep="none", maintain_order=True).sort(*key, maintain_order=True)
    return single.with_columns(_SO_FAR=C("_MG").cum_sum().over("USUBJID", "EXTRT"))


def _said(rows: pl.DataFrame, check: Check, words: str, *values: pl.Expr) -> pl.DataFrame:
    told = rows.with_columns(_MESSAGE=sentence(check.words + words, *(_short(v) for v in values)))
    return found(check, told, "PC", "PCSTRESN", "a number that the laboratory confirms")


def _short(value: pl.Expr) -> pl.Expr:
    """A number with three figures."""
    return value.round_sig_figs(3).cast(pl.String)


def _all(tables: Tables, study: Study) -> Found:
    rows = _rows(tables, study)
    yield from _against_dose(rows, _limits(study))
    yield from _in_profile(rows, study)
    yield from _against_others(rows)


def _limits(study: Study) -> pl.Expr:
    """The limit of quantification of each row's analyte, in mg/L."""
    lloq = {a.code: a.lloq * _in_mg_l(a) for a in study.analytes}
    return C("PCTESTCD").replace_strict(lloq, default=None, return_dtype=pl.Float64)


def _against_dose(every: pl.DataFrame, limit: pl.Expr) -> Found:
    """More than the dose in the plasma; at the end of the first infusion less than in all body water."""
    rows = every.filter(C("_C") > 0)
    most = ASSAY * C("_SO_FAR") / PLASMA_L
    high = rows.filter(C("_C") > most, ~C("_BEFORE")).unique(
        [*PROFILE, "CYCLE"], keep="first", maintain_order=True
    )
    words = f": {{}} mg/L, and {{}} mg in {PLASMA_L:g} L are, by {ASSAY:g}, {{}} mg/L"
    yield _said(high, TOO_MUCH, words, C("_C"), C("_SO_FAR"), most)
    least = C("_MG") / WATER_L
    ends = (
        C("_PLASMA")
        & ~C("_BEFORE")
        & (C("CYCLE") == 1)
        & (C("_AT") < C("_ENDED") + pl.duration(hours=2))
    )
    # of a result below the limit no more is known than the limit
    most = pl.when(C("_C") > 0).then("_C").when("_BLQ").then(limit)
    low = every.filter(ends & (most < least))
    words = f": {{}} mg/L, and {{}} mg in {WATER_L:g} L are {{}} mg/L"
    yield _said(low, TOO_THIN, words, most, C("_MG"), least)


def _in_profile(every: pl.DataFrame, study: Study) -> Found:
    """After an infusion into the plasma the concentration falls, until the next one."""
    rows = every.filter(C("_INFUSED"), C("_AT").is_not_null(), C("_DOSED").is_not_null())
    limit = _limits(study)
    timed = rows.with_columns(_V=C("_C").fill_null(limit / 2)).sort(
        *PROFILE, "CYCLE", "_AT", maintain_order=True
    )
    # The sample before a dose is the last one of the dose before it.
    dose = pl.when("_BEFORE").then(C("CYCLE") - 1).otherwise("CYCLE")
    own = [*PROFILE, "_DOSE"]
    timed = timed.with_columns(_DOSE=dose)
    after = timed.filter(C("_BEFORE") | (C("_AT") >= C("_ENDED") - pl.duration(minutes=15)))
    first = (~C("_BEFORE")).any().over(own) & (C("_DOSE") > 0)
    after = after.filter(first)
    was, next_one = C("_V").shift().over(own), C("_V").shift(-1).over(own)
    beside = after.with_columns(_WAS=was, _NEXT=next_one).filter(C("_WAS").is_not_null())
    up = beside.filter(C("_PLASMA"), C("_V") > RISE_FOLD * C("_WAS"), C("_V") > 3 * limit)
    yield _said(up, RISES, ": {} after {} mg/L", C("_V"), C("_WAS"))
    deep = beside.filter(DIP_FOLD * C("_V") < C("_WAS"), DIP_FOLD * C("_V") < C("_NEXT"))
    yield _said(deep, DIPS, ": {} between {} and {} mg/L", C("_V"), C("_WAS"), C("_NEXT"))
    end = after.filter(~C("_BEFORE")).group_by(own, maintain_order=True).agg(_END=C("_V").first())
    before = timed.filter("_BEFORE", C("CYCLE") > 1).with_columns(_DOSE="CYCLE")
    before = before.join(end, on=own, maintain_order="left")
    high = before.filter(C("_PLASMA"), C("_V") >= C("_END"), C("_V") > 3 * limit)
    yield _said(high, PREDOSE_HIGH, ": {} and then {} mg/L", C("_V"), C("_END"))


def _against_others(every: pl.DataFrame) -> Found:
    """Samples and subjects that lie apart from those of the same planned time, dose for dose."""
    rows = every.filter((C("_C") > 0) & (C("_MG") > 0), ~(C("_BEFORE") & (C("CYCLE") == 1)))
    logs = rows.with_columns(_L=(C("_C") / C("_MG")).log())
    time = ["PCTESTCD", "CYCLE", "PCTPT"]
    level, any_level = [*time, "_LEVEL"], time
    later = [
        "PCTESTCD",
        "PCTPT",
        "_LATER",
    ]  # late cycles, of which few are left, are like each other
    logs = logs.with_columns(_LATER=C("CYCLE") > 1)

    def usual(of: list[str]) -> pl.Expr:
        return pl.when(pl.len().over(of) >= ENOUGH).then(C("_L").median().over(of))

    logs = logs.with_columns(
        _OFLEVEL=usual(level),
        _USUAL=pl.coalesce(usual(level), usual(any_level), pl.when("_LATER").then(usual(later))),
    )
    apart = logs.filter(C("_USUAL").is_not_null()).with_columns(_R=C("_L") - C("_USUAL"))
    apart = apart.with_columns(_OWN=C("_R").median().over(PROFILE), _N=pl.len().over(PROFILE))
    apart = apart.with_columns(
        _REST=C("_R") - pl.when(C("_N") >= ENOUGH).then("_OWN").otherwise(0.0)
    )
    spread = C("_REST").abs().median().over("PCTESTCD") * MAD_TO_SD
    bound = pl.max_horizontal(pl.lit(SAMPLE_FOLD).log(), SPREADS * spread)
    timed = apart.sort(*PROFILE, "_AT", "SRCROW", nulls_last=True).with_columns(
        _WAS=_beside(1), _NEXT=_beside(-1), _TOP=bound
    )
    # Antibodies against the drug and a saturated target lower all that follows: low is a slip where it was
    # not low before and is not low after. Nothing raises a concentration.
    step = pl.lit(SAMPLE_FOLD).log()
    was = C("_WAS").fill_null(pl.when(C("_OFLEVEL").is_not_null()).then(0.0))
    low = (C("_REST") < was - step) & (C("_REST") < C("_NEXT") - step) & (C("_REST") < LOW)
    odd = timed.filter((C("_REST") > C("_TOP")) | (low & (C("_REST") < -C("_TOP"))))
    yield _said(odd, UNUSUAL, ": {} mg/L, {} times what they suggest", C("_C"), C("_REST").exp())
    subjects = apart.unique(PROFILE, keep="first", maintain_order=True)
    middle = C("_OWN").median().over("PCTESTCD")
    wide = (C("_OWN") - middle).abs().median().over("PCTESTCD") * MAD_TO_SD
    off = C("_OWN") - middle
    least = pl.when("_PLASMA").then(SUBJECT_FOLD).otherwise(WIDE_FOLD).log()
    limit = pl.max_horizontal(least, 4 * wide)
    lone = subjects.filter((off.abs() > limit) & (C("_N") > 1)).with_columns(_OFF=off)
    yield _said(
        lone,
        SUBJECT,
        ": {} times their concentration per dose, {} samples",
        C("_OWN").exp(),
        C("_N"),
    )


def _beside(way: int) -> pl.Expr:
    """How far the sample before or after lies off: of the same planned time, else of the same profile."""
    rest = C("_REST")
    return pl.coalesce(rest.shift(way).over(*PROFILE, "PCTPT"), rest.shift(way).over(PROFILE))


def _copied(tables: Tables, _study: Study) -> Found:
    """Three and more results alike, of three figures and more, at the same times.

    Of two subjects in a cycle, and of two cycles of a subject.
    """
    pc = tables["PC"].filter(C("PCSTRESN") > 0, C("PCSTAT").is_null())
    digits = C("PCSTRESC").str.replace_all(r"[^0-9]|^[0.]+", "").str.len_chars()
    exact = pc.filter(digits > ENOUGH - 2)
    subjects = _alike(exact, "USUBJID", ["PCTESTCD", "CYCLE", "PCTPT", "PCSTRESN"], ["PCTESTCD"])
    told = subjects.with_columns(_MESSAGE=sentence(f"{COPIED.words}: {{}}", "USUBJID_B"))
    yield found(COPIED, told, allowed="results of this subject")
    same = ["USUBJID", "PCTESTCD", "PCSPEC"]
    cycles = _alike(exact, "CYCLE", [*same, "PCTPT", "PCSTRESN"], same)
    later = cycles.filter(C("CYCLE") > C("CYCLE_B"))
    told = later.with_columns(_MESSAGE=sentence(f"{CARRIED.words}: {{}}", "CYCLE_B"))
    yield found(CARRIED, told, allowed="results of this cycle")


def _alike(rows: pl.DataFrame, who: str, place: list[str], within: list[str]) -> pl.DataFrame:
    """Pairs of subjects or cycles with enough rows that are equal in `place`: the first row of each."""
    alike = rows.filter(pl.struct(place).is_duplicated())
    pairs = alike.join(alike.select(who, *place), on=place, suffix="_B", maintain_order="left")
    pairs = pairs.filter(C(who) != C(f"{who}_B"))
    both = [*within, who, f"{who}_B"]
    many = pairs.filter(pl.len().over(both) >= ALIKE)
    return many.unique(both, keep="first", maintain_order=True)


CONCENTRATION_LEVELS: Final[tuple[CrossCheck, ...]] = (
    CrossCheck(
        (TOO_MUCH, TOO_THIN, RISES, DIPS, PREDOSE_HIGH, UNUSUAL, SUBJECT), ("PC", "EX"), _all
    ),
    CrossCheck((COPIED, CARRIED), ("PC",), _copied),
)
