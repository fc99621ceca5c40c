# Last: every input and output of the run by SHA-256.
rule manifest:
    """Hashes of every input and output, versions, settings."""
    input:
        flow.everything,
    output:
        update("results/{study}/{cutoff}/manifest.json"),
        touch(sealed()),
    log:
        "results/{study}/{cutoff}/logs/manifest.log",
    resources:
        mem_mb=mem_mb("manifest"),
        runtime=runtime("manifest"),
    params:
        settings=flow.whole,
        code=flow.all_code,
    message:
        "{wildcards.study} at {wildcards.cutoff}: manifest"
    shell:
        "python -m pkpipe stage manifest --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
