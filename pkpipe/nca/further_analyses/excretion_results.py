"""The results of collected matrices: amounts by interval, held against plasma, as rows of the long table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError
from pkpipe.nca.analysis import Analysis, planned
from pkpipe.nca.further_analyses import excretion as ex
from pkpipe.nca.further_analyses.excretion import (
    EXCRETION,
    OF_RATES,
    ExcretionUnits,
    Recovered,
    options_of_rates,
)
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.handed_out import Wanted, molar_masses
from pkpipe.nca.registry.evaluate import wide
from pkpipe.nca.results.long_table import long
from pkpipe.protocol.nca_options import Options
from pkpipe.units import Dimension, StudyUnits, factor, result_unit, spelled

C: Final = pl.col
MATRIX: Final = frozenset({"PCSPEC", "MATRIX", "SPECIMEN", "FLUID", "TISSUE"})
FAECES: Final = r"(?i)f(a)?eces|faecal|fecal|stool|粪"
# Less than all where a collection is lost.
SUMS: Final = frozenset({"RCAMINT", "RCPCINT", "FREXINT"})
# Which matrix a renal clearance is held against, the first that there is.
CIRCULATING: Final = (r"(?i)plasma|血浆", r"(?i)serum|血清", r"(?i)blood|全血|血液")


@dataclass(frozen=True)
class Question:
    """What a collected matrix is asked, and by what."""

    keys: tuple[str, ...]
    options: Options
    units: StudyUnits
    excreta: ExcretionUnits
    wanted: Wanted


def recovered(
    samples: pl.DataFrame, collections: pl.DataFrame, tables: Tables, of: Question
) -> pl.DataFrame:
    """The long rows of every collected matrix."""
    made = ex.amounts(collections)
    dose, whole = _whole_doses(tables.dose, of.units)
    analysis = _rates(made, replace(tables, dose=dose), of)
    asked = _asked(analysis, of.keys)
    summed = ex.by_interval(made, asked, of.keys)
    summed = summed.with_columns(
        _AUC=_plasma_areas(samples, summed, tables, of), _FAECES=_is_faeces(summed, of.keys)
    )
    rows = _numbers(summed.with_columns(_WHOLE=pl.lit(whole)), analysis, of)
    beside = analysis.groups[analysis.intervals.group].select(analysis.beside)
    parts = [_long(rows, beside, p, of) for p in EXCRETION]
    table = pl.concat([*parts, *_of_rates(analysis, of)], how="vertical")
    return _in_order(table, of)


def _rates(made: pl.DataFrame, tables: Tables, of: Question) -> Analysis:
    """The rates as if they were concentrations, from zero at the dose."""
    rates = made.drop_nulls("RATE").select(
        *of.keys, *(c for c in of.wanted.keep if c in made.columns), TIME="MID", CONC="RATE"
    )
    dose = tables.dose.with_columns(ROUTE=pl.lit("extravascular"))
    options = options_of_rates(of.options)
    asked = Tables(rates, dose, tables.intervals, tables.names)
    keep = replace(Wanted(), keep=tuple(c for c in of.wanted.keep))
    return planned(asked, options, of.keys, StudyUnits(time=of.units.time), keep)


def _asked(analysis: Analysis, keys: Sequence[str]) -> pl.DataFrame:
    work, asked = analysis.work, analysis.intervals
    frame = pl.DataFrame({"START": asked.start, "END": asked.end, "DOSE": work.dose}).with_columns(
        pl.col("START", "DOSE").fill_nan(None), END=pl.when(C("END").is_finite()).then("END")
    )
    return analysis.groups[asked.group].select(keys).hstack(frame) if keys else frame


def _plasma_areas(
    samples: pl.DataFrame, summed: pl.DataFrame, tables: Tables, of: Question
) -> pl.Series:
    """Of each interval the area in plasma from its start to the end of its last collection."""
    none = pl.Series("_AUC", [None] * summed.height, dtype=pl.Float64)
    if samples.is_empty():
        return none
    matrix = [k for k in of.keys if k.upper() in MATRIX]
    others = [k for k in of.keys if k not in matrix]
    plasma = _circulating(samples, matrix)
    wanted = summed.select(*others, "START", END="UNTIL").drop_nulls()
    wanted = wanted.unique(maintain_order=True).with_columns(KIND=pl.lit("PART"))
    if plasma.is_empty() or wanted.is_empty():
        return none
    tables_of = Tables(plasma.drop(matrix), tables.dose.drop(matrix, strict=False), wanted)
    areas = wide(planned(tables_of, of.options, others, of.units))
    if "AUCINT" not in areas.columns:
        return none
    found = areas.select(*others, "START", UNTIL="END", _AUC="AUCINT")
    joined = summed.join(
        found, on=[*others, "START", "UNTIL"], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["_AUC"]


def _circulating(samples: pl.DataFrame, matrix: Sequence[str]) -> pl.DataFrame:
    """The samples of plasma, or of serum or blood where there is none."""
    if not matrix:
        return samples
    name = pl.concat_str([C(m).cast(pl.String) for m in matrix], separator=" ", ignore_nulls=True)
    if samples.select(name).n_unique() == 1:
        return samples
    for pattern in CIRCULATING:
        found = samples.filter(name.str.contains(pattern))
        if found.height and found.select(name).n_unique() == 1:
            return found
    return samples.clear()


def _is_faeces(summed: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    matrix = [k for k in keys if k.upper() in MATRIX]
    said = [C(m).cast(pl.String).str.contains(FAECES).fill_null(value=False) for m in matrix]
    return summed.select(
        pl.any_horizontal(pl.repeat(value=False, n=pl.len()), *said).alias("F")
    ).to_series()


def _whole_doses(dose: pl.DataFrame, units: StudyUnits) -> tuple[pl.DataFrame, bool]:
    """The doses as whole amounts, and whether they are: a dose per kg is multiplied with the WEIGHT."""
    _, _, per = (units.dose or "").partition("/")
    if not per:
        return dose, True
    column = {"kg": "WEIGHT", "m2": "BSA"}.get(per, "")
    if column not in dose.columns or dose[column].null_count():
        return dose, False
    return dose.with_columns(DOSE=C("DOSE") * C(column)), True


def _numbers(summed: pl.DataFrame, analysis: Analysis, of: Question) -> pl.DataFrame:
    """Every parameter as a column, and beside it `WHY_` with the reason where it has no value."""
    by, molar = ex.bridge_to_dose(of.excreta.of_amount(), of.units)
    scale = _to_dose(analysis, by, molar, of)
    by_unit = pl.Series(scale)
    blocked = _first_of(
        (C("N").is_null(), ex.NONE), (C("CROSSES"), ex.CROSSING), (C("LOST") > 0, ex.UNKNOWN)
    )
    rated = _first_of((C("N").is_null(), ex.NONE), (C("CROSSES"), ex.CROSSING))
    rows = summed.with_columns(WHY=blocked)
    rows = rows.with_columns(RCAMINT=pl.when(C("WHY").is_null()).then(C("AMT") * by_unit))
    undosed = C("DOSE").is_null() | (C("DOSE") == 0)
    of_dose = pl.coalesce(
        "WHY",
        _first_of((undosed, ex.NO_DOSE), (~C("_WHOLE"), ex.PER_BODY)),
    )
    of_plasma = pl.coalesce(
        "WHY",
        _first_of((C("GAP"), ex.GAP), (~(C("_AUC") > 0).fill_null(value=False), ex.NO_PLASMA)),
    )
    nothing = pl.coalesce(rated, _first_of((C("ERLST").is_null(), ex.NOTHING)))
    rows = rows.with_columns(
        FREXINT=pl.when(of_dose.is_null()).then(C("RCAMINT") / C("DOSE")),
        RENALCL=pl.when(of_plasma.is_null()).then(C("RCAMINT") / C("_AUC")),
        VOLPK=pl.when(rated.is_null() & (C("VOLS") == C("N"))).then("VOL"),
        NCOLL=C("N").fill_null(0).cast(pl.Float64),
        WHY_NCOLL=pl.lit(None, dtype=pl.String),
        WHY_RCAMINT="WHY",
        WHY_FREXINT=of_dose,
        WHY_RCPCINT=of_dose,
        WHY_RENALCL=of_plasma,
        WHY_VOLPK=pl.coalesce(rated, pl.lit(ex.NO_VOLUME)),
        **{f"WHY_{c}": pl.coalesce(rated, pl.lit(ex.UNKNOWN)) for c in ("ERMAX", "ERTMAX")},
        **{f"WHY_{c}": nothing for c in ("ERLST", "ERTLST")},
    )
    rates = [pl.when(rated.is_null()).then(C(c) * by_unit).alias(c) for c in ("ERMAX", "ERLST")]
    times = [pl.when(rated.is_null()).then(c).alias(c) for c in ("ERTMAX", "ERTLST")]
    return rows.with_columns(*rates, *times, RCPCINT=100 * C("FREXINT"))


def _first_of(*causes: tuple[pl.Expr, str]) -> pl.Expr:
    """The words of the first condition that holds; null where none does."""
    return pl.coalesce(*(pl.when(condition).then(pl.lit(words)) for condition, words in causes))


def _to_dose(analysis: Analysis, by: float, molar: int, of: Question) -> np.ndarray:
    """What an amount is multiplied with to be in the unit of the dose.

    Raises:
        ConfigError: one is a mass and the other is in mol, and no molar mass is given.
    """
    scale = np.full(analysis.height, by)
    if not molar:
        return scale
    if of.wanted.molar_mass is None:
        raise ConfigError(
            f"amounts are in {of.excreta.of_amount()} and doses in {of.units.dose}: a molar mass is wanted "
            "(--molar-mass, g/mol)"
        )
    mass = molar_masses(of.wanted.molar_mass, analysis.groups)[analysis.intervals.group]
    return scale * mass**molar


def _units_of(of: Question) -> dict[str, str | None]:
    """The unit of each kind of result."""
    amount, time = of.excreta.of_amount(), of.units.time
    drug = (of.units.dose or "").partition("/")[0] or amount
    clearance, _ = result_unit(Dimension(1, -1, -1), replace(of.units, dose=drug))
    return {
        "amount": drug,
        "percent": "%",
        "share": "1",
        "clearance": clearance,
        "volume": None if of.excreta.volume is None else spelled(of.excreta.volume),
        "rate": f"{drug}/{time}" if drug else None,
        "time": time,
        "per time": f"1/{time}",
        "number": "1",
    }


def _in_wanted(parameter: Recovered, of: Question) -> tuple[str | None, float]:
    """The unit a result is handed out in, and the factor that leads there.

    Raises:
        ConfigError: it is wanted in a unit of another kind.
    """
    own, raw = _units_of(of)[parameter.kind], 1.0
    if parameter.kind == "clearance":
        drug = _units_of(of)["amount"]
        own, raw = result_unit(Dimension(1, -1, -1), replace(of.units, dose=drug))
    asked = of.wanted.units.get(parameter.code)
    if asked is None:
        return own, raw
    if own is None:
        raise ConfigError(
            f"--units {parameter.code}={asked}: its unit is not known without those of CONC, DOSE and VOLUME"
        )
    try:
        return spelled(asked), raw * factor(own, asked)
    except ConfigError as problem:
        raise ConfigError(
            f"--units {parameter.code}={asked}: {parameter.code} ({parameter.label}) is measured in {own}"
        ) from problem


def _long(
    rows: pl.DataFrame, beside: pl.DataFrame, parameter: Recovered, of: Question
) -> pl.DataFrame:
    """The rows of one parameter."""
    unit, by = _in_wanted(parameter, of)
    value = C(parameter.code) * by
    lost = C(parameter.code).is_null()
    more = (C("FREXINT") > ex.OVER).fill_null(value=False) & pl.lit(
        parameter.code in {*SUMS, "RENALCL"}
    )
    doubt = _first_of(
        (more & ~lost, ex.MORE), (C("GAP") & ~lost & pl.lit(parameter.code in SUMS), ex.GAP)
    )
    made = rows.select(
        "START",
        "END",
        PPTESTCD=pl.lit(parameter.code),
        PPTEST=pl.lit(parameter.label),
        PPSTRESN=value,
        PPSTRESU=pl.lit(unit, dtype=pl.String),
        PPSTAT=pl.when(lost).then(pl.lit("NOT DONE")),
        PPREASND=pl.when(lost).then(f"WHY_{parameter.code}"),
        STATUS=pl.when(doubt.is_not_null()).then(pl.lit("FLAG")).otherwise(pl.lit("OK")),
        REASON=doubt,
        _FAECES="_FAECES",
    )
    table = beside.hstack(made) if beside.width else made
    if parameter.code == "RENALCL":  # of what the kidneys do not excrete there is none
        table = table.filter(~C("_FAECES"))
    return table.drop("_FAECES")


def _of_rates(analysis: Analysis, of: Question) -> list[pl.DataFrame]:
    """What the kernel makes of the rates, under the names it has for rates."""
    by, molar = ex.bridge_to_dose(of.excreta.of_amount(), of.units)
    scale = _to_dose(analysis, by, molar, of)
    table = long(analysis)
    parts = []
    for code, parameter in OF_RATES:
        rows = table.filter(C("PPTESTCD") == code)
        unit, more = _in_wanted(parameter, of)
        factors = scale * more if parameter.kind == "amount" else np.full(len(scale), more)
        kept = analysis.intervals.kind != 2
        parts.append(
            rows.with_columns(
                PPTESTCD=pl.lit(parameter.code),
                PPTEST=pl.lit(parameter.label),
                PPSTRESN=C("PPSTRESN") * pl.Series(factors[kept]),
                PPSTRESU=pl.lit(unit, dtype=pl.String),
                PPREASND=C("PPREASND").str.replace_all("concentration", "rate"),
            )
        )
    return parts


def _in_order(table: pl.DataFrame, of: Question) -> pl.DataFrame:
    """By profile and interval, then as the parameters are listed, or as they were asked for."""
    known = [p.code for p in EXCRETION] + [p.code for _, p in OF_RATES]
    codes = [c for c in of.wanted.parameters if c in known] if of.wanted.parameters else known
    place = pl.DataFrame({"PPTESTCD": codes, "_PLACE": range(len(codes))})
    return (
        table.join(place, on="PPTESTCD", how="inner", maintain_order="left")
        .sort([*of.keys, "START", "END", "_PLACE"], nulls_last=True, maintain_order=True)
        .drop("_PLACE")
    )
