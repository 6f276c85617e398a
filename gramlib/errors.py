"""What gramlib and the app raise when a person's input cannot be used, and the one table of all its codes."""

from __future__ import annotations

from collections.abc import Mapping

# code: the names of its values, which are the places to fill in the sentence that an application has for it
CODES: Mapping[str, str] = {
    "animation_empty": "",
    "architecture_unknown": "got choices",
    "distance_not_finite": "",
    "file_array": "",
    "file_bytes": "megabytes limit",
    "file_count": "count needed",
    "file_empty": "",
    "file_not_finite": "row column",
    "file_ragged": "row got needed",
    "file_row": "row cause",
    "file_shape": "shape",
    "file_text": "",
    "file_too_large": "count dimension most_vectors most_numbers",
    "gram_dimension": "dimension",
    "gram_dimension_below_rank": "rank dimension",
    "gram_empty": "shape",
    "gram_negative_eigenvalue": "eigenvalue",
    "gram_negative_minor": "rows determinant",
    "gram_normalize": "normalize",
    "gram_not_finite": "position value",
    "gram_not_numbers": "kind",
    "gram_not_symmetric": "row column value mirror",
    "gram_overflow": "",
    "gram_ragged": "row length first",
    "gram_shape": "shape needed",
    "gram_zero_row": "row",
    "image_damaged": "",
    "image_empty": "",
    "image_format": "format",
    "image_kind": "got",
    "image_max_side": "max_side",
    "image_missing": "name",
    "image_not_finite": "",
    "image_range": "low high",
    "image_shape": "got",
    "image_tensor": "shape kind",
    "image_too_large": "megapixels limit",
    "image_too_small": "width height layer needed",
    "image_unreadable": "size",
    "jobs_full": "count",
    "layer_missing": "layer",
    "layer_unknown": "architecture got choices",
    "layers_weigh_nothing": "",
    "memory_full": "",
    "memory_short": "",
    "network_failed": "reason",
    "padding_unknown": "got choices",
    "pooling_unknown": "got choices",
    "reading_unknown": "got choices",
    "setting_choice": "knob got choices",
    "setting_layers": "knob got",
    "setting_nothing": "",
    "setting_range": "knob got low high",
    "setting_whole": "knob got low high",
    "shapes_differ": "got needed",
    "start_missing": "",
    "style_count": "got",
    "target_zero": "",
    "text_line": "line count limit",
    "text_quotes": "count limit",
    "text_rows": "count limit",
    "text_too_long": "count limit",
    "torch_missing": "reason",
    "transfer_not_finite": "",
    "upload_too_large": "limit",
    "uploads_full": "limit",
    "vector_brackets": "text",
    "vector_division_by_zero": "position text",
    "vector_empty": "",
    "vector_entry": "position text sign",
    "vector_gap": "position",
    "vector_lengths": "first second",
    "vector_not_finite": "position value",
    "vector_not_numbers": "kind",
    "vector_overflow": "",
    "vector_range": "position text",
    "vector_rows": "count",
    "vector_shape": "shape",
    "vector_too_long": "count limit",
    "vector_zero": "position",
    "weights_changed": "path got expected",
    "weights_missing": "path reason",
    "weights_not_fetched": "reason",
}


class GramlabError(ValueError):
    """An input that cannot be used: the text says what arrived and what is needed.

    code     a stable name of the fault, such as "vector_empty": an application may look up its own wording by it
    values   what arrived, by name, to be put into that wording
    raises   TypeError for a code that is not in CODES, or with other values than stand there

    A new code is one line in CODES, `"code": "value another_value"`, and one sentence with exactly these places in
    each language, `code = "… {value} … {another_value} …"` under [errors] in assets/text.

    >>> GramlabError("vector_too_long", "3 numbers arrived: at most 2 are read.", count=3, limit=2).values
    {'count': 3, 'limit': 2}
    """

    def __init__(self, code: str, message: str, **values: object) -> None:
        needed = CODES.get(code)
        if needed is None or {*needed.split()} != values.keys():
            known = "which is not in CODES" if needed is None else f"which needs the values ({needed})"
            raise TypeError(f"The error {code}, {known}, is raised with ({' '.join(values)}).")
        super().__init__(message)
        self.code = code
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        return _raised_elsewhere, (type(self), self.code, str(self), self.values)


def _raised_elsewhere(kind: type[GramlabError], code: str, message: str, values: Mapping[str, object]) -> GramlabError:
    return kind(code, message, **values)


class WeightsUnavailable(GramlabError):
    """The weights of a network are neither here nor to be had."""
