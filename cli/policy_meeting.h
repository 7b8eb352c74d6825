/* cli/policy_meeting.h: a browser of the model asks a server that obeys a policy. */
#ifndef CONCORS_CLI_POLICY_MEETING_H
#define CONCORS_CLI_POLICY_MEETING_H

#include "cli.h"

/* Who meets: the same for all questions about a policy. */
typedef struct policy_meeting {
    const concors_policy *policy;
    const concors_host *host;
    concors_arena *arena; /* is afterwards as it was before */
} policy_meeting;

/* What a page's script asks for: all of the policy's headers or none. */
typedef struct policy_question {
    concors_span page; /* an origin */
    concors_span method;
    bool headers;
} policy_question;

typedef struct policy_outcome {
    bool through;         /* the script may read the answer */
    concors_reason error; /* why not */
    bool preflight;       /* was needed */
    int64_t kept_s;       /* how long its answer is kept */
} policy_outcome;

/* CONCORS_OK, CONCORS_E_SYNTAX (the page is no URL), CONCORS_E_ROOM. */
/* Browsers open it: it is no app's page. */
bool policy_is_web_page(concors_span page);
concors_status policy_meet(const policy_meeting *meeting, const policy_question *question,
                           const concors_profile *profile, policy_outcome *out);

#endif
