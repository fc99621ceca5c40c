# The merge: one long table of every number a cohort has, and the numbers of a meeting.
rule cohorts:
    """The merge: one long table of every number a cohort has, and the numbers of a meeting."""
    input:
        reads("cohorts"),
    output:
        update(writes("cohorts")),
        done("cohorts"),
    log:
        "results/{study}/{cutoff}/logs/cohorts.log",
    resources:
        mem_mb=mem_mb("cohorts"),
        runtime=runtime("cohorts"),
    params:
        settings=flow.settings("cohorts"),
        code=flow.code("cohorts"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: cohorts"
    shell:
        "python -m pkpipe stage cohorts --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
