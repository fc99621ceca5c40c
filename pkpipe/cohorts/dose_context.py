"""What stands beside a dose decision and is no part of it: late toxicity, exposure, response, tumour size.

A recommended dose rests on more than the count of DLTs in the window (ICH E4). No rule of the
design reads these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected, collected, remarked, withheld
from pkpipe.clinical.response import RESTS_ON
from pkpipe.clinical.therapy import unknown_therapy
from pkpipe.protocol.study import Study
from pkpipe.sentences import sentence

Tables = Mapping[str, pl.DataFrame]

# One row a level and item. X of N subjects, or VALUE over N profiles or subjects; which one says UNIT.
SCHEMA: Final = pl.Schema(
    {
        **dict.fromkeys(("LEVEL", "TOPIC", "SUBTOPIC", "PARAMCD", "PARAM"), pl.String()),
        "CYCLE": pl.Int64(),
        "VALUE": pl.Float64(),
        "UNIT": pl.String(),
        "N": pl.Int64(),
        "LOWER": pl.Float64(),
        "UPPER": pl.Float64(),
        "REASON": pl.String(),
    }
)
ACTION: Final = ("AE.AEACN",)
# Code, words, which events, and the columns without which nobody can say.
TOXICITY: Final[tuple[tuple[str, str, pl.Expr, tuple[str, ...]], ...]] = (
    (
        "RELG3",
        "Related, grade 3 or higher, any time",
        (pl.col("RELFL") == "Y") & (pl.col("AETOXGR") >= 3),
        ("AE.AEREL", "AE.AETOXGR"),
    ),
    ("REDUCED", "Dose reduced for an adverse event", pl.col("REDFL") == "Y", ACTION),
    (
        "INTERR",
        "Dose interrupted or delayed for an adverse event",
        pl.col("INTRFL") == "Y",
        ACTION,
    ),
    ("DISCONT", "Treatment ended for an adverse event", pl.col("DISCFL") == "Y", ACTION),
)
EXPOSURE: Final = ("CMAX", "AUCTAU", "CTROUGH")
RESPONSE: Final = ("ORR", "CORR")
SIZE: Final[tuple[tuple[str, str, pl.Expr], ...]] = (
    ("BESTMED", "Best change in tumour size, median", pl.col("BESTPCHG").median()),
    ("BESTMIN", "Best change in tumour size, largest decrease", pl.col("BESTPCHG").min()),
    ("BESTMAX", "Best change in tumour size, least decrease", pl.col("BESTPCHG").max()),
)


def dose_context(tables: Tables, study: Study) -> pl.DataFrame:
    """DOSECTX: what happened at each level of the design, all parts of the study together.

    Returns:
        LEVEL, TOPIC (`TOXICITY` `EXPOSURE` `RESPONSE` `TUMOUR`), SUBTOPIC (analyte, or which responses),
        PARAMCD, CYCLE, VALUE with its UNIT (subjects; geometric mean; % from baseline), N, LOWER and UPPER
        (95 % limits in %, of rates), REASON where VALUE is null, or reads
        differently for something not collected. Empty for a study without an escalation.
    """
    if study.escalation is None:
        return pl.DataFrame(schema=SCHEMA)
    levels = [level.code for level in study.escalation.levels]
    known = collected(tables, study)
    parts = [
        _treated(tables["ADSL"]),
        _late(tables["DECISION"]),
        _toxicity(tables["ADAE"], tables["ADSL"], known),
        _exposure(tables["PKSTAT"], study),
        _response(tables["RSPSUM"], study),
        _size(tables["WATERFAL"], tables["ADSL"], known),
    ]
    rows = pl.concat([_shaped(part) for part in parts])
    rows = remarked(rows, unknown_therapy(known), _stops_with_therapy(study))
    return rows.filter(pl.col("LEVEL").is_in(levels)).sort(
        pl.col("LEVEL").replace_strict(
            {code: i for i, code in enumerate(levels)}, default=None, return_dtype=pl.Int32
        ),
        maintain_order=True,
    )


def _stops_with_therapy(study: Study) -> pl.Expr:
    """Rows whose number ends with a new therapy; those of responses say so where they come from."""
    closes = study.safety is not None and study.safety.teae_ends_with_new_therapy
    event = pl.col("PARAMCD").is_in([code for code, *_ in TOXICITY]) & pl.lit(closes)
    return pl.col("VALUE").is_not_null() & (event | (pl.col("TOPIC") == "TUMOUR"))


def _shaped(part: pl.DataFrame) -> pl.DataFrame:
    return part.select(
        (pl.col(c) if c in part.columns else pl.lit(None)).cast(t).alias(c)
        for c, t in SCHEMA.items()
    )


def _sizes(adsl: pl.DataFrame) -> pl.DataFrame:
    treated = adsl.filter((pl.col("SAFFL") == "Y") & pl.col("LEVEL").is_not_null())
    return treated.group_by("LEVEL").agg(N=pl.len().cast(pl.Int64)).sort("LEVEL")


def _treated(adsl: pl.DataFrame) -> pl.DataFrame:
    return _sizes(adsl).select(
        "LEVEL",
        "N",
        TOPIC=pl.lit("TOXICITY"),
        PARAMCD=pl.lit("TREATED"),
        PARAM=pl.lit("Subjects treated, expansion included"),
        VALUE="N",
        UNIT=pl.lit("subjects"),
    )


def _late(decision: pl.DataFrame) -> pl.DataFrame:
    return decision.filter(pl.col("SCOPE") == "LEVEL").select(
        "LEVEL",
        TOPIC=pl.lit("TOXICITY"),
        PARAMCD=pl.lit("LATEDLT"),
        PARAM=pl.lit("DLT-like event outside the window (not counted)"),
        VALUE="LATEDLT",
        UNIT=pl.lit("subjects"),
        REASON=pl.when(pl.col("LATEDLT").is_null()).then("REASON"),
    )


def _toxicity(adae: pl.DataFrame, adsl: pl.DataFrame, known: Collected) -> pl.DataFrame:
    sizes = _sizes(adsl)
    if not known.has("AE"):
        return _not_collected(sizes, "TOXICITY", "adverse events", known.reason("AE"))
    # LEVEL of ADAE may be missing for an event before treatment; the subject's own level counts here
    events = adae.filter(pl.col("TRTEMFL") == "Y").drop("LEVEL")
    mine = events.join(adsl.select("USUBJID", "LEVEL"), on="USUBJID", how="inner")
    parts = []
    for code, words, met, needs in TOXICITY:
        hit = mine.filter(met).group_by("LEVEL").agg(VALUE=pl.col("USUBJID").n_unique())
        parts.append(
            sizes.join(hit, on="LEVEL", how="left", maintain_order="left")
            .select(
                "LEVEL",
                "N",
                pl.col("VALUE").fill_null(0).cast(pl.Float64),
                TOPIC=pl.lit("TOXICITY"),
                PARAMCD=pl.lit(code),
                PARAM=pl.lit(words),
                UNIT=pl.lit("subjects"),
                REASON=pl.lit(None, dtype=pl.String),
            )
            .pipe(withheld, known.reason(*needs), ("VALUE",))
        )
    return pl.concat(parts)


def _not_collected(sizes: pl.DataFrame, topic: str, what: str, lost: str | None) -> pl.DataFrame:
    return sizes.select(
        "LEVEL",
        TOPIC=pl.lit(topic),
        PARAMCD=pl.lit("NOTCOLL"),
        PARAM=pl.lit(what.capitalize()),
        REASON=pl.lit(lost),
    )


def _exposure(pkstat: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Geometric means of the first cycle in which a parameter has one, over all subjects at the level."""
    order = {analyte.code: i for i, analyte in enumerate(study.analytes)}
    of = pkstat.filter(
        (pl.col("COHORT") == "ALL")
        & pl.col("PARAMCD").is_in(EXPOSURE)
        & (pl.col("STAT") == "GMEAN")
        & (pl.col("N") > 0)
        & pl.col("WINDOW").is_null()
    )
    first = of.sort("CYCLE", maintain_order=True).unique(
        ["LEVEL", "PARCAT1", "PARAMCD"], keep="first", maintain_order=True
    )
    return first.sort(
        pl.col("PARCAT1").replace_strict(order, default=len(order), return_dtype=pl.Int32),
        pl.col("PARAMCD").replace_strict({c: i for i, c in enumerate(EXPOSURE)}),
        maintain_order=True,
    ).select(
        *("LEVEL", "PARAMCD", "PARAM", "CYCLE", "N", "REASON"),
        TOPIC=pl.lit("EXPOSURE"),
        SUBTOPIC="PARCAT1",
        VALUE="AVAL",
        UNIT="AVALU",
    )


def _response(rspsum: pl.DataFrame, study: Study) -> pl.DataFrame:
    source = "derived" if study.response is None else study.response.primary
    return rspsum.filter(
        (pl.col("GROUP") == "LEVEL")
        & (pl.col("CRIT") == "RECIST 1.1")
        & (pl.col("SRC") == source)
        & (pl.col("DENOM") == "treated")
        & pl.col("PARAMCD").is_in(RESPONSE)
    ).select(
        *("PARAMCD", "PARAM", "N", "LOWER", "UPPER", "REASON"),
        LEVEL="GROUPVAL",
        TOPIC=pl.lit("RESPONSE"),
        SUBTOPIC=sentence("{}, treated", pl.lit(source)),
        VALUE="X",
        UNIT=pl.lit("subjects"),
    )


def _size(waterfall: pl.DataFrame, adsl: pl.DataFrame, known: Collected) -> pl.DataFrame:
    """Best change of the sum of diameters from baseline, over treated subjects measured again."""
    sizes = _sizes(adsl)
    lost = known.reason(*RESTS_ON["derived"])
    if lost is not None:
        return _not_collected(sizes, "TUMOUR", "tumour size", lost)
    treated = adsl.filter(pl.col("SAFFL") == "Y").select("USUBJID", "LEVEL")
    drawn = waterfall.filter(pl.col("DRAWN") == "Y").select("USUBJID", "BESTPCHG")
    measured = drawn.join(treated, on="USUBJID", how="inner").group_by("LEVEL")
    found = measured.agg(pl.len().cast(pl.Int64).alias("N"), **{c: e for c, _, e in SIZE})
    beside = (
        sizes.select("LEVEL")
        .join(found, on="LEVEL", how="left", maintain_order="left")
        .with_columns(pl.col("N").fill_null(0))
    )
    nobody = pl.when(pl.col("N") == 0).then(pl.lit("nobody measured again after baseline"))
    return pl.concat(
        beside.select(
            "LEVEL",
            "N",
            TOPIC=pl.lit("TUMOUR"),
            SUBTOPIC=pl.lit("sum of diameters"),
            PARAMCD=pl.lit(code),
            PARAM=pl.lit(words),
            VALUE=code,
            UNIT=pl.lit("%"),
            REASON=nobody,
        )
        for code, words, _ in SIZE
    )
