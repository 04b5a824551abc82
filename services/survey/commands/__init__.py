"""The commands of the survey service, each with the function that carries it out."""
