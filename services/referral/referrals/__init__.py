"""Referrals, their eligibility checks, and the decisions on them."""
