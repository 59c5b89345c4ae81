"""Signing in as people do: by the hosted page of the user pool, with a code and its proof."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import urllib3

from infra.accept.agent import Agent
from infra.accept.processes import Unaccepted


def sign_in(url: str, username: str, password: str) -> dict[str, Any]:
    """The session that the desk at `url` begins for somebody with a password of their own.

    The page's part is done as the page does it; of the hosted page only its form is sent.
    """
    desk = Agent(url, "")
    place = desk.get("/api/v1/sign-in")
    state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": place["client_id"],
        "redirect_uri": place["redirect_uri"],
        "scope": place["scope"],
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    shown = urllib3.request("GET", f"{place['authorize_url']}?{urlencode(asked)}", timeout=10)
    if shown.status != 200:
        raise Unaccepted(f"the sign-in page gave {shown.status}: {shown.data[:300]!r}")
    pages = place["authorize_url"].removesuffix("/oauth2/authorize")
    answer = urllib3.request(
        "POST",
        f"{pages}/login",
        body=urlencode({**asked, "username": username, "password": password}),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        redirect=False,
        timeout=10,
    )
    back = answer.headers.get("Location", "")
    led = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    if not back.startswith(place["redirect_uri"]) or led.get("state") != state:
        raise Unaccepted(f"the sign-in page gave {answer.status} and led to {back or 'nowhere'}")
    return desk.post("/api/v1/session", {"code": led["code"], "verifier": verifier})
