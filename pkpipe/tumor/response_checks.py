"""What cannot be right in the responses that readers gave: a finding each, with its row."""

from __future__ import annotations

import polars as pl

from pkpipe.finding.table import all_findings
from pkpipe.sentences import sentence
from pkpipe.tumor.check_list import found
from pkpipe.tumor.lesions.segments import BY_READER, ever_before, starts
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.responses.assessments import criterion_set
from pkpipe.tumor.responses.best import fallen_back
from pkpipe.tumor.responses.eligible_assessments import NOT_WORST


def response_findings(
    rs: pl.DataFrame, counted: pl.DataFrame, options: ResponseOptions
) -> pl.DataFrame:
    """Everything wrong in RS. counted: the reported assessments with reference dates."""
    words = (*options.words.class_of, *options.words.no_response)
    overall = rs.filter((pl.col("RSTESTCD") == "OVRLRESP") & (criterion_set() == options.criteria))
    value = pl.col("RSSTRESC")
    return all_findings(
        [
            found("RS-CODELIST", overall.filter(~value.is_in(words)), allowed=", ".join(words)),
            found("RS-CR-THEN", _after_complete(counted), "TOLD"),
            found("RS-ICPD-ALONE", _unannounced(counted, options), "AVALC"),
            found("RS-TWO", counted.filter(pl.col("ANLRSN") == NOT_WORST), "DTC"),
            found("RS-DEATH", counted.filter(pl.col("ADT") > pl.col("DTHDT")), "DTC"),
            found("RS-EARLY", counted.filter(pl.col("ADT") < pl.col("ANCHOR")), "DTC"),
            found("RS-NODATE", counted.filter(pl.col("ADT").is_null()), "DTC"),
        ]
    )


def _after_complete(counted: pl.DataFrame) -> pl.DataFrame:
    """The first PR or SD after a CR of each reader and subject, TOLD with both dates."""
    used = counted.filter(pl.col("ANL01FL").is_not_null(), pl.col("ANL02FL").is_not_null())
    used = used.with_columns(G=starts(BY_READER).cum_sum() - 1)
    last = pl.when(pl.col("CLASS") == "CR").then("ADT").forward_fill()
    fallen = used.with_columns(CRDT=last, BACK=fallen_back()).filter("BACK")
    told = sentence("{} of {} after CR of {}", "AVALC", "ADT", "CRDT")
    return fallen.with_columns(TOLD=told).filter(starts(BY_READER))


def _unannounced(counted: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """The first iCPD of a reader and subject that no iUPD stands before."""
    if options.criteria != "iRECIST":
        return counted.clear()
    used = counted.filter(pl.col("ANL01FL").is_not_null()).with_columns(
        G=starts(BY_READER).cum_sum() - 1
    )
    announced = ever_before(pl.col("CLASS") == "UPD", pl.col("G"))
    first = (
        used.with_columns(TOLD=announced).filter(pl.col("CLASS") == "PD").filter(starts(BY_READER))
    )
    return first.filter(~pl.col("TOLD"))
