"""Paper: questionnaires as they are printed, and what is typed from them when they come back."""
