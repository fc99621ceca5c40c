"""The page of options: one row an option, what is allowed, and what holds in a study."""

import pytest

from pkpipe.documentation.options_page import MUST, TOPICS, keys, options_page

PAGE = options_page()
ROWS = [
    [c.strip() for c in line.split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")
]


def row(key):
    return next(r for r in ROWS if r[0] == f"| `{key}`")


@pytest.mark.parametrize("topic", TOPICS, ids=lambda t: t.title)
def test_every_option_of_a_topic_is_explained(topic):
    for key in keys(topic.of_verb):
        assert key.meaning, key.name


def test_a_row_says_what_is_allowed_and_what_holds_without_it():
    assert row("accept.r2adj_min")[1:4] == ["a number, 1 or less, `null`", "`null`", MUST]
    assert row("lambda_z.cmax")[1] == "`exclude`, `include`, `by_route`"
    assert row("blq")[1].startswith("`LOQ1`, `LOQ2`")
    assert row("baseline_max_days")[3] == "`schedule.tumour`"
    assert row("partial_dates")[2:4] == ["`last`", "`ne`"]


def test_the_section_of_the_escalation_is_the_file_of_its_verb():
    topic = next(t for t in TOPICS if t.section == "escalation")
    assert topic.of_verb is topic.of_study
