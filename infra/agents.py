"""Who works at the desk: people in the user pool of a deployment, and what they may do.

Nobody registers by themselves: they are added here, and Cognito sends them a letter with a
password for the first time. Whoever is a responder too has the same id in both.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.errors import BadInput, NotFound
from infra.credentials import slug

ROLES = ("agent", "lead", "finance", "admin")
"""The groups of the pool, as in the template; what each may do: docs/signing-in.md."""

OUTPUT = "UserPool"
"""The output of the stack that names the pool."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s.]{2,63}")
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")

_STATES = {
    "FORCE_CHANGE_PASSWORD": "invited",
    "CONFIRMED": "active",
    "EXTERNAL_PROVIDER": "active",
    "RESET_REQUIRED": "must reset the password",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentEntry:
    """Somebody in the pool."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]
    state: str
    """`invited` until they have signed in once, then `active`; `disabled` when switched off."""


class Agents:
    """The people of one deployment's pool."""

    def __init__(self, pool: str, cognito: Any) -> None:
        """`pool` is its id, `cognito` a client of `cognito-idp`."""
        self._pool = pool
        self._cognito = cognito

    def add(self, name: str, *, email: str, roles: Sequence[str], id: str = "") -> bool:
        """Let somebody in, or change name, address and roles of who is in; whether they are new.

        Cognito sends a new one a letter. Raises BadInput.
        """
        id = id or slug(name)
        _check(name, email, roles, id)
        attributes = {
            "email": email,
            "email_verified": "true",
            "name": name,
            "given_name": name.split()[0],
        }
        given = {
            "UserPoolId": self._pool,
            "Username": id,
            "UserAttributes": [{"Name": key, "Value": value} for key, value in attributes.items()],
        }
        try:
            self._cognito.admin_create_user(**given, DesiredDeliveryMediums=["EMAIL"])
            is_new = True
        except self._cognito.exceptions.AliasExistsException:
            raise BadInput(f"--email: {email} signs somebody else in already") from None
        except self._cognito.exceptions.UsernameExistsException:
            self._cognito.admin_update_user_attributes(**given)
            is_new = False
        self._set_roles(id, set(roles))
        return is_new

    def all(self) -> tuple[AgentEntry, ...]:
        """Everybody in the pool, in order of their ids."""
        pages = self._cognito.get_paginator("list_users").paginate(UserPoolId=self._pool)
        found = [self._entry(user) for page in pages for user in page["Users"]]
        return tuple(sorted(found, key=lambda one: one.id))

    def remove(self, id: str) -> None:
        """Let somebody in no more. What they have open ends when its token does, within the hour.

        Raises NotFound.
        """
        known = {"UserPoolId": self._pool, "Username": id}
        try:
            self._cognito.admin_user_global_sign_out(**known)
            self._cognito.admin_delete_user(**known)
        except self._cognito.exceptions.UserNotFoundException:
            raise NotFound(f"nobody here has the id {id}; see `nightdesk agent list`") from None

    def _entry(self, user: Any) -> AgentEntry:
        said = {one["Name"]: one["Value"] for one in user.get("Attributes", ())}
        state = str(user.get("UserStatus", ""))
        return AgentEntry(
            id=said.get("preferred_username") or user["Username"],
            name=said.get("name", ""),
            email=said.get("email", ""),
            roles=tuple(sorted(self._roles(user["Username"]))),
            state=_STATES.get(state, state.lower()) if user.get("Enabled", True) else "disabled",
        )

    def _set_roles(self, id: str, wanted: set[str]) -> None:
        has = set(self._roles(id))
        known = {"UserPoolId": self._pool, "Username": id}
        for role in sorted(wanted - has):
            self._cognito.admin_add_user_to_group(**known, GroupName=role)
        for role in sorted(has - wanted):
            self._cognito.admin_remove_user_from_group(**known, GroupName=role)

    def _roles(self, username: str) -> Iterator[str]:
        """Groups that mean something here; the pool may have others."""
        pages = self._cognito.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=self._pool, Username=username
        )
        names = (group["GroupName"] for page in pages for group in page["Groups"])
        return (name for name in names if name in ROLES)


def agents_of(stage: str, *, session: Any = None) -> Agents:
    """The people of the deployment of that name, by the AWS session. Raises NotFound."""
    import boto3
    from botocore.exceptions import ClientError

    from infra.deploy import stack_name

    session = session or boto3.session.Session()
    again = f"run `nightdesk deploy --stage {stage}` first, or set AWS_PROFILE"
    try:
        stacks = session.client("cloudformation").describe_stacks(StackName=stack_name(stage))
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise NotFound(
            f"there is no stack {stack_name(stage)} in {session.region_name}; {again}"
        ) from None
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}
    if OUTPUT not in outputs:
        raise NotFound(f"the stack {stack_name(stage)} has no user pool yet; {again}")
    return Agents(outputs[OUTPUT], session.client("cognito-idp"))


def _check(name: str, email: str, roles: Sequence[str], id: str) -> None:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise BadInput(f"{name!r}; give the name that customers and colleagues see")
    if not _EMAIL.fullmatch(email):
        raise BadInput(f"--email: {email!r} is no address; the letter with the password goes there")
    if not _ID.fullmatch(id):
        raise BadInput(f"--id: {id!r}; use lower-case letters, digits, - and _")
    if not roles or (strange := set(roles) - set(ROLES)):
        found = ", ".join(sorted(strange)) if roles else "none"
        raise BadInput(f"--role: {found}; use {', '.join(ROLES)}")
