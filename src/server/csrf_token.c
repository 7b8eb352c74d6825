/*
 * src/server/csrf_token.c: the signed double-submit token: a nonce, and an HMAC over the session
 * and the nonce, both in base64url. Who cannot read the cookie cannot send the header; who can set
 * the cookie (a neighbour under the same domain) cannot make a token for the user's session.
 */
#include "policy_parts.h"

enum { MAC_LEN = 32, RAW_LEN = CONCORS_TOKEN_NONCE + MAC_LEN };

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* 48 bytes are 64 letters, with nothing left over. */
static void
encode(const uint8_t raw[RAW_LEN], char out[CONCORS_TOKEN_LEN])
{
    for (size_t i = 0; i < RAW_LEN / 3; i++) {
        uint32_t bits =
            ((uint32_t)raw[3 * i] << 16) | ((uint32_t)raw[3 * i + 1] << 8) | raw[3 * i + 2];
        for (size_t j = 0; j < 4; j++) {
            out[4 * i + j] = letters[(bits >> (18 - 6 * j)) & 63];
        }
    }
}

static int
letter_value(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (concors_ascii_digit(c)) {
        return c - '0' + 52;
    }
    return c == '-' ? 62 : (c == '_' ? 63 : -1);
}

static bool
decode(concors_span text, uint8_t raw[RAW_LEN])
{
    if (text.len != CONCORS_TOKEN_LEN) {
        return false;
    }
    for (size_t i = 0; i < RAW_LEN / 3; i++) {
        uint32_t bits = 0;
        for (size_t j = 0; j < 4; j++) {
            int value = letter_value(text.ptr[4 * i + j]);
            if (value < 0) {
                return false;
            }
            bits = (bits << 6) | (uint32_t)value;
        }
        raw[3 * i] = (uint8_t)(bits >> 16);
        raw[3 * i + 1] = (uint8_t)(bits >> 8);
        raw[3 * i + 2] = (uint8_t)bits;
    }
    return true;
}

/* The time it takes does not depend on where they differ. */
static bool
same_bytes(const void *a, const void *b, size_t len)
{
    const uint8_t *x = a;
    const uint8_t *y = b;
    uint8_t differ = 0;

    for (size_t i = 0; i < len; i++) {
        differ |= (uint8_t)(x[i] ^ y[i]);
    }
    return differ == 0;
}

/* The length in front keeps session and nonce from running into one another. */
static void
sign(concors_span key, concors_span session, const uint8_t *nonce, const concors_hmac *hmac,
     uint8_t mac[MAC_LEN])
{
    uint8_t len[8];

    for (size_t i = 0; i < sizeof len; i++) {
        len[i] = (uint8_t)((uint64_t)session.len >> (56 - 8 * i));
    }
    const concors_span parts[] = {
        CONCORS_LIT("concors csrf 1"),
        {(const char *)len, sizeof len},
        session,
        {(const char *)nonce, CONCORS_TOKEN_NONCE},
    };
    hmac->sha256(hmac->user, key, parts, 4, mac);
}

concors_span
concors_cookie_value(const concors_span *lines, size_t count, concors_span name)
{
    for (size_t i = 0; i < count; i++) {
        concors_span rest = lines[i];
        while (rest.len > 0) {
            size_t end = concors_span_find(rest, ';');
            concors_span pair = concors_span_trim_blank(concors_span_part(rest, 0, end));
            size_t equals = concors_span_find(pair, '=');
            if (equals < pair.len && concors_span_eq(concors_span_part(pair, 0, equals), name)) {
                return concors_span_part(pair, equals + 1, pair.len);
            }
            rest = concors_span_part(rest, end + 1, rest.len);
        }
    }
    return (concors_span){NULL, 0};
}

static bool
is_signed(const concors_policy *policy, concors_span session, const uint8_t raw[RAW_LEN],
          const concors_hmac *hmac)
{
    bool good = false;

    for (size_t i = 0; i < policy->csrf.key_count; i++) {
        uint8_t mac[MAC_LEN];
        sign(policy->csrf.keys[i], session, raw, hmac, mac);
        good |= same_bytes(mac, raw + CONCORS_TOKEN_NONCE, MAC_LEN);
    }
    return good;
}

concors_decision_reason
token_check(const concors_policy *policy, const concors_policy_request *request)
{
    const concors_token_names *names = &policy->csrf.token;
    concors_span cookie =
        concors_cookie_value(request->cookies, request->cookie_count, names->cookie);
    concors_span session =
        concors_cookie_value(request->cookies, request->cookie_count, names->session_cookie);
    uint8_t raw[RAW_LEN];

    if (request->token.len == 0 || cookie.len == 0) {
        return CONCORS_D_CSRF_TOKEN_MISSING;
    }
    if (request->hmac == NULL || request->token.len != cookie.len ||
        !same_bytes(request->token.ptr, cookie.ptr, cookie.len) || !decode(cookie, raw) ||
        !is_signed(policy, session, raw, request->hmac)) {
        return CONCORS_D_CSRF_TOKEN_WRONG;
    }
    return CONCORS_D_ALLOWED;
}

bool
concors_policy_token_due(const concors_policy *policy, const concors_policy_request *request,
                         const concors_decision *decision, concors_span *session)
{
    const concors_token_names *names = &policy->csrf.token;

    *session = (concors_span){NULL, 0};
    if (names->cookie.len == 0 || decision->preflight || !decision->enforced) {
        return false;
    }
    *session = concors_cookie_value(request->cookies, request->cookie_count, names->session_cookie);
    concors_span held =
        concors_cookie_value(request->cookies, request->cookie_count, names->cookie);
    return held.len != CONCORS_TOKEN_LEN || decision->reason == CONCORS_D_CSRF_TOKEN_WRONG;
}

bool
concors_policy_token_make(const concors_policy *policy, concors_span session,
                          const uint8_t nonce[CONCORS_TOKEN_NONCE], const concors_hmac *hmac,
                          char out[CONCORS_TOKEN_LEN])
{
    uint8_t raw[RAW_LEN];

    if (policy->csrf.key_count == 0) {
        return false;
    }
    memcpy(raw, nonce, CONCORS_TOKEN_NONCE);
    sign(policy->csrf.keys[0], session, nonce, hmac, raw + CONCORS_TOKEN_NONCE);
    encode(raw, out);
    return true;
}
