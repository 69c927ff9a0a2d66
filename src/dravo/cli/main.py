"""`dravo`: everything that is done from a shell."""

from typing import Annotated

import typer

from dravo.cli import accounts, db, holds, keys, up
from dravo.cli.errors import Stop, sentences

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # they print the values of variables
    help="One API for every social network, on your own machines.",
)
app.command()(up.up)
app.command()(up.demo)
app.add_typer(db.app, name="db")
app.add_typer(keys.app, name="keys")
app.add_typer(accounts.app, name="accounts")
app.add_typer(holds.app, name="holds")

Host = Annotated[str, typer.Option(help="Address to listen at.")]


@app.command()
def api(host: Host = "127.0.0.1", port: Annotated[int, typer.Option(min=1, max=65535)] = 8800) -> None:
    """Serve the HTTP API until SIGTERM."""
    import uvicorn

    from dravo.settings import Settings

    Settings()  # what is missing is said before the server starts
    uvicorn.run(
        "dravo.api.app:from_environment",
        factory=True,
        host=host,
        port=port,
        access_log=False,  # ours has the request id, and no query string
        log_config=None,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=30,
    )


@app.command()
def worker(
    platforms: Annotated[
        str | None, typer.Option(help="Networks to deliver to, comma separated. Default: all of them.")
    ] = None,
) -> None:
    """Deliver posts until SIGTERM."""
    from dravo import worker as process
    from dravo.platforms.registry import PLATFORMS

    chosen = [name.strip() for name in platforms.split(",")] if platforms is not None else list(PLATFORMS)
    if unknown := [name for name in chosen if name not in PLATFORMS]:
        raise Stop(f"There is no network '{unknown[0]}'; there are: {', '.join(PLATFORMS)}")
    process.main(list(dict.fromkeys(chosen)))


@app.command()
def simulator(
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8801,
    state: Annotated[str | None, typer.Option(help="Keep accounts, posts and media in this file.")] = None,
    verified_origin: Annotated[
        list[str] | None, typer.Option(help="Origin that media may be pulled from; may be repeated.")
    ] = None,
) -> None:
    """Serve five simulated networks until SIGTERM. A process of its own: it shares no code with the rest."""
    import os
    import sys

    arguments = ["--host", host, "--port", str(port)]
    if state is not None:
        arguments += ["--state", state]
    for origin in verified_origin or []:
        arguments += ["--verified-origin", origin]
    os.execv(sys.executable, [sys.executable, "-m", "dravo_simulator", *arguments])  # noqa: S606 - no shell, our own interpreter


def main() -> None:
    sentences(app)
