/*
 * ctf_xml.c — the door to libxml2. Schools' systems write files that lie
 * about their encoding, so a file that does not parse as it says it is gets
 * one more try as what its bytes are. A declared entity stops the parser:
 * no transfer file needs one, and a small one can grow without bound.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "ctf_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PATH_STEP_MAX 40

static void
entity_declared(void *context, const xmlChar *name, int type,
    const xmlChar *public_id, const xmlChar *system_id, xmlChar *content)
{
	xmlParserCtxt *parser = context;
	bool *has_entity = parser->_private;

	(void)name, (void)type, (void)public_id, (void)system_id;
	(void)content;
	*has_entity = true;
	xmlStopParser(parser);
}

static xmlDoc *
parse(const char *at, size_t len, const char *encoding, bool *has_entity,
    int *line)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	const xmlError *error;
	xmlDoc *doc;

	if (parser == NULL)
		abort();
	parser->_private = has_entity;
	parser->sax->entityDecl = entity_declared;
	doc = xmlCtxtReadMemory(parser, at, (int)len, NULL, encoding,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	    XML_PARSE_COMPACT);
	error = xmlCtxtGetLastError(parser);
	*line = error == NULL ? 0 : error->line;
	xmlFreeParserCtxt(parser);
	if (*has_entity) {
		xmlFreeDoc(doc);
		doc = NULL;
	}
	return doc;
}

static bool
is_utf16(const char *at, size_t len)
{
	return len >= 2 && (at[0] == '\0' || at[1] == '\0' ||
	       memcmp(at, "\xff\xfe", 2) == 0 || memcmp(at, "\xfe\xff", 2) == 0);
}

/* What the bytes themselves say, when the declaration is wrong. */
static xmlDoc *
parse_as_it_is(const char *at, size_t len, bool *has_entity)
{
	int line;

	if (len >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
		at += 3, len -= 3;
	return parse(at, len, text_is_utf8(at, len) ? "UTF-8" : "windows-1252",
	    has_entity, &line);
}

xmlDoc *
ctf_xml_read(const char *at, size_t len, struct problem *why)
{
	bool has_entity = false;
	xmlDoc *doc = NULL;
	char where[32];
	int line = 0;

	if (len > CTF_BYTES_MAX) {
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file is larger than 64 MiB");
		return NULL;
	}
	if (len > 0)
		doc = parse(at, len, NULL, &has_entity, &line);
	if (doc == NULL && !has_entity && len > 0 && !is_utf16(at, len))
		doc = parse_as_it_is(at, len, &has_entity);
	snprintf(where, sizeof(where), "line %d", line);
	if (has_entity)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE, NULL,
		    "the file declares XML entities, which is not allowed");
	else if (doc == NULL)
		(void)problem_set(why, PROBLEM_FILE_UNREADABLE,
		    line > 0 ? where : NULL, "the file is not well-formed XML");
	return doc;
}

static xmlNode *
named(xmlNode *node, const char *name)
{
	while (node != NULL && (node->type != XML_ELEMENT_NODE ||
	    xmlStrcasecmp(node->name, (const xmlChar *)name) != 0))
		node = node->next;
	return node;
}

xmlNode *
ctf_xml_first(const xmlNode *parent, const char *name)
{
	return parent == NULL ? NULL : named(parent->children, name);
}

xmlNode *
ctf_xml_next(const xmlNode *sibling, const char *name)
{
	return named(sibling->next, name);
}

xmlNode *
ctf_xml_find(const xmlNode *node, const char *path)
{
	xmlNode *found = NULL;

	while (node != NULL) {
		size_t len = strcspn(path, "/");
		char step[PATH_STEP_MAX];

		snprintf(step, sizeof(step), "%.*s", (int)len, path);
		found = ctf_xml_first(node, step);
		if (path[len] == '\0')
			return found;
		node = found;
		path += len + 1;
	}
	return NULL;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice
ctf_xml_text(const xmlNode *node, const char *path, struct arena *arena)
{
	xmlNode *found = ctf_xml_find(node, path);
	xmlChar *content = found == NULL ? NULL : xmlNodeGetContent(found);
	struct slice text = slice_of((const char *)content);
	struct slice trimmed = { NULL, 0 };

	while (text.len > 0 && is_blank(text.at[0]))
		text.at++, text.len--;
	while (text.len > 0 && is_blank(text.at[text.len - 1]))
		text.len--;
	if (text.len > 0)
		trimmed = arena_slice(arena, text);
	xmlFree(content);
	return trimmed;
}
