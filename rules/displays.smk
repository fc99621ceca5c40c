# Every shown number as a row, with the table, figure or listing it stands in.
rule displays:
    """Every shown number as a row before it is text, and the catalogue of displays."""
    input:
        reads("displays"),
    output:
        update(writes("displays")),
        done("displays"),
    log:
        "results/{study}/{cutoff}/logs/displays.log",
    resources:
        mem_mb=mem_mb("displays"),
        runtime=runtime("displays"),
    params:
        settings=flow.settings("displays"),
        code=flow.code("displays"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: displays"
    shell:
        "python -m pkpipe stage displays --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
