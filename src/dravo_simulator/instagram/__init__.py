"""Instagram, as its documentation says it behaves."""
