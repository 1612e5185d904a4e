/* version.c - `nutgraf version`. */
#include <curl/curl.h>
#include <jansson.h>
#include <microhttpd.h>
#include <stdio.h>
#include <unicode/uversion.h>

#include "cli/cli.h"

#include "core/base/banned.h"

int cli_version(int argc, char **argv) {
    (void)argv;
    if (argc > 1) {
        fprintf(stderr, "nutgraf: version takes no arguments\n");
        return EXIT_USAGE;
    }
    printf("nutgraf %s (libmicrohttpd %s, jansson %s, ICU %s, libcurl %s)\n", NUTGRAF_VERSION, MHD_get_version(),
           jansson_version_str(), U_ICU_VERSION, curl_version_info(CURLVERSION_NOW)->version);
    return EXIT_OK;
}
