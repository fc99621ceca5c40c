# The flow of every study and cutoff: raw tables in, per-cohort summaries and a report out.
#   snakemake --cores 8                                              all of config/config.yaml
#   snakemake --cores 8 --config study=bat6026 cutoff=2026-06-30     one study at one cutoff, listed or not
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.27")

# Jobs run this checkout with this interpreter, whatever is activated; one thread each, for sums over several
# threads differ in their last bits.
sys.path.insert(0, str(workflow.basedir))
os.environ.update(
    PATH=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]),
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(workflow.basedir), os.environ.get("PYTHONPATH")])
    ),
    POLARS_MAX_THREADS="1",
    OMP_NUM_THREADS="1",
    MPLBACKEND="agg",
)

from pkpipe.errors import PkpipeError
from pkpipe.workflow import DRAWN, RUN_FILE, digest, done, everything, load_flow
from pkpipe.workflow import reads, reports, without_restored, writes

# Read by pkpipe itself: Snakemake's own YAML reader turns NO into False and lets a key be given twice.
run_files = workflow.config_settings.configfiles or [Path(workflow.basedir) / RUN_FILE]
try:
    flow = load_flow(workflow.config_settings.config, run_files)
except PkpipeError as problem:
    raise WorkflowError(str(problem))
os.environ["PKPIPE_CONFIG"] = str(run_files[0])


logger.addFilter(without_restored)


wildcard_constraints:
    study=flow.studies,
    cutoff=r"\d{4}-\d{2}-\d{2}",


rule all:
    """Every study at every cutoff, up to its manifest."""
    input:
        flow.targets,


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
