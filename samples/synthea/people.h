/* Names, for whoever needs one. */
#ifndef SYNTHEA_PEOPLE_H
#define SYNTHEA_PEOPLE_H

#include "samples/synthea/writer.h"

/* Name and number, without a comma: "José Eduardo181". */
void syn_first_name(syn_writer *writer, syn_random *random, bool female, bool hispanic);
void syn_last_name(syn_writer *writer, syn_random *random, bool hispanic);

#endif
