"""Meta's hosts that ask people, and the calls about tokens on those that serve apps."""

from starlette.routing import Route

from dravo_simulator.meta_oauth import (
    dialog,
    exchange,
    inspect_token,
    instagram_dialog,
    instagram_tokens,
    pages,
    profile,
)

FACEBOOK_SITE = [
    Route("/dialog/oauth", dialog.authorize, methods=["GET", "POST"]),
    Route("/{version}/dialog/oauth", dialog.authorize, methods=["GET", "POST"]),
]
INSTAGRAM_SITE = [Route("/oauth/authorize", instagram_dialog.authorize, methods=["GET", "POST"])]
INSTAGRAM_API = [Route("/oauth/access_token", instagram_tokens.access_token, methods=["POST"])]
FACEBOOK_GRAPH = [
    Route("/oauth/access_token", exchange.access_token, methods=["GET", "POST"]),
    Route("/{version}/oauth/access_token", exchange.access_token, methods=["GET", "POST"]),
    Route("/{version}/me/accounts", pages.accounts, methods=["GET"]),
    Route("/{version}/me/businesses", pages.businesses, methods=["GET"]),
    Route("/{version}/me/permissions", inspect_token.permissions, methods=["GET"]),
    Route("/{version}/debug_token", inspect_token.debug_token, methods=["GET"]),
    Route("/{version}/{business_id}/owned_pages", pages.owned_pages, methods=["GET"]),
    Route("/{version}/{business_id}/client_pages", pages.client_pages, methods=["GET"]),
]
INSTAGRAM_GRAPH = [
    Route("/access_token", instagram_tokens.exchange, methods=["GET"]),
    Route("/refresh_access_token", instagram_tokens.refresh, methods=["GET"]),
    Route("/{version}/me", profile.me, methods=["GET"]),
]
