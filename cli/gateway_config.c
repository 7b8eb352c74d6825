/* cli/gateway_config.c: nginx.conf of the gateway, to be read by people, too. */
#include "gateway.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PUT(out, text) concors_out_put(out, CONCORS_LIT(text))

static void
put_text(concors_out *out, const char *text)
{
    concors_out_put(out, (concors_span){text, strlen(text)});
}

/* As a token of nginx's configuration, whatever it holds. A dollar sign: see put_dollar(). */
static void
put_quoted(concors_out *out, const char *text, bool variables)
{
    concors_out_char(out, '"');
    for (; *text != '\0'; text++) {
        if (*text == '$' && variables) {
            PUT(out, "${dollar}");
            continue;
        }
        if (*text == '"' || *text == '\\') {
            concors_out_char(out, '\\');
        }
        concors_out_char(out, *text);
    }
    concors_out_char(out, '"');
}

/* nginx has no other way to say a dollar sign where it looks for variables. */
static void
put_dollar(const gateway_order *order, concors_out *out)
{
    if (strchr(order->page_dir, '$') != NULL) {
        PUT(out, "    geo $dollar {\n        default \"$\";\n    }\n\n");
    }
}

/* Root's nginx steps down to whom the page belongs, or to nobody. */
static void
put_user(const gateway_order *order, concors_out *out)
{
    struct stat info;
    const struct passwd *user = getpwnam("nobody");

    if (geteuid() != 0) {
        return;
    }
    if (order->page_dir[0] != '\0' && stat(order->page_dir, &info) == 0) {
        user = getpwuid(info.st_uid);
    }
    const struct group *group = user != NULL ? getgrgid(user->pw_gid) : NULL;
    if (group != NULL) {
        PUT(out, "user ");
        put_quoted(out, user->pw_name, false);
        concors_out_char(out, ' ');
        put_quoted(out, group->gr_name, false);
        PUT(out, ";\n");
    }
}

static void
put_process(const gateway_order *order, concors_out *out)
{
    PUT(out, "# Written by concors gateway. By hand, in a folder with server.crt and server.key:\n"
             "#   nginx -p FOLDER/ -e stderr -c nginx.conf\n");
    put_user(order, out);
    PUT(out, "worker_processes 1;\n"
             "daemon off;\n"
             "pid nginx.pid;\n"
             "error_log stderr;\n"
             "load_module ");
    put_quoted(out, order->module, false);
    PUT(out, ";\n\nevents {\n    worker_connections 1024;\n}\n\n");
}

/* Both forms escape what a client sent. */
static void
put_log(const gateway_order *order, concors_out *out)
{
    if (strcmp(order->access_log, "off") == 0) {
        PUT(out, "    access_log off;\n");
        return;
    }
    PUT(out, "    # A line for each request: what came of it, and what the policy decided.\n");
    if (order->args->json) {
        PUT(out,
            "    log_format decisions escape=json\n"
            "        '{\"method\":\"$request_method\",\"url\":\"$scheme://$http_host$concors_uri\","
            "\"status\":$status,'\n"
            "        '\"decision\":\"$concors_decision\",\"reason\":\"$concors_reason\","
            "\"origin\":\"$concors_origin\"}';\n");
    } else {
        PUT(out, "    log_format decisions\n"
                 "        '$request_method $scheme://$http_host$concors_uri $status "
                 "$concors_decision $concors_reason $concors_origin';\n");
    }
    PUT(out, "    access_log ");
    put_text(out, order->access_log);
    PUT(out, " decisions;\n");
}

static void
put_http(const gateway_order *order, concors_out *out)
{
    PUT(out, "http {\n    # What may be read, by whom, with which cookies.\n"
             "    concors_policy_file ");
    put_quoted(out, order->policy_path, false);
    PUT(out, ";\n\n");
    put_log(order, out);
    PUT(out, "\n    ssl_certificate server.crt;\n"
             "    ssl_certificate_key server.key;\n"
             "    client_max_body_size 0;\n"
             "    client_body_temp_path body;\n"
             "    proxy_temp_path proxy;\n"
             "    fastcgi_temp_path fastcgi;\n"
             "    uwsgi_temp_path uwsgi;\n"
             "    scgi_temp_path scgi;\n\n");
    put_dollar(order, out);
    PUT(out, "    # WebSockets go through.\n"
             "    map $http_upgrade $connection_wanted {\n"
             "        default upgrade;\n"
             "        \"\" close;\n"
             "    }\n");
}

static void
put_place(const gateway_place *place, concors_out *out)
{
    PUT(out, "    server {\n        listen 127.0.0.1:");
    concors_out_u64(out, place->port);
    PUT(out, " ssl http2;\n");
    if (place->ipv6) {
        PUT(out, "        listen [::1]:");
        concors_out_u64(out, place->port);
        PUT(out, " ssl http2;\n");
    }
    PUT(out, "        server_name ");
    put_quoted(out, place->host, false);
    PUT(out, ";\n\n");
}

static void
put_types(concors_out *out)
{
    PUT(out, "            types {\n"
             "                text/html html htm;\n"
             "                text/css css;\n"
             "                text/javascript js mjs;\n"
             "                text/plain txt;\n"
             "                application/json json map;\n"
             "                application/manifest+json webmanifest;\n"
             "                application/wasm wasm;\n"
             "                font/woff2 woff2;\n"
             "                image/svg+xml svg;\n"
             "                image/png png;\n"
             "                image/jpeg jpg jpeg;\n"
             "                image/webp webp;\n"
             "                image/x-icon ico;\n"
             "            }\n"
             "            default_type application/octet-stream;\n");
}

/* Addresses that the page's own script routes are the page's, too. */
static void
put_page(const gateway_order *order, concors_out *out)
{
    PUT(out, "        location / {\n            root ");
    put_quoted(out, order->page_dir, true);
    PUT(out, ";\n            try_files $uri $uri/index.html /index.html =404;\n");
    put_types(out);
    PUT(out, "        }\n");
}

static void
put_upstream_tls(const gateway_order *order, concors_out *out)
{
    if (!order->upstream_https) {
        return;
    }
    PUT(out, "            proxy_ssl_server_name on;\n");
    if (order->upstream_unchecked) {
        PUT(out, "            proxy_ssl_verify off;\n");
        return;
    }
    PUT(out, "            proxy_ssl_verify on;\n"
             "            proxy_ssl_verify_depth 8;\n"
             "            proxy_ssl_trusted_certificate ");
    put_quoted(out, order->upstream_cacert, false);
    PUT(out, ";\n");
}

/* "/v2/" and "/v2" are both written for what lies below it. */
static void
put_cookie_paths(const gateway_order *order, const char *prefix, concors_out *out)
{
    char bare[GATEWAY_URL_MAX];
    size_t len = strlen(order->upstream_path) - 1;

    memcpy(bare, order->upstream_path, len);
    bare[len] = '\0';
    PUT(out, "            proxy_cookie_path ");
    put_quoted(out, order->upstream_path, false);
    concors_out_char(out, ' ');
    put_text(out, prefix);
    PUT(out, ";\n            proxy_cookie_path ");
    put_quoted(out, bare, false);
    concors_out_char(out, ' ');
    concors_out_put(out, (concors_span){prefix, prefix[1] == '\0' ? 1 : strlen(prefix) - 1});
    PUT(out, ";\n");
}

/* Redirects and cookie paths of the application, as they are called here. */
static void
put_paths(const gateway_order *order, const char *prefix, concors_out *out)
{
    if (strcmp(order->upstream_path, prefix) == 0) {
        return;
    }
    PUT(out, "            proxy_redirect default;\n");
    if (strcmp(order->upstream_path, "/") == 0) {
        PUT(out, "            proxy_redirect ~^/(?!/)(.*)$ /api/$1;\n"
                 "            proxy_cookie_path ~^/(.+)$ /api/$1;\n");
        return;
    }
    PUT(out, "            proxy_redirect ");
    put_quoted(out, order->upstream_path, false);
    concors_out_char(out, ' ');
    put_text(out, prefix);
    PUT(out, ";\n");
    put_cookie_paths(order, prefix, out);
}

static void
put_host(const gateway_order *order, concors_out *out)
{
    if (order->upstream_is_near) {
        PUT(out, "            # The application sees the address that the browser asked.\n"
                 "            proxy_set_header Host $http_host;\n");
    } else {
        PUT(out, "            # The application is asked by its own name, as its host wants it.\n"
                 "            proxy_set_header Host $proxy_host;\n");
    }
}

/* prefix: "/api/" or "/". Where nothing is replaced the path goes on as it came, octet by octet. */
static void
put_api(const gateway_order *order, const char *prefix, concors_out *out)
{
    char url[sizeof order->upstream + sizeof order->upstream_path];
    bool same = strcmp(order->upstream_path, prefix) == 0;

    (void)snprintf(url, sizeof url, "%s%s", order->upstream, same ? "" : order->upstream_path);
    PUT(out, "        location ");
    put_text(out, prefix);
    PUT(out, " {\n            concors ");
    put_quoted(out, order->policy_name, false);
    PUT(out, ";\n            proxy_pass ");
    put_quoted(out, url, false);
    PUT(out, ";\n");
    put_upstream_tls(order, out);
    put_paths(order, prefix, out);
    put_host(order, out);
    PUT(out, "            proxy_http_version 1.1;\n"
             "            proxy_set_header Upgrade $http_upgrade;\n"
             "            proxy_set_header Connection $connection_wanted;\n"
             "            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n"
             "            proxy_set_header X-Forwarded-Host $http_host;\n"
             "            proxy_set_header X-Forwarded-Proto $scheme;\n"
             "            # Event streams arrive as they are sent, and may be silent for long.\n"
             "            proxy_buffering off;\n"
             "            proxy_read_timeout 1h;\n"
             "        }\n");
}

void
gateway_config_write(const void *what, concors_out *out)
{
    const gateway_order *order = what;
    bool page = order->page_dir[0] != '\0';

    put_process(order, out);
    put_http(order, out);
    if (!page) {
        PUT(out, "\n    # The API. The page is served elsewhere.\n");
        put_place(&order->first, out);
        put_api(order, "/", out);
    } else if (order->two_origins) {
        PUT(out, "\n    # The page.\n");
        put_place(&order->first, out);
        put_page(order, out);
        PUT(out, "    }\n\n    # The API: an origin of its own.\n");
        put_place(&order->api, out);
        put_api(order, "/", out);
    } else {
        PUT(out, "\n    # The page and its API: one origin, and nothing is cross-origin.\n");
        put_place(&order->first, out);
        put_page(order, out);
        concors_out_char(out, '\n');
        put_api(order, "/api/", out);
    }
    PUT(out, "    }\n}\n");
}
