"""What is done about rules of plugins that do not keep to what is asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from cartflow.actions.cart.pricing import Basket, Sale, price

from .baskets import BERLIN, BUILT_IN, basket, line, method


class Rule:
    """A rule for everything that gives one number."""

    def __init__(self, number: Any) -> None:
        self.number = number

    def on_items(self, sale: Sale) -> Iterable[Any]:
        yield {"label": "rule", "amounts": [self.number] * len(sale.lines)}

    def on_shipping(self, sale: Sale) -> Iterable[Any]:
        yield {"label": "rule", "amount_minor": self.number}

    def cost(self, sale: Sale, options: Any) -> Any:
        return {"amount_minor": self.number}

    def rates(self, basket: Basket, tax_class: str, *, shipping: bool) -> Iterable[Any]:
        yield {"label": "rule", "percent_e4": self.number}


CULPRITS = [
    ("promotions", "the promotion 'rule'"),
    ("shipping", "the way to ship 'rule'"),
    ("taxes", "the tax rule 'rule'"),
]


@pytest.mark.parametrize("number", [-1, 0.5, "1", True, None])
@pytest.mark.parametrize(("point", "culprit"), CULPRITS, ids=[point for point, _ in CULPRITS])
def test_what_is_no_amount_is_refused_with_the_name_of_the_rule(
    point: str, culprit: str, number: Any
) -> None:
    hooks = BUILT_IN._replace(**{point: {"rule": Rule(number)}})
    given = basket(
        line(), hooks=hooks, sections={"shipping": [method("rule")]}, shipping_address=BERLIN
    )

    with pytest.raises(ValueError, match=f"{culprit} gives {number!r}; expected an integer"):
        price(given)


def test_a_discount_for_other_lines_than_there_are_is_refused() -> None:
    class Short(Rule):
        def on_items(self, sale: Sale) -> Iterable[Any]:
            yield {"label": "short", "amounts": []}

    hooks = BUILT_IN._replace(promotions={"short": Short(0)})

    with pytest.raises(ValueError, match="is longer than argument 1"):
        price(basket(line(), hooks=hooks))
