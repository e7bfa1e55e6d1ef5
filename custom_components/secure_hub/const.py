"""Names that the faces share."""

from typing import Final

DOMAIN: Final = "secure_hub"

CONF_MODE: Final = "mode"
CONF_NEWCOMERS: Final = "newcomers"
CONF_IOT_INTERFACES: Final = "iot_interfaces"
CONF_LAN_INTERFACES: Final = "lan_interfaces"
CONF_ASKING: Final = "asking"
CONF_TELEMETRY: Final = "telemetry"

CONF_INTERPOSE_RESTRICTED: Final = "interpose_restricted"
CONF_INTERPOSITION: Final = "interposition"
CONF_HA_GATE: Final = "ha_gate"
CONF_DNSMASQ: Final = "dnsmasq_folder"

ROUTER: Final = "router"
"""Type of the config subentries that are routers, and their keys beside Home Assistant's own."""
CONF_HOST_KEY: Final = "host_key"
CONF_CLIENT_KEY: Final = "client_key"
CONF_GUARDED_INTERFACES: Final = "guarded_interfaces"

BLOCK_SWITCH: Final = "block_switch"
"""Type of the config subentries that are other integrations' switches, and their keys."""
CONF_ASSET: Final = "asset"
CONF_ON_MEANS: Final = "on_means"
CONF_CUTS: Final = "cuts"

CONF_PLAYBOOK: Final = "playbook"
CONF_BUDGET: Final = "isolation_budget"
CONF_DRY_RUN: Final = "dry_run"
CONF_RELEASE_AFTER: Final = "release_after"
CONF_EVE_PATH: Final = "eve_path"
CONF_BAD_LISTS: Final = "bad_lists"
CONF_ASK_CLASSES: Final = "ask_classes"
CONF_CLASS_PLAYBOOKS: Final = "class_playbooks"
"""A list of kinds of device (`asset_class`), each with the `playbook` for it."""
ATTR_CLASS: Final = "asset_class"
