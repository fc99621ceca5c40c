"""Why exposure has no quarters or no slope against an outcome, said once in both languages."""

from __future__ import annotations

from typing import Final

from pkpipe.sentences import Words

NOT_FIRST: Final = Words(
    "no such parameter after the first dose, and the endpoint is over before a later one",
    "首次给药后无该参数，而该终点在后续给药前已结束",
)
NO_QUARTERS: Final = Words("no quarters: fewer than {} subjects", "受试者少于{}例，不分四分位")
EQUAL: Final = Words("equal exposures: nobody in this quarter", "暴露量相同，该四分位无受试者")
NO_SLOPE: Final = Words("no slope: fewer than {} subjects", "受试者少于{}例，不估计斜率")
FEW_EVENTS: Final = Words(
    "no slope: fewer than {} subjects with, or without, the event",
    "发生或未发生事件的受试者少于{}例，不估计斜率",
)
SAME_EXPOSURES: Final = Words("no slope: exposures do not differ", "暴露量无差异，不估计斜率")
NOT_ESTIMABLE: Final = Words("no slope, not estimable: {}", "斜率不可估计：{}")
