"""A profile of an infusion that has every parameter."""

VECTOR = "0:0 1:60 24:45 48:38 168:20 336:9"
