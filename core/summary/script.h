/* core/summary/script.h - Chinese in the script the reader asked for (core/text/han.h): the article's own words and names in it stay,
 * names of persons are no words. */
#ifndef SUMMARY_SCRIPT_H
#define SUMMARY_SCRIPT_H

#include "core/doc.h"
#include "core/summary/template.h"
#include "core/text/han.h"

enum script_kind { SCRIPT_AS_IS, SCRIPT_HANS, SCRIPT_TAIWAN, SCRIPT_HANT, SCRIPT_JAPAN /* Chinese names in a Japanese sentence */ };

/* A written sentence. */
struct str script_convert(const struct han *h, const struct doc *d, enum script_kind to, const struct sentence *s);
/* A stretch of the article, without white space around it. */
struct str script_convert_plain(const struct han *h, const struct doc *d, enum script_kind to, struct ng_span span);
/* The canonical name of an entity. */
struct str script_convert_name(const struct han *h, const struct doc *d, enum script_kind to, uint32_t entity, struct str name);

#endif
