# Raw tables of a virtual trial, drawn from its protocol and a seed. Only the mark of a finished draw is an output:
# a raw table changed by hand is data like any other and is not drawn anew.
if flow.virtual:

    rule simulate:
        """A virtual trial's raw tables."""
        output:
            touch("{folder}/.simulated"),
        log:
            "results/logs/{folder}/simulate.log",
        wildcard_constraints:
            folder=flow.virtual_folders,
        resources:
            mem_mb=mem_mb("simulate"),
            runtime=runtime("simulate"),
        params:
            study=flow.drawn_study,
            seed=flow.seed,
            settings=flow.drawn_from,
            code=flow.simulation_code(),
        message:
            "{params.study}: drawing a virtual trial"
        shell:
            "python -m pkpipe simulate {params.study:q} --out={wildcards.folder:q} --seed {params.seed:q} > {log:q} 2>&1"
