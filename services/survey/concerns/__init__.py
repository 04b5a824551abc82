"""Safeguarding concerns: signs of harm in what somebody wrote, and what a person did about them."""
