/* concors/concors.h: all of the library. */
#ifndef CONCORS_CONCORS_H
#define CONCORS_CONCORS_H

#include <concors/base.h>
#include <concors/console.h>
#include <concors/cookie.h>
#include <concors/cors.h>
#include <concors/journey.h>
#include <concors/policy.h>
#include <concors/profile.h>
#include <concors/reason.h>
#include <concors/report.h>
#include <concors/trace.h>
#include <concors/tree.h>
#include <concors/url.h>

#endif
