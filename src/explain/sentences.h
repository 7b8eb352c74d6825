/*
 * src/explain/sentences.h: the texts of findings, with gaps for what is particular to a journey.
 *
 *   %o  origin of the request, as the server sees it      %s  origin of the server
 *   %h  host of the server                                %m  method
 *   %v  the value, method or header that failed           %n  how it nearly fits
 *   %V  "is missing" or "is VALUE"                        %a  "the preflight's answer", "the
 * response" %c  the cookies, quoted                               %d  "was not sent", "was not
 * stored" %p  site whose cookies count                          %x  why the request is cross-site
 *   %b  the browser                                       %k  how to ask for credentials
 *   %S  status of the response
 *   %t  " in the answer to OPTIONS", or nothing           %e  a word on error responses, or nothing
 */
#ifndef CONCORS_EXPLAIN_SENTENCES_H
#define CONCORS_EXPLAIN_SENTENCES_H

#include "explain.h"

typedef struct concors_sentence {
    const char *what;
    const char *remedy;
    /* The remedy where ... */
    const char *no_origin;   /* the origin is null: no header may allow that one */
    const char *no_server;   /* and it is null because no server gave the page */
    const char *sandboxed;   /* and it is null because the page is sandboxed */
    const char *by_script;   /* a script sets the cookie */
    const char *lower_case;  /* the method is patch, and PATCH was meant */
    const char *plain_site;  /* within one site, over http */
    const char *redirected;  /* a redirect led there */
    const char *arrival;     /* the window goes to the server itself */
    const char *by_link;     /* a link leads to another site */
    const char *by_post;     /* a form is posted to another site */
    const char *one_scheme;  /* page and server differ in nothing but the scheme */
    const char *one_machine; /* or both are this machine under two names */
    const char *own_frame;   /* the page is in a frame on another site, and asks for its own */
    const char *no_header;   /* the browser has no partitioned cookies */
    const char *withheld;    /* the cookie is held, and kept back */
} concors_sentence;

/* NULL: no sentence of its own, the general one of the list serves. */
const concors_sentence *concors_sentence_of(concors_reason reason);

/* scene.c */
enum { CONCORS_ORIGIN_SHOWN = 256 }; /* bytes of an origin */
/* The step that a scene is about; NULL without a journey. */
const concors_step *concors_scene_step(const concors_scene *scene);
/* The site that the page belongs to; where it is a frame that asks for its own, the page around. */
concors_span concors_scene_top_site(const concors_scene *scene);
/* The site whose cookies count: that of a navigation is the one it leads to. */
concors_span concors_scene_partition(const concors_scene *scene);
/* Whether a step takes the whole window to another address. */
bool concors_is_navigation(const concors_step *step);
/* Why the request counts as cross-site. */
void concors_put_cross_site(const concors_scene *scene, concors_out *out);

#endif
