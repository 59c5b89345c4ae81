"""A configuration that is right, and what is said of one that is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.domain.desk import Desk
from infra.config import Checked, ConfigRefused, check

NOW = datetime(2026, 11, 21, 19, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

VALID = """\
brands:
  acme:
    name: Acme Mobile
    terms: [Acme]
sources:
  news:
    kind: hackernews
    brand: acme
    every_minutes: 5
responders:
  ana:
    name: Ana
    phone: "+12025550101"
    zone: America/New_York
  ben:
    name: Ben
    phone: "+12025550102"
    zone: Europe/Vienna
schedules:
  nights:
    zone: Europe/Vienna
    rotations:
      - responders: [ana, ben]
        starts_on: 2026-11-02
        handoff: 18:00
        shift_days: 1
policies:
  first-line:
    steps:
      - page: [nights]
      - after_minutes: 10
        page: [nights, ben]
fallback: ben
lead: ana
"""

FULL = """\
brands:
  acme:
    name: Acme Mobile
    terms: [acme]
    policies: {billing: billing}
sources:
  news:
    kind: hackernews
    brand: acme
responders:
  ana:
    name: Ana
    phone: "+12025550101"
    email: ana@acme.example
    webhook: {secret: webhook-ana, form: text}
    notify:
      - by: sms
      - {by: webhook, after_minutes: 2}
      - {by: email, after_minutes: 5}
    soon: hourly
    updates: true
  ben:
    name: Ben
    phone: "+12025550102"
  eva:
    name: Eva
    email: eva@acme.example
schedules:
  nights:
    zone: Europe/Vienna
    rotations:
      - responders: [ana, ben]
        starts_on: 2026-11-02
        weekdays: [mon-fri]
        only: {mon-thu: [18:00-08:00], fri: [18:00-24:00]}
      - responders: [ben, ana]
        starts_on: 2026-11-02
        handoff: 08:00
        shift_hours: 12
    overrides:
      - responder: eva
        instead_of: ana
        starts_at: 2026-12-01 18:00
        ends_at: 2026-12-02 08:00
      - remove: ben
        starts_at: 2026-12-03 18:00
        ends_at: 2026-12-04 08:00
      - add: eva
        starts_at: 2026-12-05 18:00
        ends_at: 2026-12-06 08:00
    temporary:
      - starts_at: 2026-12-24 18:00
        ends_at: 2026-12-26 09:00
        shifts:
          - responder: eva
            starts_at: 2026-12-24 18:00
            ends_at: 2026-12-25 09:00
          - responder: ben
            starts_at: 2026-12-25 09:00
            ends_at: 2026-12-26 09:00
    owner: eva
    announce_minutes: 90
hours:
  office:
    zone: Europe/Vienna
    open:
      mon-thu: [09:00-12:00, 13:00-17:00]
      fri: [09:00-14:00]
    holidays: {country: AT, region: "9"}
    closed_on:
      - {day: 2026-12-24, name: Christmas Eve}
    open_on:
      - {day: 2026-12-08, open: [10:00-18:00]}
policies:
  first-line:
    steps:
      - page: [nights]
      - {page: [everyone], after_minutes: 10, during: closed}
    repeats: 3
    hours: office
    pages_soon: true
  billing:
    steps:
      - page: [ben]
fallback: ben
lead: ana
judging:
  page: [gas leak]
  never_page: [acme records]
  vips: [bigcritic]
  ignored: [acme_anna]
  wake_at: {billing: 0.9, else: 0.6}
  quiet_topics: [praise]
  second_reader: {model: "eu.amazon.nova-micro-v1:0"}
answering:
  hours: office
  promises: {wake: 10, soon: {within_minutes: 45}, answer: {within_minutes: 480, in_hours: true}}
  claim_returns_minutes: 15
  follow_up_hours: 72
  joins_within_days: 7
  approval: {urgencies: [wake], topics: [press]}
  signature: "^{first_name}"
  signatures: {acme: "– {first_name}, {brand}"}
  saved:
    delay:
      text: "Hi {first_name}, {personal} – {agent}"
      brands: [acme]
      topics: [delivery]
      language: en
  checklists:
    acme:
      greetings: [servus]
      banned: [per our policy]
      blame: [wie gesagt]
      apologies: [tut mir leid]
      most_characters: 280
      wants_greeting: true
      wants_name: false
      ours: [help@acme.example]
      lines: ["Would you say it to a face?"]
  hooks:
    crm: {secret: webhook-crm, events: [ticket, incident.triggered]}
sms: {origination_number: "+12025550100", two_way: true, takes_bare_letters: true}
email: {sender: Nightdesk <night@acme.example>}
finance:
  tell: [finance@acme.example]
  monthly: false
  budgets: {whole: {usd: 300}, sms: {usd: 50}}
  prices:
    - {sku: sns.sms-part, amount: 0.05, since: 2026-11-01, country: AT, source: our contract}
  bill: {from: focus-export, bucket: acme-bills, prefix: focus, account: 123456789012}
  sms_reports: {bucket: acme-sms, prefix: desk/}
"""
"""Every setting that there is for waking and answering people, and for what it costs."""


def checked(text: str) -> Checked:
    return check(text, file="nightdesk.yaml", now=NOW)


def desk(text: str = VALID) -> Desk:
    return checked(text).desk


def with_line(old: str, new: str, text: str = VALID) -> str:
    assert old in text
    return text.replace(old, new, 1)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigRefused) as refused:
        checked(text)
    return str(refused.value).splitlines()


def the_problem(text: str) -> str:
    found = problems(text)
    assert len(found) == 1, found
    return found[0]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def warnings(text: str) -> list[str]:
    """Each as `field: message`."""
    return [f"{one.field}: {one.message}" for one in checked(text).warnings]
