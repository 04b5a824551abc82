"""Open links: by one of them anybody answers a wave's questionnaire, or rates a delivery."""
