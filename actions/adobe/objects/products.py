"""Products: those of a cart's lines, and those that the catalogue finds."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from ..catalogue import Catalogue
from .members import Fields, Json, Resolver, constant, member, no_elements, nothing

KINDS: Final = {"simple": "SimpleProduct", "virtual": "VirtualProduct"}

NO_DISCOUNT: Final[Json] = {"amount_off": 0, "percent_off": 0}
"""The catalogue has one price for each product."""


def number_of(uid: str) -> int:
    """Return the number that a uid is the base64 of."""
    return int(b64decode(uid))


def product_of_line(line: Json, _: Any) -> Json:
    """Return the product of a cart's line, to which the catalogue has more to say."""
    product: Json = line["product"]
    price = line["prices"]["original_item_price"]
    return {**product, "price": price, "catalogue": line["catalogue"]}


def kind_of_product(product: Json, _: Any, __: Any) -> str:
    """Return the type of a product."""
    return KINDS[product["type"]]


def _known(product: Json) -> Json:
    """Return all that is known of a product; little if it is not sold any more."""
    catalogue: Catalogue | None = product.get("catalogue")
    return product if catalogue is None else catalogue.get(product["sku"])


def _catalogued(name: str, otherwise: Any = None) -> Resolver:
    def resolve(product: Json, _: Any) -> Any:
        return _known(product).get(name, otherwise)

    return resolve


def _id(product: Json, _: Any) -> int:
    return number_of(product["uid"])


def _image(product: Json, _: Any) -> Json:
    """Return the picture; without one an object without address, since clients look into it."""
    image: Json = _known(product).get("image") or {"url": None, "label": product["name"]}
    return {**image, "position": None, "disabled": False}


def _gallery(product: Json, info: Any) -> list[Json]:
    """Return the pictures: there is one at most."""
    image = _image(product, info)
    return [image] if image["url"] else []


def kind_of_medium(_: Json, __: Any, ___: Any) -> str:
    """Return the type of a picture."""
    return "ProductImage"


def _old_price(product: Json, _: Any) -> Json:
    """Return the price as older clients ask for it."""
    price = {"amount": product["price"], "adjustments": []}
    return dict.fromkeys(("minimalPrice", "maximalPrice", "regularPrice"), price)


def _price_range(product: Json, _: Any) -> Json:
    price = {"regular_price": product["price"], "final_price": product["price"]}
    return {"minimum_price": price, "maximum_price": price}


def _no_attributes(_: Json, __: Any, **___: Any) -> Json:
    return {"items": [], "errors": []}


def _reviews(_: Json, __: Any, **page: int) -> Json:
    """Return a page of the reviews that there are not."""
    size, number = page["pageSize"], page["currentPage"]
    return {
        "items": [],
        "page_info": {"page_size": size, "current_page": number, "total_pages": 0},
    }


_NO_LISTS: Final = (
    "price_tiers",
    "categories",
    *("related_products", "upsell_products", "crosssell_products"),
    *("media_gallery_entries", "url_rewrites"),
)
"""What no product has any of."""

_UNKNOWN: Final = ("gift_wrapping_price", "new_from_date", "new_to_date", "options")
"""What no product has."""

_PRODUCT: Final[Mapping[str, Resolver]] = {
    "id": _id,
    "type_id": member("type"),
    "stock_status": _catalogued("stock_status", "OUT_OF_STOCK"),
    "only_x_left_in_stock": _catalogued("only_x_left_in_stock"),
    "quantity": _catalogued("only_x_left_in_stock"),
    "min_sale_qty": _catalogued("min_sale_qty"),
    "max_sale_qty": _catalogued("max_sale_qty"),
    "url_key": _catalogued("url_key"),
    "url_suffix": _catalogued("url_suffix"),
    "canonical_url": nothing,
    "image": _image,
    "small_image": _image,
    "thumbnail": _image,
    "price_range": _price_range,
    "special_price": nothing,
    "price": _old_price,
    "media_gallery": _gallery,
    "custom_attributesV2": _no_attributes,
    "gift_message_available": constant(False),
    "gift_wrapping_available": constant(False),
    "rating_summary": constant(0),
    "review_count": constant(0),
    "reviews": _reviews,
    **dict.fromkeys(_NO_LISTS, no_elements),
    **dict.fromkeys(_UNKNOWN, nothing),
}

FIELDS: Final[Fields] = {
    "SimpleProduct": {**_PRODUCT, "weight": _catalogued("weight")},
    "VirtualProduct": _PRODUCT,
    "ProductPrice": {"discount": constant(NO_DISCOUNT), "fixed_product_taxes": no_elements},
}
