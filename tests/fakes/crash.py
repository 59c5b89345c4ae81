"""A worker that dies in the middle."""


class Crash(BaseException):
    """The worker died here, as a Lambda does at its time limit: nothing may catch it."""
