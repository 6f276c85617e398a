"""Two vectors, against fractions and decimals: slow, exact, and written without looking at the code."""

from __future__ import annotations

import math
import time
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gramlib.errors import GramlabError
from gramlib.reading import LONGEST
from gramlib.vectors import (
    Relation,
    angle,
    cosine,
    inner_product,
    norm,
    parse_vector,
    projection,
    relation,
)

quick = settings(max_examples=60, deadline=None)

anything = st.floats(-1e300, 1e300, allow_nan=False)
moderate = st.floats(-1e3, 1e3, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-3)
scales = st.sampled_from([1e-300, 1e-150, 1e-20, 1.0, 1e20, 1e150, 1e300])


@st.composite
def pairs(draw, numbers=anything, zero=True):
    n = draw(st.integers(1, 6))
    a, b = (draw(st.lists(numbers, min_size=n, max_size=n)) for _ in range(2))
    assume(zero or (any(a) and any(b)))
    return a, b


def exact_inner_product(a, b):
    total = Fraction(0)
    for x, y in zip(a, b, strict=True):
        total += Fraction(x) * Fraction(y)
    return total


def decimal_cosine(a, b):
    with localcontext() as context:
        context.prec = 80
        squares = exact_inner_product(a, a) * exact_inner_product(b, b)
        root = (Decimal(squares.numerator) / Decimal(squares.denominator)).sqrt()
        product = exact_inner_product(a, b)
        return float(Decimal(product.numerator) / Decimal(product.denominator) / root)


def refusal(function, *arguments, **keywords):
    with pytest.raises(GramlabError) as caught:
        function(*arguments, **keywords)
    assert str(caught.value)
    return caught.value


class TestParse:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("1, 2, 3", [1, 2, 3]),
            ("1 2 3", [1, 2, 3]),
            ("[1;2;3]", [1, 2, 3]),
            ("(1.5)", [1.5]),
            ("1/2, -3e2", [0.5, -300]),
            ("１，２；３", [1, 2, 3]),
            ("（１．５，－２）", [1.5, -2]),
            ("［1、2］", [1, 2]),
            ("【1；2】", [1, 2]),
            ("1\u30002", [1, 2]),
            ("−1 +2", [-1, 2]),
            ("1\n2\t3\r\n4", [1, 2, 3, 4]),
            (" [ 1 , 2 ] ", [1, 2]),
            ("1.,.5,-.25E+1,3ｅ1", [1, 0.5, -2.5, 30]),
            ("-1/-3 0/5 1e300/1e299", [1 / 3, 0, 10]),
            ("0.000e-999 -0 1e-320", [0, 0, 1e-320]),
            ("1 -2", [1, -2]),
        ],
    )
    def test_reads(self, text, numbers):
        parsed = parse_vector(text)
        assert parsed.dtype == np.float64
        assert parsed.tolist() == numbers

    @pytest.mark.parametrize(
        ("text", "code", "facts"),
        [
            ("", "vector_empty", {}),
            (" \n\t", "vector_empty", {}),
            ("[]", "vector_empty", {}),
            ("( )", "vector_empty", {}),
            ("1, a", "vector_entry", {"position": 2, "text": "a"}),
            ("nan", "vector_entry", {"position": 1, "text": "nan"}),
            ("1 inf", "vector_entry", {"position": 2, "text": "inf"}),
            ("-Infinity", "vector_entry", {"position": 1}),
            ("pi", "vector_entry", {"position": 1}),
            ("1+2", "vector_entry", {"position": 1, "text": "1+2"}),
            ("1 + 2", "vector_entry", {"position": 2, "text": "+"}),
            ("1_000", "vector_entry", {"position": 1}),
            ("0x10", "vector_entry", {"position": 1}),
            ("1e", "vector_entry", {"position": 1}),
            (".", "vector_entry", {"position": 1}),
            ("1/2/3", "vector_entry", {"position": 1}),
            ("/2", "vector_entry", {"position": 1}),
            ("10²", "vector_entry", {"position": 1, "text": "10²"}),
            ("½", "vector_entry", {"position": 1}),
            ("١", "vector_entry", {"position": 1}),
            ("1j", "vector_entry", {"position": 1}),
            ("5 1\u200b2", "vector_entry", {"position": 2, "text": "1\\u200b2"}),
            ("x" * 1000, "vector_entry", {"text": "x" * 40 + "…"}),
            ("1,,2", "vector_gap", {"position": 2}),
            (",1", "vector_gap", {"position": 1}),
            ("1 2,", "vector_gap", {"position": 3}),
            (";", "vector_gap", {"position": 1}),
            ("[1,2", "vector_brackets", {}),
            ("1,2)", "vector_brackets", {}),
            ("[1,2)", "vector_brackets", {}),
            ("[[[1],[2]],[[3],[4]]]", "vector_brackets", {}),
            ("[1][2]", "vector_rows", {"count": 2}),
            ("(", "vector_brackets", {}),
            ("1e999", "vector_range", {"position": 1, "text": "1e999"}),
            ("1 1e-999", "vector_range", {"position": 2}),
            ("1/1e999", "vector_range", {"position": 1}),
            ("1e999/1e999", "vector_range", {"position": 1}),
            ("1e300/1e-300", "vector_range", {"position": 1}),
            ("1/1e-999", "vector_range", {"position": 1}),
            ("3 1/0", "vector_division_by_zero", {"position": 2, "text": "1/0"}),
            ("0/0.0e5", "vector_division_by_zero", {"position": 1}),
        ],
    )
    def test_refuses(self, text, code, facts):
        error = refusal(parse_vector, text)
        assert error.code == code
        assert facts.items() <= error.values.items()
        assert all(str(fact) in str(error) for fact in facts.values())

    @quick
    @given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
    def test_reads_back_every_float(self, numbers):
        assert parse_vector(str(numbers)).tolist() == numbers
        assert parse_vector(" ".join(map(repr, numbers))).tolist() == numbers

    @quick
    @given(st.text(alphabet="0123456789.,; eE+-/()[]１、−x\n", max_size=12))
    def test_any_text_is_read_or_refused(self, text):
        try:
            parsed = parse_vector(text)
        except GramlabError:
            return
        assert parsed.ndim == 1
        assert parsed.size > 0
        assert np.isfinite(parsed).all()

    def test_hundred_thousand_numbers_are_read_quickly(self):
        numbers = np.random.default_rng(0).normal(size=LONGEST)
        text = ", ".join(map(repr, numbers.tolist()))
        # processor time: other work on the machine does not count
        start = time.process_time()
        assert (parse_vector(text) == numbers).all()
        assert time.process_time() - start < 0.5

    def test_more_are_refused(self):
        assert refusal(parse_vector, "1 " * (LONGEST + 1)).values == {"count": LONGEST + 1, "limit": LONGEST}

    @pytest.mark.parametrize("text", ["1" * 40_000 + "x", " " * 40_000, "," * 40_000, "1/" * 20_000, "1e" * 20_000])
    def test_long_nonsense_is_refused_in_linear_time(self, text):
        start = time.process_time()
        refusal(parse_vector, text)
        assert time.process_time() - start < 0.5


class TestInput:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ([], "vector_empty"),
            (3.0, "vector_shape"),
            ([[1, 2]], "vector_shape"),
            ([1, math.nan], "vector_not_finite"),
            ([-math.inf, 1], "vector_not_finite"),
            (["1", "2"], "vector_not_numbers"),
            ("1 2", "vector_not_numbers"),
            ([1, "2"], "vector_not_numbers"),
            ([1, None], "vector_not_numbers"),
            ([1j], "vector_not_numbers"),
            ([[1, 2], [3]], "vector_not_numbers"),
            (None, "vector_not_numbers"),
            ([10**400], "vector_overflow"),
        ],
    )
    @pytest.mark.parametrize("function", [norm, lambda a: inner_product(a, [1, 2]), lambda a: relation([1, 2], a)])
    def test_refuses(self, function, values, code):
        assert refusal(function, values).code == code

    def test_says_where_a_number_is_not_finite(self):
        assert refusal(norm, [1, math.inf]).values == {"position": 2, "value": math.inf}

    @pytest.mark.parametrize("function", [inner_product, cosine, angle, projection, relation])
    def test_lengths_must_agree(self, function):
        error = refusal(function, [1, 2], [1, 2, 3])
        assert (error.code, error.values) == ("vector_lengths", {"first": 2, "second": 3})

    @pytest.mark.parametrize("function", [cosine, angle])
    def test_zero_has_no_angle(self, function):
        assert refusal(function, [0, 0], [1, 2]).values == {"position": 1}
        assert refusal(function, [1, 2], [0, -0.0]).values == {"position": 2}

    def test_nothing_is_projected_onto_zero(self):
        assert refusal(projection, [1, 2], [0, 0]).code == "vector_zero"
        assert projection([0, 0], [1, 2]).tolist() == [0, 0]

    def test_lists_tuples_arrays_fractions(self):
        for a in ([1, 2], (1, 2), np.array([1, 2], np.int8), np.array([1, 2], np.float32), [Fraction(1), Decimal(2)]):
            assert inner_product(a, [3, 4]) == 11


class TestNumbers:
    @quick
    @given(pairs())
    def test_inner_product_is_the_exact_sum_rounded_once(self, pair):
        exact = exact_inner_product(*pair)
        if abs(exact) < Fraction(2) ** 1023:
            assert inner_product(*pair) == float(exact)

    def test_inner_product_where_products_overflow(self):
        assert inner_product([1e200, 1e-200], [1e-200, 1e200]) == 2
        assert inner_product([1e200, 1e200, 1], [1e200, -1e200, 1]) == 1
        assert inner_product([1e16, 1, -1e16], [1, 1, 1]) == 1
        assert inner_product([5e-324], [0.25]) == 0
        assert refusal(inner_product, [1e200], [1e200]).code == "vector_overflow"

    @quick
    @given(pairs())
    def test_symmetric(self, pair):
        a, b = pair
        assume(abs(exact_inner_product(a, b)) < Fraction(2) ** 1023)
        assert inner_product(a, b) == inner_product(b, a)

    @quick
    @given(
        st.integers(1, 5).flatmap(
            lambda n: st.lists(st.lists(st.integers(-99, 99), min_size=n, max_size=n), min_size=3, max_size=3)
        ),
        st.integers(-9, 9),
    )
    def test_bilinear(self, vectors, factor):
        a, b, c = map(np.array, vectors)
        assert inner_product(factor * a + b, c) == factor * inner_product(a, c) + inner_product(b, c)

    @quick
    @given(pairs(), scales)
    def test_norm(self, pair, scale):
        a = [x * scale for x in pair[0] if abs(x) < 1e7]
        assume(a)
        exact = exact_inner_product(a, a)
        with localcontext() as context:
            context.prec = 60
            length = float((Decimal(exact.numerator) / Decimal(exact.denominator)).sqrt())
        assert norm(a) == pytest.approx(length, rel=3e-16, abs=5e-324)

    def test_norm_by_hand(self):
        assert norm([3, 4]) == 5
        assert norm([0, 0]) == 0
        assert norm([1e300, 1e300]) == pytest.approx(math.sqrt(2) * 1e300, rel=1e-15)
        assert norm([3e-300, 4e-300]) == pytest.approx(5e-300, rel=1e-15)
        assert refusal(norm, [1.7e308, 1.7e308]).code == "vector_overflow"

    @quick
    @given(pairs(zero=False))
    def test_cosine_against_80_digits(self, pair):
        assert cosine(*pair) == pytest.approx(decimal_cosine(*pair), rel=1e-15, abs=1e-300)

    @quick
    @given(pairs(zero=False))
    def test_cauchy_schwarz(self, pair):
        assert -1 <= cosine(*pair) <= 1
        a, _ = pair
        assert cosine(a, a) == 1
        assert cosine(a, [-x for x in a]) == -1

    @quick
    @given(pairs(moderate, zero=False), scales, scales)
    def test_cosine_angle_and_relation_know_no_scale(self, pair, s, t):
        a, b = np.array(pair[0]), np.array(pair[1])
        assert cosine(s * a, t * b) == pytest.approx(cosine(a, b), abs=1e-14)
        assert angle(s * a, t * b) == pytest.approx(angle(a, b), abs=1e-14)
        power = 2.0**300
        assert relation(a * power, b / power) is relation(a, b)
        assert angle(a * power, b / power) == angle(a, b)

    def test_cosine_at_the_ends_of_the_range(self):
        assert cosine([1e200, 1e200], [1e-200, 2e-200]) == pytest.approx(3 / math.sqrt(10), rel=1e-15)
        assert cosine([5e-324, 0], [1.7e308, 1.7e308]) == pytest.approx(math.sqrt(0.5), rel=1e-15)

    @quick
    @given(pairs(zero=False))
    def test_angle_agrees_with_cosine(self, pair):
        assert math.cos(angle(*pair)) == pytest.approx(cosine(*pair), abs=1e-15)
        assert 0 <= angle(*pair) <= math.pi
        assert angle(*pair) == angle(*pair[::-1])

    @pytest.mark.parametrize("small", [1e-3, 1e-8, 1e-12, 1e-100, 1e-300])
    def test_angle_near_0(self, small):
        # the arccos of the cosine is 0 from 1e-8 on
        assert angle([1, 0], [1, small]) == pytest.approx(math.atan(small), rel=1e-15)

    def test_angle_near_180(self):
        assert math.pi - angle([1, 0], [-1, 1e-9]) == pytest.approx(1e-9, rel=1e-6)

    @pytest.mark.parametrize(
        ("a", "b", "degrees"),
        [
            ([1, 0], [0, 1], 90),
            ([1, 2, 3], [3, 0, -1], 90),
            ([1, 0], [1, 1], 45),
            ([1, 0], [-1, 1], 135),
            ([1, 2], [3, 6], 0),
            ([1, 2], [-3, -6], 180),
            ([7], [-2], 180),
        ],
    )
    def test_angle_by_hand_is_exact(self, a, b, degrees):
        assert angle(a, b, degrees=True) == degrees
        assert angle(a, b) == math.radians(degrees)

    @quick
    @given(pairs(zero=False))
    def test_projection_against_fractions(self, pair):
        a, onto = pair
        factor = exact_inner_product(a, onto) / exact_inner_product(onto, onto)
        exact = [factor * Fraction(y) for y in onto]
        assert projection(a, onto).tolist() == [float(entry) for entry in exact]

    @quick
    @given(pairs(moderate, zero=False))
    def test_what_projection_leaves_is_orthogonal(self, pair):
        a, onto = np.array(pair[0]), np.array(pair[1])
        left = a - projection(a, onto)
        assert abs(inner_product(left, onto)) <= 1e-14 * norm(a) * norm(onto)

    def test_projection_at_the_ends_of_the_range(self):
        assert projection([1e300, 2e300], [1e-300, 0]).tolist() == [1e300, 0]
        assert projection([2e-300, 1e-300], [0, 1e300]).tolist() == [0, 1e-300]
        assert refusal(projection, [1.7e308, 1.7e308], [1, 0.5]).code == "vector_overflow"

    def test_hundred_thousand_entries(self):
        a = np.random.default_rng(0).normal(size=100_000)
        assert inner_product(a, a) == pytest.approx(float(a @ a), rel=1e-12)
        assert angle(a, a) == 0
        assert relation(a, -a) is Relation.OPPOSITE


class TestRelation:
    @pytest.mark.parametrize(
        ("a", "b", "expected"),
        [
            ([1, 0], [1, 1], Relation.ACUTE),
            ([1, 0], [0, -2], Relation.RIGHT),
            ([1, 0], [-1, 5], Relation.OBTUSE),
            ([1, 2], [0.5, 1], Relation.PARALLEL),
            ([1, 2], [-3, -6], Relation.OPPOSITE),
            ([0, 0], [1, 2], Relation.UNDEFINED),
            ([0, 0], [0, 0], Relation.UNDEFINED),
            ([5], [2], Relation.PARALLEL),
            ([0.1, 0.2, 0.3], [0.3, 0.6, 0.9], Relation.PARALLEL),
            ([0.1, 0.2], [-0.3, -0.6], Relation.OPPOSITE),
            ([0.1, 0.3], [0.6, -0.2], Relation.RIGHT),
            ([1, 0], [math.cos(math.pi / 2), math.sin(math.pi / 2)], Relation.RIGHT),
            ([1e200, 1e200], [1e-200, -1e-200], Relation.RIGHT),
            ([1, 0], [1, 1e-12], Relation.ACUTE),
            ([1, 0], [1e-12, 1], Relation.ACUTE),
            ([1, 0], [-1e-12, 1], Relation.OBTUSE),
        ],
    )
    def test_by_hand(self, a, b, expected):
        assert relation(a, b) is expected
        assert relation(b, a) is expected

    def test_names(self):
        assert [member.name for member in Relation] == ["ACUTE", "RIGHT", "OBTUSE", "PARALLEL", "OPPOSITE", "UNDEFINED"]

    def test_tolerance_can_be_given(self):
        assert relation([1, 0], [1, 0.01], tolerance=0.1) is Relation.PARALLEL
        assert relation([1, 0], [0.01, -1], tolerance=0.1) is Relation.RIGHT

    @quick
    @given(pairs(moderate, zero=False))
    def test_turning_one_round_turns_the_answer(self, pair):
        mirrored = {
            Relation.ACUTE: Relation.OBTUSE,
            Relation.OBTUSE: Relation.ACUTE,
            Relation.PARALLEL: Relation.OPPOSITE,
            Relation.OPPOSITE: Relation.PARALLEL,
            Relation.RIGHT: Relation.RIGHT,
        }
        a, b = pair
        assert relation(a, [-x for x in b]) is mirrored[relation(a, b)]

    @quick
    @given(st.integers(2, 6), st.integers(0, 2**32 - 1))
    def test_what_is_right_or_parallel_but_for_rounding(self, n, seed):
        rng = np.random.default_rng(seed)
        a, b = rng.normal(size=(2, n))
        q, _ = np.linalg.qr(np.stack([a, b], axis=1))
        assert relation(q[:, 0], q[:, 1]) is Relation.RIGHT
        assert relation(a, a * 0.1) is Relation.PARALLEL
        assert relation(a / 3, a * -7.7) is Relation.OPPOSITE
