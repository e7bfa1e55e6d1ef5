"""The IP half of the virtual home: a router, a trusted LAN, an IoT network and a small internet, in namespaces."""
