"""Log lines are JSON, one a line: whatever a request brought is escaped, and no secret is ever put in."""

import structlog


def configure() -> None:
    """Have every log line of this process written as JSON with a UTC time."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ]
    )
