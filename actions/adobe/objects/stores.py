"""The settings of the store."""

from __future__ import annotations

from typing import Any, Final

from .members import Fields, Json, Resolver, constant, member, no_elements, nothing


def _as_text(name: str) -> Resolver:
    """Return the resolver of a number that the platform writes as text."""

    def resolve(store: Json, _: Any) -> str:
        return str(store[name])

    return resolve


def _token_lifetime_h(store: Json, _: Any) -> float:
    return float(store["customer_access_token_lifetime_s"]) / 3600


def _has_points(store: Json, _: Any) -> str:
    return "1" if store["reward_points"] else "0"


def _currency(store: Json, _: Any) -> Json:
    return store


def _available_currencies(store: Json, _: Any) -> list[str]:
    return [store["default_display_currency_code"]]


def _only_country(store: Json, _: Any) -> str | None:
    """Return the country that a shop sells to, unless there are several."""
    allowed: list[str] = store["allowed_countries"] or []
    return allowed[0] if len(allowed) == 1 else None


def _shown_with_tax(store: Json, _: Any) -> int:
    """Return how prices are shown: as the catalogue lists them."""
    return 2 if store["prices_include_tax"] else 1


def _free(store: Json, _: Any) -> Json:
    return {"amount_minor": 0, "currency": store["base_currency_code"]}


def _regions(country: Json, _: Any) -> list[Json] | None:
    """Return a country's regions; null, not an empty list, where they are not known."""
    return country["regions"] or None


_YES: Final = constant("1")
_NO: Final = constant("0")
_NO_FEES: Final = constant("FPT_DISABLED")

_UNKNOWN: Final = (
    "category_url_suffix",
    *("base_static_url", "secure_base_static_url"),
    "configurable_thumbnail_source",
    "cart_expires_in_days",
    *("root_category_id", "root_category_uid"),
    *("check_money_order_make_check_payable_to", "check_money_order_send_check_to"),
    "payment_payflowpro_cc_vault_active",
    *("shopping_assistance_checkbox_title", "shopping_assistance_checkbox_tooltip"),
)
"""What a shop here has no setting for."""

_LOOKS: Final = (
    "shopping_cart_display_full_summary",
    "shopping_cart_display_grand_total",
    "shopping_cart_display_zero_tax",
    "shopping_cart_display_tax_gift_wrapping",
    "minicart_display",
    "minicart_max_items",
    "cart_summary_display_quantity",
    "max_items_in_order_summary",
    "autocomplete_on_storefront",
    "header_logo_src",
    "logo_width",
    "logo_height",
    "logo_alt",
    "welcome",
    "copyright",
    "absolute_footer",
    "head_includes",
    "head_shortcut_icon",
    "title_prefix",
    "title_separator",
    "title_suffix",
    "default_title",
    "default_description",
    "default_keywords",
    "catalog_default_sort_by",
    "list_mode",
    "grid_per_page",
    "grid_per_page_values",
    "list_per_page",
    "list_per_page_values",
    "front",
    "no_route",
    "cms_home_page",
    "cms_no_cookies",
    "cms_no_route",
    "show_cms_breadcrumbs",
    "demonotice",
    "store_sort_order",
)
"""How the pages of a storefront look, which is for the storefront to know."""

_FALSE: Final = (
    "is_checkout_agreements_enabled",
    "create_account_confirmation",
    "shopping_assistance_enabled",
    "order_cancellation_enabled",
    *("contact_enabled", "newsletter_enabled"),
    "use_store_in_url",
)
"""What no shop here has."""

FIELDS: Final[Fields] = {
    "StoreConfig": {
        **dict.fromkeys(_UNKNOWN, nothing),
        **dict.fromkeys(_LOOKS, nothing),
        **dict.fromkeys(_FALSE, constant(False)),
        "id": constant(1),
        "website_id": constant(1),
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
        "default_country": _only_country,
        "shopping_cart_display_price": _shown_with_tax,
        "shopping_cart_display_subtotal": _shown_with_tax,
        "shopping_cart_display_shipping": _shown_with_tax,
        "category_fixed_product_tax_display_setting": _NO_FEES,
        "product_fixed_product_tax_display_setting": _NO_FEES,
        "sales_fixed_product_tax_display_setting": _NO_FEES,
        "printed_card_priceV2": _free,
        "cart_gift_wrapping": _NO,
        "cart_printed_card": _YES,
        "is_one_page_checkout_enabled": constant(True),
        "share_customer_accounts_scope": constant(0),
        "display_state_if_optional": constant(True),
        "currency": _currency,
        "product_reviews_enabled": _NO,
        "allow_guests_to_write_product_reviews": _NO,
        "order_cancellation_reasons": no_elements,
    },
    "Country": {
        "id": member("code"),
        "two_letter_abbreviation": member("code"),
        "three_letter_abbreviation": member("three_letter_code"),
        "full_name_english": member("name"),
        "full_name_locale": member("name"),
        "available_regions": _regions,
    },
    "Region": {"id": member("region_id"), "name": member("label")},
    "Currency": {
        "base_currency_symbol": nothing,
        "default_display_currency_symbol": nothing,
        "default_display_currecy_code": member("default_display_currency_code"),
        "default_display_currecy_symbol": nothing,
        "available_currency_codes": _available_currencies,
        "exchange_rates": no_elements,
    },
}
