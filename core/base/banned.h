/* core/base/banned.h - functions this code base does without; include after everything else (as git's banned.h).
 * Unbounded copies, locale-dependent letters and numbers: use str.h, buf.h and ICU. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef sprintf
#undef vsprintf
#undef strtok
#undef gets
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok gets
#undef isalpha
#undef isdigit
#undef isspace
#undef isupper
#undef islower
#undef isalnum
#undef ispunct
#undef tolower
#undef toupper
#undef strcasecmp
#undef strncasecmp
#undef atoi
#undef atol
#undef atof
#undef strtod
#undef strtof
#pragma GCC poison isalpha isdigit isspace isupper islower isalnum ispunct tolower toupper
#pragma GCC poison strcasecmp strncasecmp atoi atol atof strtod strtof

#endif
