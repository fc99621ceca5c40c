"""Tumour response and time to event."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.report.page_blocks import Section
from pkpipe.report.sections import response, time_to_event


def sections(tables: Mapping[str, pl.DataFrame], study: Study) -> tuple[Section, ...]:
    """Response, then survival."""
    return (response.section(tables, study), time_to_event.section(tables, study))
