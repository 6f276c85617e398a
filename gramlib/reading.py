"""Numbers as people write them: typed, pasted, or in a file of text.

One vector or rows of them, from a keyboard of any language, a spreadsheet, NumPy, MATLAB, a list of Python. The rules,
in the order in which they hold (shared/read.js, the browser's side, has the same):

signs       Full-width forms are read as their ASCII ones, 、 as a comma, U+2010–2015, U+2212 and U+FE63 as a minus.
around      Quotes around numbers, a name as in a = (1, 2), NumPy's array(…, dtype=…), MATLAB's last semicolon fall off.
heading     A first line of several without any number is left out, and noted.
brackets    One pair around all, or one pair for each row. In one pair of square brackets a semicolon or the end of a
            line begins a new row, as in MATLAB; elsewhere a semicolon is a comma.
lines       Without brackets each line is a row. In a single line semicolons part rows if spaces or commas part numbers.
commas      A comma is a decimal comma, and noted, where all of these hold: every comma is ASCII and stands between two
            digits, no number has a point or two commas, and a semicolon, a space or a tab parts numbers.
thousands   1,000 is two numbers, as 1,5 alone is; noted where it stands alone or begins a group of three digits with 0.

Nothing else is guessed: an empty place, brackets that do not fit, 1 000 with the space of print, are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gramlib.errors import GramlabError

LONGEST = 100_000
"""How many numbers one vector may have."""

LONGEST_TEXT = 4_000_000
"""Characters of one vector: room for every digit of its numbers."""

LONGEST_ROWS = 4 * LONGEST_TEXT
"""Characters of rows: what is read within a second."""

LONGEST_LINE = 400_000
"""Characters of one line of rows: forty for each number of the longest, which need thirty with all digits in quotes.
While re goes through one, nobody else of the process has a turn."""

MOST_QUOTES = 1_000_000
"""Quotation marks of a text: each pair is looked into, and whoever else is there shares the processor meanwhile."""

_BLOCK = 1 << 16  # characters that are translated at a time
_MOST_BRACKETS = _MOST_NAMES = 4096  # 512 rows each with a name, call and brackets of its own take half of them


@dataclass(frozen=True)
class Note:
    """How something was read that could have been meant otherwise: a code, as errors have one, and what arrived."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Reading:
    """Numbers that were read, (n,) or (k, n) float64, finite, and the notes on how."""

    numbers: NDArray[np.float64]
    notes: tuple[Note, ...] = ()


def read_vector(text: str) -> Reading:
    """Read one vector; rows without brackets of their own, as in "1 2; 3 4", are joined, and noted.

    returns   (n,) float64, 1 to 100 000 numbers
    raises    GramlabError with the place of the first wrong number, counted from 1, its text and its wrong sign

    >>> read_vector("a = (1,5; 2,5)")
    Reading(numbers=array([1.5, 2.5]), notes=(Note(code='decimal_comma', values={'text': '1,5', 'value': 1.5}),))
    """
    layout = _layout(text, LONGEST_TEXT)
    if layout.bracketed and len(layout.rows) > 1:
        message = f"{len(layout.rows)} rows in brackets of their own arrived: one vector is needed."
        raise GramlabError("vector_rows", message, count=len(layout.rows))
    rows = list(_rows(layout, LONGEST))
    notes = list(layout.notes)
    if len(rows) > 1 and max(map(len, rows)) > 1:
        notes.append(Note("rows_joined", {"count": len(rows), "numbers": sum(map(len, rows))}))
    return Reading(np.array([value for row in rows for value in row]), tuple(notes))


def read_rows(text: str, most_rows: int, most_numbers: int) -> Reading:
    """Read k vectors of n numbers, one a row.

    most_rows, most_numbers   bounds of k and n, held before a number is read
    returns                   (k, n) float64
    raises                    GramlabError; what is wrong within a row is its value `cause`

    >>> read_rows("[1 2; 3 4]", 512, 10_000).numbers
    array([[1., 2.],
           [3., 4.]])
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > 4 * most_rows:  # empty lines, a heading and brackets take some
        raise too_many_rows(len(lines), most_rows)
    if (count := max(map(len, lines))) > LONGEST_LINE:
        line = next(number for number, each in enumerate(lines, start=1) if len(each) == count)
        message = f"Line {line} has {count} characters: at most {LONGEST_LINE} are read, one vector a line."
        raise GramlabError("text_line", message, line=line, count=count, limit=LONGEST_LINE)
    layout = _layout(text, LONGEST_ROWS)
    if len(layout.rows) > most_rows:
        raise too_many_rows(len(layout.rows), most_rows)
    rows = [np.array(row) for row in _rows(layout, most_numbers, numbered=True)]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            message = f"Row {number} has {len(row)} numbers and row 1 has {len(rows[0])}: all need the same count."
            raise GramlabError("file_ragged", message, row=number, got=len(row), needed=len(rows[0]))
    return Reading(np.array(rows), tuple(layout.notes))


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark or without, or GBK, as Excel writes it in China.

    raises   GramlabError for what is none of them
    """
    encodings = ["utf-8-sig", "gb18030"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif 0 in data[:4]:  # no text has the sign 0; in UTF-16 every second byte of a number is one
        encodings = ["utf-16-be" if data[0] == 0 else "utf-16-le"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise GramlabError("file_text", "The file is neither text nor a NumPy file.")


# ----------------------------------------------------------------------------- signs: one for one, so that places stay

_SPACES = "\f\v\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_KIN = {" ": _SPACES, "，": "、", "[": "【〔", "]": "】〕", '"': "“”„‟", "'": "‘’‛"}
# Not unicodedata's NFKC: it reads 10² as 102. The full-width comma is kept: it is never a decimal comma.
_PLAIN = {code: chr(code - 0xFEE0) for code in range(ord("！"), ord("～") + 1) if chr(code) != "，"}
_PLAIN |= {ord(sign): plain for plain, signs in _KIN.items() for sign in signs}
_MINUS = dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-")
_LONG_DASH = re.compile(r"([ \t\n,;，\[({\"'])——")  # a Chinese keyboard's one dash
# the space that some languages print within a number parts no numbers: as a sign of neither, it is refused by its name
_WITHIN = re.compile("([0-9０-９])[\u00a0\u2009\u202f](?=[0-9０-９]{3}(?![0-9０-９]))")

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_ENTRY = re.compile(f"({_NUMBER})(?:/({_NUMBER}))?")
_BEGINNING = re.compile(rf"(?:{_NUMBER}/)?[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]*)?)?")
_HAS_DIGIT_ABOVE_ZERO = re.compile("[^eE]*[1-9]")
_ORDINARY = re.compile(r"[0-9eE+.,; \t\n-]*")  # signs of which float makes nothing but numbers

# No run of signs can be divided in two ways by any of these, so that a long wrong text is refused in linear time. And
# each that is searched for in the whole of a text begins with a sign, which re finds quickest: while it searches, no
# other thread of the process has a turn. Where that may be the beginning of the text, see _sub_after_a_sign
_QUOTED = re.compile(r"\"([^\"'\n]*)\"|'([^\"'\n]*)'")
_DECIMAL_COMMA = re.compile(r" *[+-]?[0-9]+,[0-9]+ *")
_CALL = r"(?:[a-z]+\.)?(?:array|asarray|matrix|tensor) *\("
_THOUSANDS = re.compile(r"[ \t\n;，(\[{]([+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?=[ \t\n;，)\]}]|\Z)")
_LETTER = "A-Za-z_\u0370-\u03ff\u4e00-\u9fff"
_NAMED = re.compile(
    rf"([ \n,;，\])}}])([{_LETTER}][{_LETTER}0-9.\u2080-\u2089\u20d7]* *[=:])(?=[ \n]*(?:[\[({{0-9.+-]|{_CALL}))"
)
_CALLED = re.compile(rf"([^{_LETTER}0-9.])({_CALL[:-2]})(?=\()")
_KEYWORD = re.compile(r",[ \n]*(?:dtype|device|requires_grad|grad_fn) *= *[^,()\[\]{}\n]*")
_LAST_SEMICOLON = re.compile(r"([\])}][ \n]*);[ \n]*\Z")
_PARTING = " \t\n,;，"
_TOKEN = re.compile(f"[^{_PARTING}]+")
_GAP = re.compile(r"[,;，][ \t\n]*(?=[,;，]|\Z)")  # in a row behind a comma
_EMPTY_CELL = re.compile(r"(?:^|\t) *(?=\t|\Z)")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def _plain(text: str) -> str:
    """The text in ASCII signs wherever a number or what stands around it is meant, of the same length."""
    if text.isascii():
        plain = text.replace("\f", " ").replace("\v", " ")
    else:
        kept = _WITHIN.sub("\\1\ue000", text) if any(space in text for space in "\u00a0\u2009\u202f") else text
        plain = _translated(kept, _PLAIN)
        if "——" in plain:
            plain = _sub_after_a_sign(_LONG_DASH, r"\1 —", plain)
        plain = _translated(plain, _MINUS)
    return plain.replace("\r\n", " \n").replace("\r", "\n")


def _translated(text: str, signs: Mapping[int, str]) -> str:
    """The text, block by block, so that others have their turns in between."""
    return "".join(text[start : start + _BLOCK].translate(signs) for start in range(0, len(text), _BLOCK))


def _sub_after_a_sign(pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str], text: str) -> str:
    """Replace what follows a sign, its first group, or begins the text."""
    return pattern.sub(replacement, f"\n{text}")[1:]


def _bare(plain: str, notes: list[Note]) -> str:
    """The same without quotes, names and calls around numbers, with spaces in their place."""
    if '"' in plain or "'" in plain:
        lines = plain.split("\n")  # one by one, so that others have their turns in between
        plain = "\n".join(_QUOTED.sub(lambda found: _unquoted(found, notes), line) for line in lines)
    if 0 < plain.count("=") + plain.count(":") <= _MOST_NAMES:  # of more the first is refused as a sign in a number
        plain = _sub_after_a_sign(_NAMED, _without_second, plain)
    if "(" in plain:
        plain = _sub_after_a_sign(_CALLED, _without_second, plain)
    if 0 < plain.count("=") <= _MOST_NAMES:
        plain = _KEYWORD.sub(lambda found: " " * len(found[0]), plain)
    return _LAST_SEMICOLON.sub(lambda found: found[1] + " " * (len(found[0]) - len(found[1])), plain)


def _without_second(found: re.Match[str]) -> str:
    return found[1] + " " * len(found[2])


def _unquoted(found: re.Match[str], notes: list[Note]) -> str:
    inside = found[1] if found[1] is not None else found[2]
    if _DECIMAL_COMMA.fullmatch(inside):
        if not notes:
            notes.append(_decimal_comma(inside.strip(" ")))
        inside = inside.replace(",", ".")
    return f" {inside} "


def _decimal_comma(number: str) -> Note:
    return Note("decimal_comma", {"text": number, "value": float(number.replace(",", "."))})


# -------------------------------------------------------------------------------------------------- where numbers stand

_Place = tuple[int, int]


@dataclass
class _Layout:
    text: str  # as it arrived
    plain: str  # of the same length
    rows: list[_Place]
    notes: list[Note]
    bracketed: bool  # each row has brackets of its own


def _layout(text: str, most: int) -> _Layout:
    if len(text) > most:
        message = f"A text of {len(text)} characters arrived: at most {most} are read."
        raise GramlabError("text_too_long", message, count=len(text), limit=most)
    notes = list[Note]()
    plain = _plain(text)
    if sum(map(plain.count, "[](){}")) > _MOST_BRACKETS:
        raise _brackets(text)
    if (count := plain.count('"') + plain.count("'")) > MOST_QUOTES:
        message = f"{count} quotation marks arrived: at most {MOST_QUOTES} are read."
        raise GramlabError("text_quotes", message, count=count, limit=MOST_QUOTES)
    plain = _bare(plain, notes)
    start, end = _trimmed(plain, 0, len(plain))
    start, heading = _after_heading(text, plain, start, end)
    if heading:
        notes.append(Note("heading", {"text": _shortened(heading)}))
    groups = _innermost(text, plain, start, end)
    square = bool(groups) and plain[groups[0][0] - 1] == "["
    places = groups or [(start, end)]
    if not square and (comma := _first_decimal_comma(plain, places)):
        notes.insert(0, _decimal_comma(plain[comma[0] : comma[1]]))
        for begin, stop in places:
            plain = plain[:begin] + plain[begin:stop].replace(",", ".") + plain[stop:]
    elif found := _first_thousands(plain, places):
        notes.append(Note("thousands", {"text": found}))
    rows = groups if len(groups) > 1 else _lines(plain, *places[0], square)
    around = "" if len(groups) > 1 else plain[start:end]  # a comma between two brackets parts no numbers
    if not any(_TOKEN.search(plain, *row) for row in rows) and not re.search("[,;，]", around):
        raise GramlabError("vector_empty", "No number arrived: a vector has at least one, such as 1, 2, 3.")
    return _Layout(text, plain, rows, notes, len(groups) > 1)


def _trimmed(plain: str, start: int, end: int, blanks: str = " \t\n") -> _Place:
    inside = plain[start:end]
    begin = start + len(inside) - len(inside.lstrip(blanks))
    return begin, max(begin, start + len(inside.rstrip(blanks)))


def _after_heading(text: str, plain: str, start: int, end: int) -> tuple[int, str]:
    """Where the numbers begin, and the heading, if there is one."""
    stop = plain.find("\n", start, end)
    line = re.sub(r"[\[\](){}]", " ", plain[start : max(start, stop)])
    if not re.search("[A-Za-z#%\u00aa-\U0010ffff]", line) or any(map(_has_numbers, re.split("[,;，\t]", line))):
        return start, ""
    return _trimmed(plain, stop, end)[0], text[:stop].strip()


def _has_numbers(field: str) -> bool:
    words = [word for word in field.split(" ") if word]
    return bool(words) and all(map(_ENTRY.fullmatch, words))


def _innermost(text: str, plain: str, start: int, end: int) -> list[_Place]:
    """Where the insides of the innermost pairs of brackets are; none where there is no bracket.

    All of them stand equally deep, and what is around them is around all: else the brackets do not fit.
    """
    opened, found, counts = list[int](), list[_Place](), list[int]()
    last, innermost = start, False
    for match in re.compile(r"[\[\](){}]").finditer(plain, start, end):
        sign, place = match[0], match.start()
        between = plain[last:place].strip(" \t\n")
        last = place + 1
        if sign in _CLOSES:
            fits = between in _BETWEEN and not (innermost and between)
            counts += [0] * (len(opened) == len(counts))
            counts[len(opened)] += 1
            opened.append(place)
            innermost = True
        else:
            opening = opened.pop() if opened else None
            fits = opening is not None and _CLOSES[plain[opening]] == sign and (innermost or between in _BETWEEN)
            if innermost and opening is not None:
                fits = fits and len(opened) + 1 == len(counts)
                found.append((opening + 1, place))
            innermost = False
        if not fits:
            raise _brackets(text)
    after = plain[last:end].strip(" \t\n") if counts else ""
    if opened or after not in _BETWEEN or any(count > 1 for count in counts[:-1]):
        raise _brackets(text)
    return found


_BETWEEN = ("", ",", ";", "，")


def _first_decimal_comma(plain: str, places: Sequence[_Place]) -> _Place | None:
    """Where the first number with a decimal comma stands, if the commas there are such."""
    first, parted = None, False
    for start, end in places:
        inside = plain[start:end]
        if "," not in inside:
            continue
        if "." in inside or "，" in inside:
            return None
        begin = start
        for line in inside.split("\n"):  # one by one, so that others have their turns in between
            if len(re.findall("[0-9],(?=[0-9])", line)) != line.count(","):
                return None
            for found in re.finditer(r"[^ \t;]+", line):
                if found[0].count(",") > 1:
                    return None
                if first is None and _DECIMAL_COMMA.fullmatch(found[0]):
                    first = begin + found.start(), begin + found.end()
            # within a line: else these are the commas of a table
            parted = parted or re.search(r"[^ \t;][ \t;]+[^ \t;]", line) is not None
            begin += len(line) + 1
    return first if parted else None


def _first_thousands(plain: str, places: Sequence[_Place]) -> str:
    """The first that looks like one number with commas between its thousands, and is read as several; or nothing."""
    for start, end in places:
        begin = start
        for line in plain[start:end].split("\n"):
            for found in _THOUSANDS.finditer(f"\n{line}"):
                place = begin + found.start(1) - 1, begin + found.end(1) - 1
                if ",0" in found[1] or (len(places) == 1 and place == _trimmed(plain, start, end)):
                    return found[1]
            begin += len(line) + 1
    return ""


def _lines(plain: str, start: int, end: int, square: bool) -> list[_Place]:
    """Where the rows of a text without brackets inside are."""
    start, end = _trimmed(plain, start, end)
    lines = [place for place in _parted(plain, start, end, "\n") if place[0] < place[1]] or [(start, end)]
    for sign in ",;":  # at the end of each line but the last
        if len(lines) > 1 and all(plain[stop - 1] == sign for _, stop in lines[:-1]):
            if square and sign == ",":  # a row too long for one line
                return [(start, end)]
            lines = [(begin, stop - (plain[stop - 1] == sign)) for begin, stop in lines]
    if square:
        return [place for line in lines for place in _parted(plain, *line, ";")]
    if len(lines) > 1 or ";" not in plain[start:end]:
        return lines
    rows = _parted(plain, start, end, ";")
    are_parted = any(re.search(r"[^ \t,，][ \t,，]+[^ \t,，]", plain[begin:stop]) for begin, stop in rows)
    return rows if are_parted else lines


def _parted(plain: str, start: int, end: int, sign: str) -> list[_Place]:
    places, begin = list[_Place](), start
    for part in plain[start:end].split(sign):
        places.append(_trimmed(plain, begin, begin + len(part), " "))  # beside a tab a cell may be empty
        begin += len(part) + 1
    return places


# --------------------------------------------------------------------------------------------------------- their values


def _rows(layout: _Layout, most: int, numbered: bool = False) -> Iterator[list[float]]:
    before = 0
    for number, place in enumerate(layout.rows, start=1):
        try:
            values = _values(layout, place, 0 if numbered else before, most)
        except GramlabError as error:
            if not numbered:
                raise
            raise GramlabError("file_row", f"Row {number}: {error}", row=number, cause=error) from error
        before += len(values)
        yield values


def _values(layout: _Layout, place: _Place, before: int, most: int) -> list[float]:
    inside = layout.plain[slice(*place)]
    if before + sum(map(inside.count, _PARTING)) >= most:  # perhaps too many; counted before they are taken apart
        count = before + sum(1 for _ in _TOKEN.finditer(inside))
        if count > most:
            message = f"{count} numbers arrived: at most {most} are read."
            raise GramlabError("vector_too_long", message, count=count, limit=most)
    entries = _TOKEN.findall(inside)
    is_of_cells = "\t" in inside and not re.search("[,;，]", inside)
    if gap := _EMPTY_CELL.search(inside) if is_of_cells else _GAP.search(f",{inside}"):
        end = gap.end() if is_of_cells else gap.end() - 1
        position = before + len(_TOKEN.findall(inside[:end])) + 1
        message = f"Number {position} is missing: on each side of a comma or semicolon a number is needed."
        raise GramlabError("vector_gap", message, position=position)
    if _ORDINARY.fullmatch(inside):
        try:
            values = list(map(float, entries))
        except ValueError:
            pass  # read one by one, so that the wrong one is named
        else:
            if all(value and math.isfinite(value) for value in values):
                return values
    originals = (layout.text[slice(*found.span())] for found in _TOKEN.finditer(layout.plain, *place))
    return [
        _value(entry, position, original)
        for position, (entry, original) in enumerate(zip(entries, originals, strict=True), before + 1)
    ]


def _value(entry: str, position: int, original: str) -> float:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        sign = _wrong_sign(entry, original)
        message = f'Number {position} is "{_shortened(original)}": {sign} cannot stand there in a number.'
        raise GramlabError("vector_entry", message, position=position, text=_shortened(original), sign=sign)
    numerator, denominator = match.groups()
    value = float(numerator)
    if denominator:
        if not _HAS_DIGIT_ABOVE_ZERO.match(denominator):
            raise _entry_error("vector_division_by_zero", "nothing can be divided by 0", original, position)
        divisor = float(denominator)
        value = value / divisor if divisor else math.inf
    if not math.isfinite(value) or (value == 0 and _HAS_DIGIT_ABOVE_ZERO.match(numerator)):
        raise _entry_error("vector_range", "its size must be 0 or from 5e-324 to 1.8e308", original, position)
    return value


def _wrong_sign(entry: str, original: str) -> str:
    """The first sign that keeps a text from being a number; one that has look-alikes with its Unicode number."""
    beginning = _BEGINNING.match(entry)
    sign = original[min(beginning.end() if beginning else 0, len(original) - 1)]
    return _shortened(sign) if sign.isascii() else f"{_shortened(sign)} (U+{ord(sign):04X})"


def _entry_error(code: str, needed: str, entry: str, position: int) -> GramlabError:
    text = _shortened(entry)
    return GramlabError(code, f'Number {position} is "{text}": {needed}.', position=position, text=text)


def _brackets(text: str) -> GramlabError:
    message = f'The brackets in "{_shortened(text)}" do not fit: one pair around all numbers, or none, is needed.'
    return GramlabError("vector_brackets", message, text=_shortened(text))


def too_many_rows(count: int, most: int) -> GramlabError:
    """What is raised for a text of too many rows, or lines."""
    return GramlabError("text_rows", f"The text has {count} rows; at most {most} are read.", count=count, limit=most)


def _shortened(text: str) -> str:
    # repr makes what cannot be seen visible, such as a zero-width space
    shown = repr(text[:40])[1:-1]
    return shown if len(text) <= 40 else shown + "…"
