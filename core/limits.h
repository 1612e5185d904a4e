/* core/limits.h - whatever input can make grow, how far it may, and why. */
#ifndef CORE_LIMITS_H
#define CORE_LIMITS_H

#include <stddef.h>

/* Text of one analysis, bytes of UTF-8. The longest newspaper features have about 100 KB; books are not news.
 * Offsets are therefore safe in 32 bits. */
#define LIMIT_TEXT ((size_t)1 << 20)

/* Memory of one analysis, bytes. Measured need is about 60 times the text; this leaves room for the worst text
 * at LIMIT_TEXT and stops a mistake before it hurts the machine. */
#define LIMIT_REQUEST_MEMORY ((size_t)384 << 20)

/* A text file under data/. The largest (the gazetteer) has a few MB. */
#define LIMIT_DATA_FILE ((size_t)64 << 20)

/* Memory for all loaded tables of one process. */
#define LIMIT_TABLES_MEMORY ((size_t)1 << 30)

/* Title and URL of a request, bytes. */
#define LIMIT_TITLE ((size_t)2000)
#define LIMIT_URL ((size_t)4096)

/* A page of HTML, bytes after decompression. News pages have 0.1 to 1.5 MB. */
#define LIMIT_HTML ((size_t)10 << 20)
/* Elements of a page and their depth that reach the parser; deeper or later tags are dropped, their text stays.
 * Browsers stop at a depth of 512; real pages stay below 100 and 30,000. */
#define LIMIT_HTML_ELEMENTS ((size_t)100000)
#define LIMIT_HTML_DEPTH 256
/* Bytes of one attribute, <meta> and <link> of one page, content of an element that is skipped up to its end tag. */
#define LIMIT_HTML_ATTRIBUTE ((size_t)4096)
#define LIMIT_HTML_METAS ((size_t)1000)
#define LIMIT_HTML_SKIP ((size_t)32 << 10)
/* Values in the JSON-LD of a page; real pages have some hundred. */
#define LIMIT_JSONLD_NODES ((size_t)50000)

/* robots.txt, bytes that are read (RFC 9309 asks for 500 KiB at least), and header fields of one response. */
#define LIMIT_ROBOTS ((size_t)512 << 10)
#define LIMIT_FETCH_HEADERS ((size_t)128 << 10)

/* What a remote translator may answer, bytes; a request asks for some 16,000 at most. */
#define LIMIT_TRANSLATOR_REPLY ((size_t)4 << 20)

/* Sentences of a summary that a request may ask for, and the range of its length in characters. */
#define LIMIT_SUMMARY_SENTENCES 10
#define LIMIT_SUMMARY_CHARACTERS 5000

#endif
