"""Logs and metrics: Powertools in Lambda, one JSON object a line.

The core logs by the standard library (`logging.getLogger("nightdesk.…")`); its records come
out here. Neither secrets nor phone numbers are ever passed to a logger.
"""

import logging

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers

logger = Logger(service="nightdesk")
logging.getLogger("nightdesk").setLevel(logging.INFO)
copy_config_to_registered_loggers(logger, include={"nightdesk"})
