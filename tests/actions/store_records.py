"""Records of store files, and what is said of wrong ones."""

from __future__ import annotations

from typing import Any

from cartflow import ADMIN, Application

from .conftest import Shop

SHOP = {"name": "Luma", "currency": "USD"}
ADA = {"email": "ada@example.com", "firstname": "Ada", "lastname": "B", "password": "analytical"}
ADDRESS = {
    "firstname": "Ada",
    "lastname": "B",
    "street": ["1 Main Street"],
    "city": "Calder",
    "country_code": "us",
    "region": {"code": "MI"},
}


def product(**members: Any) -> dict[str, Any]:
    return {"sku": "WS12", "name": "Radiant Tee", "price_minor": 2200, **members}


def coupon(**members: Any) -> dict[str, Any]:
    return {"code": "TEN", "type": "percent", **members}


def problems(app: Application, **sections: Any) -> list[tuple[str, str]]:
    """Load a store file that is wrong; return pointer and rule of each problem."""
    error = Shop(app, {}).refused("loadStore", by=ADMIN, store={"shop": SHOP, **sections})
    assert error.code == "INVALID_STORE"
    assert error.data["count"] == len(error.data["problems"])
    return [(problem["pointer"], problem["rule"]) for problem in error.data["problems"]]
