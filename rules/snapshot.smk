# Raw files as they were delivered, mapped onto SDTM and cut at the cutoff.
# They are no inputs: one that is missing is a finding, not a stop of every study, and their bytes are watched
# by `raw`, which sees what file times do not. Bytes read must be those that were hashed.
rule snapshot:
    """Raw files to one text table a domain, cut at the cutoff."""
    input:
        flow.drawn,
    output:
        update(writes("snapshot")),
        done("snapshot"),
    log:
        "results/{study}/{cutoff}/logs/snapshot.log",
    resources:
        mem_mb=mem_mb("snapshot"),
        runtime=runtime("snapshot"),
    params:
        raw=flow.raw,
        settings=flow.settings("snapshot"),
        code=flow.code("snapshot"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: snapshot"
    shell:
        "python -m pkpipe stage snapshot --study {wildcards.study:q} --cutoff {wildcards.cutoff:q}"
        " --sha256 {params.raw:q} > {log:q} 2>&1"
