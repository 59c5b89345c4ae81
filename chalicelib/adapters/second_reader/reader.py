"""Asking a model on Amazon Bedrock by its Converse API."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError

from chalicelib.adapters.second_reader.answer import opinion_in
from chalicelib.adapters.second_reader.request import request
from chalicelib.adapters.sms_account import asked
from chalicelib.domain.desk import Desk
from chalicelib.domain.errors import Unanswered, Unusable
from chalicelib.domain.mention import Mention
from chalicelib.domain.opinion import Opinion
from chalicelib.domain.signal import Score

CONNECT_SECONDS = 0.5
READ_SECONDS = 1.5
"""Two seconds together, and the client tries once."""

_REFUSED = frozenset(
    {
        "AccessDeniedException",
        "ResourceNotFoundException",
        "ValidationException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
    }
)
"""Codes that asking again does not mend: no permission or access to the model, no such model, a
model that cannot be asked this way, no credentials. Source: "Converse", Amazon Bedrock API
Reference."""


class BedrockReader:
    """The model that the desk names, in the region of the client."""

    def __init__(self, *, runtime: Any) -> None:
        """`runtime` is boto3's client of `bedrock-runtime`, with these seconds and one attempt."""
        self._runtime = runtime
        # A frozen Lambda's idle connection is dead when it thaws, and nothing is tried twice.
        runtime.meta.events.register("before-send.bedrock-runtime", _close_after)

    def opinion(self, mention: Mention, desk: Desk, score: Score) -> Opinion:
        """Sends the post and its language, the brand's name, and nothing else of a mention."""
        model = desk.second_reading.model
        wanted = request(
            mention, brand=desk.brand_name(mention.brand), language=score.language, model=model
        )
        answer = asked(lambda: self._converse(wanted))
        return opinion_in(answer, reader=model.rpartition("/")[2])

    def _converse(self, wanted: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._runtime.converse(**wanted)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _REFUSED:
                raise Unusable(code) from None
            raise
        except (NoCredentialsError, ParamValidationError) as error:
            raise Unusable(type(error).__name__) from None
        except BotoCoreError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError):
            # botocore reads an answer of another form as far as it can, and then stumbles.
            raise Unanswered("the answer has another form") from None
        return answer


def _close_after(request: Any, **_: Any) -> None:
    request.headers["Connection"] = "close"


if TYPE_CHECKING:
    from chalicelib.ports import SecondReader

    _: type[SecondReader] = BedrockReader
