"""docs/python.md says of everything that `pkpipe.nca` offers how it is called and what it gives."""

import inspect

import pytest

import pkpipe.nca
from pkpipe.documentation import PAGES
from pkpipe.documentation.docstrings import markdown_of

PAGE = PAGES["python.md"]()
FUNCTIONS = [name for name in pkpipe.nca.__all__ if inspect.isfunction(getattr(pkpipe.nca, name))]


def section(name):
    return PAGE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", pkpipe.nca.__all__)
def test_everything_offered_is_on_the_page_and_says_what_it_is(name):
    assert len(section(name).split()) > 5


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_shown_with_every_argument(name):
    for argument in inspect.signature(getattr(pkpipe.nca, name)).parameters:
        assert argument in section(name).partition("```python")[2].partition("```")[0]


def test_the_arguments_of_the_analysis_are_each_explained():
    told = section("nca")
    for argument in inspect.signature(pkpipe.nca.nca).parameters:
        assert f"| `{argument}` |" in told or f"| `**{argument}` |" in told


def test_a_docstring_is_read_section_by_section():
    def drawn():
        """First sentence.

        one: the first of them
        two: the second

        Args:
            dose: mg, or
                mg/kg.

        Returns:
            A table.

        Raises:
            DataError: rows.

        Examples:
            >>> 1 + 1
            2
        """

    assert markdown_of(drawn) == (
        "First sentence.\n\n- `one`: the first of them\n- `two`: the second\n\n"
        "| argument | what it is |\n| --- | --- |\n| `dose` | mg, or mg/kg. |\n\n"
        "Returns: A table.\n\n"
        "| error | when |\n| --- | --- |\n| `DataError` | rows. |\n\n"
        "```pycon\n>>> 1 + 1\n2\n```\n"
    )


def test_the_methods_of_a_result_are_shown():
    assert all(f"\n### {name}\n" in section("Results") for name in ("wide", "explain", "plot"))
