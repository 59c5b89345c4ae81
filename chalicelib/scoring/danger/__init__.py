"""Words of danger in the main European languages: what even an unread post may warn of."""

from chalicelib.scoring.danger.finding import LANGUAGES, Found, alarms, found
from chalicelib.scoring.danger.kinds import Danger

__all__ = ["LANGUAGES", "Danger", "Found", "alarms", "found"]
