/*
 * src/explain/alike.h: browsers that do the same with a journey, so that one of them need not be
 * asked. Chrome with and without third-party cookies part only where a third party comes in.
 */
#ifndef CONCORS_EXPLAIN_ALIKE_H
#define CONCORS_EXPLAIN_ALIKE_H

#include <concors/report.h>

/* Whether the browser would leave the same trace of this journey as this one. False: it may not. */
bool concors_acts_alike(const concors_journey *journey, const concors_trace *trace,
                        const concors_profile *browser);

#endif
