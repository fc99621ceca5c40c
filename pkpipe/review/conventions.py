"""Other conventions tried on the page: which parameters and summaries move. Nothing of it is kept.

What a person wants to keep is proposed as text for the study file.
"""

from __future__ import annotations

from typing import Any, Final, get_args

import polars as pl
from pydantic import Field

from pkpipe.errors import ConfigError
from pkpipe.protocol.base import Frozen
from pkpipe.protocol.blq_options import NAMED_BLQ
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.nca_options import (
    AucMethod,
    DuringInfusion,
    PeakAsPoint,
    RisingWindow,
    TimeBasis,
)
from pkpipe.review.computed_parameters import State, moved
from pkpipe.review.desk import Desk
from pkpipe.review.pages import filled
from pkpipe.review.profile_view import MAIN, main_first

C: Final = pl.col
MOST: Final = 150  # summaries that are shown
SLOPE: Final = "lambda_z"
# The choices of the page: key of the study file, words, what is allowed ("" leaves it as planned).
CHOICES: Final = (
    ("blq", "Below the limit", tuple(NAMED_BLQ)),
    ("auc_method", "Area of a segment", get_args(AucMethod)),
    ("time_basis", "Times", get_args(TimeBasis)),
    (f"{SLOPE}.cmax", "The peak as a point of the slope", get_args(PeakAsPoint)),
    (f"{SLOPE}.during_infusion", "Samples during the infusion", get_args(DuringInfusion)),
    (f"{SLOPE}.rising", "Windows that rise", get_args(RisingWindow)),
    (f"{SLOPE}.min_points", "Fewest points of the slope", ("2", "3", "4", "5")),
)


class Tried(Frozen):
    """Choices by their key; an empty one stays as planned."""

    choices: dict[str, str] = Field(default={}, max_length=len(CHOICES))


def conventions_page(desk: Desk, word: str) -> str:
    """The choices, and nothing tried yet."""
    planned = desk.run.plan.model_dump(mode="json")
    choices = [(key, told, allowed, _of(planned, key)) for key, told, allowed in CHOICES]
    return desk.page("conventions.html", "conventions", word, choices=choices)


def _of(planned: dict[str, Any], key: str) -> str:
    value: Any = planned
    for part in key.split("."):
        value = value[part]
    if isinstance(value, dict):
        return ", ".join(f"{name} {rule}" for name, rule in value.items())
    return str(value)


def effect_of(desk: Desk, asked: Tried) -> str:
    """What moves under these choices, as a part of the page.

    Raises:
        ConfigError: a choice that the page does not offer, or that contradicts the study file.
    """
    changes = _changes(asked)
    before = desk.now()
    plan = _plan(desk.run.plan, changes)
    after, left_out = desk.kinetics.under(plan, desk.sound())
    summaries = main_first(moved(before, after))
    return filled(
        "conventions_part.html",
        summaries=summaries.head(MOST).to_dicts(),
        more=max(0, summaries.height - MOST),
        counts=_counts(before, after),
        left_out=left_out,
        text=_text(changes),
    )


def _changes(asked: Tried) -> dict[str, str | int]:
    allowed = {key: values for key, _, values in CHOICES}
    found: dict[str, str | int] = {}
    for key, value in asked.choices.items():
        if value and value not in allowed.get(key, ()):
            raise ConfigError(f"{key}: '{value}' (allowed: {', '.join(allowed.get(key, ()))})")
        if value:
            found[key] = int(value) if value.isdecimal() else value
    return found


def _plan(planned: NcaPlan, changes: dict[str, str | int]) -> NcaPlan:
    whole = planned.model_dump()
    for key, value in changes.items():
        section, _, name = key.rpartition(".")
        (whole[section] if section else whole)[name] = value
    try:
        return NcaPlan.model_validate(whole)
    except ValueError as problem:
        raise ConfigError(f"these choices do not go together: {problem}") from problem


def _counts(before: State, after: State) -> list[tuple[str, int, int, int]]:
    """Of each main parameter: values that moved, came and went."""
    key = ["PROFILE", "PARAMCD", "START", "END"]
    both = before.found.adpp.select(*key, OLD="AVAL").join(
        after.found.adpp.select(*key, NEW="AVAL"),
        on=key,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    old, new = C("OLD").is_not_null(), C("NEW").is_not_null()
    counted = both.group_by("PARAMCD").agg(
        MOVED=(old & new & (C("OLD") != C("NEW"))).sum(),
        CAME=(~old & new).sum(),
        WENT=(old & ~new).sum(),
    )
    told = main_first(counted).filter(C("PARAMCD").is_in(MAIN))
    return list(told.select("PARAMCD", "MOVED", "CAME", "WENT").iter_rows())


def _text(changes: dict[str, str | int]) -> str:
    """The lines of the study file that would make it so."""
    if not changes:
        return ""
    plain = [f"  {key}: {value}" for key, value in changes.items() if "." not in key]
    slope = [f"    {k.partition('.')[2]}: {v}" for k, v in changes.items() if "." in k]
    return "\n".join(["nca:", *plain, *([f"  {SLOPE}:", *slope] if slope else [])])
