"""Who sells, bills and makes what a sku names, and which kind of service FOCUS takes it for.

Categories are those of FOCUS 1.2; names of services of AWS are those of its bills.
Source: https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html
"""

from dataclasses import dataclass

AWS = "AWS"


@dataclass(frozen=True, slots=True)
class Service:
    """What a bill calls it."""

    name: str
    category: str
    subcategory: str
    provider: str = AWS
    """Who sells it, and whose invoice it stands on."""
    publisher: str = ""
    """Who makes it, where that is somebody else."""

    @property
    def maker(self) -> str:
        return self.publisher or self.provider

    @property
    def is_of_aws(self) -> bool:
        return self.provider == AWS


_INTEGRATION, _GOVERNANCE = "Integration", "Management and Governance"
_OTHER = ("Other", "Other (Other)")

_SERVICES = {
    "lambda": Service("AWS Lambda", "Compute", "Serverless Compute"),
    "dynamodb": Service("Amazon DynamoDB", "Databases", "NoSQL Databases"),
    "sqs": Service("Amazon Simple Queue Service", _INTEGRATION, "Messaging"),
    "sns": Service("Amazon Simple Notification Service", _INTEGRATION, "Messaging"),
    "ses": Service("Amazon Simple Email Service", _INTEGRATION, "Messaging"),
    "api": Service("Amazon API Gateway", _INTEGRATION, "API Management"),
    "transfer": Service("AWS Data Transfer", "Networking", "Other (Networking)"),
    "logs": Service("AmazonCloudWatch", _GOVERNANCE, "Observability"),
    "cloudwatch": Service("AmazonCloudWatch", _GOVERNANCE, "Observability"),
    "cost-explorer": Service("AWS Cost Explorer", _GOVERNANCE, "Cost Management"),
    "s3": Service("Amazon Simple Storage Service", "Storage", "Object Storage"),
    "kms": Service("AWS Key Management Service", "Security", "Secret Management"),
    "x": Service("X API", *_OTHER, provider="X"),
    "foursquare": Service("Foursquare Places API", *_OTHER, provider="Foursquare"),
    "yelp": Service("Yelp Places API", *_OTHER, provider="Yelp"),
}

_BEDROCK = Service("Amazon Bedrock", "AI and Machine Learning", "Generative AI")
_MODELS = {
    "amazon": AWS,
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "deepseek": "DeepSeek",
    "meta": "Meta",
    "mistral": "Mistral AI",
    "openai": "OpenAI",
    "qwen": "Qwen",
}
"""Makers of models that AWS sells, by how ids of models begin."""


def service_of(sku: str) -> Service:
    """What a sku belongs to. One of a seller that is not in the table is named as it begins."""
    group, _, rest = sku.partition(".")
    if group == "bedrock":
        makers = [_MODELS[word] for word in rest.split(".") if word in _MODELS]
        return Service(
            _BEDROCK.name,
            _BEDROCK.category,
            _BEDROCK.subcategory,
            publisher=makers[0] if makers else "",
        )
    return _SERVICES.get(group) or Service(group, *_OTHER, provider=group)
