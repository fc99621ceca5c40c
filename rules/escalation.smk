# DLT evaluability, the decision and its reason, conformance with the protocol.
rule escalation:
    """DLT evaluability, the decision and its reason, conformance with the protocol."""
    input:
        reads("escalation"),
    output:
        update(writes("escalation")),
        touch(done("escalation")),
    log:
        "results/{study}/{cutoff}/logs/escalation.log",
    params:
        settings=flow.settings("escalation"),
        code=flow.code("escalation"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: escalation"
    shell:
        "python -m pkpipe stage escalation --study {wildcards.study} --cutoff {wildcards.cutoff} > {log} 2>&1"
