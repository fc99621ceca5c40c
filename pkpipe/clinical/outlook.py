"""What a run of a study gives, what it does not give, and why: from its file and what was delivered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS, Collected
from pkpipe.clinical.dose_decision import rests_on
from pkpipe.protocol.study import Study

Needs = Callable[[Study], tuple[str, ...]]


@dataclass(frozen=True)
class Topic:
    """A kind of result, the section of the study file that asks for it, and the data it rests on."""

    name: str
    section: Callable[[Study], object]  # empty or null: the study does not ask for it
    called: str
    needs: Needs


@dataclass(frozen=True)
class Outlook:
    """Whether a result will be given; if not, why."""

    topic: str
    given: bool
    why: str | None = None

    @property
    def line(self) -> str:
        """For a person."""
        return f"  yes  {self.topic}" if self.given else f"  no   {self.topic}: {self.why}"


def _always(study: Study) -> object:
    return study.safety


def _survival(study: Study) -> tuple[str, ...]:
    only_os = study.survival is not None and set(study.survival.endpoints) == {"OS"}
    return ("DM.DTHDTC|DS|SS",) if only_os else ("TR|RS",)


TOPICS: Final = (
    Topic("exposure: doses, intensity, delays", _always, "", lambda _: ("EX",)),
    Topic("concentrations", lambda s: s.analytes, "analytes", lambda _: CONCENTRATIONS),
    Topic("pharmacokinetic parameters", lambda s: s.nca, "nca", lambda _: CONCENTRATIONS),
    Topic("antibodies", lambda s: s.immunogenicity, "immunogenicity", lambda _: ANTIBODIES),
    Topic("biomarkers", lambda s: s.biomarkers, "biomarkers", lambda _: ("CP",)),
    Topic("tumour response", lambda s: s.response, "response", lambda _: ("TR|RS",)),
    Topic("times to events", lambda s: s.survival, "survival", _survival),
    Topic("adverse events", _always, "", lambda _: ("AE",)),
    Topic("adverse events by grade", _always, "", lambda _: ("AE", "AE.AETOXGR")),
    Topic("related adverse events", _always, "", lambda _: ("AE", "AE.AEREL")),
    Topic("laboratory", _always, "", lambda _: ("LB",)),
    Topic("vital signs", _always, "", lambda _: ("VS",)),
    Topic("ECG", _always, "", lambda _: ("EG",)),
    Topic("disposition", _always, "", lambda _: ("DS",)),
    Topic("deaths", _always, "", lambda _: ("DM.DTHDTC|DM.DTHFL|DS|SS",)),
    Topic("dose decision", lambda s: s.escalation, "escalation", lambda s: ("EX", *rests_on(s))),
)


def outlook(study: Study, collected: Collected) -> Iterator[Outlook]:
    """Of each topic whether a run gives it."""
    for topic in TOPICS:
        if not topic.section(study):
            yield Outlook(topic.name, given=False, why=f"the study file has no {topic.called}")
            continue
        why = collected.reason(*topic.needs(study))
        yield Outlook(topic.name, given=why is None, why=why)
