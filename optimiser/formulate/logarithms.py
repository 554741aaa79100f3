"""The logarithm of a positive product as a linear form.

Each factor depends on one choice, of a level or of a start, or on one product of binaries:
``log(c + d * x) = log(c) + (log(c + d) - log(c)) * x`` for x in {0, 1}. Where all factors are
rational, coefficients are whole numbers that order plans exactly as the product does
(:mod:`.log_order`); beside an exponential, whose logarithm is rational, they are rounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from optimiser.expressions import CALLS, Enclosure, power, times
from optimiser.formulate.forms import Form, NotLinear, total
from optimiser.formulate.linearise import Linearisation, operation
from optimiser.formulate.log_order import Powers, Weights, ordering_weights
from optimiser.formulate.tolerances import ENCLOSED, LOG_RESOLUTION
from optimiser.language import stored

__all__ = ["Logarithm", "compared_form", "log_form"]

_ONE = Fraction(1)


@dataclass(frozen=True)
class Logarithm:
    """A linear form in the order of a positive product, near its logarithm.

    Attributes:
        form: as it says.
        rounded: whether the order is only that of rounded coefficients.
        product: value of the form -> what encloses the product; it says nothing where the form is
            rounded.
    """

    form: Form
    rounded: bool
    product: Callable[[Enclosure], Enclosure]


@dataclass(frozen=True)
class _Product:
    """A product of factors: what each column of 0 or 1 puts into it, what is always in it, and
    ``exp(linear)``.
    """

    columns: Mapping[str, Powers] = field(default_factory=dict)
    constant: Powers = ()
    linear: Form = field(default_factory=Form)

    def power(self, exponent: Fraction, /) -> _Product:
        """It to a power."""
        return _Product(
            {name: _power(own, exponent) for name, own in self.columns.items()},
            _power(self.constant, exponent),
            self.linear.scaled(exponent),
        )


def _power(powers: Powers, exponent: Fraction) -> Powers:
    return tuple((ratio, e * exponent) for ratio, e in powers)


def _together(products: Iterable[_Product]) -> _Product:
    """The product of products."""
    products = list(products)
    columns: dict[str, Powers] = {}
    for one in products:
        for name, own in one.columns.items():
            columns[name] = columns.get(name, ()) + own
    constant = tuple(powers for one in products for powers in one.constant)
    return _Product(columns, constant, total(one.linear for one in products))


def log_form(lines: Linearisation, node: int, /) -> Logarithm:
    """The logarithm of a product.

    Raises:
        NotLinear: the node is not a product of positive factors of single choices.
    """
    product = _product(lines, node)
    # what is always there moves no plan before another
    form, weights, rounded = _weighed(product, always=())
    if rounded:
        return Logarithm(form, True, lambda _: Enclosure(None, None))
    slope, error, shift = (_ONE, _ONE), Fraction(0), Fraction(0)
    factor = Enclosure(_ONE, _ONE)
    if weights is not None:
        slope, error, shift = weights.slope, weights.error, form.constant
        for ratio, exponent in product.constant:
            own = power(Enclosure(ratio, ratio), Enclosure(exponent, exponent), ENCLOSED)
            factor = times(factor, own)

    def enclosed(value: Enclosure) -> Enclosure:
        if value.low is None or value.high is None:
            return Enclosure(None, None)
        ends = [(end - shift) * by for end in {value.low, value.high} for by in {*slope}]
        power_of_e = Enclosure(min(ends) - error, max(ends) + error)
        return times(factor, CALLS["exp"](power_of_e, ENCLOSED))

    return Logarithm(form, False, enclosed)


def compared_form(lines: Linearisation, top: int, bottom: int, /) -> tuple[Form, bool]:
    """A form that is <= 0, and == 0, exactly where the first of two products is at most, and is,
    the second; where coefficients are rounded, nowhere above 0 where it has to be below.

    Raises:
        NotLinear: one of them is not a product of positive factors of single choices.
    """
    compared = _together((_product(lines, top), _product(lines, bottom).power(Fraction(-1))))
    form, _, rounded = _weighed(compared, always=compared.constant)
    if not rounded:
        return form, False
    # half a unit a coefficient: rounding never cuts off a plan that holds the constraint
    slack = LOG_RESOLUTION * (sum(map(len, compared.columns.values())) + len(compared.constant) + 2)
    return total((form, Form({}, -slack))), True


def _weighed(product: _Product, *, always: Powers) -> tuple[Form, Weights | None, bool]:
    """The logarithm, its constant exact beside the coefficients where that is asked for; the
    weights that it is made of, if it is; and whether it is rounded.
    """
    plain = not product.linear.terms and not product.linear.constant
    weights = ordering_weights(product.columns, always) if plain else None
    if weights is None:
        if not any(ratio != 1 for own in product.columns.values() for ratio, _ in own) and not any(
            ratio != 1 for ratio, _ in product.constant
        ):
            return product.linear, None, False
        # thousands of technologies have hundreds of effects
        logs = {own: _rounded(own) for own in set(product.columns.values())}
        terms = {name: logs[own] for name, own in product.columns.items()}
        return total((Form(terms, _rounded(product.constant)), product.linear)), None, True
    unit = Fraction(1, 2**weights.bits)
    constant = weights.constant * unit if always else _rounded(product.constant, unit)
    terms = {name: w * unit for name, w in weights.columns.items() if w}
    return Form(terms, constant), weights, False


def _product(lines: Linearisation, node: int) -> _Product:
    """The factors of a node.

    Raises:
        NotLinear: as of :func:`log_form`.
    """
    value = lines.constant(node)
    if value is not None:
        return _Product(constant=_positive(value))
    operator, children = operation(lines.graph, node), lines.graph.nodes[node].children
    if operator == "sum" and len(children) == 1 and not lines.graph.nodes[node].value:
        weight = lines.weighted(node)[0][0]
        return _together((_product(lines, children[0]), _Product(constant=_positive(weight))))
    if operator == "product":
        return _together(_product(lines, child) for child in children)
    if operator == "divide":
        top, bottom = (_product(lines, child) for child in children)
        return _together((top, bottom.power(Fraction(-1))))
    if operator == "power" and (exponent := lines.constant(children[1])):
        return _product(lines, children[0]).power(exponent)
    if operator == "exp":
        return _Product(linear=lines.form(children[0], direction=0))
    return _choice(lines, lines.polynomial(node))


def _positive(value: Fraction) -> Powers:
    if value <= 0:
        raise NotLinear(stored("a product with a factor that is not positive"))
    return ((value, _ONE),)


def _choice(lines: Linearisation, expanded: Mapping[tuple[str, ...], Fraction] | None) -> _Product:
    """c + sum d_i x_i where at most one of the x_i, each a product of binaries, is 1, or they are
    starts of one decision.

    Of a chain x_1 <= x_2 <= ... of starts, those that are 1 are a tail: with v_i = c + d_i +
    d_(i+1) + ... and v_(l+1) = c, x_i brings the factor v_i / v_(i+1).
    """
    if expanded is None:
        raise NotLinear(stored("a product of more than single choices"))
    rest = {monomial: c for monomial, c in expanded.items() if monomial}
    base = expanded.get((), Fraction(0))
    if any(not lines.domains[name].binary for monomial in rest for name in monomial):
        raise NotLinear(stored("a product of factors that are not yes/no choices"))
    if len(rest) <= 1 or lines.choices.exclusive(list(rest)):
        chains = [[(lines.product(frozenset(monomial)), c)] for monomial, c in rest.items()]
    elif (starts := lines.choices.starts(rest)) is not None:
        chains = starts
    else:
        raise NotLinear(stored("a product of factors of several choices"))
    constant = _positive(base)
    columns: dict[str, Powers] = {}
    for chain in chains:
        before = base
        for column, c in reversed(chain):
            value = before + c
            columns[column] = _positive(value / before)
            before = value
    return _Product(columns, constant)


def _rounded(powers: Powers, unit: Fraction = LOG_RESOLUTION) -> Fraction:
    """The logarithm of a product of powers to the nearest multiple of a unit, each rounded alone;
    numbers of any length have logarithms.
    """
    with localcontext() as context:
        context.prec = 40 + len(str(unit.denominator))
        found = Fraction(0)
        for ratio, exponent in powers:
            log = Fraction(Decimal(ratio.numerator).ln() - Decimal(ratio.denominator).ln())
            found += round(log * exponent / unit) * unit
        return found
