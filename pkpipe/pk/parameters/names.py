"""Names in the nca section that only the parameter registry and the escalation plan can confirm."""

from __future__ import annotations

from collections.abc import Iterator

from pkpipe.errors import ConfigError
from pkpipe.nca import PARAMETERS
from pkpipe.pk.parameters.reported import PARTIAL_AREAS
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study


def check_names(study: Study, plan: NcaPlan | None = None) -> None:
    """Every parameter and level that the derived results name exists; plan: another than the study's.

    Raises:
        ConfigError: all that do not, with what is allowed.
    """
    plan = plan or study.nca
    if plan is None:
        return
    known = {p.code for p in PARAMETERS} - set(PARTIAL_AREAS)
    sections = {
        "dose_proportionality": plan.dose_proportionality,
        "accumulation": plan.accumulation,
        "sensitivity": plan.sensitivity,
        "conjugate": plan.conjugate,
    }
    wrong = [
        f"nca.{name}.parameters: '{code}' is no parameter of a whole profile (allowed: codes of the "
        "parameter registry that are of no partial area)"
        for name, section in sections.items()
        if section is not None
        for code in section.parameters
        if code not in known
    ]
    levels = study.escalation.codes if study.escalation else ()
    wrong += _of_comparisons(study, plan, {p.code for p in PARAMETERS})
    start = plan.dose_proportionality.subset_from if plan.dose_proportionality else None
    if start is not None and start not in levels:
        allowed = ", ".join(levels) or "none, the study has no escalation"
        wrong.append(
            f"nca.dose_proportionality.subset_from: '{start}' is no level (allowed: {allowed})"
        )
    if wrong:
        raise ConfigError("\n  ".join(wrong))


def _of_comparisons(study: Study, plan: NcaPlan, known: set[str]) -> Iterator[str]:
    """What `nca.compare` names and is not there."""
    levels = study.escalation.codes if study.escalation else ()
    there = {
        "analytes": [a.code for a in study.analytes],
        "cohorts": [c.code for c in study.cohorts],
        "levels": [*levels],
    }
    for name, of in plan.compare.items():
        key = f"nca.compare.{name}"
        for code in of.parameters or ():
            if code not in known:
                yield f"{key}.parameters: '{code}' is no parameter (allowed: codes of the parameter registry)"
        named = [("analytes", "analytes", code) for code in of.analytes or ()]
        for part in of.treatments:
            named += [("treatments.cohorts", "cohorts", code) for code in part.cohorts or ()]
            named += [("treatments.levels", "levels", code) for code in part.levels or ()]
        for place, kind, code in dict.fromkeys(named):
            if code not in there[kind]:
                allowed = ", ".join(there[kind]) or "none, the study has none"
                yield f"{key}.{place}: '{code}' is not one of {kind} (allowed: {allowed})"
