"""The engine between a real Postgres and real sockets: posts with media, run until they are final."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from conformance.cases import PAGE_NUMBER, THUMBNAIL, Case
from conformance.samples import Sample, picture
from dravo.accounts.connect import Tenant, connect
from dravo.deliveries import dispatch, runner
from dravo.kit.http import NetworkHttp
from dravo.kit.ids import Key, new_id
from dravo.lifecycle.states import FINAL
from dravo.media.schemas import public_url_of
from dravo.models import Delivery, MediaAsset, PostMedium
from dravo.resources import Resources
from support.book import Book
from support.simulator import Control
from support.tampering import ProcessDeath
from support.time import Time

WORDS = "A plain post, with a picture: äöü & <tags> #one"
COMMENT = "And a first comment"


@dataclass
class Posted:
    """A delivery to an account that nobody else posts to, and the account as its network knows it."""

    case: Case
    key: Key
    profile: str
    token: str


@dataclass
class House:
    resources: Resources
    book: Book
    time: Time
    control: Control

    @property
    def network(self) -> NetworkHttp:
        return self.resources.networks["test"]

    async def post(
        self,
        case: Case,
        *,
        comment: bool = True,
        token: str | None = None,
        words: str = WORDS,
        comment_words: str = COMMENT,
    ) -> Posted:
        """The network's plainest post, to an account of its own. `token` replaces the account's own."""
        own = new_id("sim")
        page = str(int(own.encode()[-7:].hex(), 16))
        attributes = json.loads(json.dumps(case.attributes).replace(PAGE_NUMBER, page))
        traits = json.loads(json.dumps(case.traits).replace(PAGE_NUMBER, page))
        profile = await self.control.account(case.platform, own, attributes)
        used = token or profile["access_token"]
        async with self.resources.db.transaction() as session:
            account = await connect(
                session,
                self.resources.cipher,
                Tenant(self.book.workspace_id, self.book.environment),
                platform=case.platform,
                platform_account_id=profile["platform_account_id"],
                handle=profile["handle"],
                display_name=profile["display_name"],
                connection_type="simulated",
                traits=profile["extras"] | traits,
                credentials=self._credentials(profile, used) | ({"scopes": list(case.scopes)} if case.scopes else {}),
                token_expires_at=None,
            )
            await session.execute(
                text("UPDATE accounts SET token_since = token_since - interval '1 hour' WHERE id = :id"),
                {"id": account},
            )
        said = comment_words if comment else None
        return await self._post(case, account, profile["platform_account_id"], used, words=words, comment=said)

    def _credentials(self, profile: dict[str, Any], token: str) -> dict[str, Any]:
        """Enough to renew the tokens, where the account's own are used."""
        renewable = profile["refresh_token"] is not None and token == profile["access_token"]
        app = profile["app"] if renewable else None
        given = {"access_token": token, "refresh_token": profile["refresh_token"]} | (app or {})
        return {name: value for name, value in given.items() if value is not None}

    async def post_again(self, posted: Posted) -> Posted:
        """The same words and media once more, to the same account."""
        account = (await self.book.delivery(posted.key)).account_id
        return await self._post(posted.case, account, posted.profile, posted.token)

    async def _post(
        self, case: Case, account: str, profile: str, token: str, *, words: str = WORDS, comment: str | None = COMMENT
    ) -> Posted:
        options = await self._with_addresses(case.options) | ({"first_comment": comment} if comment else {})
        (key,) = await self.book.post(account, words=words, options={case.platform: options})
        await self._attach(key, [sample() for sample in case.media])
        return Posted(case, key, profile, token)

    async def _with_addresses(self, options: dict[str, Any]) -> dict[str, Any]:
        if THUMBNAIL not in str(options):
            return dict(options)
        async with self.resources.db.transaction() as session:
            asset = await self._asset(picture(7))
            session.add(asset)
        address = public_url_of(self.resources.settings.public_url, asset)
        made: dict[str, Any] = json.loads(json.dumps(options).replace(THUMBNAIL, address))
        return made

    async def _asset(self, sample: Sample) -> MediaAsset:
        asset_id = new_id("media")
        await self.resources.storage.put(f"test/{asset_id}", sample.content)
        now = await self.book.now()
        asset = MediaAsset(
            workspace_id=self.book.workspace_id,
            environment=self.book.environment,
            id=asset_id,
            storage_key=f"test/{asset_id}",
            created_at=now,
            expires_at=now + timedelta(days=60),
        )
        sample.fill(asset)
        return asset

    async def _attach(self, key: Key, samples: list[Sample]) -> None:
        post_id = (await self.book.delivery(key)).post_id
        assets = [await self._asset(sample) for sample in samples]
        urls = [public_url_of(self.resources.settings.public_url, asset) for asset in assets]
        async with self.resources.db.transaction() as session:
            session.add_all(assets)
            await session.flush()
            session.add_all(
                PostMedium(
                    workspace_id=key.workspace_id,
                    environment=key.environment,
                    post_id=post_id,
                    position=position,
                    url=url,
                    asset_id=asset.id,
                )
                for position, (url, asset) in enumerate(zip(urls, assets, strict=True))
            )
            await session.execute(
                text("UPDATE posts SET media_urls = CAST(:urls AS jsonb) WHERE id = :id"),
                {"urls": json.dumps(urls), "id": post_id},
            )

    async def run(self, posted: Posted, network: NetworkHttp | None = None) -> Delivery:
        """Move time to where the delivery wants attention, let dispatch see to a dead lease, and run it once."""
        delivery = await self.book.delivery(posted.key)
        await self.time.move_to(delivery.lease_until or delivery.next_look_at or delivery.due_at)
        if delivery.lease_until is not None:
            await dispatch.round_of_dispatch(self.resources, [posted.case.platform])
        resources = self.resources if network is None else replace(self.resources, networks={"test": network})
        await runner.deliver(resources, posted.key, random=lambda: 0.5)
        return await self.book.delivery(posted.key)

    async def run_or_die(self, posted: Posted, network: NetworkHttp) -> bool:
        """Run until it is final; True when the process died before."""
        try:
            await self.until_final(posted, network)
        except ProcessDeath:
            return True
        return False

    async def until_final(self, posted: Posted, network: NetworkHttp | None = None, *, runs: int = 50) -> Delivery:
        """Run it until nothing more is done about it, looks after a lost answer included."""
        for _ in range(runs):
            delivery = await self.run(posted, network)
            if delivery.status in FINAL and delivery.next_look_at is None:
                return delivery
        raise AssertionError(f"not final after {runs} runs: {delivery.status}, {delivery.error_message}")

    async def effects(self, posted: Posted) -> tuple[int, int]:
        """How many posts and comments the network shows."""
        posts = await self.control.effects(posted.profile)
        comments = await self.control.effects(posted.profile, "comment")
        return len(posts), len(comments)


def codes(delivery: Delivery) -> tuple[Any, ...]:
    return tuple(warning["code"] for warning in delivery.warnings)


def id_of(effect: dict[str, Any]) -> str | None:
    """The id by which a result names what readers see: of a video on a Page it is the video's, else the post's.

    TikTok tells one of public posts alone.
    """
    options = effect["options"]
    if "post_mode" in options:
        return next((str(public) for public in options.get("publicaly_available_post_id", ())), None)
    return str(options.get("video_id") or effect["id"])
