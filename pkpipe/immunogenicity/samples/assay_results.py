"""IS rows read: which tier of the assay a row belongs to, and what its result says.

The texts of a laboratory are few and its rows many, so each distinct text is read once and joined back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.titres import ABOVE, BELOW, EXACT, bound_of, number_of
from pkpipe.immunogenicity.options import MICRO, Assay
from pkpipe.schema.codelists import ADA_RESULT

TIERS: Final = ("ADA", "SCREEN", "CONFIRM", "TITRE", "NAB")  # ADA: one final result a sample
POSITIVE, NEGATIVE = 1, 0
NO_DRUG: Final = "DRUG"  # the drug of rows that name none

# The first pattern found in the words of a row (ISTESTCD first, upper case) names its tier. SCREEN, CONFIRM
# and QUANTIFY are the terms of ISTSTOPO (CDISC codelist TSTOPOBJ).
TIER_WORDS: Final = (
    ("NAB", r"NAB|NEUTRALI|中和"),
    ("TITRE", r"^\S*TIT|TITE?R|QUANTIFY|滴度|效价|滴定"),
    ("CONFIRM", r"^\S*(CNF|CFM|CON)|CONFIRM|IMMUNODEPL|确证|确认"),
    ("SCREEN", r"^\S*SCR|SCREEN|筛选|初筛"),
    ("ADA", r"ADA|ANTI-?DRUG|BINDING|抗药(物)?抗体|结合抗体"),
)
# What a result text says, the first pattern that fits. A titration that came out negative belongs to a
# sample that was already confirmed: positive, titre below the first dilution.
RESULT_WORDS: Final = (
    ("BELOW", r"^(<|＜)|^(NEGATIVE|POSITIVE) TIT"),
    ("NEGATIVE", r"^NEG|^N(ON|OT)[- ]?(REACTIVE|DETECTED)"),
    ("POSITIVE", r"^POS|^REACTIVE|^DETECTED"),
    (
        "MISSING",
        r"^NOT (DONE|REPORTABLE|EVALUABLE)|^QNS|^NR$|^INSUFFICIENT|^QUANTITY NOT SUFFICIENT"
        r"|^未(做|测|检测|检查|采集|进行)|^样本(量)?不足",
    ),
)
RESULTS_ALLOWED: Final = (
    "POSITIVE, NEGATIVE, a titre such as 100, 1:100, <100 or >=1600, NOT DONE, empty"
)
CODES: Final = ("0", "1")
UNBOUNDED: Final = 2**62  # the upper bound of a titre of which only the lower one is known


def with_tiers(rows: pl.DataFrame, assays: Sequence[Assay]) -> pl.DataFrame:
    """IS rows with `DRUG` and `TIER`; a row whose test belongs to no tier keeps a null one."""
    keys = [c for c in ("ISTESTCD", "ISTEST", "ISTSTOPO", "ISBDAGNT") if c in rows.columns]
    kinds = rows.select(keys).unique(maintain_order=True)
    named = _tiers_of_plan(kinds, assays) if assays else _tiers_of_words(kinds)
    return rows.join(named, on=keys, how="left", nulls_equal=True, maintain_order="left")


def _tiers_of_plan(kinds: pl.DataFrame, assays: Sequence[Assay]) -> pl.DataFrame:
    """The tier of each test as the study declares it; one drug in the study needs no ISBDAGNT."""
    declared = pl.DataFrame(
        [
            {"DRUG": assay.drug, "ISTESTCD": code, "TIER": tier}
            for assay in assays
            for code, tier in _codes_of(assay).items()
        ],
        schema={"DRUG": pl.String(), "ISTESTCD": pl.String(), "TIER": pl.String()},
    )
    only = assays[0].drug if len(assays) == 1 else None
    drug = pl.col("ISBDAGNT") if "ISBDAGNT" in kinds.columns else pl.lit(None, dtype=pl.String)
    told = kinds.with_columns(DRUG=drug.fill_null(pl.lit(only, dtype=pl.String)))
    if only is None and len(assays) == 1:
        return told.join(declared.drop("DRUG"), on="ISTESTCD", how="left", maintain_order="left")
    return told.join(declared, on=["DRUG", "ISTESTCD"], how="left", maintain_order="left")


def _codes_of(assay: Assay) -> dict[str, str]:
    """Test code to tier; a code at several binding tiers carries the final result of the sample."""
    tiers = {"SCREEN": assay.screen, "CONFIRM": assay.confirm, "TITRE": assay.titre}
    given = {tier: code for tier, code in tiers.items() if code is not None}
    codes = {code: tier for tier, code in given.items()}
    if len(given) > len(codes) or set(given) == {"TITRE"}:
        counts = [code for code in given.values() if list(given.values()).count(code) > 1]
        codes |= dict.fromkeys(counts or given.values(), "ADA")
    return codes | ({assay.nab: "NAB"} if assay.nab is not None else {})


def _tiers_of_words(kinds: pl.DataFrame) -> pl.DataFrame:
    """The tier each test's own words name, neutralising first, the plain binding result last."""
    words = pl.concat_str(
        [
            pl.col(c).fill_null("").str.to_uppercase()
            for c in ("ISTESTCD", "ISTEST", "ISTSTOPO")
            if c in kinds.columns
        ],
        separator=" ",
    )
    tier = pl.coalesce(
        pl.when(words.str.contains(pattern)).then(pl.lit(name)) for name, pattern in TIER_WORDS
    )
    drug = pl.col("ISBDAGNT") if "ISBDAGNT" in kinds.columns else pl.lit(None, dtype=pl.String)
    return kinds.with_columns(DRUG=drug.fill_null(NO_DRUG), TIER=tier)


def with_results(rows: pl.DataFrame) -> pl.DataFrame:
    """IS rows with `SAYS` (1, 0, null), `TITREU` (millionths, null if none), `BELOW` and `UNREAD`.

    LEASTU and MOSTU are the bounds of the titre, TITREC its text as the laboratory wrote it.

    A number is a titre in the rows that may carry one (single result, titre): above zero it says positive.
    """
    given = pl.coalesce(
        pl.col("ISSTRESC"), pl.col("ISORRES") if "ISORRES" in rows.columns else pl.lit(None)
    )
    texts = rows.select(TEXT=given, ISSTRESN="ISSTRESN").unique(maintain_order=True)
    word = pl.coalesce(
        ADA_RESULT.term(pl.col("TEXT")), pl.col("TEXT").str.strip_chars().str.to_uppercase()
    )
    number = pl.coalesce(number_of(pl.col("TEXT")), pl.col("ISSTRESN"))
    read = texts.with_columns(
        WORD=pl.coalesce(pl.when(word.str.contains(p)).then(pl.lit(n)) for n, p in RESULT_WORDS),
        NUMBER=(number * MICRO).round().cast(pl.Int64, strict=False),
        BOUND=bound_of(pl.col("TEXT")).fill_null(EXACT),
    )
    missing = (pl.col("ISSTAT") == "NOT DONE").fill_null(value=False)
    titred = pl.col("TIER").is_in(["ADA", "TITRE"])
    below = ((pl.col("WORD") == "BELOW") | (pl.col("BOUND") == BELOW)) & titred
    says = (
        pl.when(missing)
        .then(None)
        .when(below | (pl.col("WORD") == "POSITIVE"))
        .then(POSITIVE)
        .when(pl.col("WORD") == "NEGATIVE")
        .then(NEGATIVE)
        .when(titred & (pl.col("NUMBER") > 0))
        .then(POSITIVE)
        .when(titred & (pl.col("NUMBER") == 0))
        .then(NEGATIVE)
        .cast(pl.Int8)
    )
    positive = titred & (says == POSITIVE)
    # What is known of a titre: at least LEASTU, below or at MOSTU. A negative titration has no number.
    least = pl.when(pl.col("BOUND") == BELOW).then(0).otherwise("NUMBER")
    most = pl.when(pl.col("BOUND") == ABOVE).then(UNBOUNDED).otherwise("NUMBER")
    unread = ~missing & pl.col("TEXT").is_not_null() & says.is_null()
    # A number inside the words of a result is a titre that would be lost; 0 and 1 alone are codes, no titres.
    with_number = (pl.col("WORD") == "POSITIVE") & pl.col("NUMBER").is_null()
    unread = unread | (~missing & titred & with_number & pl.col("TEXT").str.contains(r"\d"))
    single = pl.col("TIER") == "ADA"
    codes = (pl.col("TEXT").is_in(CODES) | pl.col("TEXT").is_null() | missing | ~single).all()
    unread = unread | (codes & single & ~missing & (pl.col("TEXT") == CODES[1]))
    return (
        rows.with_columns(TEXT=given)
        .join(read, on=["TEXT", "ISSTRESN"], how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            SAYS=says,
            TITREU=pl.when(titred & (says == POSITIVE) & ~below.fill_null(value=False)).then(
                pl.col("NUMBER")
            ),
            LEASTU=pl.when(positive & pl.col("NUMBER").is_not_null()).then(least),
            MOSTU=pl.when(positive).then(most),
            TITREC=pl.when(positive & ~missing & _is_titre()).then("TEXT"),
            BELOW=below.fill_null(value=False) & ~missing,
            UNREAD=(unread & (pl.col("WORD") != "MISSING").fill_null(value=True)).fill_null(
                value=False
            ),
        )
        .drop("WORD", "NUMBER", "BOUND")
    )


def _is_titre() -> pl.Expr:
    """True of the text of a titre, and of a titration reported in words (NEGATIVE TITER)."""
    said = (pl.col("WORD") == "BELOW").fill_null(value=False)
    return bound_of(pl.col("TEXT")).is_not_null() | said
