"""A small feature map [C, H, W] becomes its Gram matrix, step by step on a time line, as one would on paper.

Everything moves and is worked out in the browser. The page owns the numbers; the browser sends them all when one was
changed, and takes numbers from here only once its last change was seen here:

    def take() -> None:
        st.session_state.maps = committed("hand", shape=(3, 2, 2)) or st.session_state.maps

    flattening(st.session_state.maps, key="hand", words=words, on_change=take)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pages.ui.canvases import checks, component
from pages.ui.colours import DARK, colours

# every word that is shown or spoken. Places: "where" {stage} {stages} {name}; "channel" {channel}; "address" {channel}
# {row} {column} {position}; "spoken" {address} {value}; "edit" {address}; the faults {text}; from "multiply" {i} {j}
WORDS = (
    *("canvas", "time_line", "where", "play", "pause", "back", "forward"),
    *("channel", "address", "spoken", "edit", "hint", "empty", "not_a_number", "several"),
    *("division_by_zero", "range"),
    *("stage_1", "stage_2", "stage_3", "stage_4", "stage_5", "say_1", "say_2", "say_3"),
    *("multiply", "mirror", "square"),
    *("together", "partly", "turns", "never", "cancel", "against", "silent"),
)
STAGES = 5
LARGEST = 1e150  # beyond it a product of two numbers may overflow

# Channels 3 and 4, after blue and orange: a teal and a magenta. To every eye (Machado 2009) they are at least 19 units
# of CIE Lab (dark: 10) from each other, from blue, orange and the product's violet; as text their contrast is 5:1.
MORE_CHANNELS = {"light": ("#00524e", "#b14385"), "dark": ("#2fd9c0", "#f7b0e4")}

Maps = tuple[tuple[tuple[float, ...], ...], ...]

_flattening = component.register("flattening")


def channel_colours() -> tuple[str, str, str, str]:
    """The colours of channels 1 to 4 in the theme that the person is looking at."""
    scheme = colours()
    return scheme.first, scheme.second, *MORE_CHANNELS["dark" if scheme is DARK else "light"]


def flattening(
    maps: Sequence[Sequence[Sequence[float]]],
    *,
    key: str,
    words: Mapping[str, str],
    divisor: float = 1,
    stage: int | None = None,
    on_change: Callable[[], None] | None = None,
    on_stage: Callable[[], None] | None = None,
) -> None:
    """Show the way of `maps` to their Gram matrix; C, H and W, each 2 to 4, may change between runs.

    words       the texts named in WORDS, in the person's language
    divisor     what each sum is divided by, as `feature_gram` does
    stage       1 to 5: the time line goes to the end of that stage, when it is another than at the last run
    on_change   called after a number was changed, before the page runs again; read it with `committed`
    on_stage    called when the time line rests in another stage; read it with `reached`. Without it nothing is sent
    """
    given = [[[float(number) for number in row] for row in channel] for channel in maps]
    shape = (len(given), len(given[0]), len(given[0][0])) if given and given[0] else ()
    if len(shape) != 3 or not all(2 <= side <= 4 for side in shape) or checks.numbers(shape, LARGEST)(given) is None:
        raise ValueError(f"Needed: numbers in the shape [C, H, W], each 2 to 4; got {maps}.")
    _flattening(
        key=key,
        data={
            "maps": given,
            "divisor": float(divisor),
            "stage": stage if stage in range(1, STAGES + 1) else None,
            "words": {word: words[word] for word in WORDS},
            "sequence": component.sequence(key),
            "reached": component.sequence(key, "reached"),
            "reports": on_stage is not None,
            "channels": channel_colours(),
            "colours": colours().as_dict(),
        },
        on_committed_change=on_change or (lambda: None),
        on_reached_change=on_stage or (lambda: None),
    )


def committed(key: str, shape: tuple[int, int, int]) -> Maps | None:
    """Return the maps last sent, or None unless they are ordinary numbers of this shape: they come from a browser."""
    return component.committed(key, checks.numbers(shape, LARGEST))


def reached(key: str) -> int | None:
    """Return the stage, 1 to 5, in which the time line last came to rest, if the browser has said so."""
    stage = component.committed(key, checks.index(STAGES + 1), "reached")
    return stage or None
