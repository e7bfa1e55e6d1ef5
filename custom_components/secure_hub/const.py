"""Names that the faces share."""

from typing import Final

DOMAIN: Final = "secure_hub"

CONF_MODE: Final = "mode"
CONF_NEWCOMERS: Final = "newcomers"
CONF_IOT_INTERFACES: Final = "iot_interfaces"
CONF_LAN_INTERFACES: Final = "lan_interfaces"

CONF_PLAYBOOK: Final = "playbook"
CONF_BUDGET: Final = "isolation_budget"
CONF_DRY_RUN: Final = "dry_run"
CONF_RELEASE_AFTER: Final = "release_after"
CONF_EVE_PATH: Final = "eve_path"
