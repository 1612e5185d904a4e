/* core/fetch/robots.h - the Robots Exclusion Protocol, RFC 9309. */
#ifndef FETCH_ROBOTS_H
#define FETCH_ROBOTS_H

#include "core/base/str.h"

/* Whether the robots.txt in text lets the agent (its product token, "nutgraf") fetch path (with its query). The groups that name the
 * agent count, else those of "*"; the longest matching rule wins, allow before disallow; no rule: allowed.
 * Cost: O(text + rules of the group * length of path). Works on any bytes. */
bool robots_allow(struct str text, struct str agent, struct str path);

#endif
