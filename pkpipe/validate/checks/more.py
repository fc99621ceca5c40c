"""Queries about whole tables: what contradicts itself, what no trial can hold. Nothing here stops a study."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.sdtm import DOMAINS
from pkpipe.validate.checks.agree import GAPS, PAIRS, Pair, agreement, gaps
from pkpipe.validate.checks.cross import CrossCheck
from pkpipe.validate.checks.sense import (
    DELAY_WHY,
    EARLY,
    GARBLED,
    VISIT_ORDER,
    delays,
    garbled,
    long_before,
    visits_in_order,
)


def _agrees(pair: Pair) -> CrossCheck:
    return CrossCheck(
        (pair.check,), (pair.domain,), lambda tables, study: [agreement(tables, pair, study)]
    )


def _of_table(code: str) -> tuple[CrossCheck, ...]:
    """What is asked of every domain; the checks look at it alone, but for the consent in DM."""
    checks = tuple(check for (domain, _), check in GAPS.items() if domain == code)
    every = (
        CrossCheck(checks, (code,), lambda tables, _: gaps(tables, code)),
        CrossCheck((GARBLED,), (code,), lambda tables, _: garbled(tables, code)),
        CrossCheck((EARLY,), (code, "DM"), lambda tables, _: long_before(tables, code)),
    )
    if DOMAINS[code].date is None or "VISITNUM" not in DOMAINS[code].names:
        return every
    order = CrossCheck((VISIT_ORDER,), (code,), lambda tables, _: visits_in_order(tables, code))
    return (*every, order)


MORE: Final[tuple[CrossCheck, ...]] = (
    *(_agrees(pair) for pair in PAIRS),
    *(check for code in DOMAINS for check in _of_table(code)),
    CrossCheck((DELAY_WHY,), ("EX",), delays),
)
