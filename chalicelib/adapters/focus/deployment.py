"""Whose account pays AWS, and where."""

from dataclasses import dataclass

from botocore.loaders import create_loader

from chalicelib.domain.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What a bill of AWS knows of us."""

    stage: str
    region: str
    """Such as `eu-central-1`."""
    account: str
    """Twelve digits."""

    @classmethod
    def of(cls, stage: str, arn: str) -> "Deployment":
        """By the ARN of any of its resources that stands in a region. Raises BadInput."""
        parts = arn.split(":")
        if len(parts) < 6 or not parts[3] or not parts[4]:
            raise BadInput(f"{arn!r} names no region and account of AWS")
        return cls(stage=stage, region=parts[3], account=parts[4])

    @property
    def region_name(self) -> str:
        """As AWS calls it, such as `Europe (Frankfurt)`; the region itself where it is unknown."""
        partitions = create_loader().load_data("partitions")["partitions"]
        for one in partitions:
            if found := one["regions"].get(self.region):
                return str(found["description"])
        return self.region
