# The datasets a regulator opens; only for a study file with `submission: {datasets: true}`.
rule submission:
    """ADaM as XPT and Dataset-JSON, define.xml, the reviewer's guide, programs, SHA256SUMS."""
    input:
        reads("submission"),
    output:
        update(writes("submission")),
        done("submission"),
    log:
        "results/{study}/{cutoff}/logs/submission.log",
    resources:
        mem_mb=mem_mb("submission"),
        runtime=runtime("submission"),
    params:
        settings=flow.settings("submission"),
        code=flow.code("submission"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: submission"
    shell:
        "python -m pkpipe stage submission --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
