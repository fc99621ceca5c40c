"""docs/options.md: what a verb and a section of the study file can be told, from the models they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pkpipe.documentation.methods_page import table
from pkpipe.protocol.base import StatedFrozen
from pkpipe.protocol.conditions import Condition
from pkpipe.protocol.efficacy import ResponsePlan, SurvivalPlan
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.protocol.file_reading.types_in_words import MUST, allowed, default, model_in, spelled
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.nca_options import Options
from pkpipe.protocol.own_displays import OwnDisplay, Statistic
from pkpipe.protocol.report_plan import ReportPlan
from pkpipe.protocol.response_options import ResponseFile
from pkpipe.protocol.survival_options import CurveRules, TteChoices

HEAD: Final = """# Options

Made from the models that read them (`make docs`). A verb and a section of the study file are read by one
model a topic: the same keys, the same values, the same words where one is wrong. `A study` is what holds
there if the key is left out, or `must say` where neither the protocol nor an authority gives a value. h is
hours whatever `--time-unit` says.
"""
NO_VERB: Final = "no verb has it"


@dataclass(frozen=True)
class Topic:
    """A verb and a section that can say the same."""

    title: str
    verb: str
    section: str
    of_verb: type[BaseModel]
    of_study: type[BaseModel]
    elsewhere: tuple[tuple[str, str], ...] = ()  # keys that a study has in another place
    alone: str = ""  # how a verb is told what only the section has


TOPICS: Final = (
    Topic(
        "Non-compartmental analysis",
        "`pkpipe nca --options FILE`",
        "nca",
        Options,
        NcaPlan,
        alone="of the verb, INTERVALS says which doses are single ones and how far a profile reaches; the "
        "rest is of planned cycles, levels and summaries, which its tables do not have",
    ),
    Topic(
        "Response",
        "`pkpipe recist --options FILE`",
        "response",
        ResponseFile,
        ResponsePlan,
        (("baseline_max_days", "`schedule.tumour`"),),
        "the verb gives confirmed and unconfirmed responses side by side",
    ),
    Topic(
        "Time to event",
        "`pkpipe tte --options FILE`, which has `anchor`, `evaluator`, `sd_min_days`, `confirm_days`, "
        "`max_ne`, `accept_sd` and `partial_dates` of the response too, and `schedule`",
        "survival",
        TteChoices,
        SurvivalPlan,
        alone="the options of curves are below; of `pkpipe km`, --at says when a curve is read, --by and "
        "--cox which groups are compared",
    ),
    Topic(
        "Curves",
        "the arguments of `pkpipe km`, as in `--min-at-risk`",
        "survival",
        CurveRules,
        SurvivalPlan,
    ),
    Topic(
        "Escalation",
        "`pkpipe escalate --protocol FILE`, `pkpipe operating-characteristics --protocol FILE`",
        "escalation",
        EscalationPlan,
        EscalationPlan,
    ),
    Topic("Report", NO_VERB, "report", ReportPlan, ReportPlan),
    Topic("A display that a study adds", NO_VERB, "report: own", OwnDisplay, OwnDisplay),
    Topic("A statistic of it", NO_VERB, "report: own: statistics", Statistic, Statistic),
    Topic("A condition on its records", NO_VERB, "report: own: rows: where", Condition, Condition),
)


@dataclass(frozen=True)
class Key:
    """One option, nested ones with their section before a dot."""

    name: str
    field: FieldInfo

    @property
    def meaning(self) -> str:
        """What it is, in words."""
        own = self.field.description
        model = model_in(self.field.annotation)
        return own or (model.__doc__ or "").partition("\n")[0].rstrip(".") if model else own or ""


def options_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *(_topic(topic) for topic in TOPICS)])


def _topic(topic: Topic) -> str:
    told = f"## {topic.title}\n\n{topic.verb}; section `{topic.section}:` of a study file.\n\n"
    of_study = {key.name: key for key in keys(topic.of_study)}
    elsewhere = dict(topic.elsewhere)
    rows = [
        (
            f"`{key.name}`",
            allowed(key.field),
            default(key.field),
            elsewhere.get(key.name) or _in_a_study(topic.of_study, of_study[key.name]),
            key.meaning,
        )
        for key in keys(topic.of_verb)
    ]
    told += table(("Key", "Allowed", "Default", "A study", "Meaning"), rows)
    own = [n for n in topic.of_study.model_fields if n not in topic.of_verb.model_fields]
    if own and topic.alone:
        names = ", ".join(f"`{n}`" for n in own)
        told += f"\nThe section alone has {names}: {topic.alone}.\n"
    return told


def keys(model: type[BaseModel], before: str = "") -> Iterator[Key]:
    """Every option of a model; what holds a group of options is left out for its members."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{before}{name}.")
        else:
            yield Key(f"{before}{name}", field)


def _in_a_study(model: type[BaseModel], key: Key) -> str:
    if issubclass(model, StatedFrozen):
        if key.name in model.ASSUMED:
            return f"`{spelled(model.ASSUMED[key.name])}`"
        if key.name in model.STATED:
            return MUST
    return default(key.field)
