"""Structured logs with an allow-list of fields: what is not named here is not printed, so no secret slips in by accident."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "logger",
        "exception",
        "alert",
        "request_id",
        "method",
        "route",
        "status",
        "duration_ms",
        "workspace_id",
        "environment",
        "post_id",
        "delivery_id",
        "generation",
        "media_id",
        "user_agent",
        "range",
        "account_id",
        "platform",
        "queue",
        "attempt",
        "step",
        "outcome",
        "code",
        "reason",
        "due_at",
        "count",
        "process",
        "pid",
        "port",
        "error",
    ]
)


def _allowed_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what is named above, and structlog's own notes to itself, which it takes out later."""
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}


def configure(level: str, style: str) -> None:
    """Set up structlog and hand the standard library's loggers to it, on standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _allowed_only,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries speak up when something is wrong; in between they might print what is not theirs to show.
    root.setLevel(logging.WARNING)
    logging.getLogger("dravo").setLevel(level.upper())
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; bind or pass fields of ALLOWED only."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
