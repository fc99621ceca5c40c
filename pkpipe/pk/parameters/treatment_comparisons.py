"""PKRATIO: geometric means of treatments against that of the reference (methods PK-RATIO)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.nca.further_analyses.treatment_ratios import (
    SEVERAL,
    Question,
    compared,
    treatment_ratios,
    used_of,
    with_several,
)
from pkpipe.pk import pk_sentences as said
from pkpipe.pk.summaries.pk_summary_tables import window
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.ratio_options import TreatedProfiles, TreatmentComparison
from pkpipe.schema.adam.pk_models import PKRATIO
from pkpipe.sentences import sentence

C: Final = pl.col
KEYS: Final = ("PARCAT1", "MATRIX", "PARAMCD", "WINDOW")
ONCE: Final = ("SUBJECT", "TREATMENT", "PERIOD")
RESULTS: Final = ("RATIO", "LOWER", "UPPER", "DF", "CV")


def treatment_comparisons(adpp: pl.DataFrame, plan: NcaPlan) -> pl.DataFrame:
    """Every comparison of the study file; none: an empty table."""
    parts = [_compared(adpp, name, of) for name, of in plan.compare.items()]
    return pl.concat([PKRATIO.empty(), *(part for part in parts if part.height)])


def treated(of: TreatmentComparison) -> pl.Expr:
    """The treatment of a row of ADPP; null: it is not compared."""
    return pl.coalesce(pl.when(_meets(part)).then(pl.lit(part.treatment)) for part in of.treatments)


def _meets(part: TreatedProfiles) -> pl.Expr:
    asked = {"COHORT": part.cohorts, "LEVEL": part.levels, "CYCLE": part.cycles}
    held = [C(name).is_in(list(values)) for name, values in asked.items() if values is not None]
    return pl.all_horizontal([pl.lit(value=True), *held]).fill_null(value=False)


def used_rows(adpp: pl.DataFrame, of: TreatmentComparison) -> pl.DataFrame:
    """What each ratio rests on: KEYS, TEST, START and END of a partial area, WHO (subjects that are used)."""
    values = _values(adpp, of)
    design = _question(values, of).design
    parts = [
        used_of(values.filter(C("TREATMENT").is_in([test, of.reference])), KEYS, design)
        .group_by(KEYS, maintain_order=True)
        .agg(
            *(pl.when(C("WINDOW").is_not_null()).then(C(n)).first() for n in ("START", "END")),
            WHO=C("SUBJECT").unique(maintain_order=True),
        )
        .with_columns(TEST=pl.lit(test))
        for test in of.names
        if test != of.reference
    ]
    return pl.concat(parts)


def _question(values: pl.DataFrame, of: TreatmentComparison) -> Question:
    return Question.of(of, "crossover" if with_several(values, KEYS) else "parallel")


def _values(adpp: pl.DataFrame, of: TreatmentComparison) -> pl.DataFrame:
    """What is compared; a value that is left out of summaries is none."""
    chosen = compared(adpp["PARAMCD"].unique(maintain_order=True).to_list(), of)
    analyte = C("PARCAT1").is_in(list(of.analytes)) if of.analytes else pl.lit(value=True)
    period = C("CYCLE").cast(pl.String) if of.periods else pl.lit(None, pl.String)
    return (
        adpp.filter(C("PARAMCD").is_in(chosen) & analyte)
        .select(
            *KEYS[:3],
            *("PARAM", "AVALU", "START", "END"),
            WINDOW=window(),
            SUBJECT="USUBJID",
            TREATMENT=treated(of),
            PERIOD=period,
            VALUE=pl.when(C("SUMFL") == "Y").then(C("AVAL")),
        )
        .filter(C("TREATMENT").is_not_null())
    )


def _compared(adpp: pl.DataFrame, name: str, of: TreatmentComparison) -> pl.DataFrame:
    values = _values(adpp, of)
    if values.is_empty():
        return PKRATIO.empty()
    keys = list(KEYS)
    asked = _question(values, of)
    found = treatment_ratios(values, keys, of.reference, asked)
    tests = pl.DataFrame({"TEST": [test for test in of.names if test != of.reference]})
    groups = values.group_by(keys, maintain_order=True).agg(
        C("PARAM").first(), C("AVALU").drop_nulls().first()
    )
    whole = groups.join(tests, how="cross", maintain_order="left_right").join(
        found, on=[*keys, "TEST"], how="left", nulls_equal=True, maintain_order="left"
    )
    told = whole.join(
        _refused(values, asked),
        on=keys, how="left", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    nobody = pl.when(C("NTEST").is_null()).then(sentence(said.NOT_TREATED.en, "TEST"))
    why = pl.coalesce("WHY", "REASON", nobody)
    ended = told.with_columns(
        *(pl.when(why.is_null()).then(C(result)).alias(result) for result in RESULTS),
        COMPARE=pl.lit(name),
        REFERENCE=pl.lit(of.reference),
        DESIGN=pl.lit(asked.design),
        LEVELCI=pl.lit(of.confidence),
        REASON=why,
    )
    return ended.select(C(c.name).cast(PKRATIO.schema[c.name]) for c in PKRATIO)


def _refused(values: pl.DataFrame, asked: Question) -> pl.DataFrame:
    """Each group, with why it has no answer: several values for one, or a design that is not its own."""
    again = C("VALUE").count().over(*KEYS, *ONCE) > 1
    parallel = asked.design == "parallel" and with_several(values, KEYS) > 0
    groups = (
        values.with_columns(AGAIN=again).group_by(KEYS, maintain_order=True).agg(C("AGAIN").any())
    )
    why = (
        pl.when("AGAIN")
        .then(pl.lit(said.NOT_ONCE.en))
        .when(pl.lit(value=parallel))
        .then(pl.lit(SEVERAL.en))
    )
    return groups.select(*KEYS, WHY=why)
