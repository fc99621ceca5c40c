"""The findings about the right study with what a test changes in it."""

from raw_drawings import RIGHT, deliver, tiny

from pkpipe import snapshot, validate
from pkpipe.finding.table import lines_of


def validated(tmp_path, *domains, **drawings):
    study = tiny(*RIGHT, *domains)
    return validate.run(snapshot.run(deliver(tmp_path, **RIGHT | drawings), study), study)


def findings(tmp_path, *domains, **drawings):
    return validated(tmp_path, *domains, **drawings)["FINDINGS"]


def only(tmp_path, *domains, **drawings):
    found = findings(tmp_path, *domains, **drawings)
    assert found.height == 1, lines_of(found)
    return found.row(0, named=True)


def changed(domain, old, new):
    assert old in RIGHT[domain]
    return {domain: RIGHT[domain].replace(old, new)}


TR_HEAD = "USUBJID|TRLNKID|TRTESTCD|TRSTRESC|TRSTRESN|TRSTRESU|TREVAL|VISIT|TRDTC\n"
