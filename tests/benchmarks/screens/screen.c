/* The screens: the opening handshake, and every frame looked at. */
#define _GNU_SOURCE
#include "screens.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { TEXT = 0x81, CLOSE = 0x88, PING = 0x89, PONG = 0x8a, MASKED = 0x80, LONG_SIZE = 126 };

/* A client masks what it sends; a mask of zeros changes nothing. */
static void send_frame(struct screen *screen, uint8_t kind, const char *text, size_t length)
{
    char frame[6 + 125] = {(char)kind, (char)(MASKED | length)};
    memcpy(frame + 6, text, length);
    send_fully(screen->socket, frame, 6 + length);
}

static void reach(struct screen *screen, enum stage stage)
{
    screen->stage = stage;
    load.reached[stage]++;
}

void open_screen(struct screen *screen, const char *token)
{
    char request[FRAME_ROOM];
    int length = snprintf(request, sizeof request,
                          "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Authorization: Bearer %s\r\n\r\n",
                          load.port, token);
    memset(screen, 0, sizeof *screen);
    screen->socket = connected();
    reach(screen, CONNECTED);
    watch(screen->socket, screen);
    send_fully(screen->socket, request, (size_t)length);
}

void subscribe(struct screen *screen)
{
    static const char wish[] = "{\"type\":\"subscribe\",\"topics\":[\"sales\"]}";
    send_frame(screen, TEXT, wish, sizeof wish - 1);
}

void leave(struct screen *screen)
{
    send_frame(screen, CLOSE, "\x03\xe8", 2);
}

/* Return the number after the name in a text of JSON without blanks. */
static long number_in(const char *text, size_t length, const char *name)
{
    const char *at = memmem(text, length, name, strlen(name));
    if (at == NULL)
        fail("no %s in %.*s", name, (int)length, text);
    return strtol(at + strlen(name), NULL, 10);
}

static int begins(const char *text, size_t length, const char *with)
{
    return length >= strlen(with) && memcmp(text, with, strlen(with)) == 0;
}

static void hear(struct screen *screen, const char *text, size_t length, double at)
{
    long offset = number_in(text, length, "\"offset\":"), prev = number_in(text, length, "\"prev\":");
    long product = number_in(text, length, "\"produto_id\":") - 1;
    int number = (int)((product - load.first_product + load.products) % load.products);
    if (number >= load.sale_count)
        fail("an event of a sale that was not registered: %.*s", (int)length, text);
    struct sale *sale = &load.sales[number];
    if (sale->offset == 0) {
        sale->offset = offset;
        sale->first = at;
    }
    sale->last = at;
    if (prev != screen->last || offset <= screen->last || offset != sale->offset)
        fail("lost, doubled or out of order after %ld: %.*s", screen->last, (int)length, text);
    if (load.frames == load.expected)
        fail("more frames than sales");
    screen->last = offset;
    screen->heard++;
    load.delays[load.frames++] = at - sale->due;
}

static void take_text(struct screen *screen, const char *text, size_t length, double at)
{
    if (begins(text, length, "{\"type\":\"event\",\"topic\":\"sales\"")) {
        hear(screen, text, length, at);
    } else if (begins(text, length, "{\"type\":\"welcome\"")) {
        reach(screen, WELCOME);
    } else if (begins(text, length, "{\"type\":\"subscribed\"")) {
        screen->last = number_in(text, length, "\"offset\":");
        if (screen->stage != HEARING)
            reach(screen, HEARING);
    } else if (!begins(text, length, "{\"type\":\"heartbeat\"")) {
        fail("unexpected: %.*s", (int)length, text);
    }
}

static void take_frame(struct screen *screen, uint8_t kind, const char *body, size_t size,
                       double at)
{
    if (kind == TEXT)
        take_text(screen, body, size, at);
    else if (kind == PING)
        send_frame(screen, PONG, body, size);
    else if (kind != CLOSE)
        fail("a frame of kind %#x", kind);
    else if (size > 2 && memcmp(body, "\x03\xe8", 2) != 0)
        fail("closed: %.*s", (int)size - 2, body + 2);
}

/* Take the frames that are whole; return how many bytes they were. */
static size_t take_frames(struct screen *screen, double at)
{
    size_t taken = 0;
    for (;;) {
        const uint8_t *head = (uint8_t *)screen->unread + taken;
        size_t have = screen->have - taken, size, before = 2;
        if (have < 4 && (have < 2 || head[1] == LONG_SIZE))
            return taken;
        size = head[1];
        if (size > LONG_SIZE)
            fail("a frame larger than any of ours");
        if (size == LONG_SIZE) {
            size = (size_t)head[2] << 8 | head[3];
            before = 4;
        }
        if (before + size > FRAME_ROOM)
            fail("a frame larger than any of ours: %zu bytes", size);
        if (have < before + size)
            return taken;
        take_frame(screen, head[0], (const char *)head + before, size, at);
        taken += before + size;
    }
}

static size_t take_head(struct screen *screen)
{
    const char *end = memmem(screen->unread, screen->have, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    if (!begins(screen->unread, screen->have, "HTTP/1.1 101 "))
        fail("not let in: %.*s", (int)screen->have, screen->unread);
    reach(screen, OPEN);
    return (size_t)(end - screen->unread) + 4;
}

void read_screen(struct screen *screen)
{
    ssize_t came = recv(screen->socket, screen->unread + screen->have, FRAME_ROOM - screen->have,
                        MSG_DONTWAIT);
    double at = now();
    if (came < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (came <= 0) {
        close(screen->socket);
        reach(screen, GONE);
        return;
    }
    screen->have += (size_t)came;
    size_t taken = screen->stage == CONNECTED ? take_head(screen) : 0;
    if (screen->stage != CONNECTED) {
        screen->have -= taken;
        memmove(screen->unread, screen->unread + taken, screen->have);
        taken = take_frames(screen, at);
    }
    screen->have -= taken;
    memmove(screen->unread, screen->unread + taken, screen->have);
}
