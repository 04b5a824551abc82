"""Referral owns children, parents, schools, plans, decisions, the caseload, reviews and staff.

It publishes what `libs.common.events.referral` declares and listens to nobody.
"""
