"""What stands on the wall for the browser: every kind of post, sent through the networks' own calls."""

import re
from pathlib import Path

import httpx

from simulator import linkedin_calls as linkedin
from simulator import wall_scene_meta as meta
from simulator import x_calls as x
from simulator.harness import JSON, Sim, bearer
from simulator.wall_material import COLOURS, EVIL, LONG, LOOMS, drawn, film, waving
from simulator.wall_scene_tiktok import on_tiktok

ALTS = {
    "x": [f"A disc on {colour}" for colour in COLOURS],
    "linkedin": [
        f"Upright on {colour}, " + "and much more is to be told of it, " * number * 6
        for number, colour in enumerate(COLOURS)
    ],
    **meta.ALTS,
}
"""From short ones to one that is far longer than there is room for above its picture."""


class DistantSim(Sim):
    """The harness's calls to a simulator in a process of its own, where processing takes no time."""

    def __init__(self, url: str, origin: str, folder: Path) -> None:  # there is no app in this process to begin with
        """Media are pulled from ``origin``, which serves ``folder``."""
        self.client = httpx.AsyncClient(base_url=url, timeout=30)
        self._origin, self._folder = origin, folder

    def host(self, path: str, content: bytes) -> str:
        (self._folder / path.removeprefix("/")).write_bytes(content)
        return self._origin + path

    async def publish(self) -> None:
        await self.settings(processing_seconds=0, rate_limits=False, instagram_fetch="at_create")
        await on_x(self)
        await on_linkedin(self)
        await meta.on_facebook(self)
        await meta.on_instagram(self)
        await on_tiktok(self)

    async def close(self) -> None:
        await self.client.aclose()


def escaped(text: str) -> str:
    """As LinkedIn's little text spells what is not to be read as anything else."""
    return re.sub(r"([\\|{}@\[\]()<>#*_~])", r"\\\1", text)


async def on_x(sim: Sim) -> None:
    ada = await sim.account(
        "x", handle="ada_dev", name="Ada Weaver", attributes={"premium": True, "subscriptions": True}
    )
    await x.posted(sim, ada, text=f"The looms are back, @grace_dev! See {LOOMS} about #weaving and $YARN")
    first = await x.posted(sim, ada, text="One: choose the yarn")
    second = await x.posted(sim, ada, text="Two: dress the loom", reply={"in_reply_to_tweet_id": first})
    await x.posted(sim, ada, text="Three: weave", reply={"in_reply_to_tweet_id": second})
    await x.posted(sim, ada, text="The first comment below One", reply={"in_reply_to_tweet_id": first})
    poll = {"options": ["Wool", "Linen", "Silk"], "duration_minutes": 1440}
    await x.posted(sim, ada, text="Which yarn?", poll=poll)
    pictures = [await _described(sim, ada, drawn(colour), alt) for colour, alt in zip(COLOURS, ALTS["x"], strict=True)]
    await x.posted(sim, ada, text="Four discs", **x.with_media(*pictures))
    gif = await _described(sim, ada, waving(), "A colour that waves", category="tweet_gif", media_type="image/gif")
    await x.posted(sim, ada, text="It moves", **x.with_media(gif))
    video = (await x.chunked(sim, ada, film())).json()["data"]["id"]
    await x.posted(sim, ada, text="A film of X", **x.with_media(video))
    await x.posted(sim, ada, text="From here", geo={"place_id": "01a9a39529b27f36"})
    imagined = await _described(sim, ada, drawn("indigo"), "A disc nobody drew")
    await x.posted(sim, ada, text="Imagined", made_with_ai=True, **x.with_media(imagined))
    await x.posted(sim, ada, text="For those who pay", for_super_followers_only=True)
    await x.posted(sim, ada, text=LONG)
    hostile = await _described(sim, ada, drawn("maroon"), EVIL)
    await x.posted(sim, ada, text=f"Hostile {EVIL}", **x.with_media(hostile))


async def on_linkedin(sim: Sim) -> None:
    grace = await sim.account(
        "linkedin",
        handle="grace-hopper",
        name="Grace Hopper",
        attributes={"organizations": [{"urn": linkedin.PAGE, "name": "Looms and Sons"}]},
    )
    await linkedin.posted(
        sim, grace, rf"Thanks to @[Looms and Sons]({linkedin.PAGE}) for \#nothing and {{hashtag|\#|weaving}}: {LOOMS}"
    )
    urn = await linkedin.posted(sim, grace, "For my connections", visibility="CONNECTIONS")
    for text in ("A comment of my own", "And another"):
        assert (await linkedin.comment(sim, grace, urn, text)).status_code == 201
    page = {"author": linkedin.PAGE}
    await linkedin.posted(sim, grace, "News from the page", **page, isReshareDisabledByAuthor=True)
    images = [
        {"id": await linkedin.image(sim, grace, drawn(colour, (600, 800))), "altText": alt}
        for colour, alt in zip(COLOURS, ALTS["linkedin"], strict=True)
    ]
    await linkedin.posted(sim, grace, "Several pictures", content={"multiImage": {"images": images}})
    video = await linkedin.video(sim, grace, film())
    described = {"id": video, "title": "How a loom works", "altText": "A bar wanders"}
    await linkedin.posted(sim, grace, "A film of LinkedIn", content={"media": described})
    for title, text in (("Looms explained", "An article"), (EVIL, f"Hostile {EVIL}")):
        thumbnail = await linkedin.image(sim, grace, drawn("darkcyan", (1200, 627)))
        article = {"source": LOOMS, "title": title, "description": "How cloth is made.", "thumbnail": thumbnail}
        await linkedin.posted(sim, grace, escaped(text), content={"article": article})
    await linkedin.posted(sim, grace, "We lose (everything after the parenthesis")


async def _described(
    sim: Sim, account: JSON, content: bytes, words: str, category: str = "tweet_image", media_type: str = "image/png"
) -> str:
    """An upload to X with its alternative text."""
    answer = await x.chunked(sim, account, content, category, media_type)
    media_id = str(answer.json()["data"]["id"])
    order = {"id": media_id, "metadata": {"alt_text": {"text": words}}}
    told = await sim.client.post(f"{x.API}/2/media/metadata", json=order, headers=bearer(account))
    assert told.status_code == 200, told.text
    return media_id
