"""Reporting owns what is counted and published: a read model fed by events alone.

It publishes nothing yet, and listens to referral, assessment and survey.
"""
