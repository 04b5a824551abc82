"""The commands of the assessment service, each with the function that carries it out."""
