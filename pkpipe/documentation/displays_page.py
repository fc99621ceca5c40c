"""docs/displays.md: the catalogue of tables, figures and listings, from the displays the code runs by."""

from __future__ import annotations

from typing import Final

from pkpipe.displays.catalogue import CATALOGUE
from pkpipe.displays.display import Display
from pkpipe.displays.formats import FORMATS
from pkpipe.displays.own.own_sources import TABLES
from pkpipe.displays.own.own_statistics import MEASURES
from pkpipe.displays.populations import POPULATIONS
from pkpipe.documentation.methods_page import table as markdown_table

HEAD: Final = """# Displays: what is shown, in every medium

Made from the catalogue in `pkpipe/displays/` (`make docs`; a test holds the two equal). Every run makes
every display that the study file asks for (`report: displays: [...]`; left out: all). A shown number is
one row of `displays/ARD` with its raw value, its text, the table and the rows it came from; every
medium prints that text. A display that has nothing to show says why: not collected, nobody qualifies,
or not planned.
"""
NUMBERS_HEAD: Final = '''"""The numbers of the catalogue, without what makes its displays (`make docs`)."""

from __future__ import annotations

from typing import Final

'''
OWN_DISPLAYS_CHAPTER: Final = """## Displays that a study adds

`report: own:` of a study file; docs/own_displays.md shows how. Columns are those of docs/tables.md.
"""


def displays_page() -> str:
    """The whole page as Markdown."""
    rows = [_row(display) for display in CATALOGUE]
    catalogue = markdown_table(("number", "title", "title in Chinese", "set", "from"), rows)
    rules = markdown_table(
        ("statistic", "words", "rounding"),
        ((name, rule.words.en, rule.decimals) for name, rule in FORMATS.items()),
    )
    statistics = f"## Statistics\n\nOne formatting rule each.\n\n{rules}"
    return f"{HEAD}\n{catalogue}\n{statistics}\n{_of_a_study()}"


def numbers_module() -> str:
    """pkpipe/displays/catalogue_numbers.py, by which a study file is asked at every start."""
    lines = "".join(f'    "{display.number}",\n' for display in CATALOGUE)
    return f"{NUMBERS_HEAD}NUMBERS: Final = (\n{lines})\n"


def _of_a_study() -> str:
    """What a display that a study adds can be made of."""
    names = ", ".join(f"`{name}`" for name in TABLES)
    sets = markdown_table(
        ("population", "analysis set"), ((code, p.words.en) for code, p in POPULATIONS.items())
    )
    rows = (
        (f"`{name}`", m.words, "a column of numbers" if m.of_numbers else "")
        for name, m in MEASURES.items()
    )
    shown = markdown_table(("show", "what it is", "of"), rows)
    return f"{OWN_DISPLAYS_CHAPTER}\nTables: {names}.\n\n{shown}\n{sets}"


def _row(display: Display) -> tuple[str, ...]:
    return (
        display.number,
        display.title.en,
        display.title.zh,
        POPULATIONS[display.population].words.en,
        ", ".join(f"`{name}`" for name in display.sources),
    )
