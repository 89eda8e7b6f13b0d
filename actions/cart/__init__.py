"""The cart domain: rules, tables and statements; it knows neither HTTP nor flows."""
