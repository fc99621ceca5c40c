"""The displays of a run: those of the catalogue that the study file asks for, then its own."""

from __future__ import annotations

from collections.abc import Sequence

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
        *(d for d in CATALOGUE if (_planned(d, study) if asked is None else d.number in asked)),
        *own_displays(study),
    )


def _planned(display: Display, study: Study) -> bool:
    """Whether a display that is shown only if it is planned is; any other is."""
    return not display.if_planned or any(_said(study, key.split(".")) for key in display.config)


def _said(section: object, names: Sequence[str]) -> bool:
    """Whether the study file says something under a key."""
    for name in names:
        section = getattr(section, name, None)
    return bool(section)
