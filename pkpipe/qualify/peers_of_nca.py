"""NCA: every answer of PKNCA, NonCompart and WinNonlin, the exact areas, the exclusion rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from pkpipe.qualify.answers import ANSWERS, answers_of
from pkpipe.qualify.compared_answers import FAIL, LISTED, PASS, Requirement, numbers, texts
from pkpipe.qualify.nca_answers import (
    EXCLUDED,
    LIMITS,
    ROW,
    Inputs,
    differing,
    doubted,
    folder_answers,
    inputs,
    of_profile,
)
from pkpipe.shipped import root

C: Final = pl.col
AREA: Final = "nca"
EQUAL: Final = Requirement(
    "OQ-NCA-1",
    AREA,
    "Every NCA answer is that of the other program, or it differs as docs/nca_differences.csv lists, with "
    "its cause",
    "",
    "relative 1e-9; 1e-8 moments under the log rule; 1e-6 WinNonlin",
)
AGREED: Final = Requirement(
    "OQ-NCA-2",
    AREA,
    "The listed differences are the ones found: none is missing",
    "docs/nca_differences.csv",
)
EXACT: Final = Requirement(
    "OQ-NCA-3",
    AREA,
    "Areas of a profile with nearly equal neighbours are the exact ones",
    "80-digit decimal arithmetic",
    "relative 1e-14",
)
LIMIT: Final = Requirement(
    "OQ-NCA-4",
    AREA,
    "A broken acceptance limit flags the parameters that PKNCA excludes, and no other",
    "PKNCA 0.12.1.9000",
)


def checks() -> Iterator[pl.DataFrame]:
    """Every check of the NCA kernel."""
    both = folder_answers(ANSWERS / "nca" / "open")
    yield from _peers(both)
    yield _exact()
    yield _limits()


def _peers(both: pl.DataFrame) -> Iterator[pl.DataFrame]:
    listed = pl.read_csv(root() / "docs" / "nca_differences.csv", infer_schema=False)
    listed = listed.filter(C("dataset").is_in(both["dataset"].unique().implode()))
    causes = listed.select(*ROW, listed_cause="cause")
    rows = both.join(causes, on=ROW, how="left", nulls_equal=True, maintain_order="left")
    named = rows.select(
        item=pl.concat_str(
            *("dataset", "profile", "code", "method", "optset", "start_h", "end_h", "peer_param"),
            separator=" ",
            ignore_nulls=True,
        ),
        source=pl.concat_str("peer", "peer_version", separator=" "),
        expected="theirs",
        got="ours",
        note=pl.when("differs")
        .then(pl.concat_str(pl.lit("docs/nca_differences.md, "), "listed_cause"))
        .fill_null(""),
    )
    verdict = (
        pl.when(~rows["differs"])
        .then(pl.lit(PASS))
        .when(rows["listed_cause"].is_not_null())
        .then(pl.lit(LISTED))
        .otherwise(pl.lit(FAIL))
    )
    yield numbers(EQUAL, named, 0.0).with_columns(verdict=verdict)
    found = differing(both).select(*ROW, "cause")
    wanted = listed.select(*ROW, expected="cause")
    beside = wanted.join(found, on=ROW, how="left", nulls_equal=True, maintain_order="left")
    item = pl.concat_str(*ROW, separator=" ", ignore_nulls=True)
    yield texts(AGREED, beside.select(item=item, expected="expected", got="cause"))


def _exact() -> pl.DataFrame:
    given = inputs(ANSWERS / "nca" / "exact")
    wanted = answers_of("nca/exact", "answers_exact.csv")
    got = pl.concat(
        _areas(given, method) for method in wanted["method"].unique(maintain_order=True)
    )
    both = wanted.join(got, on=["method", "parameter"], how="left", maintain_order="left")
    item = pl.concat_str("dataset", "profile", "parameter", "method", separator=" ")
    return numbers(EXACT, both.select(item=item, expected="value", got="got"), 1e-14)


def _areas(given: Inputs, method: str) -> pl.DataFrame:
    row = of_profile(given, method).select("AUCLST", "AUMCLST")
    long = row.unpivot(variable_name="parameter", value_name="got")
    return long.with_columns(method=pl.lit(method))


def _limits() -> pl.DataFrame:
    given = inputs(ANSWERS / "nca" / "open")
    answers = answers_of("nca/open", "exclusions_answers.csv")
    wanted = answers.select("rule", "profile", C("excluded_parameters").str.split(";")).explode(
        "excluded_parameters"
    )
    wanted = wanted.with_columns(
        PPTESTCD=C("excluded_parameters").replace(EXCLUDED), expected=pl.lit("flagged")
    )
    found = [
        doubted(given, rule).select("profile", "PPTESTCD", rule=pl.lit(rule), got=pl.lit("flagged"))
        for rule in LIMITS
    ]
    on = ["rule", "profile", "PPTESTCD"]
    both = wanted.join(pl.concat(found), on=on, how="full", coalesce=True).sort(on)
    item = pl.concat_str(*on, separator=" ")
    both = both.select(
        item=item,
        expected=C("expected").fill_null("not flagged"),
        got=C("got").fill_null("not flagged"),
    )
    return texts(LIMIT, both)
