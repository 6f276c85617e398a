"""What the teacher's page can be opened with: one sheet at a time, so that what is printed is what is seen."""

from __future__ import annotations

from pages.ui.frame import LESSONS
from pages.ui.parameters import option, switch
from pages.ui.state import PageState

MINUTES = {"plan_15": 15, "plan_45": 45, "plan_90": 90}  # of the plans
SHEETS = (*MINUTES, "summary", *LESSONS)  # a lesson stands for its worksheet


class State(PageState):
    lesson = "teaching"
    sheet = option(*SHEETS)
    answers = switch(True)
