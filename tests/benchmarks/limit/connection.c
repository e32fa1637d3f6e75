#include "connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    UNREAD_ROOM = 1 << 16,
    MOST_COLUMNS = 16,
    MORE_RESULTS = 0x0008,
    COM_QUERY = 0x03,
    OK_PACKET = 0x00,
    EOF_PACKET = 0xfe,
    ERROR_PACKET = 0xff,
    NULL_VALUE = 0xfb,
    /* protocol 4.1, with a database, secure, several statements, several results, plug-ins */
    ABILITIES = 0x0200 | 0x0008 | 0x8000 | 0x10000 | 0x20000 | 0x80000 | 0x2000,
    CHARACTERS_UTF8MB4 = 45
};

static void fail(const char *what, const char *why, int length)
{
    fprintf(stderr, "%s: %.*s\n", what, length, why);
    exit(1);
}

static void read_fully(struct connection *c, uint8_t *into, size_t length)
{
    while (length > 0) {
        if (c->begin == c->end) {
            ssize_t came = recv(c->socket, c->unread, UNREAD_ROOM, 0);
            if (came <= 0)
                fail("reading", "the server closed the connection", 32);
            c->begin = 0;
            c->end = (size_t)came;
        }
        size_t here = c->end - c->begin < length ? c->end - c->begin : length;
        memcpy(into, c->unread + c->begin, here);
        c->begin += here;
        into += here;
        length -= here;
    }
}

static void read_packet(struct connection *c)
{
    uint8_t head[4];
    read_fully(c, head, 4);
    c->length = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16;
    c->sequence = (uint8_t)(head[3] + 1);
    if (c->length + 1 > c->room) {
        c->room = 2 * c->length + 1;
        c->packet = realloc(c->packet, c->room);
    }
    read_fully(c, c->packet, c->length);
    c->packet[c->length] = 0;
    if (c->length > 9 && c->packet[0] == ERROR_PACKET)
        fail("the server refused", (char *)c->packet + 9, (int)c->length - 9);
}

static void send_packet(struct connection *c, const uint8_t *head, size_t head_length,
                        const char *body, size_t body_length)
{
    size_t length = head_length + body_length;
    uint8_t *all = malloc(length + 4);
    all[0] = (uint8_t)length;
    all[1] = (uint8_t)(length >> 8);
    all[2] = (uint8_t)(length >> 16);
    all[3] = c->sequence;
    memcpy(all + 4, head, head_length);
    memcpy(all + 4 + head_length, body, body_length);
    for (size_t sent = 0; sent < length + 4;) {
        ssize_t now = send(c->socket, all + sent, length + 4 - sent, 0);
        if (now <= 0)
            fail("writing", "the server closed the connection", 32);
        sent += (size_t)now;
    }
    free(all);
}

static void sign_in(struct connection *c, const char *user, const char *database)
{
    uint8_t answer[512] = {0};
    size_t at = 32;
    uint32_t abilities = ABILITIES, largest = 1 << 24;
    memcpy(answer, &abilities, 4);
    memcpy(answer + 4, &largest, 4);
    answer[8] = CHARACTERS_UTF8MB4;
    at += (size_t)sprintf((char *)answer + at, "%s", user) + 1;
    at += 1; /* an empty proof: there is no password */
    at += (size_t)sprintf((char *)answer + at, "%s", database) + 1;
    at += (size_t)sprintf((char *)answer + at, "mysql_native_password") + 1;
    send_packet(c, answer, at, "", 0);
    for (read_packet(c); c->packet[0] != OK_PACKET; read_packet(c))
        if (c->packet[0] == EOF_PACKET) /* another way to prove it: no password there either */
            send_packet(c, (const uint8_t *)"", 0, "", 0);
}

void connect_to(struct connection *c, int port, const char *user, const char *database)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int at_once = 1;
    memset(c, 0, sizeof *c);
    c->unread = malloc(UNREAD_ROOM);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail("connecting", "nobody answers", 14);
    setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    read_packet(c);
    sign_in(c, user, database);
}

static size_t read_length(const uint8_t **at)
{
    const uint8_t *from = *at;
    int bytes = from[0] < NULL_VALUE ? 0 : from[0] == 0xfc ? 2 : from[0] == 0xfd ? 3 : 8;
    size_t value = bytes == 0 ? from[0] : 0;
    for (int i = 0; i < bytes; i++)
        value |= (size_t)from[1 + i] << 8 * i;
    *at = from + 1 + bytes;
    return value;
}

static void read_row(struct connection *c, size_t columns, int statement, row_reader *reader,
                     void *context)
{
    char *values[MOST_COLUMNS];
    uint8_t *at = c->packet;
    for (size_t i = 0; i < columns; i++) {
        values[i] = NULL;
        if (*at == NULL_VALUE) {
            *at++ = 0;
            continue;
        }
        const uint8_t *text = at;
        size_t length = read_length(&text);
        *at = 0; /* ends the value before this one */
        values[i] = (char *)text;
        at = (uint8_t *)text + length;
    }
    reader(context, statement, (const char *const *)values);
}

static int is_eof(const struct connection *c)
{
    return c->packet[0] == EOF_PACKET && c->length < 9;
}

/* Read one statement's answer; return the server's state after it. */
static int read_answer(struct connection *c, int statement, row_reader *reader, void *context)
{
    read_packet(c);
    const uint8_t *at = c->packet;
    if (*at == OK_PACKET) {
        at++;
        read_length(&at);
        read_length(&at);
        return at[0] | at[1] << 8;
    }
    size_t columns = read_length(&at);
    if (columns > MOST_COLUMNS)
        fail("reading", "more columns than were asked for", 32);
    do
        read_packet(c);
    while (!is_eof(c));
    for (read_packet(c); !is_eof(c); read_packet(c))
        read_row(c, columns, statement, reader, context);
    return c->packet[3] | c->packet[4] << 8;
}

void run(struct connection *c, const char *text, size_t length, row_reader *reader, void *context)
{
    const uint8_t command = COM_QUERY;
    int statement = 0;
    c->sequence = 0;
    send_packet(c, &command, 1, text, length);
    while (read_answer(c, statement, reader, context) & MORE_RESULTS)
        statement++;
}
