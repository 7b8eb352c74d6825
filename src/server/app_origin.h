/* src/server/app_origin.h: origins of what is no site: apps and extensions of browsers. */
#ifndef CONCORS_SERVER_APP_ORIGIN_H
#define CONCORS_SERVER_APP_ORIGIN_H

#include "policy_parts.h"

/* scheme "://" host, in lower case and with nothing behind it, and the scheme is not the web's:
 * capacitor://localhost, chrome-extension://abc. */
bool app_origin_scan(concors_span text);

/* An entry of a policy whose scheme is not the web's: right, or its mistake is reported. */
bool app_origin_read(policy_job *job, place at, concors_span text);
/* Warns of it. */
void app_origin_warn(policy_job *job, place at, concors_span text);

#endif
