"""Flows of the config subentries: the further enforcers that a person names, one module a type."""
