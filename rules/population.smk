# What the whole design of a study does in so many virtual trials, scattered over parts of a hundred (docs/populations.md):
#   snakemake --cores 2 results/populations/bat6026/1000-trials-seed-1/characteristics.html
rule population_part:
    """Some replicates of a population; which ones is said by the number of the part alone."""
    output:
        "results/populations/{study}/{replicates}-trials-seed-{seed}/parts/{part}-of-{parts}.parquet",
    log:
        "results/logs/populations/{study}/{replicates}-trials-seed-{seed}/{part}-of-{parts}.log",
    wildcard_constraints:
        replicates=r"[1-9]\d*",
        seed=r"\d+",
        part=r"[1-9]\d*",
        parts=r"[1-9]\d*",
    resources:
        mem_mb=mem_mb("population"),
        runtime=runtime("population"),
    params:
        settings=flow.whole,
        code=flow.population_code(),
    message:
        "{wildcards.study}: virtual trials, part {wildcards.part} of {wildcards.parts}"
    shell:
        "python -m pkpipe simulate {wildcards.study:q} --replicates {wildcards.replicates:q} --seed {wildcards.seed:q} --part {wildcards.part:q}/{wildcards.parts:q} --out={output:q} > {log:q} 2>&1"


rule population:
    """The parts put together: characteristics, paths, a page."""
    input:
        flow.population_parts,
    output:
        "results/populations/{study}/{replicates}-trials-seed-{seed}/trials.parquet",
        "results/populations/{study}/{replicates}-trials-seed-{seed}/characteristics.csv",
        "results/populations/{study}/{replicates}-trials-seed-{seed}/paths.csv",
        "results/populations/{study}/{replicates}-trials-seed-{seed}/characteristics.html",
    log:
        "results/logs/populations/{study}/{replicates}-trials-seed-{seed}/merged.log",
    wildcard_constraints:
        replicates=r"[1-9]\d*",
        seed=r"\d+",
    resources:
        mem_mb=mem_mb("population"),
        runtime=runtime("population"),
    params:
        folder="results/populations/{study}/{replicates}-trials-seed-{seed}",
    message:
        "{wildcards.study}: {wildcards.replicates} virtual trials put together"
    shell:
        "python -m pkpipe simulate --merge {input:q} --out={params.folder:q} > {log:q} 2>&1"
