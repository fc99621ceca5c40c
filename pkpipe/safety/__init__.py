"""Safety: adverse events, laboratory grades and shifts, and the counts a study asks for."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.clinical.collected import collected, remarked
from pkpipe.protocol.study import Study
from pkpipe.safety.adae import adae_of, unknown_close
from pkpipe.safety.aesum import aesoc_of, aesum_of
from pkpipe.safety.bds import analysed
from pkpipe.safety.by_visit import by_visit, with_first
from pkpipe.safety.labs import adlb_of, lbshift_of, with_worst
from pkpipe.safety.limits_counted import anysum_of, critsum_of

__all__ = ["adae_of", "adlb_of", "aesoc_of", "aesum_of", "critsum_of", "lbshift_of", "run"]


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """ADAE, ADLB, ADVS, ADEG, ADPE and their summaries; what a study does not collect stays empty."""
    adsl = tables["ADSL"]
    known = collected(tables, study)
    adae = adae_of(tables["AE"], adsl, study.safety, known)
    adlb = adlb_of(tables["LB"], adsl, known)
    rows = {
        "ADLB": with_worst(with_first(adlb, adsl)),
        "ADVS": with_first(analysed(tables["VS"], "VS", adsl), adsl),
        "ADEG": with_first(analysed(tables["EG"], "EG", adsl), adsl),
        "ADPE": analysed(tables["PE"], "PE", adsl, "PECLSIG"),
    }
    close = unknown_close(study.safety, known)
    emergent = pl.col("X").is_not_null() & (pl.col("PARAMCD") != "DLT")
    return {
        "ADAE": adae,
        **rows,
        "AESUM": remarked(aesum_of(adae, adsl, known), close, emergent),
        "AESOC": remarked(aesoc_of(adae, adsl, known), close, pl.col("X").is_not_null()),
        "BYVISIT": by_visit(rows),
        "LBSHIFT": lbshift_of(adlb, adsl, known),
        "CRITSUM": pl.concat(
            counts(rows, adsl, study.safety.criteria, known) for counts in (critsum_of, anysum_of)
        ).sort("GROUP", "GROUPVAL", maintain_order=True),
    }
