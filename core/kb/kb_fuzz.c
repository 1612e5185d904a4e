/* kb_fuzz.c - libFuzzer over the loader of the knowledge base, and over looking names up in what it made.
 * Input: the text of a data/kb/ file; its last line is looked up as a name. */
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/kb/kb.h"

#include "core/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct text_fold *fold;
static struct langs langs;
static struct arena tables;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    AUTO_ARENA a;
    struct kb *kb = NULL;
    struct err err = {0};
    struct str text = {(const char *)data, size < 20000 ? size : 20000}, last = STR_NONE;
    if (!fold) {
        arena_init(&tables, (size_t)64 << 20);
        if (text_fold_load(&fold, &tables, &err) != ERR_OK) {
            abort();
        }
    }
    arena_init(&a, (size_t)64 << 20);
    enum err_code code = kb_load_text(&kb, &a, text, "fuzz", &langs, fold, &err);
    if (code == ERR_DATA && (err.line == 0 && err.at == 0) && !err.text[0]) {
        abort(); /* an error says what and where */
    }
    for (struct str rest = text; kb && code == ERR_OK && rest.n;) {
        last = str_cut(&rest, '\n');
    }
    uint32_t row = kb && code == ERR_OK ? kb_of_name(kb, &a, last) : KB_NONE;
    if (row != KB_NONE && row >= kb_rows(kb)) {
        abort();
    }
    return 0;
}
