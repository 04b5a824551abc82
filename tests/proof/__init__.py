"""What `make proof` runs: shares of faults, simulation, disorder, hostile input and drills."""
