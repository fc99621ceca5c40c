"""`pkpipe nca --effect`: what is said of a response to the drug, and what does not go with it."""

from __future__ import annotations

import argparse

from pkpipe.cli.nca_arguments import named_words
from pkpipe.errors import ConfigError
from pkpipe.protocol.nca_options import Options

NOT_WITH = (
    "sparse",
    "parent",
    "estimates",
    "report",
    "wide",
    "molar_mass",
    "blq_text",
    "conc_unit",
)


def check_effect(arguments: argparse.Namespace, options: Options) -> None:
    """A drug effect is asked for by --effect, and by itself.

    Raises:
        ConfigError: with what does not go with it, or `effect:` without it.
    """
    if not arguments.effect:
        if options.effect is not None:
            raise ConfigError(
                f"{arguments.options}: effect: wants --effect, where CONC is a response"
            )
        return
    if found := [n for n in NOT_WITH if getattr(arguments, n) not in (None, False)]:
        told = ", ".join(f"--{n.replace('_', '-')}" for n in found)
        raise ConfigError(f"--effect gives the long table of a response: leave out {told}")


def response_unit(arguments: argparse.Namespace) -> str | None:
    """The unit of the response as it was stated: any text, for not every response has a unit of a kind."""
    return named_words(arguments.units, "--units", "CONC=mmHg").get("CONC")
