"""Grades (评级): staff give a project a grade; everyone who may read reports sees it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Final

import msgspec

from tanpan.component import Component, decides, evolves
from tanpan.messages import OPERATOR, REGULATOR, STAFF, Command, Event
from tanpan.parties import Actor
from tanpan.refusals import Reason, Refusal
from tanpan.views import INT, TEXT, Change, Row, View, column

LETTERS: Final = ("A", "B", "C")
REFUSALS: Final = (Reason("UNKNOWN_GRADE", "没有这个等级", "there is no such grade"),)


class GradeProject(Command, frozen=True, tag="blue_carbon.grade_project"):
    """Give a project a grade."""

    zh: ClassVar = "项目评级"
    roles: ClassVar = (STAFF,)
    permission: ClassVar = "oversight"
    project: Annotated[str, msgspec.Meta(examples=["mangroves of the bay"])]
    grade: Annotated[str, msgspec.Meta(examples=["A"])]


class ProjectGraded(Event, frozen=True, tag="blue_carbon.project_graded"):
    """A project was given a grade."""

    project: str
    grade: str
    times: int


class Grading(Component):
    """How often each project was graded."""

    name = "blue_carbon.grading"

    def reset(self) -> None:
        self.times: dict[str, int] = {}

    @decides(GradeProject)
    def _grade(self, actor: Actor, command: GradeProject) -> None:
        if command.grade not in LETTERS:
            raise Refusal("UNKNOWN_GRADE", grade=command.grade, known=list(LETTERS))
        self.emit(ProjectGraded(command.project, command.grade, self.times.get(command.project, 0) + 1))

    @evolves(ProjectGraded)
    def _graded(self, event: ProjectGraded) -> None:
        self.times[event.project] = event.times

    def dump(self) -> Any:
        return self.times

    def load(self, data: Any) -> None:
        self.times = data


def _grade_row(change: Change) -> Iterable[Row]:
    event: ProjectGraded = change.event
    yield {"project": event.project, "grade": event.grade, "times": event.times}


GRADES = View(
    "blue_carbon.grades",
    "项目评级",
    "grades of projects",
    (
        column("project", TEXT, "项目", "project"),
        column("grade", TEXT, "等级", "grade"),
        column("times", INT, "评级次数", "times graded"),
    ),
    ("project",),
    {ProjectGraded: _grade_row},
    own=(),
    readers=(OPERATOR, STAFF, REGULATOR),
    doc="The grade of each project and how often one was given.",
)
