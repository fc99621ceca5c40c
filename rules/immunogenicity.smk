# Antibody status of samples and subjects (ADAB), incidence, effect on exposure.
rule immunogenicity:
    """Antibody status of samples and subjects (ADAB), incidence, effect on exposure."""
    input:
        reads("immunogenicity"),
    output:
        update(writes("immunogenicity")),
        done("immunogenicity"),
    log:
        "results/{study}/{cutoff}/logs/immunogenicity.log",
    resources:
        mem_mb=mem_mb("immunogenicity"),
        runtime=runtime("immunogenicity"),
    params:
        settings=flow.settings("immunogenicity"),
        code=flow.code("immunogenicity"),
    message:
        "{wildcards.study} at {wildcards.cutoff}: immunogenicity"
    shell:
        "python -m pkpipe stage immunogenicity --study {wildcards.study:q} --cutoff {wildcards.cutoff:q} > {log:q} 2>&1"
