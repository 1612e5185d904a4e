/* core/lang/identify.h - the knowledge that lang_identify works with (data/lang/langid.conf and langid.model); private. */
#ifndef LANG_IDENTIFY_H
#define LANG_IDENTIFY_H

#include "core/lang/lang.h"

/* Errors: ERR_IO, ERR_DATA (file and line), ERR_MODEL, ERR_NO_MEMORY. */
enum err_code identify_load(const struct identify **out, struct arena *a, const char *data_dir, struct err *err);

#endif
