/*
 * ctf_xml.h — a Common Transfer File as a tree, whatever encoding it claims
 * and whether or not it names a namespace. Nothing outside the bytes is ever
 * read, and no entity is ever expanded. For ctf*.c only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROTOCOL_CTF_XML_H
#define PROTOCOL_CTF_XML_H

#include "arena.h"
#include "common.h"
#include "problem.h"
#include "text.h"
#include <stddef.h>

/* The names behind libxml2's xmlDoc and xmlNode, so that a header needs none
 * of its own. */
struct _xmlDoc;
struct _xmlNode;

#define CTF_BYTES_MAX (64 * 1024 * 1024)

/* NULL with file_unreadable; else to be freed with xmlFreeDoc. */
struct _xmlDoc *ctf_xml_read(const char *at, size_t len,
    struct problem *) must_check;

/* Element children by local name, case ignored; NULL when there is none. */
struct _xmlNode *ctf_xml_first(const struct _xmlNode *parent, const char *name);
struct _xmlNode *ctf_xml_next(const struct _xmlNode *sibling,
    const char *name);
/* "BasicDetails/NCyearActual" from here; NULL when a step is missing. */
struct _xmlNode *ctf_xml_find(const struct _xmlNode *, const char *path);

/* Trimmed and copied; at == NULL when the element is missing or empty. */
struct slice ctf_xml_text(const struct _xmlNode *, const char *path,
    struct arena *);

#endif
