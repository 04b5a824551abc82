"""Questionnaires: the format, forms in a language, versions, answers to all kinds of question."""
