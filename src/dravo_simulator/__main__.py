"""``python -m dravo_simulator``: the simulator as a process of its own."""

import argparse
import logging

import uvicorn

from dravo_simulator.app import create_app


def main() -> None:
    parser = argparse.ArgumentParser(prog="dravo_simulator", description="Five simulated networks on one origin.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8801)
    parser.add_argument("--state", metavar="FILE", help="keep accounts, posts and media in this SQLite file")
    parser.add_argument(
        "--verified-origin",
        metavar="URL",
        action="append",
        default=[],
        help="an origin media may be pulled from, for example http://127.0.0.1:8800; may be given several times",
    )
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # The pulling client would log whole URLs, and signed media URLs are secrets.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    app = create_app(state=arguments.state, verified_origins=arguments.verified_origin)
    # uvicorn's own access log writes query strings, which may hold tokens.
    uvicorn.run(app, host=arguments.host, port=arguments.port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main()
