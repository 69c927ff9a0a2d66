"""LinkedIn, as its documentation says it behaves."""
