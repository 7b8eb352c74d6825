#include "url_parts.h"

enum { PIECES = 8, NOT_COMPRESSED = 99 };

typedef struct reader {
    concors_span text;
    size_t at;
    uint16_t piece[PIECES];
    unsigned count;
    unsigned compress; /* index of the piece that "::" stands before */
} reader;

static bool
at_end(const reader *in)
{
    return in->at == in->text.len;
}

static char
peek(const reader *in)
{
    return at_end(in) ? '\0' : in->text.ptr[in->at];
}

/* One to four hex digits; returns how many there were. */
static unsigned
read_hex(reader *in, uint16_t *value)
{
    unsigned digits = 0;

    *value = 0;
    for (; digits < 4 && !at_end(in); digits++) {
        char c = concors_ascii_lower(peek(in));
        unsigned digit;
        if (concors_ascii_digit(c)) {
            digit = (unsigned)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (unsigned)(c - 'a') + 10;
        } else {
            break;
        }
        *value = (uint16_t)(*value * 16 + digit);
        in->at++;
    }
    return digits;
}

/* A decimal byte of the dotted tail: no leading zeros, at most 255. */
static bool
read_byte(reader *in, unsigned *value)
{
    unsigned digits = 0;

    *value = 0;
    while (concors_ascii_digit(peek(in))) {
        if (digits > 0 && *value == 0) {
            return false;
        }
        *value = *value * 10 + (unsigned)(peek(in) - '0');
        if (*value > 255) {
            return false;
        }
        digits++;
        in->at++;
    }
    return digits > 0;
}

/* "1:2:3:4:5:6:192.0.2.1": four decimal bytes make two pieces, at the end only. */
static bool
read_dotted_tail(reader *in)
{
    if (in->count > PIECES - 2) {
        return false;
    }
    for (unsigned i = 0; i < 4; i++) {
        unsigned byte;
        if (i > 0) {
            if (peek(in) != '.') {
                return false;
            }
            in->at++;
        }
        if (!read_byte(in, &byte)) {
            return false;
        }
        uint16_t *piece = &in->piece[in->count + i / 2];
        *piece = (uint16_t)(*piece * 256 + byte);
    }
    in->count += 2;
    return at_end(in);
}

/* What may stand behind a piece: the end, or a ':' that something follows. */
static bool
read_separator(reader *in)
{
    if (at_end(in)) {
        return true;
    }
    if (peek(in) != ':') {
        return false;
    }
    in->at++;
    return !at_end(in);
}

static bool
read_pieces(reader *in)
{
    while (!at_end(in)) {
        if (in->count == PIECES) {
            return false;
        }
        if (peek(in) == ':') {
            if (in->compress != NOT_COMPRESSED) {
                return false;
            }
            in->at++;
            in->compress = in->count;
            continue;
        }
        size_t start = in->at;
        uint16_t value;
        unsigned digits = read_hex(in, &value);
        if (peek(in) == '.' && digits > 0) {
            in->at = start;
            return read_dotted_tail(in);
        }
        if (digits == 0) {
            return false;
        }
        in->piece[in->count++] = value;
        if (!read_separator(in)) {
            return false;
        }
    }
    return true;
}

bool
concors_ipv6_parse(concors_span text, uint8_t ip[16])
{
    reader in = {.text = text, .compress = NOT_COMPRESSED};

    if (peek(&in) == ':') {
        if (text.len < 2 || text.ptr[1] != ':') {
            return false;
        }
        in.at = 2;
        in.compress = 0;
    }
    if (!read_pieces(&in)) {
        return false;
    }
    if (in.compress == NOT_COMPRESSED ? in.count != PIECES : in.count == PIECES) {
        return false;
    }
    unsigned gap = PIECES - in.count;
    for (unsigned i = 0; i < PIECES; i++) {
        uint16_t value = 0;
        if (i < in.compress && i < in.count) {
            value = in.piece[i];
        } else if (i >= in.compress + gap) {
            value = in.piece[i - gap];
        }
        ip[2 * i] = (uint8_t)(value >> 8);
        ip[2 * i + 1] = (uint8_t)(value & 255);
    }
    return true;
}

static unsigned
piece_of(const uint8_t ip[16], unsigned index)
{
    return (unsigned)ip[2 * index] << 8 | ip[2 * index + 1];
}

/* The first longest run of two or more zero pieces; PIECES when there is none. */
static unsigned
find_zero_run(const uint8_t ip[16], unsigned *length)
{
    unsigned best = PIECES;

    *length = 1;
    for (unsigned i = 0; i < PIECES; i++) {
        unsigned run = 0;
        while (i + run < PIECES && piece_of(ip, i + run) == 0) {
            run++;
        }
        if (run > *length) {
            best = i;
            *length = run;
        }
        i += run;
    }
    return best;
}

void
concors_ipv6_write(const uint8_t ip[16], concors_out *out)
{
    static const char hex[16] = "0123456789abcdef";
    unsigned run;
    unsigned start = find_zero_run(ip, &run);

    concors_out_char(out, '[');
    for (unsigned i = 0; i < PIECES; i++) {
        if (i == start) {
            concors_out_put(out, i == 0 ? CONCORS_LIT("::") : CONCORS_LIT(":"));
            i += run - 1;
            continue;
        }
        unsigned value = piece_of(ip, i);
        unsigned shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0;
        for (;; shift -= 4) {
            concors_out_char(out, hex[value >> shift & 15]);
            if (shift == 0) {
                break;
            }
        }
        if (i < PIECES - 1) {
            concors_out_char(out, ':');
        }
    }
    concors_out_char(out, ']');
}
