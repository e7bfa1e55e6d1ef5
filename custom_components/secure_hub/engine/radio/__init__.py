"""The radio: who may join, which devices are tied to each other behind the hub's back, how well the network is kept."""
