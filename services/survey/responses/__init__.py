"""Responses: filled-in questionnaires that came back."""
