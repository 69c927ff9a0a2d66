"""TikTok, as its documentation says it behaves."""
