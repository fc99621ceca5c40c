"""What of an analysis is handed out: which parameters, in which units, beside which columns of the tables."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from pkpipe.errors import ConfigError, DataError
from pkpipe.nca.further_analyses.excretion import EXCRETION, OF_RATES
from pkpipe.nca.further_analyses.sparse import OF_BOOTSTRAP, SPARSE
from pkpipe.nca.given_tables.inputs import Prepared
from pkpipe.nca.given_tables.row_checks import Tables
from pkpipe.nca.laid_out.sorted_arrays import Floats, Ints
from pkpipe.nca.registry.effect_parameters import EFFECT_CODES
from pkpipe.nca.registry.parameters import PARAMETERS
from pkpipe.nca.results.result_units import Scale, scales
from pkpipe.units import StudyUnits, result_unit

FIRST: Final = 3
CODES: Final = frozenset(p.code for p in PARAMETERS)
# Parameters of collections and of sparse data, which are computed elsewhere.
OTHER_CODES: Final = (
    *(p.code for p in EXCRETION),
    *(p.code for _, p in OF_RATES),
    *(p.code for p in (*SPARSE, *OF_BOOTSTRAP)),
    *EFFECT_CODES,
)


@dataclass(frozen=True)
class Wanted:
    """What somebody asks to be handed out."""

    keep: tuple[str, ...] = ()  # columns of CONC or DOSE that are carried along
    parameters: tuple[str, ...] = ()  # codes in the order they are wanted; none: all
    units: Mapping[str, str] = field(default_factory=dict)  # code to unit
    molar_mass: float | Mapping[str, float] | None = None  # g/mol, of everything or by analyte


ALL: Final = Wanted()


@dataclass(frozen=True)
class Output:
    """The same, checked and laid out by interval."""

    kept: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    scales: Mapping[str, Scale] = field(default_factory=dict)
    bridges: Mapping[str, Floats] = field(default_factory=dict)  # one number an interval

    def scale(self, code: str, units: StudyUnits) -> Scale:
        """The unit and the factor of a parameter."""
        if code in self.scales:
            return self.scales[code]
        parameter = next(p for p in PARAMETERS if p.code == code)
        return Scale(*result_unit(parameter.dimension, units))

    def factor(self, scale: Scale, intervals: Ints) -> Floats | float:
        """What the raw numbers of these intervals are multiplied with."""
        factor: Floats | float = scale.factor
        for name, power in (("weight", scale.weight), ("surface", scale.surface)):
            if power:
                factor = factor * self.bridges[name][intervals] ** power
        if scale.amount:
            factor = factor * self.bridges["amount"][intervals] ** -scale.amount
        return factor


def output(
    wanted: Wanted, tables: Tables, given: Prepared, of: tuple[Ints, Ints], units: StudyUnits
) -> tuple[Output, pl.DataFrame]:
    """What is handed out, and the groups with the columns that are kept.

    of: group and first dose of every interval, -1 without a dose.

    Raises:
        ConfigError: an unknown parameter or column, a unit that does not fit.
        DataError: a column to be kept has two values in one profile; a weight that is needed is missing.
    """
    known = [*CODES, *OTHER_CODES]
    if lost := [c for c in wanted.parameters if c not in known]:
        told = "; ".join(f"{c} (nearest: {_nearest(c, known)})" for c in lost)
        raise ConfigError(f"--parameters: no parameter {told}; docs/nca_parameters.md lists them")
    of_samples = {c: u for c, u in wanted.units.items() if c in CODES or c not in OTHER_CODES}
    scaled = scales(PARAMETERS, units, of_samples) if of_samples else {}
    needed = {name for s in scaled.values() for name in s.bridged}
    bridges = {n: _bridge(n, wanted, tables, given, of) for n in sorted(needed)}
    keys = tuple(c for c in given.groups.columns if c != "GROUP")
    keep = tuple(dict.fromkeys(c for c in wanted.keep if c not in keys))
    codes = tuple(dict.fromkeys(wanted.parameters))
    return Output(keep, codes, scaled, bridges), groups_with(keep, given.groups, tables)


def groups_with(keep: Sequence[str], groups: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """The groups with the columns that are carried along.

    Raises:
        ConfigError: neither table has such a column.
        DataError: it has two values in one profile.
    """
    keys = tuple(c for c in groups.columns if c != "GROUP")
    for column in dict.fromkeys(c for c in keep if c not in keys):
        groups = _with_kept(groups, keys, column, tables)
    return groups


def _nearest(code: str, known: Sequence[str]) -> str:
    return ", ".join(difflib.get_close_matches(code, known, n=FIRST, cutoff=0.3)) or "none"


def _with_kept(
    groups: pl.DataFrame, keys: tuple[str, ...], column: str, tables: Tables
) -> pl.DataFrame:
    """The groups with one more column: the value it has in all rows of the profile."""
    for table, name in zip((tables.conc, tables.dose), tables.names, strict=False):
        own = [k for k in keys if k in table.columns]
        if column not in table.columns:
            continue
        there = table.select(*own, column).drop_nulls(column).unique(maintain_order=True)
        if not own:
            if there.height > 1:
                raise DataError(_two_values(name, column, "the table", there[column]))
            return groups.with_columns(pl.lit(there[column].first()).alias(column))
        twice = there.filter(pl.struct(own).is_duplicated())
        if twice.height:
            who = twice.select(own).row(0)
            same = twice.filter(
                pl.all_horizontal(pl.col(k) == v for k, v in zip(own, who, strict=True))
            )
            raise DataError(_two_values(name, column, " ".join(map(str, who)), same[column]))
        return groups.join(there, on=own, how="left", nulls_equal=True, maintain_order="left")
    found = ", ".join(c for c in tables.conc.columns if not c.startswith("_"))
    raise ConfigError(f"--keep {column}: neither CONC nor DOSE has it (CONC has: {found})")


def _two_values(name: str, column: str, who: str, values: pl.Series) -> str:
    told = ", ".join(map(str, values.head(FIRST).to_list()))
    return (
        f"{name}: {column} has several values in {who} ({told}); --keep wants one a profile; "
        f"if it tells profiles apart, name it with the keys (--by)"
    )


def _bridge(
    name: str, wanted: Wanted, tables: Tables, given: Prepared, of: tuple[Ints, Ints]
) -> Floats:
    group, dose = of
    if name == "amount":
        return molar_masses(wanted.molar_mass, given.groups)[group]
    column = {"weight": "WEIGHT", "surface": "BSA"}[name]
    values = given.doses.body.get(column)
    codes = ", ".join(c for c, u in wanted.units.items())
    if values is None:
        unit = "kg" if name == "weight" else "m2"
        raise ConfigError(
            f"--units {codes}: to go from or to a unit per {unit} a column {column} ({unit}) is wanted "
            f"in {tables.names[1]}"
        )
    found: Floats = np.where(dose >= 0, np.append(values, np.nan)[dose], np.nan)
    wrong = (dose >= 0) & ~(found > 0)
    if wrong.any():
        keys = [c for c in given.groups.columns if c != "GROUP"]
        first = given.groups[int(group[np.flatnonzero(wrong)[0]])].select(keys)
        who = " ".join(str(v) for v in first.row(0)) if keys else "the profile"
        raise DataError(
            f"{tables.names[1]}: {column} is missing or not above 0 at {int(wrong.sum())} doses "
            f"(first: {who}), and --units {codes} needs it"
        )
    return found


def molar_masses(given: float | Mapping[str, float] | None, groups: pl.DataFrame) -> Floats:
    if given is None:
        raise ConfigError(
            "--units: between mass and amount a molar mass is wanted (--molar-mass, g/mol)"
        )
    if isinstance(given, Mapping):
        keys = [c for c in groups.columns if c != "GROUP"]
        mass = np.full(groups.height, np.nan)
        for name, value in given.items():
            same = groups.select(
                pl.any_horizontal(
                    pl.lit(value=False), *(pl.col(k).cast(pl.String) == name for k in keys)
                )
            )
            mass[same.to_series().fill_null(value=False).to_numpy()] = value
        if np.isnan(mass).any():
            lost = groups.filter(pl.Series(np.isnan(mass))).select(keys).row(0)
            raise ConfigError(
                f"--molar-mass: none for {' '.join(map(str, lost))} (given: {', '.join(given)})"
            )
        return mass
    return np.full(groups.height, float(given))
