"""What is shown: tables, figures and listings as values; each shown number is a row before it is text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import collected
from pkpipe.displays.asked import chosen
from pkpipe.displays.display import Material
from pkpipe.displays.result_rows import contents, tables_of
from pkpipe.protocol.study import Study
from pkpipe.provenance import fingerprint

# What a run knows of its files and findings; displays of it are not made again from changed data.
OF_FILES: Final = ("snapshot/SOURCES", "validate/FINDINGS", "validate/FINDSTAT")
SHORT: Final = 12  # characters of a hash, enough to tell versions apart


def run(tables: Mapping[str, pl.DataFrame], study: Study) -> dict[str, pl.DataFrame]:
    """The results of all rooms to the shown numbers (ARD), the displays, and the columns of their tables."""
    material = Material(tables, study, collected(tables, study))
    made = contents(chosen(study), material)
    return tables_of(made, material, fingerprint(__name__)[:SHORT])


def numbers_alone(tables: Mapping[str, pl.DataFrame], study: Study) -> pl.DataFrame:
    """The ARD of the displays that data alone decide: without drawings, files and findings."""
    material = Material(tables, study, collected(tables, study))
    asked = [d for d in chosen(study) if d.kind != "figure" and not of_files(d.sources)]
    return tables_of(contents(asked, material), material, "")["ARD"]


def drawn_in_chinese(
    tables: Mapping[str, pl.DataFrame], study: Study, numbers: Iterable[str]
) -> pl.DataFrame:
    """FIGURES of displays of a finished run, with the drawings in Chinese that its report did not ask for."""
    plan = study.report.model_copy(update={"language": "both"})
    both = study.model_copy(update={"report": plan})
    material, wanted = Material(tables, both, collected(tables, both)), {*numbers}
    asked = [display for display in chosen(both) if display.number in wanted]
    return tables_of(contents(asked, material), material, "")["FIGURES"]


def of_files(sources: Iterable[str]) -> bool:
    """Whether a display of these tables tells of files and findings."""
    return not set(sources).isdisjoint(OF_FILES)
