# Typed tables and every finding; an error stops the study here, and what the last good run wrote stays.
rule validate:
    """Text tables to typed ones; findings in logs/findings.csv whatever happens."""
    input:
        reads("validate"),
    output:
        update(writes("validate")),
        done("validate"),
    log:
        "results/{study}/{cutoff}/logs/validate.log",
    resources:
        mem_mb=mem_mb("validate"),
        runtime=runtime("validate"),
    params:
        settings=flow.settings("validate"),
        code=flow.code("validate"),
        previous=flow.previous,
    message:
        "{wildcards.study} at {wildcards.cutoff}: validate"
    shell:
        "python -m pkpipe stage validate --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
