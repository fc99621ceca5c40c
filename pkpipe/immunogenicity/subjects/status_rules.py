"""The status of a subject: the first rule that holds, what it means and why (ADA-4 to ADA-9, ADA-12)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.immunogenicity.samples.tolerance import UNPROVEN
from pkpipe.sentences import Words

_N = pl.col
_BASEPOS = pl.col("BASERES") == "POSITIVE"
# Subject status in reading order: the class, the treatment-emergent status it means, and why. A positive
# that cannot be compared keeps a subject from being called negative.
STATUS_RULES: Final = (
    (_N("N_BOOST") > 0, "BOOSTED", "POSITIVE", None),
    (_N("N_EMER") > 0, "INDUCED", "POSITIVE", None),
    (
        _N("N_SAMPLES") == 0,
        "NO SAMPLE",
        "MISSING",
        Words("no sample of this drug", "无该药物的样本"),
    ),
    (
        _N("N_POST") == 0,
        "NO POST-DOSE RESULT",
        "MISSING",
        Words("no post-dose sample with a result", "无给药后有结果的样本"),
    ),
    (
        (_N("N_UNJUDGED") > 0) & _BASEPOS,
        "NOT COMPARABLE",
        "MISSING",
        Words(
            "positive at and after baseline, a titre to compare is missing",
            "基线及基线后均为阳性，缺少可比较的滴度",
        ),
    ),
    (
        _N("N_UNJUDGED") > 0,
        "POSITIVE WITHOUT BASELINE",
        "POSITIVE",
        Words(
            "positive after dose, no baseline: neither induced nor boosted",
            "给药后阳性，无基线：既非诱导也非增强",
        ),
    ),
    (_BASEPOS & (_N("N_INCONC") == 0), "UNAFFECTED", "NEGATIVE", None),
    (_BASEPOS & (_N("N_POS") > 0), "UNAFFECTED", "NEGATIVE", None),
    (
        _N("N_INCONC") > 0,
        "INCONCLUSIVE",
        "INCONCLUSIVE",
        Words(
            "no positive, and a negative with drug above the tolerance limit",
            "无阳性结果，且有一份阴性样本药物浓度高于耐受限",
        ),
    ),
    (pl.lit(True), "NEGATIVE", "NEGATIVE", None),
)
# A negative that might have been called inconclusive (ADA-2).
UNCHECKED_NEGATIVE: Final = pl.when(
    (pl.col("ADASTAT") == "NEGATIVE") & (_N("N_UNCHECKED") > 0) & ~(_BASEPOS & (_N("N_POS") > 0))
).then(pl.lit(UNPROVEN.en))
AS_NEGATIVE: Final = Words(
    "no reportable baseline: counted as negative", "无可报告的基线结果：按阴性计"
)
APART: Final = Words("no reportable baseline: kept apart", "无可报告的基线结果：单独列出")
# Every remark on the status of a subject; several stand side by side.
REMARKS: Final = (
    *(why for *_, why in STATUS_RULES if why is not None),
    *(UNPROVEN, AS_NEGATIVE, APART),
)
# The same with the tolerance limit ignored: printed beside it (ADA-2).
STATUS0: Final = (
    pl.when(pl.col("ADASTAT") == "INCONCLUSIVE").then(pl.lit("NEGATIVE")).otherwise("ADASTAT")
)
# ADA-12: any post-dose positive decides; a negative needs every positive sample's NAb result.
NAB_RULES: Final = (
    (pl.col("ADASTAT") != "POSITIVE", "MISSING", "not ADA-positive"),
    (_N("N_NABPOS") > 0, "POSITIVE", None),
    (_N("N_NAB") == 0, "MISSING", "no post-dose NAb result"),
    (_N("N_NABMISS") > 0, "MISSING", "no NAb positive, and a post-dose NAb result is missing"),
    (pl.lit(True), "NEGATIVE", None),
)
