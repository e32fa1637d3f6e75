/* The tills: each sale is a request over HTTP of a product of its own, by which its event is known. */
#define _GNU_SOURCE
#include "screens.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct till *free_till(void)
{
    struct till *closed = NULL;
    for (struct till *till = load.tills; till < load.tills + MOST_TILLS; till++) {
        if (till->socket != 0 && till->sale < 0)
            return till;
        if (till->socket == 0 && closed == NULL)
            closed = till;
    }
    if (closed != NULL) {
        closed->socket = connected();
        closed->have = 0;
        watch(closed->socket, closed);
    }
    return closed;
}

/* Return whether it was sent: not while all tills wait for an answer. */
int send_sale(int number, const char *token)
{
    char body[256], request[REPLY_ROOM];
    struct till *till = free_till();
    if (till == NULL)
        return 0;
    int size = snprintf(body, sizeof body,
                        "{\"id\":%d,\"venda\":10.50,\"inicio\":\"%s\",\"fim\":\"%s\","
                        "\"quantidade\":1}",
                        (load.first_product + number) % load.products + 1, load.began, load.ended);
    int length = snprintf(request, sizeof request,
                          "POST /api/sale/forsale HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                          "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
                          "Content-Length: %d\r\n\r\n%s",
                          load.port, token, size, body);
    till->sale = number;
    send_fully(till->socket, request, (size_t)length);
    return 1;
}

static void shut(struct till *till)
{
    close(till->socket);
    till->socket = 0;
    till->sale = -1;
}

void read_till(struct till *till)
{
    static const char size_of_body[] = "\r\ncontent-length:";
    ssize_t came = recv(till->socket, till->reply + till->have, REPLY_ROOM - 1 - till->have,
                        MSG_DONTWAIT);
    double at = now();
    if (came < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (came <= 0) {
        if (till->sale >= 0)
            fail("no answer to a sale");
        shut(till);
        return;
    }
    till->have += (size_t)came;
    till->reply[till->have] = 0;
    const char *end = strstr(till->reply, "\r\n\r\n");
    if (end == NULL)
        return;
    const char *size = strcasestr(till->reply, size_of_body);
    if (size == NULL || strncmp(till->reply, "HTTP/1.1 20", 11) != 0)
        fail("a sale was refused: %s", till->reply);
    size_t whole = (size_t)(end - till->reply) + 4 + strtoul(size + strlen(size_of_body), NULL, 10);
    if (till->have < whole)
        return;
    load.sales[till->sale].reply = at;
    load.answered++;
    till->sale = -1;
    till->have = 0;
}

void close_tills(void)
{
    for (struct till *till = load.tills; till < load.tills + MOST_TILLS; till++)
        if (till->socket != 0)
            shut(till);
}
