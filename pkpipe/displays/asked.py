"""The displays of a run: those of the catalogue that the study file asks for, then its own."""

from __future__ import annotations

from pkpipe.displays.display import Display
from pkpipe.displays.own import own_displays
from pkpipe.displays.own.study_checks import STUDY_CHECKS
from pkpipe.protocol.study import Study
from pkpipe.protocol.study_checks.needed import require


def chosen(study: Study) -> tuple[Display, ...]:
    """The displays a study asks for, in the order of the catalogue, then its own in the order of its file.

    Raises:
        ConfigError: the study file asks for a display that cannot be; every mistake is named.
    """
    # not at the top: a run that starts asks for the mistakes of a study file, and draws nothing
    from pkpipe.displays.catalogue import CATALOGUE  # noqa: PLC0415 (1 s with matplotlib, only where displays are made)

    require(STUDY_CHECKS, study)
    asked = study.report.displays
    return (
        *(d for d in CATALOGUE if asked is None or d.number in asked),
        *own_displays(study),
    )
