"""A virtual Zigbee network: a coordinator that unmodified ZHA connects to, and the devices behind it."""
