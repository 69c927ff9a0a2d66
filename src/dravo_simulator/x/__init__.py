"""X, as its documentation says it behaves."""
