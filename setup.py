"""The wheel carries the flow: Snakefile, rules, profiles, example studies and the lock, in pkpipe/flow.

Everything else about the package is in pyproject.toml.
"""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

FLOW = ("Snakefile", "rules", "profiles", "config", "requirements.lock", "docs/nca_differences.csv")


class WithFlow(build_py):
    """Copies the flow beside the code; an editable install finds it in the checkout."""

    def run(self) -> None:
        """Build as always, then copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "pkpipe", "flow")
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in FLOW:
            if Path(name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__", ".*")
                shutil.copytree(name, target / name, ignore=ignored)
            else:
                (target / name).parent.mkdir(exist_ok=True)
                shutil.copy2(name, target / name)


setup(cmdclass={"build_py": WithFlow})
