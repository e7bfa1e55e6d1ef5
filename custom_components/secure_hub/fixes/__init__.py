"""The mends that repairs offer, a module a concern."""
