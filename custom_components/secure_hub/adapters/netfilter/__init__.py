"""The wall: nftables and conntrack over netlink, standard library only, so that the root helper runs it alone."""
