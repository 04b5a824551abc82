"""The machinery run whole under a seeded scheduler, with faults drawn from the seed."""
