"""Records that went wrong whole are asked about, or no check within one delivery could see it: why is listed.

Collected result, standard text and standard number change together, so no cell contradicts another. A few run
by default; `pytest -m slow tests/corruptions` runs all of them and prints the counts.
"""

import sys
from collections import Counter

import pytest
from bench import STUDIES, Sound, corruptions
from known import UNSEEN
from trial import Trial

from pkpipe.snapshot.checks.visit_days import VISIT_DAYS
from pkpipe.validate.registry import PLAUSIBLE

EVERY, FEW = 3, 44  # of the listing: one in three in the long run, one in so many by default
PARTS = 2  # of the long run
ENOUGH = {"bat6026": 110, "bat8008_bat1308": 125}  # of a part
SHARE = 0.8
FOUND = "found"
HARMLESS, SLIPS = "changes no displayed number", "slips through"
BEFORE, UNSEEN_BEFORE = "found beside the delivery before", "not found beside it"


def outcomes(name, step, part=0, parts=1):
    """(corruption, what became of it) for one in `step` of a study's listing, or a part of these."""
    sound = Sound(name)
    for corruption in corruptions(sound.trial)[::step][part::parts]:
        tables, news = sound.news(corruption)
        if news.height:
            yield corruption, FOUND
            continue
        shown = SLIPS if sound.changes_what_is_shown(tables) else HARMLESS
        seen = BEFORE if sound.since_before(corruption) else UNSEEN_BEFORE
        yield corruption, f"{shown}, {seen}"


def told(name, every):
    """The counts, and each kind that no check within the delivery saw."""
    counts = Counter(said for _, said in every)
    unseen = Counter(c.kind for c, said in every if said != FOUND)
    lines = [
        f"  {kind}: {n} ({UNSEEN.get(kind, 'NOT KNOWN')})" for kind, n in sorted(unseen.items())
    ]
    head = f"\n{name}: {len(every)} corruptions of {len({c.kind for c, _ in every})} kinds: {dict(counts)}"
    return "\n".join([head, *lines, ""])


@pytest.mark.parametrize("name", STUDIES)
def test_a_few_corruptions_are_asked_about_or_are_known_to_be_unseen(name):
    every = list(outcomes(name, FEW))
    assert not {c.name for c, said in every if said != FOUND} - {
        c.name for c, _ in every if c.kind in UNSEEN
    }, told(name, every)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", STUDIES)
def test_every_corruption_is_asked_about_or_is_known_to_be_unseen(name, part):
    every = list(outcomes(name, EVERY, part, PARTS))
    sys.stdout.write(told(name, every))
    found = sum(said == FOUND for _, said in every)
    assert len(every) >= ENOUGH[name]
    assert found >= SHARE * len(every)
    slipped = [(c, said) for c, said in every if said.startswith(SLIPS)]
    new = {c.name for c, _ in slipped if c.kind not in UNSEEN}
    assert not sorted(new), told(name, every)
    # the comparison with a frozen delivery sees what no check within one delivery can
    assert not sorted({c.name for c, said in slipped if said.endswith(UNSEEN_BEFORE)})


@pytest.mark.parametrize("name", STUDIES)
def test_the_sound_deliveries_are_asked_about_little(name):
    """What is right must not drown: two plausibility queries at most in all default runs together."""
    asked = {c.id for cross in PLAUSIBLE for c in cross.checks} | {"AE-SEVERITY-GRADE"}
    asked |= {c.id for c in VISIT_DAYS}
    found = [check for check in Sound(name).known["CHECK"].to_list() if check in asked]
    assert len(found) <= 1, found


def test_each_kind_that_is_unseen_is_one_of_the_listing():
    kinds = {c.kind for name in STUDIES for c in corruptions(Trial(name))}
    assert not sorted(set(UNSEEN) - kinds)
