"""Which real hosts belong to which network, and how a path here is split into host and path there."""

HOSTS = {
    "x": {"api.x.com", "api.twitter.com", "x.com"},
    "linkedin": {"api.linkedin.com", "www.linkedin.com"},
    "facebook": {"graph.facebook.com", "graph-video.facebook.com", "rupload.facebook.com", "www.facebook.com"},
    "instagram": {
        "graph.instagram.com",
        "graph.facebook.com",
        "rupload.facebook.com",
        "api.instagram.com",
        "www.instagram.com",
    },
    "tiktok": {
        "www.tiktok.com",
        "open.tiktokapis.com",
        "open-upload.tiktokapis.com",
        "upload.us.tiktokapis.com",
    },
}
"""Some hosts of Facebook serve two networks: there the account of the token tells which one is meant."""


def split(path: str) -> tuple[str, str]:
    """``/api.x.com/2/tweets`` → host and the path on that host."""
    host, _, rest = path.removeprefix("/").partition("/")
    return host, "/" + rest


def networks_of(host: str) -> list[str]:
    return [network for network, hosts in HOSTS.items() if host in hosts]
