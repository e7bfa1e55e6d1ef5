"""The engine: decides, computes, explains.

It knows no Home Assistant, does no I/O, and takes time and ids as arguments, so that every decision can be
replayed and property-tested.
"""
