"""Where supervisors ask how the server is: without a token, for nobody, and whoever else is there."""

HEALTH = "/health"
LIVE, READY = f"{HEALTH}/live", f"{HEALTH}/ready"
HEALTH_PATHS = frozenset({HEALTH, LIVE, READY})
