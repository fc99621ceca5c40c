"""The choices of a response analysis of one criterion set, with the set itself."""

from __future__ import annotations

import polars as pl

from pkpipe.protocol.response_options import (
    BASELINE_MAX_DAYS,
    Criterion,
    Days,
    ResponseChoices,
    ResponseRules,
)
from pkpipe.schema.codelists import EVALUATOR
from pkpipe.tumor.criteria import CRITERIA, Criteria


class ResponseOptions(ResponseRules):
    """The rules with one criterion set."""

    criteria: Criterion = "RECIST 1.1"
    baseline_max_days: Days = BASELINE_MAX_DAYS

    @classmethod
    def of(
        cls, choices: ResponseChoices, criteria: Criterion, baseline_max_days: int
    ) -> ResponseOptions:
        """The choices of a file or a study for one of its criterion sets."""
        rules = {name: getattr(choices, name) for name in ResponseRules.model_fields}
        return cls(**rules, criteria=criteria, baseline_max_days=baseline_max_days)

    @property
    def words(self) -> Criteria:
        """The criterion set by its name."""
        return CRITERIA[self.criteria]

    @property
    def stable_from(self) -> int:
        """Days from the anchor at which stable disease counts."""
        return max(self.sd_min_days - self.sd_window_days, 0)


def in_terms(options: ResponseOptions) -> ResponseOptions:
    """The options with the evaluator as the codelist's term, in whatever spelling it was asked for."""
    if options.evaluator is None:
        return options
    who, sign, identity = options.evaluator.partition("/")
    term = pl.select(EVALUATOR.read(pl.lit(who))).item()
    return options.model_copy(update={"evaluator": f"{term}{sign}{identity}"})
