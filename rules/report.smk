# The report: one page that opens from disk, and every figure as a file beside it.
rule report_page:
    """One page a study and cutoff, and every figure as a file."""
    input:
        reads("report"),
    output:
        update(writes("report")),
        done("report"),
    log:
        "results/{study}/{cutoff}/logs/report.log",
    resources:
        mem_mb=mem_mb("report"),
        runtime=runtime("report"),
    params:
        settings=flow.settings("report"),
        code=flow.code("report"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: report"
    shell:
        "python -m pkpipe stage report --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
