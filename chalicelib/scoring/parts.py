"""A long text in parts that a model reads one by one: a cry within ten pages is still a cry."""

LONG = 700
"""Characters; the models were taught on posts far shorter."""
PART = 500


def parts_of(text: str) -> tuple[str, ...]:
    """The text itself when it is short; else parts of about `PART` characters that overlap by half.

    At least one; parts begin and end between words where there are any.
    """
    if len(text) <= LONG:
        return (text,)
    starts = range(0, max(1, len(text) - PART // 2), PART // 2)
    return tuple(_whole_words(text, start, start + PART) for start in starts)


def _whole_words(text: str, start: int, end: int) -> str:
    if start > 0:
        start = _after_space(text, start)
    if end < len(text):
        space = text.rfind(" ", start + PART // 2, end)
        end = space if space > 0 else end
    return text[start:end].strip()


def _after_space(text: str, start: int) -> int:
    space = text.find(" ", start, start + 40)
    return space + 1 if space >= 0 else start
