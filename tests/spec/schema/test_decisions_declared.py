"""The decisions a log can record are the same in what arrives and in what is written."""

from pkpipe.schema.adam.escalation import RECORDABLE
from pkpipe.schema.own_inputs import DECISIONS


def test_the_words_of_a_recorded_decision_are_those_that_may_arrive():
    assert tuple(RECORDABLE) == DECISIONS
