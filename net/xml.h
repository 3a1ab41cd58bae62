/* A small pull reader for the XML that S3 and STS answer with: elements, text and the five entities plus numeric
 * references. No DTD, no external entity is ever read (a DOCTYPE is LW_E_PROTOCOL). Depth is limited to 32. */
#ifndef LW_NET_XML_H
#define LW_NET_XML_H

#include "base/base.h"

typedef enum lw_xml_event { LW_XML_START, LW_XML_TEXT, LW_XML_END, LW_XML_EOF } lw_xml_event;

typedef struct lw_xml {
    lw_slice input;
    size_t position;
    lw_buf text;   /* decoded text of the last LW_XML_TEXT */
    lw_slice name; /* local name (prefix cut off) of the last START or END */
    unsigned depth;
    bool self_closing;
    lw_slice open[32];
} lw_xml;

void lw_xml_init(lw_xml *xml, lw_slice input);
void lw_xml_done(lw_xml *xml);
lw_status lw_xml_next(lw_xml *xml, lw_xml_event *ret_event) LW_MUST_USE;
/* Text of the first element reached by the path of local names ("ListBucketResult/Contents/Key"), decoded into out.
 * LW_E_NOT_FOUND when there is none, LW_E_PROTOCOL when the document is not well formed to its end. */
lw_status lw_xml_find(lw_slice input, const char *path, lw_buf *out) LW_MUST_USE;

#endif
