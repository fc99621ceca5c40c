# Adverse events, laboratory, vital signs, ECG, examinations.
rule safety:
    """Adverse events, laboratory, vital signs, ECG, examinations."""
    input:
        reads("safety"),
    output:
        update(writes("safety")),
        done("safety"),
    log:
        "results/{study}/{cutoff}/logs/safety.log",
    resources:
        mem_mb=mem_mb("safety"),
        runtime=runtime("safety"),
    params:
        settings=flow.settings("safety"),
        code=flow.code("safety"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: safety"
    shell:
        "python -m pkpipe stage safety --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
