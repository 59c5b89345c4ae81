"""Mentions in DynamoDB: the store, and what its items say."""

from chalicelib.adapters.mentions.store import MAX_RAW, DynamoMentions

__all__ = ["MAX_RAW", "DynamoMentions"]
