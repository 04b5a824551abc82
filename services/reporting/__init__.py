"""Reporting owns what is counted and published: a read model fed by events, and editions of it.

It listens to referral, assessment and survey, and publishes what
`libs.common.contracts.reporting` declares: its editions, and the values in them.
"""
