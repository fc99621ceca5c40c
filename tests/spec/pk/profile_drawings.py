"""One profile of the tables of the room, and a second dose that follows a first."""

import polars as pl
from pk_drawings import DOSES, TINY, trial


def profile(tables, dose=1):
    return tables["PROFILE"].filter(pl.col("DOSENO") == dose).row(0, named=True)


SECOND = """
USUBJID | CYCLE | PCTPT   | HOUR  | RESULT
1       | 1     | EOI     | 1     | 60
1       | 2     | PREDOSE | 503.5 | %s
1       | 2     | EOI     | 505   | 65
1       | 2     | 24H     | 528   | 50
1       | 2     | D8      | 672   | 25
1       | 2     | D15     | 840   | 12
1       | 3     | PREDOSE | 1007  | 5
"""
THIRD = DOSES + "1 | 3 | 1008 | 1 | 100\n"


def second(predose, study=TINY):
    return trial(doses=THIRD, samples=SECOND % predose, study=study)
