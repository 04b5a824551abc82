"""Survey owns questionnaires, deliveries and their ratings, complaints and compliments.

It publishes what `libs.common.contracts.survey` declares. From referral it learns which children
and cases there are, and whose caseload they are on. Free text and addresses never leave it.
"""
