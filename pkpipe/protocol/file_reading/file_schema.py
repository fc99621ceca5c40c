"""The JSON schema of a study file, by which an editor completes keys, explains them and marks mistakes."""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import BaseModel

from pkpipe.protocol.base import StatedFrozen
from pkpipe.protocol.file_reading.keys import models_in
from pkpipe.protocol.file_reading.loader import OF_THE_RUN
from pkpipe.protocol.study import Study

NAME: Final = "study.schema.json"
# The first line of a study file, for editors that know it.
FIRST_LINE: Final = f"# yaml-language-server: $schema={NAME}"


def schema_text() -> str:
    """The schema as a file."""
    return json.dumps(study_schema(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def study_schema() -> dict[str, Any]:
    """What the models accept, and what the sections of a study must state beside."""
    schema = Study.model_json_schema(mode="validation")
    for name in OF_THE_RUN:
        schema["properties"].pop(name, None)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "pkpipe study file"
    for model in _stated(Study):
        _state(schema["$defs"], model)
    return schema


def _stated(model: type[BaseModel]) -> list[type[StatedFrozen]]:
    inner = [m for field in model.model_fields.values() for m in models_in(field.annotation)]
    own = [m for m in inner if issubclass(m, StatedFrozen)]
    return [*own, *(found for m in inner for found in _stated(m))]


def _state(definitions: dict[str, Any], model: type[StatedFrozen]) -> None:
    """The keys that a study must state, and the names that keys had before."""
    section = definitions[model.__name__]
    for path in model.STATED:
        outer, _, inner = path.rpartition(".")
        holder = section if not outer else definitions[_of(section["properties"][outer])]
        holder["required"] = sorted({*holder.get("required", ()), inner})
    for old, new in model.EARLIER.items():
        words = {"deprecated": True, "description": f"now called {new}"}
        section["properties"][old] = {**section["properties"][new], **words}
        section["required"] = sorted({*section.get("required", ())} - {new})


def _of(schema: dict[str, Any]) -> str:
    """The name of the definition a property refers to."""
    parts = [schema, *schema.get("allOf", ()), *schema.get("anyOf", ())]
    return next(str(p["$ref"]).rpartition("/")[2] for p in parts if "$ref" in p)
