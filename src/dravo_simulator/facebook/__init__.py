"""Facebook Pages, as its documentation says it behaves."""
