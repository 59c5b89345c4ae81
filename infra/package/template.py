"""What is merged into the template that Chalice makes."""

from pathlib import Path
from typing import Any

import yaml

JUDGE = "TriageMentions"
"""The function that judges: the only one that carries the layer."""

DEEP_LAYER, DEEP_PARAMETER = "DeepLayer", "DeepModel"
"""The resource that is the layer, and the parameter that says whether it is used."""


def merged_template(project: Path, *, deep: bool) -> dict[str, Any]:
    """Ours and the alarms, intrinsics in long form; without the layer when `deep` is False."""
    template = load_template(project / "infra" / "template.yaml")
    alarms = load_template(project / "infra" / "alarms.yaml")
    merged = {**template, "Resources": {**template["Resources"], **alarms["Resources"]}}
    if not deep:
        # The parameter stays, so that CloudFormation itself refuses to switch on what is not there.
        merged["Parameters"][DEEP_PARAMETER] |= {"Default": "no", "AllowedValues": ["no"]}
        del merged["Resources"][DEEP_LAYER]
        del merged["Resources"][JUDGE]["Properties"]["Layers"]
    return merged


def load_template(path: Path) -> dict[str, Any]:
    """A CloudFormation template in YAML as plain data: `!Ref x` becomes `{"Ref": "x"}`."""
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=_TemplateLoader)  # noqa: S506
    return loaded


class _TemplateLoader(yaml.SafeLoader):
    """Knows CloudFormation's short tags besides plain YAML."""

    def intrinsic(self, suffix: str, node: yaml.Node) -> dict[str, Any]:
        value: Any = None
        if isinstance(node, yaml.ScalarNode):
            value = self.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = self.construct_sequence(node, deep=True)
        elif isinstance(node, yaml.MappingNode):
            value = self.construct_mapping(node, deep=True)
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_TemplateLoader.add_multi_constructor("!", _TemplateLoader.intrinsic)
