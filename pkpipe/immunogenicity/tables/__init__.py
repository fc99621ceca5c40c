"""What the room hands on: ADAB, samples as people read them, prevalence and incidence."""
