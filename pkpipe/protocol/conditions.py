"""Which rows are meant: conditions on columns, as a study's own displays and its sources state them."""

from __future__ import annotations

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from pkpipe.protocol.base import Frozen

Value = StrictStr | StrictInt | StrictFloat


class Condition(Frozen):
    """What a column must be, where it is not simply a value or one of a list."""

    none_of: tuple[Value, ...] = Field(default=(), description="values that a record must not have")
    at_least: Value | None = Field(
        default=None, description="the lowest number or date that counts"
    )
    at_most: Value | None = Field(
        default=None, description="the highest number or date that counts"
    )
    filled: StrictBool | None = Field(
        default=None, description="true: the column has a value; false: it is empty"
    )


Where = dict[str, Value | tuple[Value, ...] | Condition]
"""Column: a value, a list of values of which one holds, or a condition; all must hold."""
