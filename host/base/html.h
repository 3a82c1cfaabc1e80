/* html.h - character references of HTML.
 *
 * As the HTML Standard (WHATWG) reads them in text: sections 13.2.5.72 to
 * 13.2.5.80 and 13.5. Knows no tags. */
#ifndef MZ_BASE_HTML_H
#define MZ_BASE_HTML_H

#include <stddef.h>

/* Write the text, UTF-8, to out, of 2 * size bytes, with each reference as
 * what it stands for; what is none stays as it is. Returns the size. */
size_t mz_html_unescape(const char *text, size_t size, char *out);

#endif
