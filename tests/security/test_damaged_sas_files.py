"""Damaged SAS files: refused with a sentence, or read; never a traceback, never a table that lost rows."""

from __future__ import annotations

import gzip
import random

import polars as pl
import pyreadstat
import pytest
from support import ROOT

from pkpipe.errors import DataError
from pkpipe.reading.files import read_table
from pkpipe.store.files import write_table

IRIS = ROOT / "tests" / "reference" / "formats" / "iris.sas7bdat.gz"
SEEDS = 20


def transport(folder, version):
    rows = pl.DataFrame({"ID": [f"S{i:04d}" for i in range(40)], "V": [i / 7 for i in range(40)]})
    path = folder / "good.xpt"
    if version == 5:
        write_table(rows, path)
    else:
        pyreadstat.write_xport(rows, str(path), file_format_version=8)
    return path.read_bytes()


def whole(kind, folder):
    if kind == "sas7bdat":
        return gzip.decompress(IRIS.read_bytes())
    return transport(folder, int(kind[-1]))


def damaged(content, seed):
    """Cut off, with bits turned, with bytes taken out, or with another beginning."""
    dice = random.Random(seed)
    some = bytearray(content)
    at = dice.randrange(len(some))
    kind = seed % 4
    if kind == 0:
        return bytes(some[:at])
    if kind == 1:
        for _ in range(dice.randrange(1, 30)):
            some[dice.randrange(len(some))] ^= 1 << dice.randrange(8)
    elif kind == 2:
        del some[at : at + dice.randrange(1, 2000)]
    else:
        some[: dice.randrange(1, 40)] = dice.randbytes(8)
    return bytes(some)


@pytest.mark.parametrize("kind", ["sas7bdat", "xpt5", "xpt8"])
def test_a_damaged_file_is_refused_or_has_all_its_rows(kind, tmp_path):
    content = whole(kind, tmp_path)
    path = tmp_path / f"given.{kind.rstrip('58')}"
    path.write_bytes(content)
    good = read_table(path)
    refused = 0
    for seed in range(SEEDS):
        path.write_bytes(damaged(content, seed))
        try:
            table = read_table(path)
        except DataError:
            refused += 1
        else:
            assert table.height == good.height, seed
    assert refused >= SEEDS // 2


@pytest.mark.parametrize("kind", ["sas7bdat", "xpt5", "xpt8"])
@pytest.mark.parametrize("lost", [1, 79, 80, 160])
def test_a_file_that_was_cut_off_is_refused(kind, lost, tmp_path):
    path = tmp_path / f"given.{kind.rstrip('58')}"
    path.write_bytes(whole(kind, tmp_path)[:-lost])
    with pytest.raises(DataError, match="cut off or is damaged"):
        read_table(path)
