"""Reviews of a supported child's plan, and the decisions after them."""
