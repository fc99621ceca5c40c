"""Samples of which the neutralising-antibody result is still wanted: planned for it, and positive for ADA.

Only a sample whose antibodies are confirmed is tested for neutralising ones (FDA 2019, multi-tiered testing).
So a planned sample asks for nothing before its ADA result says positive: until then it stands under ADA.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.immunogenicity import AdaAssay
from pkpipe.protocol.study import Study

C: Final = pl.col
POSITIVE: Final = r"^(POS|REACTIVE|DETECTED)"
NO_RESULT: Final = "confirmed positive for ADA, and no NAb result arrived"


def assays(study: Study) -> dict[str, AdaAssay]:
    """The assay of each drug whose neutralising antibodies are tested."""
    plan = study.immunogenicity
    return {} if plan is None else {a.drug: a for a in plan.assays if a.nab is not None}


def with_drug(samples: pl.DataFrame, study: Study) -> pl.DataFrame:
    """IS with its drug: the rows of a study with one assay need not name it."""
    plan = study.immunogenicity
    if plan is None or len(plan.assays) != 1:
        return samples
    return samples.with_columns(ISBDAGNT=C("ISBDAGNT").fill_null(plan.assays[0].drug))


def tested(samples: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Rows of IS with a NAb result, or the word why there is none."""
    return samples.filter(_is_test({d: a.nab for d, a in assays(study).items()}))


def positive(samples: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Rows of IS by which a sample is positive for ADA: by confirmation, without one by screen or titre."""
    last = {d: a.confirm or a.screen or a.titre for d, a in assays(study).items()}
    says = C("ISSTRESC").str.strip_chars().str.to_uppercase().str.contains(POSITIVE)
    return samples.filter(_is_test(last) & (says | (C("ISSTRESN") > 0)).fill_null(value=False))


def _is_test(codes: dict[str, str | None]) -> pl.Expr:
    """True for the test each drug's assay names."""
    named = C("ISBDAGNT").replace_strict(codes, default=None, return_dtype=pl.String)
    return (C("ISTESTCD") == named).fill_null(value=False)
