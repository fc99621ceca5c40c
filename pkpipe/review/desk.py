"""What all pages of a review share: the run, its pharmacokinetics, the ledger as it lies there now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from pkpipe.errors import PkpipeError
from pkpipe.provenance import raw_hashes
from pkpipe.review import acts, ledger_file
from pkpipe.review.computed_parameters import Kinetics, State
from pkpipe.review.ledger_file import Ledger, Place
from pkpipe.review.pages import filled
from pkpipe.review.running import Runner
from pkpipe.review.study_run import Reviewed

MENU: Final = (
    ("profiles", "Profiles"),
    ("ledger", "Ledger"),
    ("findings", "Findings"),
    ("conventions", "Conventions"),
)


@dataclass
class Desk:
    """One review of one run."""

    run: Reviewed
    kinetics: Kinetics = field(init=False)
    runner: Runner = field(init=False)

    def __post_init__(self) -> None:
        self.kinetics = Kinetics(self.run)
        self.runner = Runner(self.run)

    @property
    def place(self) -> Place:
        """Where the ledger lies."""
        return ledger_file.place_of(self.run.study, self.run.entry.raw)

    def ledger(self) -> Ledger:
        """The entries as they stand in the file now."""
        return acts.known(ledger_file.read(self.place))

    def sound(self) -> pl.DataFrame:
        """Those of them that can be applied."""
        return self.kinetics.sound(self.ledger().entries)

    def now(self) -> State:
        """The run under them."""
        return self.kinetics.state(self.sound())

    def page(self, template: str, here: str, word: str, **values: object) -> str:
        """A page with its frame."""
        run = self.run
        return filled(
            template,
            here=here,
            word=word,
            menu=MENU,
            study=run.study.study.id,
            cutoff=run.cutoff.isoformat(),
            report=(run.folder / "report" / "index.html").is_file(),
            stale=self.out_of_date(),
            command=run.command,
            can_run=self.runner.can,
            running=self.runner.told(),
            **values,
        )

    def out_of_date(self) -> list[str]:
        """What lies there otherwise than when the results were made."""
        if not self.run.has("snapshot/SOURCES"):
            return ["the run has no snapshot"]
        read = dict(self.run.table("snapshot/SOURCES").select("FILE", "SHA256").iter_rows())
        try:
            place = self.place
            now = raw_hashes(self.run.entry.raw, self.run.study)
        except (PkpipeError, OSError) as problem:
            return [str(problem)]
        found = [f"{name} is another file" for name in sorted(now) if read.get(name) != now[name]]
        found += [
            f"{section} of the study file changed"
            for section in self.run.settings_since(self.run.folder)
        ]
        if not place.declared and place.path.exists():
            found.append(f"{place.name} is not named in the study file, so no run reads it")
        return found
