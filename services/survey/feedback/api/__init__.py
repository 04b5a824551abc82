"""Complaints, compliments and register checks over HTTP."""

from services.survey.feedback.api import checks, complaints, compliments

routers = (complaints.routes, compliments.routes, checks.routes)
