"""The commands of the referral service, each with the function that carries it out."""
