"""Biomarkers: ADPD, its statistics by visit, receptor saturation, and the response to concentration."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.biomarkers.concentration_response import marker_response
from pkpipe.biomarkers.samples import biomarkers
from pkpipe.biomarkers.saturation import saturation, saturation_summary
from pkpipe.biomarkers.visit_statistics import marker_statistics, with_first
from pkpipe.protocol.study import Study


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """CP, ADSL, ADPC and the times of the doses to every table of biomarkers.

    tables: CP, ADSL, ADPC, and DOSES (`pk.samples.doses.dose_times`). The pk room calls this, for a biomarker
    is read beside the concentration of its sample.
    """
    adpd = with_first(biomarkers(tables["CP"], tables["ADSL"], tables["DOSES"], study))
    saturated = saturation(adpd, study)
    return {
        "ADPD": adpd,
        "PDSTAT": marker_statistics(adpd),
        "PDSAT": saturated,
        "PDSATSUM": saturation_summary(saturated),
        **marker_response(adpd, tables["ADPC"], study),
    }
