"""docs/python.md: what `pkpipe.nca` offers to a program, from its signatures and docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Final

from pydantic import BaseModel

import pkpipe.nca
from pkpipe.documentation.docstrings import first_sentence, markdown_of
from pkpipe.documentation.methods_page import table

HEAD: Final = """# Python: pkpipe.nca

Made from the signatures and docstrings of the package (`make docs`; a test holds the two equal). How it
is used stands in docs/nca.md. `Frame` is a table of polars, pandas or Arrow, or a mapping of columns. What
is not listed here is not meant to be called by a program and may change.
"""
REGISTRY: Final = (
    "All parameters by their code, in the order of the output: docs/nca_parameters.md.\n"
)
OF_OPTIONS: Final = "docs/options.md says what each may be and what holds where it is left out.\n"


def python_page() -> str:
    """The whole page as Markdown."""
    offered = {name: getattr(pkpipe.nca, name) for name in pkpipe.nca.__all__}
    functions = {name: one for name, one in offered.items() if inspect.isfunction(one)}
    classes = {name: one for name, one in offered.items() if inspect.isclass(one)}
    parts = [HEAD, _listed({**functions, **classes})]
    parts += [_function(name, one) for name, one in functions.items()]
    parts += [_class(name, one) for name, one in classes.items()]
    return "\n".join([*parts, f"## PARAMETERS\n\n{REGISTRY}"])


def _listed(offered: Mapping[str, object]) -> str:
    rows = [(f"[`{name}`](#{name.lower()})", first_sentence(one)) for name, one in offered.items()]
    return table(("name", "what it is"), [*rows, ("[`PARAMETERS`](#parameters)", REGISTRY.strip())])


def _function(name: str, function: Callable[..., object], marks: str = "##") -> str:
    return f"{marks} {name}\n\n{_signature(name, function)}\n{markdown_of(function)}"


def _signature(name: str, function: Callable[..., object]) -> str:
    """How it is called, one argument a line where they are many."""
    of = inspect.signature(function)
    told = list(_arguments(of))
    returned = str(of.return_annotation).strip("'")
    short = f"{name}({', '.join(told)}) -> {returned}"
    if len(told) > 2:
        lines = "".join(f"    {one},\n" for one in told)
        short = f"{name}(\n{lines}) -> {returned}"
    return f"```python\n{short}\n```\n"


def _arguments(of: inspect.Signature) -> Iterator[str]:
    named_only = False
    for one in of.parameters.values():
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and not named_only:
            named_only = True
            yield "*"
        if one.kind is one.VAR_KEYWORD:
            yield f"**{one.name}"
            continue
        kind = str(one.annotation).strip("'")
        yield f"{one.name}: {kind}{_default(one.default)}"


def _default(value: object) -> str:
    if value is inspect.Parameter.empty:
        return ""
    made = is_dataclass(value) or isinstance(value, BaseModel)
    return f" = {type(value).__name__}()" if made else f" = {value!r}"


def _class(name: str, kind: type) -> str:
    """A class: what it holds, or for a table what it can be asked."""
    told = f"## {name}\n\n{markdown_of(kind)}"
    if issubclass(kind, BaseModel):
        held = ", ".join(f"`{field}`" for field in kind.model_fields)
        return f"{told}\nFields: {held}. {OF_OPTIONS}"
    if is_dataclass(kind):
        rows = ((f"`{field.name}`", f"`{field.type}`") for field in fields(kind))
        return f"{told}\n{table(('field', 'type'), rows)}"
    methods = (m for m in vars(kind) if not m.startswith("_") and inspect.isfunction(vars(kind)[m]))
    return "\n".join([told, *(_function(m, vars(kind)[m], "###") for m in methods)])
