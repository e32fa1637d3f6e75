/* A connection to MariaDB or MySQL: just enough of their protocol to send texts and read rows. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include <stddef.h>
#include <stdint.h>

struct connection {
    int socket;
    uint8_t sequence;
    uint8_t *packet;   /* the last packet that was read */
    size_t length;     /* its length */
    size_t room;       /* how much fits into it */
    uint8_t *unread;   /* what came from the socket and was not looked at */
    size_t begin, end; /* where it begins and ends */
};

/* Takes the values of one row, as text; a value that is NULL has no text. */
typedef void row_reader(void *context, int statement, const char *const *values);

/* Connect as a user without a password; ends the program with a sentence if that fails. */
void connect_to(struct connection *connection, int port, const char *user, const char *database);

/* Send one text of several statements and read all their answers; ends the program on an error. */
void run(struct connection *connection, const char *text, size_t length, row_reader *reader,
         void *context);

#endif
