/* src/verdict/reason_table.h: the table that tools/reasons.py makes. */
#ifndef CONCORS_VERDICT_REASON_TABLE_H
#define CONCORS_VERDICT_REASON_TABLE_H

#include <concors/reason.h>

extern const concors_reason_info concors_reason_table[]; /* reason r is at r - 1 */
extern const size_t concors_reason_table_count;

#endif
