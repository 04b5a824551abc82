"""Survey owns questionnaires, on pages and paper, ratings of deliveries, complaints, compliments.

It publishes what `libs.common.contracts.survey` declares. From referral it learns which children
and cases there are, and whose caseload they are on. Free text and addresses never leave it.
"""
