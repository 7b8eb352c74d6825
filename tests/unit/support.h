/* tests/unit/support.h: what every unit test needs; cmocka wants these headers before its own. */
#ifndef CONCORS_TESTS_SUPPORT_H
#define CONCORS_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <concors/concors.h>

#endif
