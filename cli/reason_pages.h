/* cli/reason_pages.h: the pages of the reasons, as tools/reasons.py embeds them. */
#ifndef CONCORS_CLI_REASON_PAGES_H
#define CONCORS_CLI_REASON_PAGES_H

/* Page of reason r at r - 1: lines of plain text, NULL behind the last. A line that does not begin
 * with a blank is a heading. */
extern const char *const *const cli_reason_pages[];

#endif
