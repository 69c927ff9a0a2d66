"""`docs/platforms/README.md` out of the networks' own rules.

Renew it with: PYTHONPATH=tests .venv/bin/python -m platforms.matrix.page > docs/platforms/README.md
"""

from collections.abc import Iterable, Sequence

from dravo.platforms.registry import PLATFORMS
from platforms.matrix.lost_answers import lost_answers
from platforms.matrix.media_tables import kinds, pictures, videos
from platforms.matrix.option_tables import REFUSED, SENT, SENT_WITH_WARNING, WARNED, networks, options

HEAD = """\
# The networks side by side

What becomes of a medium and of an option on each network. Its tables are not written by hand: the rules and adapters of the networks are asked with
drafts (`tests/platforms/matrix`), and a test fails when the page is stale. Why it is so, and from which source, is on the networks' own pages:
{links}.

`make demo ALL=1` publishes a video and four pictures to all five simulated networks with every option that they have, and prints what each shows
beside what was said.

## Media

A plain account of each network, without a subscription. ✓ is published, ✗ is refused before anything is sent, with that code ([errors.md](../errors.md)).
Whatever a network takes, Dravo takes files of at most 100 MB ([media.md](../media.md)). 1 MB is 1,000,000 bytes, 1 MiB 1,048,576.

{kinds}

### Still pictures

What does not go as it is gets converted, with the warning `media_converted`; so do CMYK colours and pictures that are turned by EXIF.

{pictures}

### Videos

Never converted: what is outside is refused, and what cannot be a Facebook reel goes as a normal video. Asked with 1280x720 pixels, where a video is shown upright
with 720x1280; lengths include the slack that recordings need.

{videos}

## Options

By kind of post: {sent} sent to the network, {doubtful} sent with a warning that it, or a part of it, may have no effect, {warned} has no effect, is not sent
and is warned of, {refused} the post is refused. Nothing is dropped in silence.

{options}
## After a lost answer

A call that publishes and whose answer does not come is never simply sent again. Where the network can be asked, Dravo looks, for up to six hours; what the network proves
absent is sent again, and what looking does not settle shows as `unconfirmed` ([guarantees](../guarantees.md)).

{lost}
"""


async def render() -> str:
    """The whole page."""
    links = ", ".join(f"[{platform.title}]({network}.md)" for network, platform in PLATFORMS.items())
    of_networks = [f"### {PLATFORMS[network].title}\n\n{_table(await options(network))}\n" for network in networks()]
    return HEAD.format(
        links=links,
        kinds=_table(kinds()),
        pictures=_table(pictures()),
        videos=_table(videos()),
        sent=SENT,
        doubtful=SENT_WITH_WARNING,
        warned=WARNED,
        refused=REFUSED,
        options="\n".join(of_networks),
        lost=_table(lost_answers()),
    )


def _table(lines: Iterable[Sequence[str]]) -> str:
    head, *rows = lines
    return (
        "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))
        .replace("| ---", "|---")
        .replace("--- |", "---|")
    )


if __name__ == "__main__":
    import asyncio
    import sys

    sys.stdout.write(asyncio.run(render()))
