# The flow of every study and cutoff: raw tables in, per-cohort summaries and a report out.
#   snakemake --cores 8                                              all of config/config.yaml
#   snakemake --cores 8 --config study=bat6026 cutoff=2026-06-30     one study at one cutoff, listed or not
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.utils import min_version

min_version("9.27")
# This checkout, whatever is installed; also where another workflow uses it as a module.
beside = Path(str(workflow.current_basedir))
sys.path.insert(0, str(beside))

from pkpipe.errors import PkpipeError
from pkpipe.cli.failed_jobs import Watch
from pkpipe.job_sizes import mem_mb, runtime
from pkpipe.shipped import root
from pkpipe.start import begin
from pkpipe.workflow import (
    done,
    for_jobs,
    handed_over,
    load_flow,
    reads,
    reports,
)
from pkpipe.workflow import run_file, sealed, writes

# A module that comes out of a repository has no folder: the flow that is installed stands for it.
checkout = beside if beside.is_dir() else root()
of_the_flow = "" if beside.is_dir() else f"{checkout}/"
# Read by pkpipe itself: Snakemake's own YAML reader turns NO into False and lets a key be given twice.
settings = workflow.config_settings
named, options = settings.configfiles, settings.config
try:
    if not workflow.modifier.is_main_snakefile():
        named, options = handed_over(config, workflow.configfiles)
    run_path = run_file(checkout, named)
    flow = load_flow(run_path, options)
    for line in begin(flow.runs, sys.argv[1:]) if workflow.is_main_process else []:
        print(line, file=sys.stderr)
except PkpipeError as problem:
    raise WorkflowError(str(problem))
for_jobs(checkout, run_path)
watch = Watch()
logger.addFilter(watch)


wildcard_constraints:
    study=flow.studies,
    cutoff=r"\d{4}-\d{2}-\d{2}",


rule all:
    """Every study at every cutoff, up to its manifest."""
    input:
        flow.targets,
    message:
        "every study and cutoff is done"


include: f"{of_the_flow}rules/simulate.smk"
include: f"{of_the_flow}rules/population.smk"
include: f"{of_the_flow}rules/snapshot.smk"
include: f"{of_the_flow}rules/validate.smk"
include: f"{of_the_flow}rules/subjects.smk"
include: f"{of_the_flow}rules/pk.smk"
include: f"{of_the_flow}rules/immunogenicity.smk"
include: f"{of_the_flow}rules/tumor.smk"
include: f"{of_the_flow}rules/survival.smk"
include: f"{of_the_flow}rules/safety.smk"
include: f"{of_the_flow}rules/escalation.smk"
include: f"{of_the_flow}rules/cohorts.smk"
include: f"{of_the_flow}rules/displays.smk"
include: f"{of_the_flow}rules/report.smk"
include: f"{of_the_flow}rules/tlf.smk"
include: f"{of_the_flow}rules/submission.smk"
include: f"{of_the_flow}rules/manifest.smk"


onsuccess:
    for line in ["Reports:", *reports(flow.runs)]:
        print(line, file=sys.stderr)


onerror:
    for line in ["", "What went wrong:", *watch.digest()]:
        print(line, file=sys.stderr)
    watch.write_down()
