/* entities.h - the named character references of HTML.
 *
 * Source: HTML Standard (WHATWG), section 13.5 "Named character references":
 * all 2231 of a list that the standard calls static. */
#ifndef MZ_BASE_ENTITIES_H
#define MZ_BASE_ENTITIES_H

enum { MZ_ENTITY_LINES = 363 };

/* Lines of "NAME POINTS NAME POINTS", in the order of their bytes. POINTS are
 * one or two code points to the base of 36, joined by "+". A name with "&"
 * behind it also stands without a semicolon. */
extern const char *const mz_entities[MZ_ENTITY_LINES];

#endif
