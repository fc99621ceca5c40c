# Lesions to time-point and best response (ADTR, ADRS), rates with exact intervals.
rule tumor:
    """Lesions to time-point and best response (ADTR, ADRS), rates with exact intervals."""
    input:
        reads("tumor"),
    output:
        update(writes("tumor")),
        done("tumor"),
    log:
        "results/{study}/{cutoff}/logs/tumor.log",
    resources:
        mem_mb=mem_mb("tumor"),
        runtime=runtime("tumor"),
    params:
        settings=flow.settings("tumor"),
        code=flow.code("tumor"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: tumor"
    shell:
        "python -m pkpipe stage tumor --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
