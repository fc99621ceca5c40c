"""What the rules of a time to event say has words in both languages."""

from pkpipe.survival.times.candidate_dates import TRACED
from pkpipe.survival.times.endpoints import OS, PFS, START, TTR
from pkpipe.survival.times.trace_wording import CANDIDATES, DATES, SITUATIONS


def test_every_situation_event_and_date_of_a_rule_has_chinese_words():
    rules = [rule for rules in (*PFS.values(), OS, TTR) for rule in rules]
    said = {text for r in rules for text in (r.situation, r.event)} - {None, START}
    assert said <= set(SITUATIONS)
    assert {r.dated.words for r in rules if r.code} - {START} <= {*DATES, *SITUATIONS}
    assert {name for name, _ in TRACED} <= set(CANDIDATES)
