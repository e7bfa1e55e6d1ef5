"""Names that the faces share."""

from typing import Final

DOMAIN: Final = "secure_hub"

CONF_MODE: Final = "mode"
CONF_NEWCOMERS: Final = "newcomers"
CONF_IOT_INTERFACES: Final = "iot_interfaces"
CONF_LAN_INTERFACES: Final = "lan_interfaces"
CONF_ASKING: Final = "asking"
