# DLT evaluability, the decision and its reason, conformance with the protocol.
rule escalation:
    """DLT evaluability, the decision and its reason, conformance with the protocol."""
    input:
        reads("escalation"),
    output:
        update(writes("escalation")),
        done("escalation"),
    log:
        "results/{study}/{cutoff}/logs/escalation.log",
    resources:
        mem_mb=mem_mb("escalation"),
        runtime=runtime("escalation"),
    params:
        settings=flow.settings("escalation"),
        code=flow.code("escalation"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: escalation"
    shell:
        "python -m pkpipe stage escalation --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
