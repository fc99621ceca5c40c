"""One parameter, one meaning: PARAMCD and PARAM say analyte, specimen, criteria, reader, scheme and unit."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final

import polars as pl

from pkpipe.units.known import UNITS

C: Final = pl.col
LONGEST: Final = 8  # characters of PARAMCD
SIGNS: Final = string.digits[1:] + string.ascii_uppercase
UNIT, AS_WAS, NEW, NAME = "_UNIT", "PARCODE", "_NEW", "_NAME"


def one_meaning(rows: pl.DataFrame, qualifiers: Sequence[str]) -> pl.DataFrame:
    """PARAMCD with a sign for its qualifiers, and PARAM with the qualifiers and the unit in words.

    PARAM says them always, so that it means the same in another study. A combination of qualifiers has the
    same sign in every parameter of a dataset; where there is only one, PARAMCD stays as it is. A parameter in
    several units has a second sign. PARCODE is the code without signs.
    """
    at = ["PARAMCD", *qualifiers]
    with_unit = _with_unit(rows, at)
    kinds = with_unit.select(*at, UNIT, "PARAM").unique([*at, UNIT], maintain_order=True)
    named = _named(kinds.sort(*qualifiers, "PARAMCD", UNIT, nulls_last=True), qualifiers)
    joined = with_unit.join(
        named, on=[*at, UNIT], how="left", nulls_equal=True, maintain_order="left"
    )
    return joined.with_columns(
        C("PARAMCD").alias(AS_WAS), C(NEW).alias("PARAMCD"), C(NAME).alias("PARAM")
    ).drop(UNIT, NEW, NAME)


def _with_unit(rows: pl.DataFrame, at: Sequence[str]) -> pl.DataFrame:
    """The unit of each row; a row without one has that of its parameter, if that has only one."""
    if "AVALU" not in rows.columns:
        return rows.with_columns(pl.lit(None, pl.String).alias(UNIT))
    units = C("AVALU").drop_nulls()
    only = pl.when(units.n_unique().over(at) == 1).then(units.first().over(at))
    return rows.with_columns(C("AVALU").fill_null(only).alias(UNIT))


def _named(kinds: pl.DataFrame, qualifiers: Sequence[str]) -> pl.DataFrame:
    """Each kind of parameter with its new code and name; few rows, however many the dataset has."""
    found = [*kinds.iter_rows(named=True)]
    units: dict[tuple[Any, ...], list[str | None]] = {}
    for kind in found:
        units.setdefault((kind["PARAMCD"], *_group(kind, qualifiers)), []).append(kind[UNIT])
    signs = _signs(units)
    short = shortened(kinds["PARAMCD"].unique(maintain_order=True).to_list(), signs, units)
    codes, names = [], []
    for kind in found:
        group = _group(kind, qualifiers)
        of = units[(kind["PARAMCD"], *group)]
        second = SIGNS[of.index(kind[UNIT]) % len(SIGNS)] if len(of) > 1 else ""
        codes.append(short[kind["PARAMCD"]] + signs.get(group, "") + second)
        names.append(_name(kind, group))
    twice = {name for name in names if names.count(name) > 1}
    told = [f"{n} [{c}]" if n in twice else n for n, c in zip(names, codes, strict=True)]
    return kinds.drop("PARAM").with_columns(
        pl.Series(NEW, codes, pl.String), pl.Series(NAME, told, pl.String)
    )


def _signs(units: Mapping[tuple[Any, ...], object]) -> dict[tuple[Any, ...], str]:
    """A sign for each combination of qualifiers; none where every parameter has one combination only.

    A combination that says nothing (the leading one) has no sign.
    """
    groups = [*dict.fromkeys(key[1:] for key in units)]
    if len({key[0] for key in units}) == len(units):
        return {}
    told = [group for group in groups if any(one is not None for one in group)]
    if len(told) <= len(SIGNS):
        return dict(zip(told, SIGNS, strict=False))
    return {g: a + b for g, (a, b) in zip(told, product(SIGNS, SIGNS), strict=False)}


def _group(kind: dict[str, Any], qualifiers: Sequence[str]) -> tuple[Any, ...]:
    return tuple(kind[name] for name in qualifiers)


def _name(kind: dict[str, Any], group: Sequence[Any]) -> str:
    """The qualifiers behind the name, the unit last: that of AVALU, or the one that the name ends with."""
    name, end = str(kind["PARAM"]), ""
    front, _, last = name.rpartition(" (")
    if last.removesuffix(")") in UNITS and last.endswith(")"):
        name, end = front, f" ({last}"
    told = ", ".join([name, *(str(q) for q in group if q is not None)])
    unit = kind[UNIT]
    return told + end if unit is None or end == f" ({unit})" else f"{told}{end} ({unit})"


def shortened(
    codes: Sequence[str], signs: Mapping[Any, str], units: Mapping[Any, Sequence[str | None]]
) -> dict[str, str]:
    """Each code with room for its signs; letters are left out from the second on, and no two become one."""
    second = max(map(len, units.values()), default=1) > 1
    room = LONGEST - max(map(len, signs.values()), default=0) - second
    taken = {code for code in codes if len(code) <= room}
    short = {code: code for code in taken}
    for code in codes:
        if code not in short:
            short[code] = next(s for s in _shorter(code, room) if s not in taken)
            taken.add(short[code])
    return short


def _shorter(code: str, room: int) -> Iterator[str]:
    for left_out in combinations(range(1, len(code)), len(code) - room):
        yield "".join(sign for place, sign in enumerate(code) if place not in left_out)
