"""What people call the columns of concentrations and doses."""

from typing import Final

# What people call a column. None is read as it: a duration may be a rate, a limit that of another unit.
CALLED: Final = {
    "BLQ": (
        *("BQL", "BLLOQ", "BELOWLLOQ", "BELOWLOQ", "BELOWLIMIT", "CENS", "CENSORED"),
        "低于定量下限",
    ),
    "LLOQ": (
        *("PCLLOQ", "ALLOQ", "LLQ", "LOQ", "LLOQN", "LOWERLOQ", "LOWERLIMIT", "PCLLOQN"),
        *("QUANTIFICATIONLIMIT", "定量下限"),
    ),
    "EXCLFL": (
        *("EXCL", "EXCLUDE", "EXCLUDED", "EXCLUSION", "NCAXFL", "NCA1XFL", "NCA01XFL", "NCAEXCL"),
        *("DISREGARD", "OMIT", "REJECT", "REJECTED", "剔除"),
    ),
    "DURATION": (
        *("TINF", "INFTIME", "INFUSIONTIME", "INFUSIONDURATION", "INFLEN", "ADOSEDUR", "EXDUR"),
        *("RATE", "INFRATE", "EXRATE", "输注时长", "输注时间", "滴注时长"),
    ),
    "TAU": ("EXTAU", "II", "INTERVAL", "DOSINGINTERVAL", "TRTRINT", "给药间隔"),
    "LAMZFL": ("INCLUDEHALFLIFE", "INCLUDEHL", "INCLUDEHALF", "LZFL", "KELFL", "PKUSEKEL"),
}
