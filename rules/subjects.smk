# One row a subject (ADSL), its doses (ADEX) and exposure: who is who, what was given, when.
rule subjects:
    """One row a subject (ADSL), its doses (ADEX) and exposure: who is who, what was given, when."""
    input:
        reads("subjects"),
    output:
        update(writes("subjects")),
        done("subjects"),
    log:
        "results/{study}/{cutoff}/logs/subjects.log",
    resources:
        mem_mb=mem_mb("subjects"),
        runtime=runtime("subjects"),
    params:
        settings=flow.settings("subjects"),
        code=flow.code("subjects"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: subjects"
    shell:
        "python -m pkpipe stage subjects --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
