/* handlers/article_json.h - an article taken from a page, as the JSON of the contract (openapi.yaml, schema Article). */
#ifndef HANDLERS_ARTICLE_JSON_H
#define HANDLERS_ARTICLE_JSON_H

#include <stdio.h>

#include "handlers/analysis_json.h"

/* A new reference, or NULL when memory is short. scratch holds the offset table while it works. Cost: linear. */
json_t *article_json(const struct ng_article *article, enum offset_encoding encoding, struct arena *scratch);

/* The metadata alone: {"title": {"value", "source"}, ..., "authors": [...]}; a new reference. */
json_t *article_facts_json(const struct ng_article *article);

#endif
