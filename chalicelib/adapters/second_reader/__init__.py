"""A small language model on Amazon Bedrock that reads once more what may be urgent."""

from chalicelib.adapters.second_reader.reader import CONNECT_SECONDS, READ_SECONDS, BedrockReader

__all__ = ["CONNECT_SECONDS", "READ_SECONDS", "BedrockReader"]
