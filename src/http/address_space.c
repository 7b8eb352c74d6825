#include "url_parts.h"

enum { V4_START = 12, V4_BITS = 96 };

/* "non-public IP address blocks", IPv4 written as IPv4-mapped; the first that matches decides. */
static const struct {
    uint8_t prefix[16];
    uint8_t bits;
    concors_address_space space;
} blocks[] = {
#define V4(a, b, c, d)                                                                             \
    {                                                                                              \
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d                                       \
    }
    {V4(127, 0, 0, 0), V4_BITS + 8, CONCORS_SPACE_LOOPBACK},
    {V4(198, 18, 0, 0), V4_BITS + 15, CONCORS_SPACE_LOOPBACK},
    {V4(0, 0, 0, 0), V4_BITS + 32, CONCORS_SPACE_LOOPBACK},
    {V4(0, 0, 0, 0), V4_BITS + 8, CONCORS_SPACE_LOCAL},
    {V4(10, 0, 0, 0), V4_BITS + 8, CONCORS_SPACE_LOCAL},
    {V4(100, 64, 0, 0), V4_BITS + 10, CONCORS_SPACE_LOCAL},
    {V4(169, 254, 0, 0), V4_BITS + 16, CONCORS_SPACE_LOCAL},
    {V4(172, 16, 0, 0), V4_BITS + 12, CONCORS_SPACE_LOCAL},
    {V4(192, 168, 0, 0), V4_BITS + 16, CONCORS_SPACE_LOCAL},
#undef V4
    {{[15] = 1}, 128, CONCORS_SPACE_LOOPBACK},
    {{0}, 128, CONCORS_SPACE_LOOPBACK},
    {{0xfc}, 7, CONCORS_SPACE_LOCAL},
    {{0xfe, 0x80}, 10, CONCORS_SPACE_LOCAL},
    {{0xfe, 0xc0}, 10, CONCORS_SPACE_LOCAL},
    {{0x20, 0x01, 0x0d, 0xb8}, 32, CONCORS_SPACE_LOCAL},
    {{0x3f, 0xff}, 20, CONCORS_SPACE_LOCAL},
};

static bool
in_block(const uint8_t ip[16], const uint8_t prefix[16], unsigned bits)
{
    unsigned bytes = bits / 8;
    unsigned rest = bits % 8;

    if (memcmp(ip, prefix, bytes) != 0) {
        return false;
    }
    return rest == 0 || (ip[bytes] ^ prefix[bytes]) >> (8 - rest) == 0;
}

static concors_address_space
space_of_ip(const uint8_t ip[16])
{
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (in_block(ip, blocks[i].prefix, blocks[i].bits)) {
            return blocks[i].space;
        }
    }
    return CONCORS_SPACE_PUBLIC;
}

static bool
is_multicast_dns(concors_span host)
{
    bool dot = host.len > 0 && host.ptr[host.len - 1] == '.';

    return concors_span_ends(concors_span_part(host, 0, host.len - (dot ? 1 : 0)),
                             CONCORS_LIT(".local"));
}

concors_address_space
concors_address_space_of(const concors_origin *origin)
{
    uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff};

    switch (origin->host_kind) {
    case CONCORS_HOST_NONE:
        return CONCORS_SPACE_UNKNOWN;
    case CONCORS_HOST_DOMAIN:
        if (concors_host_is_loopback(origin)) {
            return CONCORS_SPACE_LOOPBACK;
        }
        return is_multicast_dns(origin->host) ? CONCORS_SPACE_LOCAL : CONCORS_SPACE_UNKNOWN;
    case CONCORS_HOST_IPV4:
        memcpy(mapped + V4_START, origin->ip, 4);
        return space_of_ip(mapped);
    case CONCORS_HOST_IPV6:
        return space_of_ip(origin->ip);
    }
    return CONCORS_SPACE_UNKNOWN;
}
