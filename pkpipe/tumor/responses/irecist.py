"""iRECIST from the same time points: progression waits for confirmation (REC-11; Seymour 2017, table 2).

Step k looks at the k-th assessment of every subject at once, so the cost is that of the longest follow-up
in steps and of the number of time points in work.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from pkpipe.sentences import Say, Words, in_both
from pkpipe.tumor.criteria import GROWTH_MIN, IMMUNE, IRECIST
from pkpipe.tumor.lesions.segments import running_max, starts
from pkpipe.tumor.options import ResponseOptions

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]

# What a progression becomes, and the words for it.
FIRST, SAME, OUTSIDE, CONFIRMED, AFTER = 1, 2, 3, 4, 5
BECOMES: Final = {FIRST: "iUPD", SAME: "iUPD", OUTSIDE: "iUPD", CONFIRMED: "iCPD", AFTER: "iCPD"}
TIME_POINT_NUMBERS: Final = ("DAYNO", "SLD", "TPD", "NTPD", "NEWCUM", "NEWSUM")


@dataclass
class Waiting:
    """Progression that waits for confirmation, one entry a subject and reader: since when and how large."""

    size: int
    since: dict[str, Ints] = field(init=False)
    pending: Flags = field(init=False)
    confirmed: Flags = field(init=False)

    def __post_init__(self) -> None:
        """Nobody waits at the start."""
        self.since = {name: np.zeros(self.size, dtype=np.int64) for name in TIME_POINT_NUMBERS}
        self.pending = np.zeros(self.size, dtype=bool)
        self.confirmed = np.zeros(self.size, dtype=bool)

    def anchor(self, who: Ints, now: dict[str, Ints], chosen: Flags) -> None:
        """From this assessment on confirmation is awaited for those chosen."""
        for name, values in self.since.items():
            values[who[chosen]] = now[name][chosen]
        self.pending[who[chosen]] = True


def with_immune_responses(points: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """Adds IOVERALL (iCR, iPR, iSD, NON-iCR/NON-iUPD, iUPD, iCPD, NE) and IARITH to `time_points`.

    IPDDT, at the confirming assessment: the day of the iUPD it confirms, which is the day of progression.
    """
    points = points.with_columns(I=pl.int_range(pl.len()))
    post = points.filter(pl.col("ROLE") == "POST").with_columns(
        G=starts(("USUBJID", "READER")).cum_sum() - 1
    )
    if post.is_empty():
        empty = pl.lit(None, dtype=pl.String)
        day = pl.lit(None, dtype=pl.Date)
        return points.with_columns(IOVERALL=empty, IARITH=empty, IARITHZH=empty, IPDDT=day).drop(
            "I"
        )
    position = pl.int_range(pl.len())
    post = post.with_columns(
        K=position - running_max(pl.when(starts(("G",))).then(position), pl.col("G")),
        DAYNO=pl.col("ADATE").to_physical().cast(pl.Int64).fill_null(0),
        TPD=(pl.col("TRGRESP") == "PD").fill_null(value=False).cast(pl.Int64),
        NEWCUM=pl.col("NEWDEBUT").cum_sum(),
        SLD0=pl.col("SLD").fill_null(0),
    )
    judged = _walk(post, options)
    worded = post.with_columns(judged).with_columns(
        IOVERALL=pl.coalesce(
            pl.col("STEP").replace_strict(BECOMES, default=None, return_dtype=pl.String),
            pl.col("OVRLRESP").replace_strict(IMMUNE, default=None, return_dtype=pl.String),
        )
    )
    confirmed = pl.when(pl.col("STEP") == CONFIRMED).then("REFDAY")
    words = worded.select(
        "I",
        "IOVERALL",
        IPDDT=confirmed.cast(pl.Int32).cast(pl.Date),
        **in_both("IARITH", lambda say: _words(options, say)),
    )
    return points.join(words, on="I", how="left", maintain_order="left").drop("I")


def _walk(post: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """STEP, and against which progression (REFDAY, REFSLD), for every assessment."""
    group = post["G"].to_numpy().astype(np.int64)
    numbers = {
        n: post[n if n != "SLD" else "SLD0"].to_numpy().astype(np.int64) for n in TIME_POINT_NUMBERS
    }
    progressing = (post["OVRLRESP"] == "PD").to_numpy()
    evaluable = (post["OVRLRESP"] != "NE").to_numpy()
    order = np.argsort(post["K"].to_numpy(), kind="stable")
    edges = np.cumsum(np.bincount(post["K"].to_numpy().astype(np.int64)))[:-1]
    waiting = Waiting(int(group[-1]) + 1)
    step = np.zeros(post.height, dtype=np.int64)
    since_day, since_sld = np.zeros_like(step), np.zeros_like(step)
    for rows in np.split(order, edges):
        who, now = group[rows], {n: v[rows] for n, v in numbers.items()}
        since_day[rows], since_sld[rows] = waiting.since["DAYNO"][who], waiting.since["SLD"][who]
        step[rows] = _step(waiting, who, now, progressing[rows], options)
        waiting.pending[who[~progressing[rows] & evaluable[rows]]] = False
    return pl.DataFrame({"STEP": step, "REFDAY": since_day, "REFSLD": since_sld})


def _step(
    waiting: Waiting, who: Ints, now: dict[str, Ints], progressing: Flags, options: ResponseOptions
) -> Ints:
    """What this assessment makes of a progression; 0 where there is none."""
    pending = waiting.pending[who]
    gap = now["DAYNO"] - waiting.since["DAYNO"][who]
    early, late = gap < options.icpd_min_days, gap > options.icpd_max_days
    worse = _worse(waiting, who, now)
    confirmed = progressing & pending & worse & ~early & ~late
    outside = progressing & pending & ~confirmed & late
    step = np.select(
        [
            progressing & waiting.confirmed[who],
            confirmed,
            outside,
            progressing & pending,
            progressing,
        ],
        [AFTER, CONFIRMED, OUTSIDE, SAME, FIRST],
        default=0,
    )
    waiting.confirmed[who[confirmed]] = True
    waiting.anchor(who, now, progressing & (~pending | outside))
    return step.astype(np.int64)


def _worse(waiting: Waiting, who: Ints, now: dict[str, Ints]) -> Flags:
    """Further growth of what progressed, or progression of another kind of lesion (table 2)."""
    was = {name: values[who] for name, values in waiting.since.items()}
    target = (now["TPD"] == 1) & ((was["TPD"] == 0) | (now["SLD"] - was["SLD"] >= GROWTH_MIN))
    nontarget = now["NTPD"] > was["NTPD"]
    larger_new = (was["NEWSUM"] > 0) & (now["NEWSUM"] - was["NEWSUM"] >= GROWTH_MIN)
    return np.asarray(target | nontarget | larger_new | (now["NEWCUM"] > was["NEWCUM"]))


FIRST_SEEN: Final = Words(
    "{}: first progression, to be confirmed in {} to {} days", "{}：首次进展，须在{}至{}天内确认"
)
NOT_YET: Final = Words(
    "iUPD: {} days after iUPD of {}, not worse or too early",
    "iUPD：距{1}的iUPD {0}天，未进一步恶化或为时过早",
)
ANEW: Final = Words(
    "iUPD: {} days after iUPD of {}, confirmation starts anew",
    "iUPD：距{1}的iUPD {0}天，重新开始确认",
)
WORSE: Final = Words("iCPD: worse {} days after iUPD of {}", "iCPD：距{1}的iUPD {0}天后进一步恶化")
AFTERWARDS: Final = Words("iCPD: after confirmed progression", "iCPD：已确认进展之后")
AND_RECIST: Final = Words("{} [{}]", "{}［{}］")


def _words(options: ResponseOptions, say: Say) -> pl.Expr:
    window = (pl.lit(str(d)) for d in (options.icpd_min_days, options.icpd_max_days))
    day = pl.col("REFDAY").cast(pl.Int32).cast(pl.Date)
    gap = pl.col("DAYNO") - pl.col("REFDAY")
    progression = (
        pl.when(pl.col("STEP") == FIRST)
        .then(say(FIRST_SEEN, pl.lit(IRECIST.unconfirmed), *window))
        .when(pl.col("STEP") == SAME)
        .then(say(NOT_YET, gap, day))
        .when(pl.col("STEP") == OUTSIDE)
        .then(say(ANEW, gap, day))
        .when(pl.col("STEP") == CONFIRMED)
        .then(say(WORSE, gap, day))
        .when(pl.col("STEP") == AFTER)
        .then(say(AFTERWARDS))
        .otherwise("IOVERALL")
    )
    return say(AND_RECIST, progression, pl.col(f"ARITH{say.ending}"))
