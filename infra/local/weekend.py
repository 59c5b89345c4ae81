"""Where the sample weekend stands: what is played when nothing else is asked for."""

from pathlib import Path

WEEKEND = Path(__file__).parent / "weekend.jsonl"
WEEKEND_CONFIG = Path(__file__).parent / "weekend.yaml"
