/* core/summary/script.h - Chinese in the script the reader asked for. Character by character (ICU's Hans-Hant and the folding of
 * core/text), which is right for nearly all of news; the surnames that are other characters in other meanings are left alone. */
#ifndef SUMMARY_SCRIPT_H
#define SUMMARY_SCRIPT_H

#include "core/summary/template.h"
#include "core/doc.h"

enum script_kind { SCRIPT_AS_IS, SCRIPT_HANS, SCRIPT_HANT };

struct script;
/* Errors: ERR_DATA (ICU lacks the transform), ERR_NO_MEMORY. */
enum err_code script_load(struct script **out, struct arena *a, const struct text_fold *fold, struct err *err);

struct str script_convert(const struct script *t, const struct doc *d, enum script_kind to, const struct sentence *s);
struct str script_convert_plain(const struct script *t, const struct doc *d, enum script_kind to, struct str text);

#endif
