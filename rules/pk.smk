# Concentrations against dose times (ADPC), NCA parameters (ADPP), their summaries, biomarkers.
rule pk:
    """Concentrations against dose times (ADPC), NCA parameters (ADPP), their summaries, biomarkers."""
    input:
        reads("pk"),
    output:
        update(writes("pk")),
        done("pk"),
    log:
        "results/{study}/{cutoff}/logs/pk.log",
    resources:
        mem_mb=mem_mb("pk"),
        runtime=runtime("pk"),
    params:
        settings=flow.settings("pk"),
        code=flow.code("pk"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: pk"
    shell:
        "python -m pkpipe stage pk --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
