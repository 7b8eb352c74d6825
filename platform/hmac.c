/* platform/hmac.c: HMAC-SHA-256 for CSRF tokens, by nettle; docs/adr/0007 says why. */
#include "machine.h"

#include <nettle/hmac.h>

static void
sha256(void *user, concors_span key, const concors_span *parts, size_t count, uint8_t out[32])
{
    struct hmac_sha256_ctx context;

    (void)user;
    hmac_sha256_set_key(&context, key.len, (const uint8_t *)key.ptr);
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) {
            hmac_sha256_update(&context, parts[i].len, (const uint8_t *)parts[i].ptr);
        }
    }
    hmac_sha256_digest(&context, SHA256_DIGEST_SIZE, out);
}

const concors_hmac *
concors_machine_hmac(void)
{
    static const concors_hmac hmac = {sha256, NULL};

    return &hmac;
}
