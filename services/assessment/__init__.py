"""Assessment owns results on versioned scales, progress criteria, and the quality of teaching.

It publishes what `libs.common.contracts.assessment` declares. From referral it learns which
children, staff, teams and cases there are.
"""
