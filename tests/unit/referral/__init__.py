"""Tests of the referral service on its own."""
