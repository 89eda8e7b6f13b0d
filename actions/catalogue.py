"""What the pages of a shop show besides carts: its products, and the shop itself."""

from __future__ import annotations

from typing import Any, Final

from cartflow import ActionError, Context

from .cart.catalogue import Page, Part, Wanted, documents_of, find_products
from .cart.passwords import CLASSES, MIN_LENGTH
from .cart.people import accounts_per_hour
from .cart.shop import current_shop

STORE_CODE: Final = "default"
"""By which clients of the platform name the one store that there is."""


def find(ctx: Context) -> dict[str, Any]:
    """Return a page of the products that are looked for."""
    size, number = ctx.input["pageSize"], ctx.input["currentPage"]
    if size < 1:
        raise ActionError("PAGE_SIZE_INVALID")
    if number < 1:
        raise ActionError("PAGE_INVALID")
    shop, wanted = current_shop(ctx.db), _wanted(ctx)
    part = Part(size, number, ctx.input["sort"], ctx.input["order"] == "DESC")
    page = find_products(ctx.db, wanted, part) if wanted else Page([], 0)
    pages = -(-page.total // size)
    if number > pages > 0:
        raise ActionError("PAGE_UNKNOWN", current_page=number, total_pages=pages)
    return {
        "items": documents_of(page.rows, shop),
        "total_count": page.total,
        "page_info": {"page_size": size, "current_page": number, "total_pages": pages},
    }


def _wanted(ctx: Context) -> Wanted | None:
    """Return what is looked for; None if no database could have it."""
    words = ctx.input.get("search", "").split()
    if not all(map(str.isprintable, words)):
        return None
    return Wanted(ctx.input.get("skus"), ctx.input.get("url_keys"), words)


def read_store(ctx: Context) -> dict[str, Any]:
    """Return what is known of the shop."""
    shop = current_shop(ctx.db)
    if ctx.input["store"] not in (STORE_CODE, shop.web_store_id):
        raise ActionError("STORE_NOT_FOUND", store=ctx.input["store"])
    rules, pages = shop.rules, shop.rules.get("pages", {})
    return {
        "store_code": STORE_CODE,
        "web_store_id": shop.web_store_id,
        "store_name": shop.name,
        "base_currency_code": shop.currency,
        "default_display_currency_code": shop.currency,
        "is_guest_checkout_enabled": rules.get("guest_checkout", True),
        "registration": accounts_per_hour(rules) > 0,
        "allowed_countries": rules.get("countries"),
        "street_lines": rules.get("street_lines", 2),
        "company_required": rules.get("company_required", False),
        "telephone_required": rules.get("telephone_required", True),
        "max_coupons": rules.get("max_coupons", 1),
        "prices_include_tax": shop.sections.get("taxes", {}).get("prices_include_tax", False),
        "low_stock": rules.get("low_stock"),
        "reward_points": rules.get("reward_points"),
        "locale": pages.get("locale"),
        "weight_unit": pages.get("weight_unit"),
        "product_url_suffix": pages.get("product_url_suffix"),
        "base_url": pages.get("url"),
        "base_media_url": pages.get("media_url"),
        "minimum_password_length": MIN_LENGTH,
        "required_character_classes_number": CLASSES,
        "customer_access_token_lifetime_s": ctx.settings["token_lifetime_s"],
    }
