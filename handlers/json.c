/* json.c - see json.h */
#include "handlers/json.h"

#include "core/base/buf.h"

#include "core/base/banned.h"

static int append(const char *p, size_t n, void *to) {
    return buf_add(to, (struct str){p, n}) ? 0 : -1;
}

bool json_write(struct arena *a, const json_t *j, size_t flags, struct str *out) {
    struct buf b;
    buf_init(&b, a);
    if (!j || json_dump_callback(j, append, &b, flags) != 0 || !buf_addc(&b, '\n')) {
        return false;
    }
    *out = buf_str(&b);
    return true;
}
