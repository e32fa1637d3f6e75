#include "screens.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void fail(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    exit(1);
}

int connected(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)load.port)};
    int at_once = 1, it = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (it < 0 || connect(it, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connecting: %s", strerror(errno));
    setsockopt(it, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    return it;
}

void watch(int socket, void *who)
{
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = who};
    if (epoll_ctl(load.poll, EPOLL_CTL_ADD, socket, &wanted) != 0)
        fail("watching: %s", strerror(errno));
}

/* What is sent here is short, and the other side reads it: this hardly ever waits. */
void send_fully(int socket, const char *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        ssize_t done = send(socket, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (done < 0)
            fail("sending: %s", strerror(errno));
        sent += (size_t)done;
    }
}
