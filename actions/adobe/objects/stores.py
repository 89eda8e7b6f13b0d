"""The settings of the store."""

from __future__ import annotations

from typing import Any, Final

from .members import Fields, Json, Resolver, constant, member, nothing


def _as_text(name: str) -> Resolver:
    """Return the resolver of a number that the platform writes as text."""

    def resolve(store: Json, _: Any) -> str:
        return str(store[name])

    return resolve


def _token_lifetime_h(store: Json, _: Any) -> float:
    return float(store["customer_access_token_lifetime_s"]) / 3600


def _has_points(store: Json, _: Any) -> str:
    return "1" if store["reward_points"] else "0"


_YES: Final = constant("1")
_NO: Final = constant("0")

_UNKNOWN: Final = (
    "category_url_suffix",
    *("base_static_url", "secure_base_static_url"),
    "configurable_thumbnail_source",
    "cart_expires_in_days",
)
"""What a shop here has no setting for."""

FIELDS: Final[Fields] = {
    "StoreConfig": {
        **dict.fromkeys(_UNKNOWN, nothing),
        "id": constant(1),
        "code": member("store_code"),
        "store_group_code": member("store_code"),
        "store_group_name": member("store_name"),
        "website_code": member("store_code"),
        "website_name": member("store_name"),
        "is_default_store": constant(True),
        "is_default_store_group": constant(True),
        "timezone": constant("UTC"),
        "base_link_url": member("base_url"),
        "secure_base_url": member("base_url"),
        "secure_base_link_url": member("base_url"),
        "secure_base_media_url": member("base_media_url"),
        "minimum_password_length": _as_text("minimum_password_length"),
        "required_character_classes_number": _as_text("required_character_classes_number"),
        "customer_access_token_lifetime": _token_lifetime_h,
        "allow_order": _YES,
        "allow_items": _NO,
        "allow_gift_receipt": _YES,
        "allow_gift_wrapping_on_order": _YES,
        "allow_gift_wrapping_on_order_items": _NO,
        "allow_printed_card": _YES,
        "printed_card_price": _NO,
        "magento_wishlist_general_is_enabled": _NO,
        "enable_multiple_wishlists": _NO,
        "magento_reward_general_is_enabled": _has_points,
        "magento_reward_general_is_enabled_on_front": _has_points,
    }
}
