"""What a request's body may be, by path."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BodyRule:
    """Media types that are read, and the most bytes (None: the route counts them itself)."""

    media_types: frozenset[str]
    max_bytes: int | None


JSON_BODY = BodyRule(frozenset({"application/json"}), MIB)

BODY_RULES: dict[str, BodyRule] = {
    # Its limit depends on how the bytes come, which only the route knows.
    "/v1/media": BodyRule(frozenset({"application/json", "multipart/form-data"}), None),
}


def body_rule(path: str) -> BodyRule:
    return BODY_RULES.get(path, JSON_BODY)
