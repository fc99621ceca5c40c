# Tables, figures and listings as files: RTF, PDF, XLSX, SVG, and the reporting event as JSON.
rule tlf:
    """Every display as RTF, all of them as PDF and XLSX, the figures as SVG, the reporting event."""
    input:
        reads("tlf"),
    output:
        update(writes("tlf")),
        done("tlf"),
    log:
        "results/{study}/{cutoff}/logs/tlf.log",
    resources:
        mem_mb=mem_mb("tlf"),
        runtime=runtime("tlf"),
    params:
        settings=flow.settings("tlf"),
        code=flow.code("tlf"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: tlf"
    shell:
        "python -m pkpipe stage tlf --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
