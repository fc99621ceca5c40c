"""Every number of the reviewer's guide, counted on the datasets as they are delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.submission.conformance import RULES, Rule
from pkpipe.submission.dataset import Made, Variable
from pkpipe.submission.submission_identity import About

C: Final = pl.col


@dataclass(frozen=True)
class Facts:
    """What the chapters tell of."""

    study: Study
    about: About
    datasets: tuple[Made, ...]
    copies: tuple[Made, ...]  # of domains that arrived as SDTM
    files: Mapping[str, int]  # path below m5 to its size
    sources: pl.DataFrame
    findings: pl.DataFrame
    versions: Mapping[str, str]

    @property
    def subjects(self) -> int:
        """Subjects of ADSL."""
        return self.datasets[0].rows.height

    def of_cohort(self, code: str) -> int:
        """Subjects of a cohort."""
        return self.datasets[0].rows.filter(C("COHORT") == code).height

    def population(self, flag: str) -> int:
        """Subjects of a population."""
        return self.datasets[0].rows.filter(C(flag) == "Y").height


def subjects_in(made: Made) -> int:
    """Subjects with a row."""
    return made.rows["USUBJID"].n_unique()


def traced(made: Made) -> int | None:
    """Rows that name the record they come from; None: rows of the dataset come from no one record."""
    if "SRCSEQ" not in made.rows.columns:
        return None
    return made.rows.filter(C("SRCSEQ").is_not_null()).height


def broken(datasets: Sequence[Made]) -> list[tuple[Rule, int]]:
    """Each rule with how often it is broken in all datasets."""
    return [(rule, sum(rule.broken(made) for made in datasets)) for rule in RULES]


def extended(datasets: Sequence[Made]) -> list[tuple[str, Variable, int]]:
    """Variables with terms that the CDISC list does not have, and how many."""
    counted = [
        (made.code, variable, sum(term.extended for term in variable.terms))
        for made in datasets
        for variable in made.variables
    ]
    return [row for row in counted if row[2]]


def not_ascii(datasets: Sequence[Made]) -> list[tuple[str, str, int]]:
    """Variables with texts outside ASCII, as they were collected, and in how many rows."""
    found = []
    for made in datasets:
        names = [v.name for v in made.variables if v.type == "text"]
        counts = made.rows.select(C(n).str.contains(r"[^\x00-\x7F]").sum() for n in names)
        found += [(made.code, name, n) for name, n in counts.row(0, named=True).items() if n]
    return found


def imputed(datasets: Sequence[Made]) -> list[tuple[str, str, int]]:
    """Imputation flags, and how many rows have them."""
    return [
        (made.code, v.name, made.rows[v.name].drop_nulls().len())
        for made in datasets
        for v in made.variables
        if v.label.endswith("Imputation Flag")
    ]
