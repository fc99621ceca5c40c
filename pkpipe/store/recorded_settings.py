"""The study as a run recorded it in its manifest: of another version of pkpipe it may have other keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pkpipe.errors import DataError
from pkpipe.protocol.file_reading.faults import faults
from pkpipe.protocol.study import Study
from pkpipe.store.manifest import NAME


def recorded_study(run: Path, content: Mapping[str, Any]) -> Study:
    """The study of a run. content: its manifest.

    Raises:
        DataError: this pkpipe does not know its settings; each key is named.
    """
    try:
        return Study.model_validate(content["config"])
    except ValidationError as problem:
        head = (
            f"{run / NAME}: the settings in it are not those of this pkpipe; read the run with the pkpipe "
            f"that made it ({content['pkpipe']}), or make it anew"
        )
        wrong = [
            f"{'.'.join(map(str, fault.keys))}: {fault.words}"
            for fault in faults(problem, content["config"], Study)
        ]
        raise DataError("\n  ".join([head, *wrong])) from problem
