/*
 * cli/gateway_sockets.c: the ports. They are bound here and handed to nginx as one nginx hands them
 * to the next: so a taken port is known at once, and a free one stays free.
 */
#include "gateway.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 511, TRIES = 20 };

static int
bind_to(const struct sockaddr *address, socklen_t len)
{
    int one = 1;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    bool bound = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                 (address->sa_family != AF_INET6 ||
                  setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) == 0) &&
                 bind(fd, address, len) == 0 && listen(fd, BACKLOG) == 0;
    if (!bound) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

static int
bind_ipv4(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    return bind_to((const struct sockaddr *)&address, sizeof address);
}

static int
bind_ipv6(uint16_t port)
{
    struct sockaddr_in6 address = {
        .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    return bind_to((const struct sockaddr *)&address, sizeof address);
}

static uint16_t
port_of(int fd)
{
    struct sockaddr_in address = {0};
    socklen_t len = sizeof address;

    return getsockname(fd, (struct sockaddr *)&address, &len) == 0 ? ntohs(address.sin_port) : 0;
}

static void
close_place(gateway_place *place)
{
    for (size_t i = 0; i < 2; i++) {
        if (place->sockets[i] >= 0) {
            close(place->sockets[i]);
        }
        place->sockets[i] = -1;
    }
}

/* The same port in both families: "localhost" may mean either. A machine without IPv6 does without.
 */
static bool
bind_place(gateway_place *place, uint16_t port)
{
    place->sockets[0] = bind_ipv4(port);
    if (place->sockets[0] < 0) {
        return false;
    }
    place->port = port != 0 ? port : port_of(place->sockets[0]);
    place->sockets[1] = bind_ipv6(place->port);
    place->ipv6 = place->sockets[1] >= 0;
    if (place->sockets[1] < 0 && (errno == EADDRINUSE || errno == EACCES)) {
        int why = errno;
        close_place(place);
        errno = why;
        return false;
    }
    return true;
}

static bool
bind_any(gateway_place *place)
{
    for (int i = 0; i < TRIES; i++) {
        if (bind_place(place, 0)) {
            return true;
        }
    }
    return false;
}

static int
open_place(gateway_place *place, const char *option)
{
    if (place->port != 0 && bind_place(place, place->port)) {
        return CLI_EXIT_OK;
    }
    bool taken = place->port != 0 && errno == EADDRINUSE;
    if ((place->port == 0 || (taken && place->or_another)) && bind_any(place)) {
        return CLI_EXIT_OK;
    }
    if (taken) {
        cli_error("gateway: port %u is taken: choose another with %s %s:PORT",
                  (unsigned)place->port, option, place->host);
    } else {
        cli_error("gateway: port %u: %s", (unsigned)place->port, strerror(errno));
    }
    return CLI_EXIT_NETWORK;
}

int
gateway_sockets_open(gateway_order *order)
{
    int code = open_place(&order->first, "--listen");

    if (code == CLI_EXIT_OK && order->two_origins) {
        code = open_place(&order->api, "--api-listen");
    }
    return code;
}

static bool
suppose_place(gateway_place *place)
{
    uint16_t wanted = place->port;
    bool bound = bind_any(place);

    close_place(place);
    place->port = wanted != 0 ? wanted : place->port;
    return bound;
}

int
gateway_sockets_suppose(gateway_order *order)
{
    if (suppose_place(&order->first) && (!order->two_origins || suppose_place(&order->api))) {
        return CLI_EXIT_OK;
    }
    cli_error("gateway: no free port: %s", strerror(errno));
    return CLI_EXIT_NETWORK;
}

void
gateway_sockets_close(gateway_order *order)
{
    close_place(&order->first);
    close_place(&order->api);
}

bool
gateway_sockets_hand_over(const gateway_order *order)
{
    const gateway_place *places[] = {&order->first, &order->api};
    char list[64] = "";
    size_t len = 0;

    for (size_t i = 0; i < 4; i++) {
        int fd = places[i / 2]->sockets[i % 2];
        if (fd < 0) {
            continue;
        }
        int kept = dup(fd); /* without close-on-exec */
        int put = snprintf(list + len, sizeof list - len, "%d;", kept);
        if (kept < 0 || put < 0 || (size_t)put >= sizeof list - len) {
            return false;
        }
        len += (size_t)put;
    }
    return setenv("NGINX", list, 1) == 0;
}
