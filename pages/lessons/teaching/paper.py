"""How a plan, the summary and a worksheet are laid out; the rules are in paper.css."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from pages.lessons.teaching.plan import MOMENTS, PLANS, Moment, expected
from pages.lessons.teaching.sheets import WORKSHEETS
from pages.lessons.teaching.state import MINUTES
from pages.lessons.teaching.tasks import Blank, Cell, Table, Task
from pages.ui.frame import LESSONS
from pages.ui.text import plain_text, t


def show(sheet: str, answers: bool) -> None:
    """One sheet; of a worksheet, if asked for, the answers on a page of their own."""
    st.html(Path(__file__).with_suffix(".css"))
    with st.container(key="sheet", border=True):
        if sheet in MINUTES:
            plan(sheet)
        elif sheet == "summary":
            summary()
        else:
            worksheet(sheet, answers)


def name_of(sheet: str) -> str:
    """What a sheet is called where it is chosen."""
    if sheet in WORKSHEETS:
        return plain_text("teaching.worksheet", number=LESSONS.index(sheet) + 1)
    return plain_text(f"teaching.sheets.{sheet}")


def plan(sheet: str) -> None:
    st.header(t("teaching.plan", minutes=MINUTES[sheet]), anchor=False)
    st.markdown(t("teaching.before_class"))
    rows, begins = [], 0
    for name, minutes in PLANS[sheet].items():
        moment = MOMENTS[name]
        link = f"<a href='{html.escape(moment.address)}' target='_blank'>{html.escape(_title(moment))}</a>"
        said = {
            kind: html.escape(plain_text(f"teaching.moments.{name}.{kind}", **expected(name)))
            for kind in ("show", "ask", "expect")
        }
        times = f"{begins}–{begins + minutes}"
        begins += minutes
        rows.append([times, f"{link}<br>{said['show']}", said["ask"], said["expect"]])
    head = [html.escape(plain_text(f"teaching.columns.{name}")) for name in ("minutes", "show", "ask", "expect")]
    st.html(f"<table class='plan'>{_row(head, 'th')}{''.join(_row(row) for row in rows)}</table>")
    st.caption(t("teaching.links_note"))


def summary() -> None:
    st.header(t("teaching.summary.title"), anchor=False)
    for position, lesson in enumerate(LESSONS, start=1):
        with st.container(key=f"sheet-part-{lesson}"):
            st.markdown(f"**{position} · {t(f'{lesson}.title')}** \u2003 {t(f'teaching.summary.{lesson}.formula')}")
            st.markdown(t(f"teaching.summary.{lesson}.says"))
    st.markdown(t("teaching.summary.chain"))


def worksheet(lesson: str, answers: bool) -> None:
    tasks = WORKSHEETS[lesson]()
    title = t("teaching.worksheet_of", number=LESSONS.index(lesson) + 1, title=t(f"{lesson}.title"))
    st.header(title, anchor=False)
    st.html(f"<p class='who'>{html.escape(plain_text('teaching.who'))}</p>")
    for position, task in enumerate(tasks, start=1):
        with st.container(key=f"sheet-task-{position}"):
            st.markdown(f"**{position}.** {t(f'teaching.tasks.{lesson}.{task.name}.ask', **task.values)}")
            _tables(task.tables, filled=False)
            if task.lines:
                st.html("<div class='line'></div>" * task.lines)
    if answers:
        with st.container(key="sheet-answers"):
            st.header(t("teaching.answers_of", number=LESSONS.index(lesson) + 1), anchor=False)
            for position, task in enumerate(tasks, start=1):
                with st.container(key=f"sheet-answer-{position}"):
                    _answer(lesson, position, task)


def _answer(lesson: str, position: int, task: Task) -> None:
    st.markdown(f"**{position}.** {t(f'teaching.tasks.{lesson}.{task.name}.answer', **task.values)}")
    _tables([table for table in task.tables if table.has_blanks], filled=True)


def _tables(tables: Sequence[Table], filled: bool) -> None:
    """Small tables and matrices, side by side where there is room."""
    if tables:
        st.html(f"<div class='tables'>{''.join(_table(table, filled) for table in tables)}</div>")


def _table(table: Table, filled: bool) -> str:
    head = _row([html.escape(name) for name in table.head], "th") if table.head else ""
    rows = "".join(f"<tr>{''.join(_cell(cell, filled) for cell in row)}</tr>" for row in table.rows)
    kind = "table" if table.head else "matrix"
    name = f"<span>{html.escape(table.name)}</span>" if table.name else ""
    return f"<div>{name}<table class='{kind}'>{head}{rows}</table></div>"


def _cell(cell: Cell, filled: bool) -> str:
    if isinstance(cell, Blank):
        return f"<td class='answer'>{html.escape(cell.text)}</td>" if filled else "<td class='blank'></td>"
    return f"<td>{html.escape(cell)}</td>"


def _row(cells: Sequence[str], tag: str = "td") -> str:
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in cells)}</tr>"


def _title(moment: Moment) -> str:
    """What a link is called: the lesson, or the sheet that is handed out."""
    if moment.page in LESSONS:
        return f"{LESSONS.index(moment.page) + 1} · {plain_text(f'{moment.page}.title')}"
    return name_of(moment.values["sheet"])
