# The flow of every study and cutoff: raw tables in, per-cohort summaries and a report out.
#   snakemake --cores 8                                              all of config/config.yaml
#   snakemake --cores 8 --config study=bat6026 cutoff=2026-06-30     one study at one cutoff, listed or not
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.27")
sys.path.insert(0, str(workflow.basedir))  # this checkout, whatever is installed

from pkpipe.errors import PkpipeError
from pkpipe.workflow import (
    digest,
    done,
    everything,
    for_jobs,
    load_flow,
    reads,
    reports,
)
from pkpipe.workflow import run_file, without_chatter, writes

# Read by pkpipe itself: Snakemake's own YAML reader turns NO into False and lets a key be given twice.
settings = workflow.config_settings
try:
    run_path = run_file(Path(workflow.basedir), settings.configfiles)
    flow = load_flow(run_path, settings.config)
except PkpipeError as problem:
    raise WorkflowError(str(problem))
for_jobs(Path(workflow.basedir), run_path)
logger.addFilter(without_chatter)


wildcard_constraints:
    study=flow.studies,
    cutoff=r"\d{4}-\d{2}-\d{2}",


rule all:
    """Every study at every cutoff, up to its manifest."""
    input:
        flow.targets,
    message:
        "every study and cutoff is done"


include: "rules/simulate.smk"
include: "rules/snapshot.smk"
include: "rules/validate.smk"
include: "rules/subjects.smk"
include: "rules/pk.smk"
include: "rules/immunogenicity.smk"
include: "rules/tumor.smk"
include: "rules/survival.smk"
include: "rules/safety.smk"
include: "rules/escalation.smk"
include: "rules/cohorts.smk"
include: "rules/report.smk"
include: "rules/manifest.smk"


onsuccess:
    for line in ["Reports:", *reports(flow.runs)]:
        print(line, file=sys.stderr)


onerror:
    for line in ["", "What went wrong:", *digest(flow.runs)]:
        print(line, file=sys.stderr)
