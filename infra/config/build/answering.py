"""From the settings of answering to what the company has decided about it."""

from datetime import timedelta

from chalicelib.domain.answering.rules import (
    PROMISES,
    AnsweringRules,
    Approval,
    Checklist,
    Hook,
    HookEvent,
    Promise,
    SavedReply,
)
from chalicelib.domain.signal import Topic, Urgency
from infra.config.answering import (
    AnsweringSetting,
    ChecklistSetting,
    HookSetting,
    SavedReplySetting,
)


def answering_of(setting: AnsweringSetting) -> AnsweringRules:
    """How customers are answered; what the file does not promise is promised as shipped."""
    own = {
        Urgency(urgency): Promise(timedelta(minutes=one.within_minutes), one.in_hours)
        for urgency, one in setting.promises.items()
    }
    hours = setting.follow_up_hours
    return AnsweringRules(
        promises={**PROMISES, **own},
        hours=setting.hours or "",
        claim_returns_after=timedelta(minutes=setting.claim_returns_minutes),
        follow_up_after=None if hours is None else timedelta(hours=hours),
        joins_within=timedelta(days=setting.joins_within_days),
        approval=Approval(
            urgencies=frozenset(map(Urgency, setting.approval.urgencies)),
            topics=frozenset(map(Topic, setting.approval.topics)),
        ),
        signature=setting.signature,
        signatures=setting.signatures,
        saved=tuple(_saved(name, one) for name, one in setting.saved.items()),
        checklists={brand: _checklist(one) for brand, one in setting.checklists.items()},
        hooks=tuple(_hook(name, one) for name, one in setting.hooks.items()),
    )


def _saved(name: str, setting: SavedReplySetting) -> SavedReply:
    return SavedReply(
        name=name,
        text=setting.text,
        brands=setting.brands,
        topics=tuple(map(Topic, setting.topics)),
        language=setting.language or "",
    )


def _checklist(setting: ChecklistSetting) -> Checklist:
    return Checklist(
        greetings=setting.greetings,
        banned=setting.banned,
        blame=setting.blame,
        apologies=setting.apologies,
        most_characters=setting.most_characters,
        wants_greeting=setting.wants_greeting,
        wants_name=setting.wants_name,
        ours=setting.ours,
        lines=setting.lines,
    )


def _hook(name: str, setting: HookSetting) -> Hook:
    chosen = tuple(
        event
        for event in HookEvent
        if event in setting.events or event.partition(".")[0] in setting.events
    )
    return Hook(name=name, secret=setting.secret, events=chosen)
