/** What every page of Home Assistant loads, for everybody. */

import "../cards";
