# Time to event (ADTTE) and Kaplan-Meier.
rule survival:
    """Time to event (ADTTE) and Kaplan-Meier."""
    input:
        reads("survival"),
    output:
        update(writes("survival")),
        done("survival"),
    log:
        "results/{study}/{cutoff}/logs/survival.log",
    resources:
        mem_mb=mem_mb("survival"),
        runtime=runtime("survival"),
    params:
        settings=flow.settings("survival"),
        code=flow.code("survival"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: survival"
    shell:
        "python -m pkpipe stage survival --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
