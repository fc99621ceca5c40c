"""One map from a group to its colour, the same in every figure of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pkpipe.displays.figures.plot import colour
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL

EVERYBODY = "#222222"


class Colours:
    """Colour of a group by its code; a group nobody planned gets the next colour that is free."""

    def __init__(self, groups: Iterable[str]) -> None:
        self._of = {group: colour(n) for n, group in enumerate(dict.fromkeys(groups))}

    def __getitem__(self, group: str | None) -> str:
        if group == ALL:
            return EVERYBODY
        return self._of.setdefault(group or "", colour(len(self._of)))


def group_colours(tables: Mapping[str, pl.DataFrame], study: Study) -> Colours:
    """Levels, cohorts, parts and tumour types of the study file in its order, then others in the data.

    A cohort and a level of one code are one group: the level is what the cohort was given first.
    """
    planned = [
        *(level.code for level in (study.escalation.levels if study.escalation else ())),
        *(cohort.code for cohort in study.cohorts),
        *(cohort.tumour_type for cohort in study.cohorts if cohort.tumour_type),
        *(cohort.part for cohort in study.cohorts),
    ]
    seen = tables["ADSL"]
    occurring = [seen[c].drop_nulls().unique().sort().to_list() for c in ("COHORT", "TUMTYPE")]
    return Colours([*planned, *(group for column in occurring for group in column)])
