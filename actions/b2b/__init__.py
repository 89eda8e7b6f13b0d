"""The actions of Salesforce B2B Commerce, on the same carts as all others."""
