"""Projects: which to build under a joint budget, where a chain is narrow, what comes back."""
