"""ministack: AWS's APIs on loopback, functions as processes, roles enforced.

Tried with ministack 1.5.33. Where it differs from AWS: it knows no alarms on metric expressions,
asks for an action that IAM does not have, unpacks layers elsewhere than in `/opt`, has the keys
and pages of user pools at its own address (all four are put right in the template, see `fit_for`),
and gives a function no topic's message without a
subject.
"""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import urllib3

from infra.accept.processes import Unaccepted, free_port, server
from infra.package import INSIDE, JUDGE, LAYER, PROJECT, Tell

REGION = "eu-west-1"

SIGN_IN = "SignInParameter"
"""Where the template says where people sign in."""

ENVIRONMENT = PROJECT / ".venv-accept"
REQUIREMENTS = PROJECT / "requirements-accept.txt"

_LAUNCH = """
import runpy, sys
sys.path.append(sys.argv.pop(1))
runpy.run_module("ministack", run_name="__main__", alter_sys=True)
"""

_ADMINISTRATOR = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@dataclass(frozen=True, slots=True)
class Cloud:
    """Where the cloud is."""

    address: str
    """Such as `http://127.0.0.1:4577`."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What points every AWS client at it, as its administrator."""
        return {
            **_ADMINISTRATOR,
            "AWS_ENDPOINT_URL": self.address,
            "AWS_DEFAULT_REGION": REGION,
            # Nobody's own profile may point it elsewhere.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def public_url(self, api: str, stage: str) -> str:
        """Where the REST API of that id answers."""
        return f"{self.address}/_aws/execute-api/{api}/{stage}"

    def sms(self, phone: str) -> list[str]:
        """What a phone was sent, oldest first."""
        return [str(record["Message"]) for record in self._sms(phone)]

    def sms_ids(self, phone: str) -> list[str]:
        """The ids of the same messages, which delivery receipts name."""
        return [str(record["MessageId"]) for record in self._sms(phone)]

    def _sms(self, phone: str) -> list[dict[str, Any]]:
        answer = urllib3.request(
            "GET",
            f"{self.address}/_ministack/sns/sms-messages",
            fields={"region": REGION, "phoneNumber": phone},
            timeout=10,
        )
        records: list[dict[str, Any]] = answer.json()["sms_messages"].get(phone, [])
        return records


@contextmanager
def ministack(folder: Path, tell: Tell) -> Iterator[Cloud]:
    """A cloud for as long as the block runs; what it keeps, it keeps in `folder`."""
    packages = _packages(tell)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "NIGHTDESK_", "PYTHON", "POWERTOOLS_"))
    }
    environment = inherited | {
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": REGION,
        "IOT_MTLS_ENABLED": "0",  # else it listens on 8883 on every interface
        "TMPDIR": str(folder),
        "PYTHONNOUSERSITE": "1",
    }
    command = [_bare_python(folder), "-c", _LAUNCH, str(packages)]
    health = f"{address}/_ministack/sns/sms-messages"
    log = folder / "ministack.log"
    with server("ministack", command, health=health, log=log, environment=environment):
        yield Cloud(address)


def fit_for(template: Path, tell: Tell, *, address: str) -> None:
    """Make a packaged template one that this cloud at `address` can take; says what was changed."""
    content = json.loads(template.read_text())
    if (layer := template.with_name(LAYER)).is_file():
        _unpack_weights(layer, content["Resources"][JUDGE]["Properties"], tell)
    for name, resource in list(content["Resources"].items()):
        properties = resource["Properties"]
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            tell(f"left out, since ministack knows no metric expressions: {name}")
            del content["Resources"][name]
        if name == SIGN_IN:
            tell("the user pool's keys and pages are in this cloud, not at their own addresses")
            said = json.loads(properties["Value"]["Fn::Sub"])
            said |= {"keys": f"{address}/${{UserPool}}/.well-known/jwks.json", "pages": address}
            properties["Value"]["Fn::Sub"] = json.dumps(said)
        if resource["Type"] == "AWS::IAM::Role":
            for policy in properties["Policies"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    statement["Action"] = _with_batches(statement["Action"])
    template.write_text(json.dumps(content))


def _unpack_weights(layer: Path, judge: dict[str, Any], tell: Tell) -> None:
    """Lay the deep model where its function finds it; the libraries it imports from its layer.

    The layer itself lies in a folder of each worker, whose name nobody can tell beforehand.
    """
    tell("ministack has no /opt: the weights of the deep model are laid beside it")
    with ZipFile(layer) as archive:
        archive.extractall(
            layer.parent, [name for name in archive.namelist() if name.startswith(INSIDE)]
        )
    judge["Environment"]["Variables"]["NIGHTDESK_DEEP_MODEL"] = str(layer.parent / INSIDE)


def _with_batches(actions: list[str]) -> list[str]:
    """ministack asks for `sqs:SendMessageBatch`, which IAM does not know.

    Source: "Actions, resources, and condition keys for Amazon SQS" in the service authorization
    reference: a batch needs the permission of the single action.
    """
    return actions + ["sqs:SendMessageBatch"] * ("sqs:SendMessage" in actions)


def _bare_python(folder: Path) -> str:
    """An interpreter without any package.

    The cloud runs functions by the interpreter it runs in itself. In its own environment they
    could import its packages, which would hide that one of ours is missing.
    """
    bare = folder / "bare"
    venv.create(bare, with_pip=False, symlinks=os.name != "nt")
    return str(bare / "bin" / "python")


def _packages(tell: Tell) -> Path:
    """Where ministack's packages are, installed when they are not or the pins have changed."""
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = ENVIRONMENT / "pins.sha256"
    if not mark.is_file() or mark.read_text() != pins:
        tell(f"installing {REQUIREMENTS.name} into {ENVIRONMENT.name}")
        venv.create(ENVIRONMENT, with_pip=True, clear=True)
        ran = subprocess.run(
            [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS],
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise Unaccepted(f"{REQUIREMENTS.name} cannot be installed:\n{ran.stderr[-2000:]}")
        mark.write_text(pins)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return ENVIRONMENT / "lib" / version / "site-packages"
