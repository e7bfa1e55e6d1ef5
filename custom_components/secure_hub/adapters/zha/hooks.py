"""Hooks on methods of ZHA's objects: hung on the instance, noticed when replaced, taken off without a trace."""

from collections.abc import Callable, Mapping
from typing import Any

type Hook = Callable[[Callable[..., Any], Hooks], Callable[..., Any]]
"""Makes, of an original method and the hooks that it is hung with, what is called instead of it.

What it makes passes everything through while `Hooks.active` is false, and raises nothing that the original would not.
"""


class Hooks:
    """Some methods of one object, wrapped on the instance."""

    def __init__(self, target: Any, hooks: Mapping[str, Hook]) -> None:
        """Wrap all methods that `hooks` names; raises AttributeError, with nothing wrapped, if one is missing."""
        self.target = target
        self.active = True
        self._wrapped = {name: hook(getattr(target, name), self) for name, hook in hooks.items()}
        self._found = {name: vars(target)[name] for name in hooks if name in vars(target)}
        for name, wrapper in self._wrapped.items():
            setattr(target, name, wrapper)

    @property
    def hung(self) -> bool:
        """Whether every wrapper is what callers meet."""
        return all(vars(self.target).get(name) is wrapper for name, wrapper in self._wrapped.items())

    def unhinge(self) -> None:
        """Put back what was there; a wrapper that somebody has wrapped since stays and only passes through."""
        self.active = False
        for name, wrapper in self._wrapped.items():
            if vars(self.target).get(name) is not wrapper:
                continue
            if name in self._found:
                setattr(self.target, name, self._found[name])
            else:
                delattr(self.target, name)
