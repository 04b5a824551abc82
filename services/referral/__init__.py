"""Referral owns children, parents, schools, plans, decisions, the caseload, reviews and staff.

It publishes what `libs.common.contracts.referral` declares and listens to nobody.
"""
