"""The options flow, one module a concern: each adds its steps as a mixin, `config_flow` puts them on the menu."""
