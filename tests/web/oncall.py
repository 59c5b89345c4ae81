"""What the office knows of who is on call: calendars, contacts and the readiness report."""

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib import wiring
from chalicelib.services.calendars import Calendars
from chalicelib.services.upcoming import Upcoming
from tests.fakes import FakeGenerations, FakeReports
from tests.web.office import KEY, Office


class OnCall:
    """The services behind these routes, over the stores of an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.reports = FakeReports()
        self.generations = FakeGenerations()
        self.calendars = Calendars(
            desks=office.desks, generations=self.generations, secret=lambda: KEY
        )

    @contextmanager
    def is_known(self) -> Iterator["OnCall"]:
        with wiring.override(
            now=lambda: self.office.now,
            upcoming=Upcoming(desks=self.office.desks),
            contacting=self.office.contacting,
            calendars=self.calendars,
            reports=self.reports,
            parameters=self.office.parameters,
        ):
            yield self
