"""Answering reviews: one reply to each, in public, which the next one would replace.

`PUT /v4/{review}/reply` (developers.google.com/my-business/reference/rest/v4/
accounts.locations.reviews/updateReply). Colleagues answer on Google too, so we look first and
leave alone what stands. Since April 2026 Google looks at a reply before anybody else does.
"""

from datetime import timedelta

from chalicelib.domain.errors import OutcomeUnknown, SourceRefused, SourceUnavailable
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import Reply
from chalicelib.ports import Preview, Published
from chalicelib.sources.googlebusiness.listening import Listening
from chalicelib.sources.googlebusiness.reviews import ReviewReply, location_of
from chalicelib.sources.payload import decoded
from chalicelib.sources.text import same_words

PATIENCE = timedelta(seconds=20)
"""An agent waits for this, and API Gateway for 29 seconds."""

MOST_BYTES = 4096


class GoogleBusiness(Listening):
    """Reviews of some locations, and the business's replies to them."""

    def reply(self, mention: Mention, reply: Reply) -> Published:
        name = mention.platform_id
        if location_of(name) is None:
            raise SourceRefused(f"{name[:100]!r} is no review of Google's")
        length = len(reply.text.encode())
        if length > MOST_BYTES:
            raise SourceRefused(f"a reply of {length} bytes; Google takes {MOST_BYTES}, shorten it")
        deadline = self._now() + PATIENCE
        review = self._review(name, deadline)
        if review is None:
            raise SourceRefused("the review is gone")
        found = review.review_reply
        if found and found.is_standing:
            if same_words(found.comment or "", reply.text):
                return _published(mention)
            raise SourceRefused(
                "this review has been answered already, and another reply would replace that one; "
                "change it on Google if it is to be changed"
            )
        response = self._api.request(
            "PUT", f"/v4/{name}/reply", body={"comment": reply.text}, deadline=deadline
        )
        try:
            made = decoded(response, ReviewReply)
        except SourceUnavailable as error:
            raise OutcomeUnknown(str(error)) from None
        if made.review_reply_state == "REJECTED":
            raise SourceRefused(f"Google does not show the reply{_why(made)}")
        return _published(mention)

    def find_reply(self, mention: Mention, reply: Reply) -> Published | None:
        if reply.is_private or location_of(mention.platform_id) is None:
            return None
        try:
            review = self._review(mention.platform_id, self._now() + PATIENCE)
        except SourceRefused as error:
            raise SourceUnavailable(f"cannot tell whether the reply is there: {error}") from None
        found = review.review_reply if review else None
        if found and found.is_standing and same_words(found.comment or "", reply.text):
            return _published(mention)
        return None

    def preview(self, mention: Mention, text: str, *, is_private: bool) -> Preview:
        return Preview(text=text, length=len(text.encode()), limit=MOST_BYTES)


def _published(mention: Mention) -> Published:
    return Published(platform_id=f"{mention.platform_id}/reply", url=mention.url)


def _why(made: ReviewReply) -> str:
    why = made.policy_violation
    return f": {why[:100]}" if isinstance(why, str) and why.isprintable() else ""
