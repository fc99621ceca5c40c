"""Pages of docs/ that are made from the values the code runs by; `make docs` writes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pkpipe.documentation.checks_page import checks_page
from pkpipe.documentation.command_line_page import command_line_page
from pkpipe.documentation.displays_page import displays_page
from pkpipe.documentation.methods_page import methods_page
from pkpipe.documentation.options_page import options_page
from pkpipe.documentation.page_links import linked
from pkpipe.documentation.python_page import python_page
from pkpipe.documentation.study_file_page import study_file_page
from pkpipe.documentation.tables_page import tables_page
from pkpipe.nca.registry.parameters import parameter_page

MADE: Final[dict[str, Callable[[], str]]] = {
    "checks.md": checks_page,
    "command_line.md": command_line_page,
    "displays.md": displays_page,
    "methods.md": methods_page,
    "nca_parameters.md": parameter_page,
    "options.md": options_page,
    "python.md": python_page,
    "study_file.md": study_file_page,
    "tables.md": tables_page,
}


def _page(make: Callable[[], str]) -> Callable[[], str]:
    return lambda: linked(make())


PAGES: Final[dict[str, Callable[[], str]]] = {name: _page(make) for name, make in MADE.items()}
