"""What the pages of storefronts ask for beyond a cart, and what they may do with the answer.

Pages walk through lists without looking, and take null for "not known".
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

import pytest

from ..conftest import ADDRESS
from .conftest import Door

PRODUCT = """
query Products($sku: String!) {
  products(filter: {sku: {eq: $sku}}) {
    items {
      price { minimalPrice { amount { value currency } adjustments { code } }
              maximalPrice { amount { value } } regularPrice { amount { value } } }
      price_range { maximum_price { final_price { value currency } } }
      price_tiers { quantity final_price { value } discount { percent_off } }
      categories { name url_path breadcrumbs { category_name } }
      related_products { sku } upsell_products { sku } crosssell_products { sku }
      media_gallery { __typename url label ... on ProductVideo { position } }
      media_gallery_entries { uid file }
      custom_attributesV2(filters: {is_visible_on_front: true}) {
        items { code ... on AttributeValue { value }
                ... on AttributeSelectedOptions { selected_options { label value } } }
        errors { type message }
      }
      gift_message_available gift_wrapping_available gift_wrapping_price { value }
      new_from_date new_to_date rating_summary review_count url_rewrites { url }
      reviews(pageSize: 5) { items { summary } page_info { page_size current_page total_pages } }
      ... on CustomizableProductInterface {
        options {
          uid title required
          ... on CustomizableDropDownOption { choices: value { uid title price price_type } }
          ... on CustomizableFieldOption { text: value { uid max_characters } }
        }
      }
      ... on ConfigurableProduct {
        configurable_options {
          values { swatch_data { value ... on ImageSwatchData { thumbnail } } }
        }
        configurable_product_options_selection(configurableOptionValueUids: ["MQ=="]) {
          media_gallery { url } variant { uid }
        }
      }
      ... on DownloadableProduct { links_title downloadable_product_links { uid title } }
    }
  }
}
"""


def test_a_product_answers_lists_where_pages_walk_through_them(door: Door) -> None:
    sku = door.shop.product(price_minor=1250)

    [product] = door.data(PRODUCT, sku=sku)["products"]["items"]

    price = {"value": 12.5, "currency": "USD"}
    assert product == {
        "price": {
            "minimalPrice": {"amount": price, "adjustments": []},
            "maximalPrice": {"amount": {"value": 12.5}},
            "regularPrice": {"amount": {"value": 12.5}},
        },
        "price_range": {"maximum_price": {"final_price": price}},
        "price_tiers": [],
        "categories": [],
        "media_gallery": [],
        "media_gallery_entries": [],
        "related_products": [],
        "upsell_products": [],
        "crosssell_products": [],
        "custom_attributesV2": {"items": [], "errors": []},
        "gift_message_available": False,
        "gift_wrapping_available": False,
        "gift_wrapping_price": None,
        "new_from_date": None,
        "new_to_date": None,
        "rating_summary": 0,
        "review_count": 0,
        "url_rewrites": [],
        "reviews": {
            "items": [],
            "page_info": {"page_size": 5, "current_page": 1, "total_pages": 0},
        },
        "options": None,
    }


def test_the_one_picture_of_a_product_is_its_gallery(door: Door) -> None:
    image = {"url": "https://shop.example/a.jpg", "label": "From the left"}
    sku = door.shop.product(image=image)

    [product] = door.data(PRODUCT, sku=sku)["products"]["items"]

    assert product["media_gallery"] == [{"__typename": "ProductImage", **image}]


def test_a_cart_has_the_members_that_only_some_storefronts_know(door: Door) -> None:
    cart = door.shop.cart((door.shop.product(), 3))

    found = door.data(
        "query ($id: String!) { cart(cart_id: $id)"
        " { total_summary_quantity_including_config has_available_free_gifts } }",
        id=cart,
    )

    assert found["cart"] == {
        "total_summary_quantity_including_config": 3,
        "has_available_free_gifts": False,
    }


REGION = """
mutation ($id: String!, $address: CartAddressInput!) {
  setShippingAddressesOnCart(input: {cart_id: $id, shipping_addresses: [{address: $address}]}) {
    cart { shipping_addresses { region { code label region_id } } }
  }
}
"""


ELSEWHERE = {**ADDRESS, "region": None, "country_code": "IE", "postcode": None}


def test_an_address_without_region_has_an_empty_one(door: Door) -> None:
    cart = door.shop.cart((door.shop.product(), 1))

    found = door.data(REGION, id=cart, address=ELSEWHERE)

    [address] = found["setShippingAddressesOnCart"]["cart"]["shipping_addresses"]
    assert address["region"] == {"code": None, "label": None, "region_id": None}


def test_an_address_of_the_book_has_a_region_even_if_it_has_none(door: Door) -> None:
    customer = door.shop.customer()
    cart = door.shop.cart((door.shop.product(), 1), by=customer)
    door.data(REGION, by=customer, id=cart, address={**ELSEWHERE, "save_in_address_book": True})

    found = door.data(
        "{ customer { addresses { region_id region { region region_code region_id } } } }",
        by=customer,
    )

    nothing = {"region": None, "region_code": None, "region_id": None}
    assert found["customer"]["addresses"] == [{"region_id": None, "region": nothing}]


ME = """
{
  customer {
    dob group { uid } confirmation_status is_confirmed allow_remote_shopping_assistance
    custom_attributes(attributeCodes: ["studies"]) { code }
    addresses { custom_attributesV2 { code ... on AttributeValue { value } } }
  }
}
"""


def test_a_customer_belongs_to_a_group_and_is_confirmed(door: Door) -> None:
    customer = door.shop.customer()

    assert door.data(ME, by=customer)["customer"] == {
        "dob": None,
        "group": {"uid": b64encode(b"general").decode()},
        "confirmation_status": "ACCOUNT_CONFIRMATION_NOT_REQUIRED",
        "is_confirmed": True,
        "allow_remote_shopping_assistance": False,
        "custom_attributes": [],
        "addresses": [],
    }


STORES = """
{
  availableStores(useCurrentGroup: true) { store_code store_name is_default_store }
  currency { base_currency_code default_display_currency_code available_currency_codes }
  checkoutAgreements { agreement_id name content checkbox_text mode }
  recaptchaV3Config { website_key forms }
}
"""


def test_there_is_one_store_without_terms_and_puzzles(door: Door) -> None:
    assert door.data(STORES) == {
        "availableStores": [
            {"store_code": "default", "store_name": "Luma", "is_default_store": True}
        ],
        "currency": {
            "base_currency_code": "USD",
            "default_display_currency_code": "USD",
            "available_currency_codes": ["USD"],
        },
        "checkoutAgreements": [],
        "recaptchaV3Config": None,
    }


COUNTRY = """
query ($id: String) {
  country(id: $id) {
    id two_letter_abbreviation three_letter_abbreviation full_name_english full_name_locale
    available_regions { id code name }
  }
}
"""


def test_a_country_has_regions_or_any_text_is_one(door: Door) -> None:
    french, american = (door.data(COUNTRY, id=code)["country"] for code in ("fr", "US"))

    assert french == {
        "id": "FR",
        "two_letter_abbreviation": "FR",
        "three_letter_abbreviation": "FRA",
        "full_name_english": "France",
        "full_name_locale": "France",
        "available_regions": None,
    }
    assert {"id": 57, "code": "TX", "name": "Texas"} in american["available_regions"]


@pytest.mark.parametrize(
    ("code", "message", "category"),
    [
        (None, 'Country "id" value should be specified', "graphql-input"),
        ("XX", "The country isn't available.", "graphql-no-such-entity"),
    ],
)
def test_a_country_that_there_is_not_is_an_error(
    sqlite_door: Door, code: str | None, message: str, category: str
) -> None:
    assert sqlite_door.errors(COUNTRY, id=code) == [(message, category)]


def test_an_address_is_free_whoever_has_it(door: Door) -> None:
    ask = "query ($email: String!) { isEmailAvailable(email: $email) { is_email_available } }"

    taken = door.data(ask, email=door.shop.email())

    assert taken == door.data(ask, email="new@example.com")
    assert taken == {"isEmailAvailable": {"is_email_available": True}}


@pytest.fixture
def ruled_door(door: Door) -> Iterator[Door]:
    """Give a door whose shop may get other rules."""
    yield door
    door.shop.forget_rules()


CONFIG = """
{
  storeConfig {
    default_country shopping_cart_display_price shopping_cart_display_shipping
    sales_fixed_product_tax_display_setting printed_card_priceV2 { value currency }
    is_checkout_agreements_enabled is_one_page_checkout_enabled create_account_confirmation
    minicart_display minicart_max_items copyright
    currency { available_currency_codes exchange_rates { rate } default_display_currecy_code }
    order_cancellation_enabled order_cancellation_reasons { description }
  }
}
"""


def test_the_store_tells_what_pages_need_and_nothing_of_their_looks(ruled_door: Door) -> None:
    ruled_door.shop.set_rules(countries=["DE"])

    assert ruled_door.data(CONFIG)["storeConfig"] == {
        "default_country": "DE",
        "shopping_cart_display_price": 1,
        "shopping_cart_display_shipping": 1,
        "sales_fixed_product_tax_display_setting": "FPT_DISABLED",
        "printed_card_priceV2": {"value": 0, "currency": "USD"},
        "is_checkout_agreements_enabled": False,
        "is_one_page_checkout_enabled": True,
        "create_account_confirmation": False,
        "minicart_display": None,
        "minicart_max_items": None,
        "copyright": None,
        "currency": {
            "available_currency_codes": ["USD"],
            "exchange_rates": [],
            "default_display_currecy_code": "USD",
        },
        "order_cancellation_enabled": False,
        "order_cancellation_reasons": [],
    }


def test_only_countries_that_the_shop_sells_to_are_listed(ruled_door: Door) -> None:
    ruled_door.shop.set_rules(countries=["US", "DE"])

    found = ruled_door.data("{ countries { id } }")

    assert found == {"countries": [{"id": "DE"}, {"id": "US"}]}
    assert ruled_door.errors(COUNTRY, id="FR") == [
        ("The country isn't available.", "graphql-no-such-entity")
    ]


def test_a_store_of_several_countries_prefers_none(ruled_door: Door) -> None:
    ruled_door.shop.set_rules(countries=["DE", "US"])

    assert ruled_door.data("{ storeConfig { default_country } }") == {
        "storeConfig": {"default_country": None}
    }
