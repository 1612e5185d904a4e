/* mhd_errors.c - makes libmicrohttpd's own error pages problem documents.
 *
 * The library answers malformed or oversized heads before the application sees them, with HTML, and has no hook for it.
 * It does so through its public function MHD_queue_response. This file defines that function in the program, which the
 * dynamic linker prefers: our own calls go on to the library (mhd_queue), calls from within the library become
 * reply_refuse, which writes the answer itself. Where a library is linked so that it does not see ours (statically, -Bsymbolic), clients get its HTML
 * and nothing else changes; tests/e2e notices. */
#include <dlfcn.h>

#include "server/internal.h"

#include "core/base/banned.h"

#define MHD_REAL "MHD_queue_response"

typedef enum MHD_Result queue_response(struct MHD_Connection *c, unsigned status, struct MHD_Response *response);

static queue_response *library(void) {
    static _Atomic(queue_response *) found; /* the same for every thread, whoever writes it */
    queue_response *f = found;
    if (!f) {
        void *symbol = dlsym(RTLD_NEXT, MHD_REAL);
        memcpy(&f, &symbol, sizeof f);
        found = f;
    }
    return f;
}

enum MHD_Result mhd_queue(struct MHD_Connection *c, unsigned status, struct MHD_Response *response) {
    queue_response *f = library();
    return f ? f(c, status, response) : MHD_NO;
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *c, unsigned status, struct MHD_Response *response) {
    (void)response; /* the library's HTML; its caller releases it */
    return reply_refuse(c, status);
}
