/* handlers/problem.h - an error as an RFC 9457 problem document, and the HTTP status it has. */
#ifndef HANDLERS_PROBLEM_H
#define HANDLERS_PROBLEM_H

#include "handlers/http.h"

#define PROBLEM_TYPE "application/problem+json"
#define PROBLEM_URN "urn:nutgraf:problem:" /* the slug of core/err_codes.def follows */

/* 400 to 505; 500 for what the client has no part in. */
int problem_status(enum err_code code);

/* What a client can do about it: one sentence. */
const char *problem_advice(enum err_code code);

/* Makes rep the problem document of err: its status, body, Allow and Retry-After, from rep's limit, allow and
 * retry_after. Never fails: where memory is short the document is a shorter, constant one. */
void problem_reply(struct arena *a, const struct err *err, struct str request_id, struct http_reply *rep);

#endif
