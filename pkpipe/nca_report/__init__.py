"""The report of an NCA: profiles with their fit, curves and tables by group, what was left out, settings."""

from __future__ import annotations

from pkpipe.nca_report.given import Given
from pkpipe.nca_report.media import as_html, as_pdf
from pkpipe.nca_report.sections import sections

__all__ = ["Given", "as_html", "as_pdf", "sections"]
