/* What the load of the realtime benchmark is made of: screens that hear every sale, and tills. */
#ifndef SCREENS_H
#define SCREENS_H

#include <stddef.h>
#include <sys/socket.h>

enum { FRAME_ROOM = 4096, REPLY_ROOM = 4096, MOST_TILLS = 16, MOST_SALES = 1 << 14 };

enum stage { CONNECTED, OPEN, WELCOME, HEARING, GONE };

/* A WebSocket that is signed in and hears the topic of sales. */
struct screen {
    int socket;
    enum stage stage;
    long last;  /* the offset up to which it knows everything */
    int heard;  /* how many sales since they were last counted */
    size_t have;
    char unread[FRAME_ROOM];
};

/* A connection that registers sales over HTTP, one at a time. */
struct till {
    int socket;
    int sale; /* the one it waits for, or -1 */
    size_t have;
    char reply[REPLY_ROOM];
};

struct sale {
    double due;   /* when it should have been sent, in seconds */
    double reply; /* when the answer was there, or 0 */
    double first; /* when the first screen had read its frame, and when the last had */
    double last;
    long offset;  /* of its event, once a screen has seen it */
};

extern struct load {
    int port, poll, products;
    struct screen *screens;
    int screen_count;
    int reached[GONE + 1]; /* how many screens have come so far, by stage */
    struct till tills[MOST_TILLS];
    struct sale sales[MOST_SALES];
    int sale_count, answered;
    int first_product; /* the product that the first of these sales sells, from 0 */
    double *delays;    /* of every frame, in seconds */
    size_t frames, expected;
    char began[32], ended[32];
} load;

double now(void);
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

int connected(void);
void watch(int socket, void *who);
void send_fully(int socket, const char *bytes, size_t length);

void open_screen(struct screen *screen, const char *token);
void subscribe(struct screen *screen);
void leave(struct screen *screen);
void read_screen(struct screen *screen);

int send_sale(int number, const char *token);
void read_till(struct till *till);
void close_tills(void);

#endif
