/*
 * src/ingest/journey_reader.h: the pieces that read one value of a journey each.
 *
 * Every function that returns bool has, when it returns false, set reader->status and, unless
 * there was no room, reader->error. Objects are taken apart by a table of their keys.
 */
#ifndef CONCORS_INGEST_JOURNEY_READER_H
#define CONCORS_INGEST_JOURNEY_READER_H

#include "base/span.h"
#include <concors/journey.h>

typedef struct concors_reader {
    const concors_tree *root;
    const concors_host *host;
    concors_arena *arena;
    concors_error *error;
    concors_status status;
} concors_reader;

/* The words a key or a value may be. */
typedef struct concors_words {
    const concors_span *list;
    size_t count;
} concors_words;

#define CONCORS_WORDS(list)                                                                        \
    (concors_words)                                                                                \
    {                                                                                              \
        list, sizeof(list) / sizeof((list)[0])                                                     \
    }

/* journey_fault.c: what is wrong with `node`; always false. */
bool concors_reader_fail(concors_reader *reader, const concors_tree *node, concors_status status,
                         const concors_span *parts, size_t count);
bool concors_reader_fail_text(concors_reader *reader, const concors_tree *node, concors_span what);
bool concors_reader_fail_kind(concors_reader *reader, const concors_tree *node,
                              concors_span expected);
bool concors_reader_fail_key(concors_reader *reader, const concors_tree *member,
                             concors_words known);
/* The text is none of the words; `noun` says what they name. Says which is nearest, or all. */
bool concors_reader_fail_word(concors_reader *reader, const concors_tree *node, concors_span noun,
                              concors_span text, concors_words known);
/* "more than <max> <noun>" */
bool concors_reader_fail_count(concors_reader *reader, const concors_tree *node, uint64_t max,
                               concors_span noun);
bool concors_reader_fail_room(concors_reader *reader);

/* journey_values.c */

/* The members of an object, each at the index of its key (NULL: absent). */
CONCORS_MUST_USE bool concors_read_object(concors_reader *reader, const concors_tree *node,
                                          concors_words keys, const concors_tree **members);
CONCORS_MUST_USE bool concors_read_array(concors_reader *reader, const concors_tree *node,
                                         size_t max, concors_span noun);
CONCORS_MUST_USE bool concors_read_text(concors_reader *reader, const concors_tree *node,
                                        concors_span *out);
CONCORS_MUST_USE bool concors_read_bool(concors_reader *reader, const concors_tree *node,
                                        bool *out);
/* The index of the word that a string is; noun names what it chooses. */
CONCORS_MUST_USE bool concors_read_word(concors_reader *reader, const concors_tree *node,
                                        concors_span noun, concors_words words, size_t *index);
CONCORS_MUST_USE bool concors_read_seconds(concors_reader *reader, const concors_tree *node,
                                           int64_t *ms);
CONCORS_MUST_USE bool concors_read_url(concors_reader *reader, const concors_tree *node,
                                       concors_url *out);

/* journey_answer.c: preflight and response (null: not known), and lists of header lines. */
CONCORS_MUST_USE bool concors_read_headers(concors_reader *reader, const concors_tree *node,
                                           concors_headers *out);
CONCORS_MUST_USE bool concors_read_answer(concors_reader *reader, const concors_tree *node,
                                          concors_answer *out);
CONCORS_MUST_USE bool concors_read_redirects(concors_reader *reader, const concors_tree *node,
                                             concors_step *out);

/* journey_request.c: what a page asks for, with the mode and credentials its kind implies. */
CONCORS_MUST_USE bool concors_read_request(concors_reader *reader, const concors_tree *node,
                                           concors_request *out);

/* journey_browsers.c: which browsers are asked about, and when all this happens. */
CONCORS_MUST_USE bool concors_read_browsers(concors_reader *reader, const concors_tree *node,
                                            concors_journey *out);
CONCORS_MUST_USE bool concors_read_now(concors_reader *reader, const concors_tree *node,
                                       concors_journey *out);

#endif
