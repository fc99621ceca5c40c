"""What stands for a concentration below the limit of quantification: rules by position, and their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, Field

from pkpipe.protocol.base import Frozen

NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
# What stands for a BLQ. A new value is a word here and its share of the limit in SHARE_OF_LLOQ.
BlqValue = Literal["drop", "zero", "half_lloq"]
BlqRule = Literal["keep", BlqValue] | NonNegative
SHARE_OF_LLOQ: Final[dict[str, float]] = {"zero": 0.0, "half_lloq": 0.5}  # "drop", "keep": no value
# Dropping a BLQ drawn at the dose itself leaves no value to start from; this one spares that sample.
FirstRule = Literal["drop_after_start"] | BlqRule
# After the last quantifiable sample two named sets treat the first BLQ and those behind it differently.
LastRule = Literal["half_lloq_then_drop", "half_lloq_then_zero"] | BlqRule
NamedBlq = Literal["LOQ1", "LOQ2", "LOQ3", "LOQ4", "LOQ5"]


class BlqByPosition(Frozen):
    """What stands for a BLQ before the first, between, and after the last quantifiable sample."""

    first: FirstRule = Field("keep", description="before the first quantifiable sample")
    middle: BlqRule = Field("drop", description="between two quantifiable samples")
    last: LastRule = Field("keep", description="after the last quantifiable sample")


class BlqAroundPeak(Frozen):
    """What stands for a BLQ before and after the peak."""

    before_tmax: BlqRule = Field(description="before the peak")
    after_tmax: BlqRule = Field(description="at and after the peak")


# Named sets of the NCA Consortium (methods CONC-ALT): exclude; zero; the first behind the last quantifiable
# sample at half the LLOQ and those behind it excluded or zero; all at half the LLOQ. "Exclude" spares the
# zero at the dose itself.
NAMED_BLQ: Final[dict[NamedBlq, BlqByPosition]] = {
    "LOQ1": BlqByPosition(first="drop_after_start", middle="drop", last="drop"),
    "LOQ2": BlqByPosition(first="zero", middle="zero", last="zero"),
    "LOQ3": BlqByPosition(first="drop_after_start", middle="drop", last="half_lloq_then_drop"),
    "LOQ4": BlqByPosition(first="zero", middle="zero", last="half_lloq_then_zero"),
    "LOQ5": BlqByPosition(first="half_lloq", middle="half_lloq", last="half_lloq"),
}


def read_blq(value: object) -> object:
    """A rule for BLQ as it was spelled: a name, or the model whose keys it has."""
    if isinstance(value, str):
        name = value.strip().replace("-", "").upper()
        if name not in get_args(NamedBlq):
            raise ValueError(f"'{value}' is no named set (allowed: {', '.join(NAMED_BLQ)})")
        return name
    if isinstance(value, Mapping) and {"before_tmax", "after_tmax"} & value.keys():
        return BlqAroundPeak.model_validate(value)
    if isinstance(value, Mapping):
        return BlqByPosition.model_validate(value)
    return value


def first_and_then(rule: LastRule) -> tuple[str | float, str | float]:
    """What stands for the first BLQ behind the last quantifiable sample, and for those behind it."""
    if not isinstance(rule, str) or "_then_" not in rule:
        return rule, rule
    first, _, then = rule.partition("_then_")
    return first, then


Blq = Annotated[NamedBlq | BlqByPosition | BlqAroundPeak, BeforeValidator(read_blq)]


def blq_rule(rule: Blq) -> BlqByPosition | BlqAroundPeak:
    """The rule behind a name; another rule is itself."""
    return NAMED_BLQ[rule] if isinstance(rule, str) else rule
