# Typed tables and every finding; an error stops the study here. Outputs of the run before stay then, so `raw` is
# a param here too: as long as the raw files are others than those of the last good run, the study is checked anew.
rule validate:
    """Text tables to typed ones; findings in logs/findings.csv whatever happens."""
    input:
        reads("validate"),
    output:
        update(writes("validate")),
    log:
        "results/{study}/{cutoff}/logs/validate.log",
    params:
        raw=flow.raw,
        settings=flow.settings("validate"),
        code=flow.code("validate"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: validate"
    shell:
        "python -m pkpipe stage validate --study {wildcards.study} --cutoff {wildcards.cutoff} > {log} 2>&1"
