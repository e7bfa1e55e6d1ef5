# Home Assistant serves probatio under this name; the types are to be those of what really runs.
from probatio import *
