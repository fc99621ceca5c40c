"""The datasets a regulator opens: XPT, Dataset-JSON, define.xml, guide, programs, SDTM copies, checksums.

The folder is module 5 of an eCTD. Everything in it is made of the tables of the run; no path of a machine and
no time of day is in it, so that the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.edition import edition
from pkpipe.finding.table import raise_if_any
from pkpipe.protocol.study import Study
from pkpipe.provenance import sums_of, versions_used
from pkpipe.submission.build import all_made
from pkpipe.submission.dataset import Made
from pkpipe.submission.dataset_json import dataset_json
from pkpipe.submission.define import STYLESHEET, define_xml
from pkpipe.submission.described_folders import SDTM
from pkpipe.submission.guide import guides
from pkpipe.submission.guide.counted_numbers import Facts
from pkpipe.submission.limits import findings
from pkpipe.submission.programs import all_programs
from pkpipe.submission.stylesheet import stylesheet
from pkpipe.submission.submission_identity import About, about
from pkpipe.submission.tabulations import FOLDER, tabulations
from pkpipe.submission.xpt import xpt

TOP: Final = "m5"
SUMS: Final = "SHA256SUMS"
Files = dict[str, bytes]


@dataclass(frozen=True)
class Submission:
    """The files by name, and what a reader of the log must know."""

    files: Files
    told: tuple[str, ...]


def build(tables: Mapping[str, pl.DataFrame], study: Study) -> Submission:
    """Every file of a submission.

    Raises:
        DataError: values, names or labels that a transport file cannot hold; every one of them is named.
    """
    datasets, of = all_made(tables, study), about(study)
    copies = tabulations(tables, study)
    raise_if_any(findings((*datasets, *copies)))
    analysis = f"{TOP}/datasets/{of.folder}/analysis/adam"
    files = {f"{analysis}/datasets/{name}": text for name, text in _datasets(datasets, of)}
    files |= {
        f"{TOP}/datasets/{of.folder}/{FOLDER}/{name}": content
        for name, content in _copies(copies, of)
    }
    programs = dict(all_programs(datasets, tables["ARD"], tables["DISPLAYS"]))
    files |= {f"{analysis}/programs/{name}": text.encode() for name, text in programs.items()}
    facts = _facts(datasets, copies, tables, study, files)
    files |= {
        f"{analysis}/datasets/{name}": content
        for name, content in guides(facts, edition(tables["SOURCES"], study))
    }
    in_top = {name.removeprefix(f"{TOP}/"): content for name, content in files.items()}
    files[f"{TOP}/{SUMS}"] = sums_of(in_top)
    return Submission(files, (*_told((*datasets, *copies)), f"{len(files)} files"))


def _datasets(datasets: Sequence[Made], of: About) -> Iterator[tuple[str, bytes]]:
    for made in datasets:
        name = made.code.lower()
        yield f"{name}.xpt", xpt(made, of.cutoff)
        yield f"datasetjson/{name}.json", dataset_json(made, of)
    yield "define.xml", define_xml(datasets, of)
    yield STYLESHEET, stylesheet()


def _copies(copies: Sequence[Made], of: About) -> Iterator[tuple[str, bytes]]:
    """The copies with their define.xml; nothing where none arrived as SDTM."""
    for made in copies:
        yield f"{made.code.lower()}.xpt", xpt(made, of.cutoff)
    if copies:
        yield "define.xml", define_xml(copies, of, SDTM)
        yield STYLESHEET, stylesheet()


def _facts(
    datasets: Sequence[Made],
    copies: Sequence[Made],
    tables: Mapping[str, pl.DataFrame],
    study: Study,
    files: Files,
) -> Facts:
    """What the reviewer's guide tells; versions are those of the packages that make the datasets."""
    sizes = {name.removeprefix(f"{TOP}/"): len(content) for name, content in files.items()}
    versions = versions_used("pkpipe.submission")
    return Facts(
        *(study, about(study), tuple(datasets), tuple(copies), sizes),
        *(tables["SOURCES"], tables["FINDSTAT"], versions),
    )


def _told(datasets: Sequence[Made]) -> Iterator[str]:
    for made in datasets:
        yield f"{made.code}: {made.rows.height} rows, {len(made.variables)} variables"
