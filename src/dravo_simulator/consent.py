"""The page on which an account's owner lets an app in: its frame, which every network with OAuth fills in.

A network checks the parameters of its authorize address first and then asks `decide`. There is an answer at once when a
script has ordered one (``POST /_control/consent``) or when this call is the page's own form; otherwise `page` is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dravo_simulator.accounts import DEFAULT_HANDLES, AccountOrder, provide
from dravo_simulator.apps import App
from dravo_simulator.meta_oauth.people import pages_of, person_called, person_of
from dravo_simulator.wire import form_fields, world_of
from dravo_simulator.world import Account, World

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)
# No form-action: browsers apply it to the redirect that answers the form, and that leads to the app.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


class ConsentOrder(BaseModel):
    """``POST /_control/consent``: how the next authorize request of a network is answered, without a page."""

    model_config = ConfigDict(extra="forbid", strict=True)

    network: Literal["x", "linkedin", "facebook", "instagram", "tiktok"]
    account: str | None = Field(default=None, min_length=1)
    """The account's id on the network; or ``handle``; without either the plain account of the network."""
    handle: str | None = Field(default=None, min_length=1, max_length=100)
    scopes: list[str] | None = None
    """What the owner allows, when that is less than what is asked for."""
    pages: list[str] | None = None
    """Facebook: the ids of the Pages that the person behind the account chooses; all that are theirs without it."""
    decision: Literal["allow", "deny"] = "allow"

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if self.account is not None and self.handle is not None:
            raise ValueError("account and handle name the same thing; give one")
        if self.pages is not None and self.network != "facebook":
            raise ValueError("only Facebook asks for Pages")
        return self


@dataclass(frozen=True)
class Decision:
    """What the owner says. ``scopes`` are those that were asked for, or fewer; ``pages`` are Facebook's, None for all."""

    allowed: bool
    account: Account
    scopes: list[str]
    pages: list[str] | None = None


class NotThere(ValueError):
    """An order names what does not exist; the message says what."""


def order(world: World, ordered: ConsentOrder) -> None:
    """Keeps the order for the next authorize request. Raises NotThere about its account or its Pages."""
    handle = ordered.handle or DEFAULT_HANDLES[ordered.network]
    if ordered.account is None:
        account = world.account(ordered.network, by="handle", value=handle)
    elif (account := world.account(ordered.network, by="id", value=ordered.account)) is None:
        raise NotThere(f"account: {ordered.network} has no account {ordered.account}")
    if ordered.pages is not None:
        person = person_called(handle) if account is None else person_of(account)
        theirs = {page.id for page in pages_of(world, person.id)}
        for page in ordered.pages:
            if page not in theirs:
                raise NotThere(f"pages: {person.handle} has no Page {page}")
    world.store.set_fact(f"consent {ordered.network}", ordered.model_dump())


async def decide(request: Request, network: str, scopes: list[str]) -> Decision | None:
    """What the owner decides, or None when a page must ask. The first sign-in of a handle makes its account."""
    world = world_of(request)
    if request.method == "POST":
        form = await form_fields(request)
        handle = form.get("handle") or form.get("another") or DEFAULT_HANDLES[network]
        if "choosing" in form:
            scopes = [scope for scope in scopes if form.get(f"scope {scope}") == "on"]
        return Decision(form.get("decision") == "allow", _account(world, network, handle[:100]), scopes)
    kept = world.store.fact(f"consent {network}")
    if kept is None:
        return None
    world.store.set_fact(f"consent {network}", None)
    ordered = ConsentOrder.model_validate(kept)
    account = None if ordered.account is None else world.account(network, by="id", value=ordered.account)
    allowed = scopes if ordered.scopes is None else [scope for scope in scopes if scope in ordered.scopes]
    return Decision(
        ordered.decision == "allow",
        account or _account(world, network, ordered.handle or DEFAULT_HANDLES[network]),
        allowed,
        ordered.pages,
    )


def page(
    request: Request, *, title: str, app: App, scopes: list[str], redirect_uri: str, optional: Sequence[str] = ()
) -> Response:
    """The question itself. Its form goes to the very address it was shown at, query and all.

    ``optional`` are those of the scopes that the owner may leave out one by one.
    """
    html = _pages.get_template("consent.html").render(
        title=title,
        app=app.name,
        scopes=scopes,
        optional=optional,
        accounts=world_of(request).accounts(app.network),
        default_handle=DEFAULT_HANDLES[app.network],
        destination=urlsplit(redirect_uri).netloc,
    )
    return HTMLResponse(html, headers={"content-security-policy": POLICY, "cache-control": "no-store"})


def refused(title: str, reason: str, status: int = 400) -> Response:
    """What a person sees when the app sent them with parameters that are wrong: no redirect, but the reason."""
    html = _pages.get_template("consent.html").render(title=title, reason=reason)
    return HTMLResponse(html, status, headers={"content-security-policy": POLICY, "cache-control": "no-store"})


def back(redirect_uri: str, **parameters: str | None) -> Response:
    """To the app, with the parameters that are there."""
    given = {name: value for name, value in parameters.items() if value is not None}
    separator = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{separator}{urlencode(given)}", 302)


def _account(world: World, network: str, handle: str) -> Account:
    return provide(world, AccountOrder.model_validate({"network": network, "handle": handle}))[0]
