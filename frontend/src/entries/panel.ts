/** What the panel loads. */

import "../panel";
