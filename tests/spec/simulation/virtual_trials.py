"""Virtual trials for sentences: the two studies, variants of them, and the rooms run on their raw files."""

import datetime
from functools import cache

from support import ROOT

from pkpipe import snapshot, validate
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.protocol.study import Study
from pkpipe.rooms import BY_NAME
from pkpipe.simulation import simulate
from pkpipe.store.files import write_table

END = datetime.date(2026, 12, 31)
STUDIES = ("bat6026", "bat8008_bat1308")


@cache
def study(name):
    """A study of config/."""
    return load_study(ROOT / "config" / f"{name}.yaml")


def variant(name, change):
    """A study of config/ whose file, as nested dictionaries, was changed in place by `change`."""
    content = study(name).model_dump(mode="json", exclude_none=True)
    change(content)
    return Study.model_validate(content)


@cache
def drawn(name, seed, **options):
    """Raw and truth tables of a study of config/."""
    return simulate(study(name), seed, **options)


def write(tables, folder):
    """The raw tables as CSV files, as the command writes them."""
    for name, frame in tables.items():
        write_table(frame, folder / f"{name.lower()}.csv")


def results(plan, folder, rooms, cutoff=END):
    """Tables of the rooms named, run one after another on the raw files of a folder."""
    at = plan.at(cutoff)
    found = snapshot.run(folder, at)
    found = {**found, **validate.run(found, at)}
    if validate.stopping(found["FINDINGS"]).height:
        return found
    for name in rooms:
        room = BY_NAME[name]
        reads = {r.rpartition("/")[2] for r in room.reads}
        found = {**found, **room.run({k: found[k] for k in reads}, at)}
    return found
