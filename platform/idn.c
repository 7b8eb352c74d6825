/* platform/idn.c: hosts that are not ASCII, by libidn2; docs/adr/0002 says where it differs. */
#include "machine_parts.h"

#include <idn2.h>
#include <string.h>

enum { NAME_MAX_LEN = 1023 }; /* bytes; libidn2 takes names up to 255 */

bool
idn_to_ascii(void *user, concors_span name, concors_out *out)
{
    enum { FLAGS = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT | IDN2_NO_ALABEL_ROUNDTRIP };
    uint8_t text[NAME_MAX_LEN + 1];
    uint8_t *ascii = NULL;

    (void)user;
    if (name.len == 0 || name.len > NAME_MAX_LEN || memchr(name.ptr, '\0', name.len) != NULL) {
        return false;
    }
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    if (idn2_lookup_u8(text, &ascii, FLAGS) != IDN2_OK || ascii == NULL) {
        return false;
    }
    concors_out_put(out, (concors_span){(const char *)ascii, strlen((const char *)ascii)});
    idn2_free(ascii);
    return true;
}
