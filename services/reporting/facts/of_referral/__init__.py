"""Facts of what referral publishes, a module for each of its things."""
